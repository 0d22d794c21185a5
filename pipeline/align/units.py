"""Transcript → units: the moments a link may point to, about one every ten seconds.

Cues are cut into atoms (long ones at sentence ends), and atoms are packed into units. A link always points to the
start of a unit, so units begin where somebody begins to speak or a sentence begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from pipeline import unspaced
from pipeline.arrays import BoolArray, FloatArray
from pipeline.language import word_lists
from pipeline.language.words import fold
from pipeline.records import Segment, Transcript, Word

MAX_CUE_SECONDS, MAX_CUE_WORDS = 12.0, 25  # a cue that exceeds both is cut ...
MAX_SHORT_CUE_WORDS = 1000  # ... and any with more words: nobody says so many in so short a time
MAX_SENTENCE_WORDS = 40  # a longer "sentence" has lost its full stops: it is cut every MAX_CUE_WORDS words
MIN_SENTENCE_PAUSE_SECONDS = 1.0  # silence between words that ends a sentence
FULL_UNIT_SECONDS, FULL_UNIT_WORDS = 7.0, 40  # a unit that reaches either is full
MIN_UNIT_SECONDS = 3.0  # before a new speaker, or a phrase that announces a topic, starts another unit
MIN_PAUSE_SECONDS = 4.0  # of silence that always start another unit
ANNOUNCEMENT_CHARS = 60  # at the start of a sentence, in which a phrase such as "moving on" announces a topic

_SENTENCE_END = re.compile(rf"(?<=[.!?…])[\"'”»)]*\s+|(?<=[{unspaced.FULL_STOPS}])[\"'”’»)」』）]*\s*")
SENTENCE_ENDINGS = (".", "!", "?", "…", *unspaced.FULL_STOPS)


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest stretch of speech with a time of its own: a cue, or a sentence of a long one."""

    start: float
    end: float
    text: str
    speaker: str | None
    starts_cue: bool


@dataclass(frozen=True, slots=True)
class Units:
    """The transcript as T candidate moments, in time order. Times are seconds from the start of the recording."""

    start: FloatArray  # strictly rising
    end: FloatArray
    texts: tuple[str, ...]
    speakers: tuple[str | None, ...]
    pause: FloatArray  # seconds of silence before the unit
    starts_cue: BoolArray
    new_speaker: BoolArray  # another one than before
    turn_seconds: FloatArray  # until another speaker
    duration: float  # end of the last word

    def __len__(self) -> int:
        return len(self.texts)


def build_units(transcript: Transcript) -> Units:
    """Cut and pack what was heard; empty if nothing was."""
    atoms = cut_atoms(transcript.heard)
    packed = list(_pack(atoms, word_lists.detect_language(atom.text for atom in atoms).topic_phrases))
    start = np.array([unit[0].start for unit in packed], dtype=np.float64)
    end = np.array([max(atom.end for atom in unit) for unit in packed], dtype=np.float64)
    speakers = tuple(unit[0].speaker for unit in packed)
    new_speaker = np.array([i > 0 and speakers[i] != speakers[i - 1] for i in range(len(packed))], dtype=np.bool_)
    duration = float(end.max(initial=0.0))
    silence = start - np.concatenate([[start[0]], np.maximum.accumulate(end)[:-1]]) if packed else start
    return Units(
        start=start,
        end=end,
        texts=tuple(unspaced.join_words(atom.text for atom in unit) for unit in packed),
        speakers=speakers,
        pause=np.maximum(silence, 0.0),
        starts_cue=np.array([unit[0].starts_cue for unit in packed], dtype=np.bool_),
        new_speaker=new_speaker,
        turn_seconds=np.append(start[new_speaker], duration)[np.cumsum(new_speaker)] - start,
        duration=duration,
    )


def cut_atoms(segments: Iterable[Segment]) -> list[Atom]:
    """Atoms in time order; segments without a word or a usable time are left out."""
    found = [
        atom
        for segment in segments
        if segment.text.strip() and isfinite(segment.start) and isfinite(segment.end) and segment.end >= 0
        for atom in _cut(segment)
    ]
    return list(_with_speakers(sorted(found, key=lambda atom: (atom.start, atom.end))))


def _with_speakers(atoms: Iterable[Atom]) -> Iterator[Atom]:
    """A cue without a name continues the last speaker: captions name people when they begin to speak."""
    speaker: str | None = None
    for atom in atoms:
        speaker = atom.speaker or speaker
        yield atom if atom.speaker == speaker else replace(atom, speaker=speaker)


def _cut(segment: Segment) -> Iterator[Atom]:
    start, end = max(segment.start, 0.0), max(segment.end, segment.start, 0.0)
    sentences = _cut_by_words(segment.words) if segment.words else _cut_evenly(segment.text.strip(), start, end)
    for i, (sentence_start, sentence_end, text) in enumerate(sentences):
        yield Atom(sentence_start, sentence_end, text, segment.speaker, starts_cue=i == 0)


def _cut_by_words(words: tuple[Word, ...]) -> Iterator[tuple[float, float, str]]:
    """Cut at sentence ends and pauses, by the times of the words themselves."""
    sentence: list[Word] = []
    for word in words:
        if sentence:
            ended = sentence[-1].text.rstrip().endswith(SENTENCE_ENDINGS)
            paused = word.start - sentence[-1].end >= MIN_SENTENCE_PAUSE_SECONDS
            if ended or paused or len(sentence) >= MAX_SENTENCE_WORDS:
                yield sentence[0].start, sentence[-1].end, unspaced.join_words(w.text.strip() for w in sentence)
                sentence = []
        sentence.append(word)
    if sentence:
        yield sentence[0].start, sentence[-1].end, unspaced.join_words(w.text.strip() for w in sentence)


def _cut_evenly(text: str, start: float, end: float) -> Iterator[tuple[float, float, str]]:
    """Cut a long cue at its sentences, which share its time by their number of words."""
    count = unspaced.count_words(text)
    if count <= MAX_CUE_WORDS or (end - start <= MAX_CUE_SECONDS and count <= MAX_SHORT_CUE_WORDS):
        yield start, end, text
        return
    pace, done = (end - start) / count, 0
    for sentence in _SENTENCE_END.split(text):
        words = unspaced.split_words(sentence)
        step = MAX_CUE_WORDS if len(words) > MAX_SENTENCE_WORDS else max(len(words), 1)
        for i in range(0, len(words), step):
            part = words[i : i + step]
            yield start + done * pace, start + (done + len(part)) * pace, unspaced.join_words(part)
            done += len(part)


def _pack(atoms: Iterable[Atom], topic_phrases: re.Pattern[str] | None) -> Iterator[list[Atom]]:
    unit: list[Atom] = []
    words = 0
    for atom in atoms:
        if unit and atom.start > unit[0].start:
            may_break = unit[-1].end - unit[0].start >= MIN_UNIT_SECONDS
            full = atom.start - unit[0].start >= FULL_UNIT_SECONDS or words >= FULL_UNIT_WORDS
            new_speaker = may_break and atom.speaker != unit[-1].speaker
            announced = may_break and topic_phrases and topic_phrases.search(fold(atom.text[:ANNOUNCEMENT_CHARS]))
            if full or new_speaker or announced or atom.start - unit[-1].end >= MIN_PAUSE_SECONDS:
                yield unit
                unit, words = [], 0
        unit.append(atom)
        words += unspaced.count_words(atom.text)
    if unit:
        yield unit
