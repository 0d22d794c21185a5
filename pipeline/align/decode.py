"""From evidence to alignments: what was compared, where each block was placed, and what is published of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.align import confidence
from pipeline.align.confidence import Signal, window_mass
from pipeline.align.constraints import NO_EXTERNAL_EVIDENCE, Constraints, ExternalEvidence, apply_constraints
from pipeline.align.emission import compute_emission
from pipeline.align.features import build_feature_table
from pipeline.align.hmm import OrderPosterior, infer_posterior
from pipeline.align.lexical import TermCounts, count_terms, share_heard_anywhere
from pipeline.align.outline import Outline, is_contentless
from pipeline.align.units import Units
from pipeline.align.weights import Weights
from pipeline.arrays import Float32Array, FloatArray, IntArray
from pipeline.language import word_lists
from pipeline.language.terms import TermExtractor
from pipeline.language.words import folded_words
from pipeline.records import Alignment, Basis
from pipeline.section_spans import end_of

PASSAGE_RADIUS_SECONDS = 22.0  # the passage is the place with the most probability this close ...
ONSET_RADIUS_SECONDS = 12.5  # ... and its start the best unit this close to it
PEAK_WEIGHT = 2.0  # of a unit's own probability, against that of the passage around it
MIN_CONFIDENCE = 0.15  # of the links below it, half were more than five minutes off
MAX_EVIDENCE_WORDS = 8
EVIDENCE_BEFORE_SECONDS, EVIDENCE_AFTER_SECONDS = 15.0, 90.0  # around the start, in which its words were heard
MIN_MATCH_COVERAGE = 0.15  # of a block's weight, heard near a link, for its words to be the reason
MAX_SNAP_SECONDS = 60.0  # from a child back to its heading; a child further ahead is an earlier mention
MIN_SNAP_CONFIDENCE = 0.6  # of that child
MAX_POSITION_CONFIDENCE = 0.4  # of a block without words of its own, placed by the blocks around it
MAX_TOPICAL_HEADING_WORDS = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """Notes and transcript compared: everything that does not depend on the fitted weights."""

    outline: Outline
    units: Units
    counts: TermCounts
    table: Float32Array  # F × B × T features
    heard_anywhere: FloatArray  # share 0..1 of each of the B blocks that is heard at all
    section_heard_anywhere: FloatArray  # the same of the section it is in
    topical_headings: int  # how many gather one kind of thing: decisions, action items


@dataclass(frozen=True, slots=True)
class Decision:
    """Where each of the B blocks was placed."""

    emission: FloatArray  # B × T, external evidence included
    order: OrderPosterior
    picks: IntArray  # the unit of each block
    signals: FloatArray  # B × what the confidence is computed from
    confidence: FloatArray  # 0..1
    starts: FloatArray  # seconds: those of the units, or better ones that are known
    constraints: Constraints  # what is known besides the words


def compare(outline: Outline, units: Units) -> Comparison:
    """Compare the blocks with the units, in the language of the transcript."""
    language = word_lists.detect_language(units.texts)
    extractor = TermExtractor(language)
    excluded = [block.template for block in outline.blocks]
    counts = count_terms([block.text for block in outline.blocks], excluded, units, extractor)
    table = build_feature_table(outline, counts, units, extractor)
    heard_anywhere, section_heard_anywhere = share_heard_anywhere(counts, outline.section)
    topical_headings = _count_topical_headings(outline, language)
    return Comparison(outline, units, counts, table, heard_anywhere, section_heard_anywhere, topical_headings)


def decide(comparison: Comparison, weights: Weights, external: ExternalEvidence = NO_EXTERNAL_EVIDENCE) -> Decision:
    """Place every block; see `docs/algorithm.md` for the steps."""
    outline, time = comparison.outline, comparison.units.start
    by_words = compute_emission(comparison.table, outline.is_heading, weights)
    evidence = apply_constraints(by_words, comparison.heard_anywhere, outline, comparison.units, external)
    order = infer_posterior(
        evidence.emission,
        time,
        comparison.units.duration,
        outline,
        topical_headings=comparison.topical_headings,
        unheard=(1 - comparison.heard_anywhere) * (1 - comparison.section_heard_anywhere),
        external_error=evidence.error,
    )
    picks = pick_starts(order.posterior, time)
    signals = confidence.compute_signals(
        outline, comparison.heard_anywhere, comparison.table, evidence.emission, order, picks, time
    )
    constraints = evidence.resolve(time[picks])
    sure = constraints.apply_to_confidence(confidence.probability(signals, weights.confidence, weights.bias))
    picks = snap_headings_to_children(outline, picks, sure, time)
    starts = constraints.apply_to_starts(time[picks])
    return Decision(evidence.emission, order, picks, signals, sure, starts, constraints)


def pick_starts(posterior: FloatArray, time: FloatArray) -> IntArray:
    """The unit each block starts at: the best unit of the passage with the most probability.

    The single most probable unit is often a lone peak beside the passage that has most of the probability.
    """
    mass = window_mass(posterior, time, PASSAGE_RADIUS_SECONDS)
    passage = mass.argmax(axis=1)
    close = np.abs(time[None, :] - time[passage][:, None]) <= ONSET_RADIUS_SECONDS
    return np.asarray(np.where(close, mass + PEAK_WEIGHT * posterior, -1).argmax(axis=1))


def snap_headings_to_children(outline: Outline, picks: IntArray, confidence: FloatArray, time: FloatArray) -> IntArray:
    """A section does not begin after its parts: a heading moves back to a sure block under it that is just before."""
    out = picks.copy()
    for b in range(len(outline)):
        for ancestor in outline.ancestors(b):
            late = time[out[ancestor]] - time[picks[b]]
            sure = confidence[b] >= MIN_SNAP_CONFIDENCE
            if outline.is_heading[ancestor] and sure and 0 < late <= MAX_SNAP_SECONDS:
                out[ancestor] = picks[b]
    return out


def to_alignments(comparison: Comparison, decision: Decision) -> tuple[Alignment, ...]:
    """The alignments that are published, in the order of the notes."""
    outline, blocks = comparison.outline, range(len(comparison.outline))
    words = {b: heard_words(comparison, b, float(decision.starts[b])) for b in blocks}
    basis = {b: _basis(decision, b, words[b]) for b in blocks}
    by_position = {
        b: basis[b] is Basis.NEIGHBOURS and (is_contentless(outline, b) or _is_section_unheard(outline, b, basis))
        for b in blocks
    }
    confidence = {b: _published_confidence(comparison, decision, b, by_position=by_position[b]) for b in blocks}
    published = [b for b in blocks if _is_published(comparison, decision, b, confidence[b])]
    starts = {outline.blocks[b].id: float(decision.starts[b]) for b in published}
    return tuple(
        Alignment(
            block_id=outline.blocks[b].id,
            start=starts[outline.blocks[b].id],
            end=end_of(outline.notes, outline.blocks[b], starts, comparison.units.duration),
            confidence=round(confidence[b], 4),
            basis=basis[b],
            evidence=words[b],
        )
        for b in published
    )


def heard_words(comparison: Comparison, block: int, start: float) -> tuple[str, ...]:
    """Words of the block, as written, that were heard around `start`; the most distinctive first."""
    counts, time = comparison.counts, comparison.units.start
    low, high = np.searchsorted(time, [start - EVIDENCE_BEFORE_SECONDS, start + EVIDENCE_AFTER_SECONDS])
    text = comparison.outline.blocks[block].text
    ranked: dict[str, tuple[float, int, str]] = {}
    for term in counts.terms[block]:
        row = counts.index[term.key]
        weight = float(counts.fuzzy[row, low:high].max(initial=0.0) * counts.weights[block, row])
        if weight > 0 and " " not in term.key:
            ranked.setdefault(term.key, (-weight, term.start, text[term.start : term.end]))
    return tuple(dict.fromkeys(word for *_, word in sorted(ranked.values())))[:MAX_EVIDENCE_WORDS]


def _published_confidence(comparison: Comparison, decision: Decision, block: int, *, by_position: bool) -> float:
    """The confidence, limited where a block's position alone would earn it."""
    confidence = float(decision.confidence[block])
    known = decision.constraints
    is_known = block in known.pins or block in known.confirmed_hints or block in known.confirmed_chapters
    limited = not is_known and (by_position or comparison.outline.blocks[block].template)
    return min(confidence, MAX_POSITION_CONFIDENCE) if limited else confidence


