"""The aligner's steps in order, and the records they end in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.align import confidence, languages
from pipeline.align.features import features
from pipeline.align.lexical import Matrix, Overlap, overlap
from pipeline.align.model import Model, emission, shipped
from pipeline.align.normalize import Normalizer
from pipeline.align.outline import Outline, outline
from pipeline.align.path import Placement, place
from pipeline.align.windows import Units, units
from pipeline.errors import AlignError
from pipeline.records import Alignment, Basis, Notes, Transcript

Array = NDArray[np.float64]

WIDE = 25.0  # seconds: the passage is the place with the most mass this close ...
FINE = 12.5  # ... and its start the best unit this close to that
PEAK = 0.5  # a unit's own posterior against the mass around it
FLOOR = 0.12  # below this confidence a guess is worse than none
EVIDENCE = 8  # words shown
EVIDENCE_SPAN = (15.0, 90.0)  # seconds before and after the start in which they were heard
HINT_SPREAD = 20.0  # seconds a written time is usually off by
HINT_TRUST = 0.9  # chance that a written time is right
WEAK = 0.15  # share of a block's weight that must be heard for its words to be the reason


@dataclass(frozen=True, slots=True)
class Reading:
    """Notes and transcript, read and compared: all that does not depend on fitted weights but the hints."""

    outline: Outline
    units: Units
    overlap: Overlap
    table: Matrix  # F × B × T
    topical: bool


def align(notes: Notes, transcript: Transcript) -> tuple[Alignment, ...]:
    """Place the blocks of `notes` in the recording; one Alignment per placed block, in the order of the notes.

    Raises:
        AlignError: the transcript has no words.
    """
    moments = units(transcript)
    if not len(moments):
        raise AlignError(
            "The transcript has no words.",
            hint="Play the recording to hear whether anybody speaks; transcribe it again or give another transcript.",
        )
    shape = outline(notes)
    if not len(shape):
        return ()
    return records(read(shape, moments), shipped())


def read(shape: Outline, moments: Units) -> Reading:
    """Compare the blocks with the units."""
    language = languages.detect(moments.texts)
    normalizer = Normalizer(language)
    texts = [block.text for block in shape.blocks]
    silent = [block.template for block in shape.blocks]
    common = overlap(texts, silent, moments, normalizer)
    return Reading(shape, moments, common, features(shape, common, moments, normalizer), _topical(shape, language))


def decide(reading: Reading, model: Model) -> tuple[Array, Placement, Array]:
    """Emission, placement and the chosen unit of each block."""
    moments = reading.units
    own = _with_hints(emission(reading.table, reading.outline.heading, model), reading.outline, moments)
    placement = place(own, moments.start, moments.duration, reading.outline, topical=reading.topical)
    return own, placement, onset(placement.posterior, moments.start)


def onset(posterior: Array, time: Array) -> NDArray[np.int64]:
    """The unit each block starts at: the passage with the most mass, then the best unit in it.

    The single most probable unit is often a lone peak beside the passage that holds most of the probability.
    """
    mass = confidence.window_mass(posterior, time, WIDE)
    passage = mass.argmax(axis=1)
    close = np.abs(time[None, :] - time[passage][:, None]) <= FINE
    return np.where(close, mass + PEAK * posterior, -1).argmax(axis=1)


def records(reading: Reading, model: Model) -> tuple[Alignment, ...]:
    """The alignments of a reading, those below FLOOR left out."""
    own, placement, picks = decide(reading, model)
    time = reading.units.start
    signal = confidence.signals(reading.outline, reading.table, own, placement, picks, time)
    sure = confidence.probability(signal, model.confidence, model.bias)
    shape = reading.outline
    placed = [b for b in range(len(shape)) if sure[b] >= FLOOR]
    starts = {b: float(time[picks[b]]) for b in placed}
    found = []
    for b in placed:
        words = evidence(reading, b, starts[b])
        found.append(
            Alignment(
                block_id=shape.blocks[b].id,
                start=starts[b],
                end=_end(shape, b, starts, reading.units.duration),
                confidence=round(float(sure[b]), 4),
                basis=_basis(shape, b, starts[b], words),
                evidence=words,
            )
        )
    return tuple(found)


def evidence(reading: Reading, block: int, start: float) -> tuple[str, ...]:
    """Words of the block, as written, that were heard around `start`; the most telling first."""
    common, moments = reading.overlap, reading.units
    low, high = np.searchsorted(moments.start, [start - EVIDENCE_SPAN[0], start + EVIDENCE_SPAN[1]])
    heard = common.fuzzy[:, low:high].max(axis=1, initial=0.0) * common.weights[block]
    index = {key: v for v, key in enumerate(common.keys)}
    text = reading.outline.blocks[block].text
    shown: dict[str, float] = {}
    taken: set[str] = set()
    for term in sorted(common.terms[block], key=lambda term: (-heard[index[term.key]], term.start)):
        if heard[index[term.key]] > 0 and " " not in term.key and term.key not in taken:
            taken.add(term.key)
            shown.setdefault(text[term.start : term.end], 0.0)
    return tuple(shown)[:EVIDENCE]


def _topical(shape: Outline, language: languages.Language) -> bool:
    """Whether headings group the notes by kind (Decisions, Action items) rather than by time."""
    return False


def _with_hints(own: Array, shape: Outline, moments: Units) -> Array:
    """Where the notes hold a time within the recording, believe it, unless the words are clearly elsewhere."""
    out = own.copy()
    for b, block in enumerate(shape.blocks):
        if block.hint and 0 <= block.hint.start <= moments.duration:
            near = np.exp(-np.abs(moments.start - block.hint.start) / HINT_SPREAD)
            near *= own[b] + 1 / len(moments)  # among the units near the hint, the words choose
            out[b] = HINT_TRUST * near / near.sum() + (1 - HINT_TRUST) * own[b]
    return out


def _basis(shape: Outline, block: int, start: float, words: Sequence[str]) -> Basis:
    hint = shape.blocks[block].hint
    if hint and abs(hint.start - start) <= 3 * HINT_SPREAD:
        return Basis.HINT
    if shape.blocks[block].template or not words:
        return Basis.NEIGHBOURS
    return Basis.MATCH


def _end(shape: Outline, block: int, starts: dict[int, float], duration: float) -> float:
    """Until something else of its rank is discussed.

    A heading lasts until the next heading of its level or above, any other block until the next block.
    """
    start = starts[block]
    depth = shape.blocks[block].depth

    def ends(other: int) -> bool:
        if shape.heading[block]:
            return shape.heading[other] and shape.blocks[other].depth <= depth
        return block not in shape.ancestors(other)

    later = [at for other, at in starts.items() if at > start and ends(other)]
    return max(min(later, default=duration), start)
