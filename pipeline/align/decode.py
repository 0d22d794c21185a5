"""From evidence to records: the emission, the path, the start of the passage, and what to say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.align import confidence
from pipeline.align.constraints import NOTHING, Outside, Settled, weigh
from pipeline.align.features import features
from pipeline.align.hmm import Placement, place
from pipeline.align.lexical import Matrix, Overlap, ever, overlap
from pipeline.align.outline import Outline, bare
from pipeline.align.units import Units
from pipeline.align.weights import Model, emission
from pipeline.language import word_lists
from pipeline.language.terms import Normalizer
from pipeline.records import Alignment, Basis

Array = NDArray[np.float64]

WIDE = 22.0  # seconds: the passage is the place with the most mass this close ...
FINE = 12.5  # ... and its start the best unit this close to that
PEAK = 2.0  # a unit's own posterior against the mass around it
FLOOR = 0.15  # of the links below this confidence, half were more than five minutes off
EVIDENCE = 8  # words shown
EVIDENCE_SPAN = (15.0, 90.0)  # seconds before and after the start in which they were heard
WEAK = 0.15  # share of a block's weight that must be heard near a link for its words to be the reason
LEAD_SPAN = 60.0  # seconds; a part further ahead is an earlier mention
LEAD_SURE = 0.6
POSITION_SURE = 0.4  # most that is said of a block that says nothing by itself, placed by what stands around it


@dataclass(frozen=True, slots=True)
class Reading:
    """Notes and transcript compared: all that does not depend on the fitted weights. `table` is F × B × T."""

    outline: Outline
    units: Units
    overlap: Overlap
    table: Matrix
    ever: Array  # share 0..1 of each of the B blocks that is heard anywhere
    section_ever: Array  # the same of the section it stands in
    topical: int  # headings that gather one kind of thing: decisions, action items


@dataclass(frozen=True, slots=True)
class Decision:
    """Where each of the B blocks goes. `emission` is B × T."""

    emission: Array
    placement: Placement
    picks: NDArray[np.int64]  # the unit of each block
    signals: Array  # B × what the confidence is computed from
    confidence: Array  # 0..1
    starts: Array  # seconds: those of the units, or better ones that are known
    settled: Settled  # what is known besides the words


def compare(shape: Outline, moments: Units) -> Reading:
    """Compare the blocks with the units, in the language of the transcript."""
    language = word_lists.detect(moments.texts)
    normalizer = Normalizer(language)
    texts = [block.text for block in shape.blocks]
    silent = [block.template for block in shape.blocks]
    common = overlap(texts, silent, moments, normalizer)
    table = features(shape, common, moments, normalizer)
    return Reading(shape, moments, common, table, *ever(common, shape.section), _topical(shape, language))


def decide(reading: Reading, model: Model, outside: Outside = NOTHING) -> Decision:
    """Place every block; see `docs/algorithm.md` for the steps."""
    shape, time = reading.outline, reading.units.start
    told = weigh(emission(reading.table, shape.heading, model), reading.ever, shape, reading.units, outside)
    placement = place(
        told.emission,
        time,
        reading.units.duration,
        shape,
        topical=reading.topical,
        unheard=(1 - reading.ever) * (1 - reading.section_ever),
        known=told.misleads,
    )
    picks = onset(placement.posterior, time)
    signals = confidence.signals(shape, reading.ever, reading.table, told.emission, placement, picks, time)
    settled = told.settle(time[picks])
    sure = settled.sure(confidence.probability(signals, model.confidence, model.bias))
    picks = lead_in(shape, picks, sure, time)
    starts = settled.starts(time[picks])
    return Decision(told.emission, placement, picks, signals, sure, starts, settled)


def onset(posterior: Array, time: Array) -> NDArray[np.int64]:
    """The unit each block starts at: the passage with the most mass, then the best unit in it.

    The single most probable unit is often a lone peak beside the passage that holds most of the probability.
    """
    mass = confidence.window_mass(posterior, time, WIDE)
    passage = mass.argmax(axis=1)
    close = np.abs(time[None, :] - time[passage][:, None]) <= FINE
    return np.asarray(np.where(close, mass + PEAK * posterior, -1).argmax(axis=1))


def lead_in(shape: Outline, picks: NDArray[np.int64], sure: Array, time: Array) -> NDArray[np.int64]:
    """A section does not begin after its parts: a heading moves back to a sure one that is just before it."""
    out = picks.copy()
    for b in range(len(shape)):
        for up in shape.ancestors(b):
            early = time[out[up]] - time[picks[b]]
            if shape.heading[up] and sure[b] >= LEAD_SURE and 0 < early <= LEAD_SPAN:
                out[up] = picks[b]
    return out


def records(reading: Reading, decision: Decision) -> tuple[Alignment, ...]:
    """The alignments, without those below FLOOR."""
    shape = reading.outline
    words = {b: evidence(reading, b, float(decision.starts[b])) for b in range(len(shape))}
    basis = {b: _basis(decision, b, words[b]) for b in range(len(shape))}
    silent = {b: basis[b] is Basis.NEIGHBOURS and (bare(shape, b) or _unheard(shape, b, basis)) for b in basis}
    sure = {b: _sure(reading, decision, b, by_position=silent[b]) for b in basis}
    starts = {b: float(decision.starts[b]) for b in range(len(shape)) if _told(reading, decision, b, sure[b])}
    return tuple(
        Alignment(
            block_id=shape.blocks[b].id,
            start=start,
            end=end_of(shape, b, starts, reading.units.duration),
            confidence=round(sure[b], 4),
            basis=basis[b],
            evidence=words[b],
        )
        for b, start in starts.items()
    )


def evidence(reading: Reading, block: int, start: float) -> tuple[str, ...]:
    """Words of the block, as written, that were heard around `start`; the most telling first."""
    common, moments = reading.overlap, reading.units
    low, high = np.searchsorted(moments.start, [start - EVIDENCE_SPAN[0], start + EVIDENCE_SPAN[1]])
    text = reading.outline.blocks[block].text
    weight: dict[str, tuple[float, int, str]] = {}
    for term in common.terms[block]:
        row = common.index[term.key]
        heard = float(common.fuzzy[row, low:high].max(initial=0.0) * common.weights[block, row])
        if heard > 0 and " " not in term.key:
            weight.setdefault(term.key, (-heard, term.start, text[term.start : term.end]))
    return tuple(dict.fromkeys(word for *_, word in sorted(weight.values())))[:EVIDENCE]


def end_of(shape: Outline, block: int, starts: Mapping[int, float], duration: float) -> float:
    """Until something else of its rank begins: seconds, never before the block's own start.

    A heading lasts until the next heading of its level or above, any other block until the next block that does not
    stand under it.
    """
    start = starts[block]
    depth = shape.blocks[block].depth

    def closes(other: int) -> bool:
        if shape.heading[block]:
            return shape.heading[other] and shape.blocks[other].depth <= depth
        return block not in shape.ancestors(other)

    later = [at for other, at in starts.items() if at > start and closes(other)]
    return max(min(later, default=duration), start)


def _sure(reading: Reading, decision: Decision, block: int, *, by_position: bool) -> float:
    """The confidence, without the share that a block's position alone would earn it."""
    sure = float(decision.confidence[block])
    settled = decision.settled
    known = block in settled.pins or block in settled.agreed or block in settled.named
    capped = not known and (by_position or reading.outline.blocks[block].template)
    return min(sure, POSITION_SURE) if capped else sure


