"""How sure a placement is: a calibrated probability that the block is discussed where its link points.

Logistic regression on signals of the decoding (Platt, "Probabilistic outputs...", 1999), fitted on notes into which
sections of other meetings had been mixed: those are the blocks that nobody mentioned. The best signal is how much of a
section's words is heard anywhere at all.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from pipeline import unspaced
from pipeline.align.features import FEATURES, Matching, Measure, Side, window_feature
from pipeline.align.hmm import OrderPosterior
from pipeline.align.masses import window_mass
from pipeline.align.outline import Outline
from pipeline.arrays import BoolArray, Float32Array, FloatArray, IntArray, logistic

MAX_COUNTED_WORDS = 12  # from which a block counts in full in its section
HERE_SECONDS = 30.0  # on either side of a unit, that count as the same place
REGION_SECONDS = 300.0  # on either side of a unit, that are the same part of the meeting
RIVAL_SECONDS = 60.0  # a place that is further away is another answer
PEAK_RANK = 40  # a lone peak exceeds the fortieth best unit; a word said all the time does not
EVIDENCE_GAIN = 10.0  # of the evidence before its logarithm is taken

COMPARED_BLOCKS = 512  # whose order is compared at once, each with each

_EVIDENCE = FEATURES.index(window_feature(Matching.EXACT, Measure.EVIDENCE, Side.NEXT, 60))
_COVERAGE = FEATURES.index(window_feature(Matching.EXACT, Measure.COVERAGE, Side.NEXT, 120))


class Signal(StrEnum):
    """What the confidence is computed from, in the order of the columns; "here" is the place that was chosen."""

    POSTERIOR_LOG_ODDS = "posterior_log_odds"
    REGION_POSTERIOR = "region_posterior"  # within REGION_SECONDS, beyond chance
    OWN_PEAK = "own_peak"  # emission of the chosen unit, against chance
    RIVAL_POSTERIOR = "rival_posterior"  # of the best place elsewhere
    POSTERIOR_ENTROPY = "posterior_entropy"
    COVERAGE_HERE = "coverage_here"
    EVIDENCE_HERE = "evidence_here"
    BEST_COVERAGE = "best_coverage"  # anywhere
    EVIDENCE_PEAK = "evidence_peak"  # how far the best unit exceeds others
    IS_BEST_EVIDENCE = "is_best_evidence"  # the words alone would choose the same place
    HEARD_ANYWHERE = "heard_anywhere"
    IS_HEADING = "is_heading"
    HEADING_HAS_CHILDREN = "heading_has_children"
    HEADING_POSTERIOR_LOG_ODDS = "heading_posterior_log_odds"  # 0 for other blocks
    HEADING_SECTION_EVIDENCE = "heading_section_evidence"  # 0 for other blocks
    CHILDREN_POSTERIOR = "children_posterior"
    SECTION_EVIDENCE = "section_evidence"
    SECTION_OWN_MASS = "section_own_mass"  # emission within HERE_SECONDS of the chosen units
    PARENT_EVIDENCE = "parent_evidence"
    IN_ORDER = "in_order"
    GAP_TO_NEXT = "gap_to_next"  # logarithm of seconds
    GAP_TO_NEAREST = "gap_to_nearest"  # the same to the block before or after it, whichever is closer
    CHRONOLOGICAL = "chronological"  # weight of this order
    BLOCK_COUNT = "block_count"  # logarithm
    INFORMATION = "information"  # logarithm of the weight of all its words, heard or not: few words fit anywhere
    CROWD = "crowd"  # logarithm of the unrelated blocks' mass here: what nobody mentioned lands where others belong


OF_WORDS = frozenset(
    {
        Signal.COVERAGE_HERE,
        Signal.EVIDENCE_HERE,
        Signal.BEST_COVERAGE,
        Signal.EVIDENCE_PEAK,
        Signal.IS_BEST_EVIDENCE,
        Signal.HEARD_ANYWHERE,
        Signal.HEADING_SECTION_EVIDENCE,
        Signal.SECTION_EVIDENCE,
        Signal.PARENT_EVIDENCE,
        Signal.INFORMATION,
    }
)
"""Signals that say nothing where notes and speech are in different languages."""


class PlaceSignals:
    """What each of B blocks has at its chosen unit and elsewhere, added a slab of blocks at a time: B-vectors."""

    def __init__(self, blocks: int) -> None:
        self.mass, self.region_mass, self.own_mass, self.own_peak = (np.empty(blocks) for _ in range(4))
        self.rival, self.entropy, self.crowd = (np.empty(blocks) for _ in range(3))
        self.coverage_here, self.best_coverage = (np.empty(blocks, dtype=np.float32) for _ in range(2))
        self.evidence_here, self.peak = (np.empty(blocks, dtype=np.float32) for _ in range(2))
        self.is_best = np.empty(blocks, dtype=np.bool_)

    def add(
        self,
        rows: slice,
        table: Float32Array,
        emission: Float32Array,
        posterior: FloatArray,
        crowd: FloatArray,
        picks: IntArray,
        time: FloatArray,
    ) -> None:
        """Add the blocks `rows`.

        `table` has their features (F × S × T), `emission` and `posterior` are S × T probabilities by their own evidence
        and in order, `crowd` is the mass of unrelated blocks around each unit (S × T), `picks` are the S chosen units.
        """
        self._add_probabilities(rows, emission, posterior, picks, time)
        self._add_words(rows, table, picks, time)
        self.crowd[rows] = crowd[np.arange(len(picks)), picks]

    def _add_probabilities(
        self, rows: slice, emission: Float32Array, posterior: FloatArray, picks: IntArray, time: FloatArray
    ) -> None:
        blocks, units = emission.shape
        each, near = np.arange(blocks), window_mass(posterior, time, HERE_SECONDS)
        distance = np.abs(time[None, :] - time[picks][:, None])
        region = window_mass(posterior, time, REGION_SECONDS)[each, picks]
        log_posterior = np.log(np.maximum(posterior, 1e-12))
        self.mass[rows] = near[each, picks]
        self.region_mass[rows] = beyond_chance(region, distance <= REGION_SECONDS)
        self.own_mass[rows] = window_mass(emission, time, HERE_SECONDS)[each, picks]
        self.own_peak[rows] = np.log(np.maximum(emission[each, picks] * units, 1e-3))
        self.rival[rows] = np.where(distance > RIVAL_SECONDS, near, 0).max(axis=1)
        self.entropy[rows] = -(posterior * log_posterior).sum(axis=1) / np.log(max(units, 2))

    def _add_words(self, rows: slice, table: Float32Array, picks: IntArray, time: FloatArray) -> None:
        starts, ordinary = time[picks], max(len(time) - PEAK_RANK, 0)
        is_here = np.abs(time[None, :] - starts[:, None]) <= HERE_SECONDS
        evidence, coverage = np.log1p(EVIDENCE_GAIN * table[_EVIDENCE]), table[_COVERAGE]
        self.coverage_here[rows] = np.where(is_here, coverage, 0).max(axis=1)
        self.best_coverage[rows] = coverage.max(axis=1)
        self.evidence_here[rows] = np.where(is_here, evidence, 0).max(axis=1)
        self.peak[rows] = evidence.max(axis=1) - np.partition(evidence, ordinary, axis=1)[:, ordinary]
        self.is_best[rows] = np.abs(time[evidence.argmax(axis=1)] - starts) <= RIVAL_SECONDS


def compute_signals(
    outline: Outline,
    heard_anywhere: FloatArray,
    information: FloatArray,
    places: PlaceSignals,
    order: OrderPosterior,
    picks: IntArray,
    time: FloatArray,
) -> FloatArray:
    """B × signals, in the order of Signal.

    `heard_anywhere` is the share 0..1 of each block that is heard at all, `information` the weight of all its words.
    `picks` are the chosen units, `time` the T unit starts.
    """
    blocks, starts = len(picks), time[picks]
    section_evidence = _section_mean(outline, places.evidence_here)
    parent = np.array([b if up is None else up for b, up in enumerate(outline.parent)], dtype=np.int64)
    is_heading = np.array(outline.is_heading, dtype=np.float64)
    columns = {
        Signal.POSTERIOR_LOG_ODDS: _log_odds(places.mass),
        Signal.REGION_POSTERIOR: places.region_mass,
        Signal.OWN_PEAK: places.own_peak,
        Signal.RIVAL_POSTERIOR: places.rival,
        Signal.POSTERIOR_ENTROPY: places.entropy,
        Signal.COVERAGE_HERE: places.coverage_here,
        Signal.EVIDENCE_HERE: places.evidence_here,
        Signal.BEST_COVERAGE: places.best_coverage,
        Signal.EVIDENCE_PEAK: places.peak,
        Signal.IS_BEST_EVIDENCE: places.is_best,
        Signal.HEARD_ANYWHERE: heard_anywhere,
        Signal.IS_HEADING: is_heading,
        Signal.HEADING_HAS_CHILDREN: np.array(outline.heading_has_children, dtype=np.float64),
        Signal.HEADING_POSTERIOR_LOG_ODDS: is_heading * _log_odds(places.mass),
        Signal.HEADING_SECTION_EVIDENCE: is_heading * section_evidence,
        Signal.CHILDREN_POSTERIOR: _children_mean(outline, places.mass),
        Signal.SECTION_EVIDENCE: section_evidence,
        Signal.SECTION_OWN_MASS: _section_mean(outline, places.own_mass),
        Signal.PARENT_EVIDENCE: places.evidence_here[parent],
        Signal.IN_ORDER: _in_order(outline, places.mass, starts),
        Signal.GAP_TO_NEXT: np.log1p(np.abs(np.diff(starts, append=time[-1]))),
        Signal.GAP_TO_NEAREST: np.log1p(_gap_to_nearest(starts)),
        Signal.CHRONOLOGICAL: np.full(blocks, order.chronological),
        Signal.BLOCK_COUNT: np.full(blocks, np.log(blocks)),
        Signal.INFORMATION: np.log1p(information),
        Signal.CROWD: np.log1p(places.crowd),
    }
    return np.stack([np.asarray(columns[signal], dtype=np.float64) for signal in Signal], axis=1)


def probability(signals: FloatArray, weights: FloatArray, bias: float) -> FloatArray:
    """The confidence 0..1 of each row of signals."""
    return logistic(signals @ weights + bias)


def beyond_chance(mass: FloatArray, within: BoolArray) -> FloatArray:
    """`mass` of each block in the units `within` (B × T), less what any place has there (J. Cohen's κ, 1960).

    In a short recording every place has all of it.
    """
    chance = within.mean(axis=1)
    return np.asarray((mass - chance) / np.maximum(1 - chance, 1e-3))


def _gap_to_nearest(starts: FloatArray) -> FloatArray:
    """Seconds between each start and the closer of the two beside it in the notes; of a lone one 0."""
    gaps = np.abs(np.diff(starts))
    if not len(gaps):
        return np.zeros(len(starts))
    return np.asarray(np.minimum(np.append(gaps, np.inf), np.insert(gaps, 0, np.inf)))


def _log_odds(share: FloatArray) -> FloatArray:
    clipped = np.clip(share, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _children_mean(outline: Outline, mass: FloatArray) -> FloatArray:
    """Mean over the blocks directly under each; its own where there are none."""
    sums, counts = np.zeros(len(mass)), np.zeros(len(mass))
    for b, parent in enumerate(outline.parent):
        if parent is not None:
            sums[parent] += mass[b]
            counts[parent] += 1
    return np.where(counts > 0, sums / np.maximum(counts, 1), mass)


def _in_order(outline: Outline, mass: FloatArray, starts: FloatArray) -> FloatArray:
    """Share 0..1, by their mass, of the other blocks of a section (of a lone one: of the notes) that are in order.

    A block that was placed after those written below it is more often wrong than one in its place.
    """
    sections = np.array(outline.section)
    everything = np.arange(len(starts))
    of_all = _share_in_order(mass, starts)
    order = np.argsort(sections, kind="stable")
    _, firsts = np.unique(sections[order], return_index=True)
    for members in np.split(order, firsts[1:]) if len(everything) else ():
        if len(members) > 1:
            of_all[members] = _share_in_order(mass[members], starts[members])
    return of_all


def _share_in_order(mass: FloatArray, starts: FloatArray) -> FloatArray:
    """Of each of successive blocks, the share of the others' mass that is in order with it; 1 where there is none.

    The blocks are compared in parts with each other, and with a histogram over time of all the parts before.
    """
    moments, moment = np.unique(starts, return_inverse=True)
    agreeing, before, later = np.empty(len(mass)), np.zeros(len(moments)), np.bincount(moment, mass)
    for first in range(0, len(mass), COMPARED_BLOCKS):
        part = slice(first, first + COMPARED_BLOCKS)
        own, at = mass[part], moment[part]
        later -= np.bincount(at, own, minlength=len(moments))
        number = np.arange(len(own))
        agree = (number[None, :] < number[:, None]) == (at[None, :] <= at[:, None])
        np.fill_diagonal(agree, val=False)
        from_later = np.cumsum(later[::-1])[::-1] - later
        agreeing[part] = agree @ own + np.cumsum(before)[at] + from_later[at]
        before += np.bincount(at, own, minlength=len(moments))
    others = mass.sum() - mass
    return np.where(others > 0, np.clip(agreeing / np.maximum(others, 1e-6), 0.0, 1.0), 1.0)


def _section_mean(outline: Outline, values: FloatArray | Float32Array) -> FloatArray:
    """Mean over the section of each block, weighted by the words of the blocks: one number says little about it."""
    _, section = np.unique(np.array(outline.section, dtype=np.int64), return_inverse=True)
    words = np.array(
        [min(max(unspaced.count_words(block.text), 1), MAX_COUNTED_WORDS) for block in outline.blocks], dtype=np.float64
    )
    sums, total = np.bincount(section, values * words), np.bincount(section, words)
    return np.asarray((sums / total)[section])
