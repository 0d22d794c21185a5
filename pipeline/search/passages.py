"""What is put into the full-text index: overlapping windows of speech, and the blocks of the notes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pipeline.records import BlockKind, Mishearing, Notes, Transcript

WINDOW = 48
"""Words in a window of speech: about 20 seconds, so that words found together were said together."""

STRIDE = 24
"""Words from one window to the next. Any phrase of up to WINDOW - STRIDE words lies whole in one window."""


PAUSE = 60.0
"""Seconds of silence after which a new window begins: what is said after it was not said together."""

_SAME = 0.02
"""Seconds by which the time of a word may have been rounded."""


class Source(StrEnum):
    """Where a passage comes from; each has a full-text index of its own."""

    SAID = "said"
    NOTED = "noted"
    MISHEARD = "misheard"  # said, with the words of the notes that were probably misheard put in


class Mark(NamedTuple):
    """From the character `offset` on, a text was said at `start` seconds; `heard` is what it stands in place of."""

    offset: int
    start: float
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to find. A match starts at the last of the ascending `marks` before it. `terms` are words put in."""

    text: str
    source: Source
    block_id: str | None = None
    marks: tuple[Mark, ...] = ()
    terms: str | None = None


class _Word(NamedTuple):
    text: str
    start: float
    heard: str | None = None


def spoken(transcript: Transcript) -> Iterator[Passage]:
    """Overlapping windows over all that was heard, so that a phrase across two cues is found."""
    for words in _without_pauses(transcript):
        for window in _windows(words):
            yield _passage(window, Source.SAID)


def misheard(transcript: Transcript, hearings: Iterable[Mishearing]) -> Iterator[Passage]:
    """The windows in which something was misheard, as it was probably said."""
    found = sorted(hearings, key=lambda hearing: hearing.start)
    for words in _without_pauses(transcript) if found else ():
        for window in _windows(_put_right(words, found)):
            if any(word.heard for word in window):
                yield _passage(window, Source.MISHEARD)


def written(notes: Notes) -> Iterator[Passage]:
    """Every block a reader sees."""
    for block in notes.blocks:
        if block.text and block.kind is not BlockKind.MARKUP:
            yield Passage(block.text, Source.NOTED, block_id=block.id)


def _windows(words: Sequence[_Word]) -> Iterator[Sequence[_Word]]:
    for first in range(0, len(words), STRIDE):
        yield words[first : first + WINDOW]
        if first + WINDOW >= len(words):
            return


def _passage(window: Sequence[_Word], source: Source) -> Passage:
    offset, marks = 0, []
    for word in window:
        marks.append(Mark(offset, word.start, word.heard))
        offset += len(word.text) + 1
    terms = " ".join(word.text for word in window if word.heard) or None
    return Passage(" ".join(word.text for word in window), source, marks=tuple(marks), terms=terms)


def _put_right(words: Sequence[_Word], hearings: Iterable[Mishearing]) -> list[_Word]:
    """The words with each hearing's term in place of what was heard."""
    starts = [word.start for word in words]
    right, at = [], 0
    for hearing in hearings:
        first = bisect_left(starts, hearing.start - _SAME)
        end = max(bisect_left(starts, hearing.end - _SAME), first + 1)
        if at <= first < len(words) and starts[first] <= hearing.end:
            right += [*words[at:first], _Word(hearing.term, words[first].start, hearing.heard)]
            at = end
    return [*right, *words[at:]]


def _without_pauses(transcript: Transcript) -> Iterator[list[_Word]]:
    words: list[_Word] = []
    end = 0.0
    for segment in transcript.heard:
        if words and segment.start - end > PAUSE:
            yield words
            words = []
        words += (_Word(word.text, word.start) for word in segment.timed_words)
        end = segment.end
    if words:
        yield words
