"""Transcript → units: the moments a link may point to, about one every ten seconds.

Cues are cut into atoms (long ones at sentence ends), atoms are packed into units. Only the start of a unit is ever
answered, so units begin where somebody begins to speak or a sentence begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.language import word_lists
from pipeline.records import Segment, Transcript, Word

Array = NDArray[np.float64]

LONG_CUE = 12.0  # seconds; a longer cue of more than LONG_WORDS words is cut
LONG_WORDS = 25
SENTENCE_WORDS = 40  # a longer "sentence" has lost its full stops: cut every LONG_WORDS words
UNIT = 7.0  # seconds after which a unit is full
UNIT_WORDS = 40
TURN = 3.0  # seconds a unit must hold before a new speaker starts another
ANNOUNCED = 60  # characters of a sentence in which a phrase such as "moving on" announces a topic
PAUSE = 4.0  # seconds of silence that always start another

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”»)]*\s+")


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest piece with a time of its own: a cue, or a sentence of a long one."""

    start: float
    end: float
    text: str
    speaker: str | None
    opens: bool  # begins a cue


@dataclass(frozen=True, slots=True)
class Units:
    """The transcript as T candidate moments, in time order. Times are seconds from the start of the recording."""

    start: Array  # strictly rising
    end: Array
    texts: tuple[str, ...]
    speakers: tuple[str | None, ...]
    pause: Array  # silence before the unit, seconds
    opens: NDArray[np.bool_]  # begins a cue
    turn: NDArray[np.bool_]  # another speaker than before
    turn_length: Array  # seconds until another speaker
    duration: float  # end of the last word

    def __len__(self) -> int:
        return len(self.texts)


def build_units(transcript: Transcript) -> Units:
    """Cut and pack what was heard. An empty `Units` when nothing was."""
    pieces = atoms(transcript.heard)
    packed = list(_pack(pieces, word_lists.detect(atom.text for atom in pieces).turns))
    start = np.array([unit[0].start for unit in packed], dtype=np.float64)
    end = np.array([max(atom.end for atom in unit) for unit in packed], dtype=np.float64)
    speakers = tuple(unit[0].speaker for unit in packed)
    turn = np.array([i > 0 and speakers[i] != speakers[i - 1] for i in range(len(packed))], dtype=np.bool_)
    duration = float(end.max(initial=0.0))
    silence = start - np.concatenate([[start[0]], np.maximum.accumulate(end)[:-1]]) if packed else start
    return Units(
        start=start,
        end=end,
        texts=tuple(" ".join(atom.text for atom in unit) for unit in packed),
        speakers=speakers,
        pause=np.maximum(silence, 0.0),
        opens=np.array([unit[0].opens for unit in packed], dtype=np.bool_),
        turn=turn,
        turn_length=np.append(start[turn], duration)[np.cumsum(turn)] - start,
        duration=duration,
    )


def atoms(segments: Iterable[Segment]) -> list[Atom]:
    """Atoms in time order; segments without a word or a usable time are left out."""
    found = [
        atom
        for segment in segments
        if segment.text.strip() and np.isfinite(segment.start) and np.isfinite(segment.end) and segment.end >= 0
        for atom in _cut(segment)
    ]
    return list(_named(sorted(found, key=lambda atom: (atom.start, atom.end))))


def _named(pieces: Iterable[Atom]) -> Iterator[Atom]:
    """A cue without a name continues the last speaker: captions name people when they begin."""
    speaker: str | None = None
    for atom in pieces:
        speaker = atom.speaker or speaker
        yield replace(atom, speaker=speaker)


def _cut(segment: Segment) -> Iterator[Atom]:
    start, end = max(segment.start, 0.0), max(segment.end, segment.start, 0.0)
    pieces = _by_words(segment.words) if segment.words else _by_share(segment.text.strip(), start, end)
    for i, (at, until, text) in enumerate(pieces):
        yield Atom(at, until, text, segment.speaker, opens=i == 0)


def _by_words(words: tuple[Word, ...]) -> Iterator[tuple[float, float, str]]:
    """Cut at sentence ends and pauses, by the times of the words themselves."""
    held: list[Word] = []
    for word in words:
        if held:
            ended = held[-1].text.rstrip().endswith((".", "!", "?", "…"))
            if ended or word.start - held[-1].end >= 1.0 or len(held) >= SENTENCE_WORDS:
                yield held[0].start, held[-1].end, " ".join(w.text.strip() for w in held)
                held = []
        held.append(word)
    if held:
        yield held[0].start, held[-1].end, " ".join(w.text.strip() for w in held)


def _by_share(text: str, start: float, end: float) -> Iterator[tuple[float, float, str]]:
    """Cut a long cue at its sentences and share its time among them by their words."""
    count = len(text.split())
    if end - start <= LONG_CUE or count <= LONG_WORDS:
        yield start, end, text
        return
    pace, done = (end - start) / count, 0
    for sentence in _SENTENCE.split(text):
        words = sentence.split()
        step = LONG_WORDS if len(words) > SENTENCE_WORDS else max(len(words), 1)
        for i in range(0, len(words), step):
            piece = words[i : i + step]
            yield start + done * pace, start + (done + len(piece)) * pace, " ".join(piece)
            done += len(piece)


def _pack(pieces: Iterable[Atom], turns: re.Pattern[str] | None) -> Iterator[list[Atom]]:
    unit: list[Atom] = []
    words = 0
    for atom in pieces:
        if unit and atom.start > unit[0].start:
            held = unit[-1].end - unit[0].start
            full = atom.start - unit[0].start >= UNIT or words >= UNIT_WORDS
            turned = atom.speaker != unit[-1].speaker and held >= TURN
            announced = held >= TURN and turns is not None and turns.search(word_lists.fold(atom.text[:ANNOUNCED]))
            if full or turned or announced or atom.start - unit[-1].end >= PAUSE:
                yield unit
                unit, words = [], 0
        unit.append(atom)
        words += len(atom.text.split())
    if unit:
        yield unit
