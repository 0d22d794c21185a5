"""From evidence to alignments: what was compared, where each block was placed, and what is published of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipeline.align import confidence
from pipeline.align.confidence import Signal
from pipeline.align.constraints import NO_EXTERNAL_EVIDENCE, Constraints, ExternalEvidence, apply_constraints
from pipeline.align.emission import combine, compute_emission
from pipeline.align.explaining_away import explain_away
from pipeline.align.feature_table import FeatureTable
from pipeline.align.generic import generic_blocks
from pipeline.align.hmm import OrderModel, OrderPosterior
from pipeline.align.lexical import TermCounts, count_terms, join_overlapping, share_heard_anywhere
from pipeline.align.meaning_features import MeaningTable, block_texts
from pipeline.align.outline import Outline, contentless_blocks
from pipeline.align.reranking import Reranker
from pipeline.align.units import Units
from pipeline.align.weights import DecisionWeights, Weights
from pipeline.align.worth import pick_starts
from pipeline.arrays import Float32Array, FloatArray, IntArray
from pipeline.language import word_lists
from pipeline.language.terms import TermExtractor
from pipeline.language.words import folded_words
from pipeline.meaning import Meaning
from pipeline.records import Alignment, Basis
from pipeline.section_spans import ends_of

PASSAGE_RADIUS_SECONDS = 22.0  # what is this close is the same passage
PEAK_WEIGHT = 2.0  # of a unit's own probability, against that of the passage around it
WORDS_SHARE = 0.7  # of the evidence by words beside that by meaning ...
FOREIGN_WORDS_SHARE = 0.5  # ... where the notes are in another language, or the words of the language are not known
MIN_CONFIDENCE = 0.15  # of the guesses below it, half were more than five minutes off
MIN_FOREIGN_CONFIDENCE = 0.07  # the same across languages, where the confidence is more careful
MIN_COSINE = 0.15  # across languages, of a block and a minute of speech that may be about the same
MAX_EVIDENCE_WORDS = 8
EVIDENCE_BEFORE_SECONDS, EVIDENCE_AFTER_SECONDS = 15.0, 90.0  # around the start, in which its words were heard
MIN_MATCH_COVERAGE = 0.15  # of a block's weight, heard near a link, for its words to be the reason
MAX_SNAP_SECONDS = 60.0  # from a child back to its heading; a child further ahead is an earlier mention
MIN_SNAP_CONFIDENCE = 0.6  # of that child
MAX_POSITION_CONFIDENCE = 0.4  # of a block without words of its own, placed by the blocks around it
MAX_TOPICAL_HEADING_WORDS = 4


@dataclass(frozen=True)
class Comparison:
    """Notes and transcript compared: everything that does not depend on the fitted weights."""

    outline: Outline
    units: Units
    counts: TermCounts
    features: FeatureTable
    heard_anywhere: FloatArray  # share 0..1 of each of the B blocks that is heard at all
    section_heard_anywhere: FloatArray  # the same of the section it is in
    topical_headings: int  # how many gather one kind of thing: decisions, action items
    meaning: MeaningTable | None = None  # None: words alone
    words_share: float = WORDS_SHARE  # 0..1, of the words' evidence beside that of the meaning
    is_across_languages: bool = False  # the notes are in another language than the speech
    generic: frozenset[int] = frozenset()  # blocks that say nothing of their own

    @cached_property
    def unmeant(self) -> frozenset[int]:
        """Across languages, the blocks that mean nothing of what is said anywhere: nobody mentioned them."""
        if not self.meaning or not self.is_across_languages:
            return frozenset()
        return frozenset(np.flatnonzero(self.meaning.best_cosines() < MIN_COSINE).tolist())

    @property
    def unheard(self) -> FloatArray:
        """How little of each block and its section is heard anywhere, 0..1; across languages that says nothing."""
        if self.meaning and self.is_across_languages:
            return np.zeros(len(self.outline))
        return (1 - self.heard_anywhere) * (1 - self.section_heard_anywhere)


@dataclass(frozen=True, slots=True)
class Decision:
    """Where each of the B blocks was placed."""

    emission: Float32Array  # B × T, external evidence included
    order: OrderPosterior
    picks: IntArray  # the unit of each block
    signals: FloatArray  # B × what the confidence is computed from
    confidence: FloatArray  # 0..1
    starts: FloatArray  # seconds: those of the units, or better ones that are known
    constraints: Constraints  # what is known besides the words


def compare(outline: Outline, units: Units, meaning: Meaning | None = None) -> Comparison:
    """Compare the blocks with the units, in the language of the transcript, and by `meaning` where there is a model."""
    language = word_lists.detect_language(units.texts)
    extractor = TermExtractor(language)
    written = word_lists.detect_language(block.text for block in outline.blocks)
    generic = generic_blocks(outline, written if written.code else language)
    excluded = [block.template or b in generic for b, block in enumerate(outline.blocks)]
    counts = count_terms([block.text for block in outline.blocks], excluded, units, extractor)
    features = FeatureTable(outline, counts, units, extractor)
    heard_anywhere, section_heard_anywhere = share_heard_anywhere(counts, outline.section)
    topical_headings = _count_topical_headings(outline, language)
    is_across = bool(written.code and language.code and written.code != language.code)
    table = None
    if meaning:
        speech = meaning.of_speech(units.texts, units.start)
        table = MeaningTable(outline, meaning.of_texts(block_texts(outline)), speech)
    return Comparison(
        outline,
        units,
        counts,
        features,
        heard_anywhere,
        section_heard_anywhere,
        topical_headings,
        table,
        FOREIGN_WORDS_SHARE if is_across or not language.code else WORDS_SHARE,
        is_across,
        generic,
    )


def decide(comparison: Comparison, weights: Weights, external: ExternalEvidence = NO_EXTERNAL_EVIDENCE) -> Decision:
    """Place every block; see `docs/algorithm.md` for the steps."""
    outline, time = comparison.outline, comparison.units.start
    evidence = apply_constraints(
        own_evidence(comparison, weights), comparison.heard_anywhere, outline, comparison.units, external
    )
    emission, deciding = evidence.emission, _decision_weights(comparison, weights)
    order, final = _follow_order(comparison, emission, evidence.error)
    posterior = order.posterior
    picks = np.empty(len(outline), dtype=np.int64)
    places = confidence.PlaceSignals(len(outline))
    reranker = Reranker(outline, time, emission, posterior)
    for (rows, crowd), (_, table) in zip(
        reranker.crowds(comparison.features.slabs()), comparison.features.tables(), strict=True
    ):
        chosen = posterior[rows].astype(np.float64)
        if deciding.choice:
            known = [b - rows.start for b in evidence.error if rows.start <= b < rows.stop]
            kept = chosen[known]  # placed by more than their words, which alone the choice knows
            chosen = reranker.reweighted(rows, reranker.peaks(rows, crowd, table), deciding.choice)
            chosen[known] = kept
        final[rows] = chosen
        picks[rows] = pick_starts(chosen, time)
        places.add(rows, table, emission[rows], chosen, crowd, picks[rows], time)
    order = replace(order, posterior=final)
    information = comparison.counts.weights.row_sums()
    signals = confidence.compute_signals(outline, comparison.heard_anywhere, information, places, order, picks, time)
    constraints = evidence.resolve(time[picks])
    sure = constraints.apply_to_confidence(confidence.probability(signals, deciding.confidence, deciding.bias))
    picks = snap_headings_to_children(outline, picks, sure, time)
    starts = constraints.apply_to_starts(time[picks])
    return Decision(emission, order, picks, signals, sure, starts, constraints)


def _decision_weights(comparison: Comparison, weights: Weights) -> DecisionWeights:
    if not comparison.meaning:
        return weights.by_words
    return weights.across_languages if comparison.is_across_languages else weights.with_meaning


def own_evidence(comparison: Comparison, weights: Weights) -> Float32Array:
    """B × T: how likely each block starts at each unit, by its own evidence alone; rows sum to 1."""
    outline = comparison.outline
    emission = np.empty((len(outline), len(comparison.units)), dtype=np.float32)
    for rows, table in comparison.features.tables():
        own = compute_emission(table, outline.is_heading[rows], weights.words)
        if comparison.meaning:
            by_meaning = compute_emission(comparison.meaning.slab(rows), outline.is_heading[rows], weights.meaning)
            own = combine(own, by_meaning, comparison.words_share)
        emission[rows] = own
    return emission


def ordered_evidence(comparison: Comparison, weights: Weights) -> tuple[Float32Array, Float32Array]:
    """B × T: how likely each block starts at each unit by its own evidence, and in the order of the notes."""
    emission = own_evidence(comparison, weights)
    return emission, _follow_order(comparison, emission, {})[0].posterior


def _follow_order(
    comparison: Comparison, emission: Float32Array, error: Mapping[int, float]
) -> tuple[OrderPosterior, Float32Array]:
    """The posterior in the order of the notes, gone through twice, and a B × T matrix that is not needed any more.

    What others have in the first pass is explained away in the second.
    """
    outline, time = comparison.outline, comparison.units.start
    posterior = np.empty_like(emission)

    first = OrderModel(
        emission,
        time,
        comparison.units.duration,
        outline,
        topical_headings=comparison.topical_headings,
        unheard=comparison.unheard,
        external_error=error,
    )
    for rows, share in first.posteriors():
        posterior[rows] = share
    explained = explain_away(emission, posterior, outline, time, error)
    second = first.again(explained)
    for rows, share in second.posteriors():
        posterior[rows] = share
    return OrderPosterior(posterior, second.chronological, second.by_topic), explained


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
    positional = blocks_by_position(outline, [b for b in blocks if basis[b] is Basis.NEIGHBOURS])
    confidence = {b: _published_confidence(comparison, decision, b, by_position=b in positional) for b in blocks}
    published = [b for b in blocks if _is_published(comparison, decision, b, confidence[b])]
    starts = {outline.blocks[b].id: float(decision.starts[b]) for b in published}
    ends = ends_of(outline.notes, starts, comparison.units.duration)
    return tuple(
        Alignment(
            block_id=outline.blocks[b].id,
            start=starts[outline.blocks[b].id],
            end=ends[outline.blocks[b].id],
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
    rows, values = counts.weights.row(block)
    weights = dict(zip(rows.tolist(), values, strict=True))
    ranked: dict[str, tuple[float, int, int]] = {}
    for key, term in {term.key: term for term in reversed(counts.terms[block])}.items():  # where it is first written
        row = counts.index[key]
        _, heard = counts.fuzzy.between(row, low, high)
        weight = float(heard.max(initial=0.0) * weights[row])
        if weight > 0:
            ranked[key] = (-weight, term.start, term.end)
    spans = join_overlapping(text, ranked.values())
    return tuple(dict.fromkeys(text[start:end] for _, start, end in sorted(spans)))[:MAX_EVIDENCE_WORDS]


def _published_confidence(comparison: Comparison, decision: Decision, block: int, *, by_position: bool) -> float:
    """The confidence, limited where a block's position alone would earn it."""
    confidence = float(decision.confidence[block])
    known = decision.constraints
    is_known = block in known.pins or block in known.confirmed_hints or block in known.confirmed_chapters
    says_nothing = block in comparison.generic or comparison.outline.blocks[block].template
    limited = not is_known and (by_position or says_nothing or block in comparison.unmeant)
    return min(confidence, MAX_POSITION_CONFIDENCE) if limited else confidence


def blocks_by_position(outline: Outline, unheard: Sequence[int]) -> frozenset[int]:
    """Of the blocks of which nothing was heard where they were placed, those that only their position placed.

    They say nothing by themselves, or nothing of their section was heard: the meeting may have left it out.
    """
    sizes, silent = Counter(outline.section), Counter(outline.section[b] for b in unheard)
    contentless = contentless_blocks(outline)
    return frozenset(
        b for b in unheard if b in contentless or 1 < sizes[outline.section[b]] == silent[outline.section[b]]
    )


def _is_published(comparison: Comparison, decision: Decision, block: int, confidence: float) -> bool:
    """Whether there is a moment to show: set by a person, or a guess that is good enough."""
    if block in decision.constraints.pins:
        return decision.constraints.pins[block] is not None
    outline = comparison.outline
    unspoken = outline.blocks[block].template and not outline.heading_has_children[block]
    floor = MIN_FOREIGN_CONFIDENCE if comparison.meaning and comparison.is_across_languages else MIN_CONFIDENCE
    return confidence >= floor and not unspoken


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