def _unheard(shape: Outline, block: int, basis: Mapping[int, Basis]) -> bool:
    """Whether nothing of the section a block stands in was heard where it was placed: it may have been left out."""
    section = [basis[b] for b in basis if shape.section[b] == shape.section[block]]
    return len(section) > 1 and set(section) == {Basis.NEIGHBOURS}


def _told(reading: Reading, decision: Decision, block: int, sure: float) -> bool:
    """Whether there is a moment to tell: a person's word, or a guess that is good enough."""
    if block in decision.settled.pins:
        return decision.settled.pins[block] is not None
    shape = reading.outline
    return sure >= FLOOR and not (shape.blocks[block].template and not shape.leads[block])


def _basis(decision: Decision, block: int, words: Sequence[str]) -> Basis:
    """The strongest reason for the place: a written time, the block's own words, or only what stands around it."""
    if block in decision.settled.pins:
        return Basis.PINNED
    if block in decision.settled.agreed:
        return Basis.HINT
    if not words:
        return Basis.NEIGHBOURS
    here = decision.signals[block, confidence.NAMES.index("cover_here")]
    return Basis.MATCH if here >= WEAK else Basis.PATH


def _topical(shape: Outline, language: word_lists.Language) -> int:
    """How many short headings gather one kind of thing (Decisions, Action items) instead of a stretch of time."""
    return sum(
        heading
        and len(words := word_lists.WORD.findall(word_lists.fold(block.text))) <= 4
        and bool(language.topical & set(words))
        for heading, block in zip(shape.heading, shape.blocks, strict=True)
    )
