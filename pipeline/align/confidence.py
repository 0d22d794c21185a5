"""How sure a placement is: a calibrated probability that the block is discussed where its link points.

Logistic regression on signals of the decoding (Platt, "Probabilistic outputs...", 1999), fitted on notes into which
sections of other meetings had been mixed: those are the blocks that nobody mentioned. The best signal is how much of a
section's words is heard anywhere at all.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from pipeline.align.features import FEATURES, Matching, Measure, Side, window_feature
from pipeline.align.hmm import OrderPosterior
from pipeline.align.outline import Outline
from pipeline.arrays import BoolArray, Float32Array, FloatArray, IntArray, logistic

MAX_COUNTED_WORDS = 12  # from which a block counts in full in its section
HERE_SECONDS = 30.0  # on either side of a unit, that count as the same place
REGION_SECONDS = 300.0  # on either side of a unit, that are the same part of the meeting
RIVAL_SECONDS = 60.0  # a place that is further away is another answer
PEAK_RANK = 40  # a lone peak exceeds the fortieth best unit; a word said all the time does not
EVIDENCE_GAIN = 10.0  # of the evidence before its logarithm is taken

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
    CHRONOLOGICAL = "chronological"  # weight of this order
    BLOCK_COUNT = "block_count"  # logarithm


def compute_signals(
    outline: Outline,
    heard_anywhere: FloatArray,
    table: Float32Array,
    emission: FloatArray,
    order: OrderPosterior,
    picks: IntArray,
    time: FloatArray,
) -> FloatArray:
    """B × signals, in the order of Signal.

    `heard_anywhere` is the share 0..1 of each block that is heard at all, `table` the F × B × T features, `picks` are
    the chosen units, `time` the T unit starts.
    """
    blocks, units = emission.shape
    rows = np.arange(blocks)
    starts = time[picks]
    near = window_mass(order.posterior, time, HERE_SECONDS)
    mass, own_mass = near[rows, picks], window_mass(emission, time, HERE_SECONDS)[rows, picks]
    distance = np.abs(time[None, :] - starts[:, None])
    log_posterior = np.log(np.maximum(order.posterior, 1e-12))
    evidence, coverage = np.log1p(EVIDENCE_GAIN * table[_EVIDENCE]), table[_COVERAGE]
    evidence_here = np.where(distance <= HERE_SECONDS, evidence, 0).max(axis=1)
    section_evidence = _section_mean(outline, evidence_here)
    parent = np.array([b if up is None else up for b, up in enumerate(outline.parent)], dtype=np.int64)
    is_heading = np.array(outline.is_heading, dtype=np.float64)
    region_mass = window_mass(order.posterior, time, REGION_SECONDS)[rows, picks]
    ordinary = max(units - PEAK_RANK, 0)
    columns = {
        Signal.POSTERIOR_LOG_ODDS: _log_odds(mass),
        Signal.REGION_POSTERIOR: beyond_chance(region_mass, distance <= REGION_SECONDS),
        Signal.OWN_PEAK: np.log(np.maximum(emission[rows, picks] * units, 1e-3)),
        Signal.RIVAL_POSTERIOR: np.where(distance > RIVAL_SECONDS, near, 0).max(axis=1),
        Signal.POSTERIOR_ENTROPY: -(order.posterior * log_posterior).sum(axis=1) / np.log(max(units, 2)),
        Signal.COVERAGE_HERE: np.where(distance <= HERE_SECONDS, coverage, 0).max(axis=1),
        Signal.EVIDENCE_HERE: evidence_here,
        Signal.BEST_COVERAGE: coverage.max(axis=1),
        Signal.EVIDENCE_PEAK: evidence.max(axis=1) - np.partition(evidence, ordinary, axis=1)[:, ordinary],
        Signal.IS_BEST_EVIDENCE: np.abs(time[evidence.argmax(axis=1)] - starts) <= RIVAL_SECONDS,
        Signal.HEARD_ANYWHERE: heard_anywhere,
        Signal.IS_HEADING: is_heading,
        Signal.HEADING_HAS_CHILDREN: np.array(outline.heading_has_children, dtype=np.float64),
        Signal.HEADING_POSTERIOR_LOG_ODDS: is_heading * _log_odds(mass),
        Signal.HEADING_SECTION_EVIDENCE: is_heading * section_evidence,
        Signal.CHILDREN_POSTERIOR: _children_mean(outline, mass),
        Signal.SECTION_EVIDENCE: section_evidence,
        Signal.SECTION_OWN_MASS: _section_mean(outline, own_mass),
        Signal.PARENT_EVIDENCE: evidence_here[parent],
        Signal.IN_ORDER: _in_order(outline, mass, starts),
        Signal.GAP_TO_NEXT: np.log1p(np.abs(np.diff(starts, append=time[-1]))),
        Signal.CHRONOLOGICAL: np.full(blocks, order.chronological),
        Signal.BLOCK_COUNT: np.full(blocks, np.log(blocks)),
    }
    return np.stack([np.asarray(columns[signal], dtype=np.float64) for signal in Signal], axis=1)


def probability(signals: FloatArray, weights: FloatArray, bias: float) -> FloatArray:
    """The confidence 0..1 of each row of signals."""
    return logistic(signals @ weights + bias)


def window_mass(mass: FloatArray, time: FloatArray, radius: float) -> FloatArray:
    """B × T: sum of `mass` within `radius` seconds of each unit."""
    sums = np.concatenate([np.zeros((len(mass), 1)), np.cumsum(mass, axis=1)], axis=1)
    low = np.searchsorted(time, time - radius, side="left")
    high = np.searchsorted(time, time + radius, side="right")
    return np.asarray(sums[:, high] - sums[:, low])


def beyond_chance(mass: FloatArray, within: BoolArray) -> FloatArray:
    """`mass` of each block in the units `within` (B × T), less what any place has there (J. Cohen's κ, 1960).

    In a short recording every place has all of it.
    """
    chance = within.mean(axis=1)
    return np.asarray((mass - chance) / np.maximum(1 - chance, 1e-3))


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
    blocks = np.arange(len(starts))
    agree = (blocks[None, :] < blocks[:, None]) == (starts[None, :] <= starts[:, None])
    sections = np.array(outline.section)
    others = blocks[None, :] != blocks[:, None]
    in_section = others & (sections[None, :] == sections[:, None])
    counted = np.where(in_section.any(axis=1, keepdims=True), in_section, others) * mass
    total = counted.sum(axis=1)
    return np.where(total > 0, (agree * counted).sum(axis=1) / np.maximum(total, 1e-6), 1.0)


def _section_mean(outline: Outline, values: FloatArray) -> FloatArray:
    """Mean over the section of each block, weighted by the words of the blocks: one number says little about it."""
    _, section = np.unique(np.array(outline.section, dtype=np.int64), return_inverse=True)
    words = np.array(
        [min(max(len(block.text.split()), 1), MAX_COUNTED_WORDS) for block in outline.blocks], dtype=np.float64
    )
    sums, total = np.bincount(section, values * words), np.bincount(section, words)
    return np.asarray((sums / total)[section])