def _is_section_unheard(outline: Outline, block: int, basis: Mapping[int, Basis]) -> bool:
    """Whether nothing of a block's section was heard where it was placed: the meeting may have left it out."""
    section = [basis[b] for b in basis if outline.section[b] == outline.section[block]]
    return len(section) > 1 and set(section) == {Basis.NEIGHBOURS}


def _is_published(comparison: Comparison, decision: Decision, block: int, confidence: float) -> bool:
    """Whether there is a moment to show: set by a person, or a guess that is good enough."""
    if block in decision.constraints.pins:
        return decision.constraints.pins[block] is not None
    outline = comparison.outline
    unspoken = outline.blocks[block].template and not outline.heading_has_children[block]
    return confidence >= MIN_CONFIDENCE and not unspoken


def _basis(decision: Decision, block: int, words: Sequence[str]) -> Basis:
    """The strongest reason for the place: a correction, a written time, the block's own words, or its neighbours."""
    if block in decision.constraints.pins:
        return Basis.PINNED
    if block in decision.constraints.confirmed_hints:
        return Basis.HINT
    if not words:
        return Basis.NEIGHBOURS
    coverage = decision.signals[block, list(Signal).index(Signal.COVERAGE_HERE)]
    return Basis.MATCH if coverage >= MIN_MATCH_COVERAGE else Basis.PATH


def _count_topical_headings(outline: Outline, language: word_lists.Language) -> int:
    """How many short headings gather one kind of thing (Decisions, Action items) instead of a stretch of time."""
    return sum(
        is_heading
        and len(words := folded_words(block.text)) <= MAX_TOPICAL_HEADING_WORDS
        and bool(language.topical_words & set(words))
        for is_heading, block in zip(outline.is_heading, outline.blocks, strict=True)
    )
