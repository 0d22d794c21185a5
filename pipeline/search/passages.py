"""What is put into the search index: overlapping windows of speech, and the blocks of the notes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import msgspec

from pipeline import unspaced
from pipeline.records import BlockKind, Mishearing, Notes, Transcript

WINDOW_WORDS = 48
"""Words in a window of speech: about 20 seconds, so that words found together were said together."""

STRIDE_WORDS = 24
"""Words from one window to the next. Any phrase of up to WINDOW_WORDS - STRIDE_WORDS words is whole in one window."""

MAX_PAUSE_SECONDS = 60.0
"""Silence after which a new window begins: what is said after it was not said together."""

_TIME_ROUNDING_SECONDS = 0.02


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """From the character `offset` on, a text was said at `start` seconds. `heard` is what a mishearing replaced."""

    offset: int
    start: float
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to find. A match starts at the last of the ascending `marks` before it. `terms` are words put in."""

    text: str
    block_id: str | None = None
    marks: tuple[Mark, ...] = ()
    terms: str | None = None


class SpeakerTurn(NamedTuple):
    """From `start` seconds on, somebody speaks: `speaker`, where that is known."""

    start: float
    speaker: str | None


class _SpokenWord(NamedTuple):
    text: str
    start: float
    heard: str | None = None


def transcript_passages(transcript: Transcript) -> Iterator[Passage]:
    """Overlapping windows over all that was heard, so that a phrase across two cues is found."""
    for words in _between_pauses(transcript):
        for window in _windows(words):
            yield _passage(window)


def misheard_passages(transcript: Transcript, mishearings: Iterable[Mishearing]) -> Iterator[Passage]:
    """The windows in which something was misheard, as it was probably said."""
    found = sorted(mishearings, key=lambda mishearing: mishearing.start)
    for words in _between_pauses(transcript) if found else ():
        for window in _windows(_corrected(words, found)):
            if any(word.heard for word in window):
                yield _passage(window)


def notes_passages(notes: Notes) -> Iterator[Passage]:
    """Every block a reader sees."""
    for block in notes.blocks:
        if block.text and block.kind is not BlockKind.MARKUP:
            yield Passage(block.text, block_id=block.id)


def speaker_turns(transcript: Transcript) -> Iterator[SpeakerTurn]:
    """Where somebody else begins to speak; of several who begin at the same time, the last by name."""
    ordered = sorted((segment.start, segment.speaker or "") for segment in transcript.segments)
    last_at = {start: speaker or None for start, speaker in ordered}
    for speaker, turn in groupby(last_at.items(), key=lambda item: item[1]):
        yield SpeakerTurn(next(turn)[0], speaker)


def _windows(words: Sequence[_SpokenWord]) -> Iterator[Sequence[_SpokenWord]]:
    for first in range(0, len(words), STRIDE_WORDS):
        yield words[first : first + WINDOW_WORDS]
        if first + WINDOW_WORDS >= len(words):
            return


def _passage(window: Sequence[_SpokenWord]) -> Passage:
    text, marks = "", []
    for word in window:
        if text and word.text and not unspaced.is_joined(text, word.text):
            text += " "
        marks.append(Mark(len(text), word.start, word.heard))
        text += word.text
    terms = " ".join(word.text for word in window if word.heard) or None
    return Passage(text, marks=tuple(marks), terms=terms)


def _corrected(words: Sequence[_SpokenWord], mishearings: Iterable[Mishearing]) -> list[_SpokenWord]:
    """The words with each mishearing's term in place of what was heard."""
    starts = [word.start for word in words]
    corrected, at = [], 0
    for mishearing in mishearings:
        first = bisect_left(starts, mishearing.start - _TIME_ROUNDING_SECONDS)
        end = max(bisect_left(starts, mishearing.end - _TIME_ROUNDING_SECONDS), first + 1)
        if at <= first < len(words) and starts[first] <= mishearing.end:
            term = _SpokenWord(mishearing.term, words[first].start, mishearing.heard)
            corrected += [*words[at:first], term]
            at = end
    return [*corrected, *words[at:]]


def _between_pauses(transcript: Transcript) -> Iterator[list[_SpokenWord]]:
    words: list[_SpokenWord] = []
    end = 0.0
    for segment in transcript.heard:
        if words and segment.start - end > MAX_PAUSE_SECONDS:
            yield words
            words = []
        words += (_SpokenWord(word.text, word.start) for word in segment.timed_words)
        end = segment.end
    if words:
        yield words
