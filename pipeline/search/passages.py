"""What is searched: overlapping windows of speech, and the blocks of the notes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline import unspaced
from pipeline.records import BlockKind, Mishearing, Notes, Segment, Transcript

WINDOW_WORDS = 48
"""Words in a window of speech: about 20 seconds, so that words found together were said together."""

STRIDE_WORDS = 24
"""Words from one window to the next. Any phrase of up to WINDOW_WORDS - STRIDE_WORDS words is whole in one window."""

MAX_PAUSE_SECONDS = 60.0
"""Silence after which a new window begins: what is said after it was not said together."""

_TIME_ROUNDING_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to find: a block of notes, or words that were said one after the other.

    The words begin at the ascending characters `offsets` of the text, and were said at `starts` seconds. `speakers` has
    the first word of each who speaks, `heard` what the recogniser wrote where another word was put in, by word.
    """

    text: str
    block_id: str | None = None
    offsets: Sequence[int] = ()
    starts: Sequence[float] = ()
    speakers: tuple[tuple[int, str | None], ...] = ()
    stems: str = ""  # as the index has them, where each is that of what stands between two spaces; or else ""
    heard: Mapping[int, str] = field(default_factory=dict)

    @property
    def put_in(self) -> str:
        """The words that were put in."""
        ends = [*self.offsets[1:], len(self.text)]
        return " ".join(self.text[self.offsets[word] : ends[word]].strip() for word in self.heard)

    def word_at(self, offset: int) -> int:
        """The word that a character belongs to."""
        return max(bisect_right(self.offsets, offset) - 1, 0)

    def speaker_of(self, word: int) -> str | None:
        """Who says a word, if that is known."""
        return next((speaker for first, speaker in reversed(self.speakers) if first <= word), None)


class _Words(NamedTuple):
    """What was said without a long pause."""

    texts: list[str]
    starts: list[float]
    speakers: list[str | None]
    heard: dict[int, str]


def transcript_passages(transcript: Transcript) -> Iterator[Passage]:
    """Overlapping windows over all that was heard, so that a phrase across two cues is found."""
    for words in _between_pauses(transcript):
        yield from _windows(words)


def misheard_passages(transcript: Transcript, mishearings: Iterable[Mishearing]) -> Iterator[Passage]:
    """The windows in which something was misheard, as it was probably said."""
    found = sorted(mishearings, key=lambda mishearing: mishearing.start)
    for words in _between_pauses(transcript) if found else ():
        for window in _windows(_corrected(words, found)):
            if window.heard:
                yield window


def notes_passages(notes: Notes) -> Iterator[Passage]:
    """Every block a reader sees."""
    for block in notes.blocks:
        if block.text and block.kind is not BlockKind.MARKUP:
            yield Passage(block.text, block_id=block.id)


def _windows(words: _Words) -> Iterator[Passage]:
    text, offsets = _joined(words.texts)
    turns = [at for at, speaker in enumerate(words.speakers) if not at or speaker != words.speakers[at - 1]]
    for first in range(0, len(words.texts), STRIDE_WORDS):
        end = first + WINDOW_WORDS
        begin, until = offsets[first], offsets[end] if end < len(offsets) else len(text)
        inner = turns[bisect_right(turns, first) : bisect_left(turns, end)]
        yield Passage(
            text[begin:until].rstrip(),
            offsets=[offset - begin for offset in offsets[first:end]],
            starts=words.starts[first:end],
            speakers=tuple((at - first, words.speakers[at]) for at in (first, *inner)),
            heard={at - first: heard for at, heard in words.heard.items() if first <= at < end},
        )
        if end >= len(words.texts):
            return


def _joined(texts: Sequence[str]) -> tuple[str, list[int]]:
    """The words as a text, and where in it each begins."""
    offsets, length = [], 0
    joined = " ".join(texts)
    if joined.isascii():
        for text in texts:
            offsets.append(length)
            length += len(text) + 1
        return joined, offsets
    pieces: list[str] = []
    for text in texts:
        if pieces and text and pieces[-1] and not unspaced.is_joined(pieces[-1], text):
            pieces.append(" ")
            length += 1
        offsets.append(length)
        pieces.append(text)
        length += len(text)
    return "".join(pieces), offsets


def _corrected(words: _Words, mishearings: Iterable[Mishearing]) -> _Words:
    """The words with each mishearing's term in place of what was heard."""
    corrected, at = _Words([], [], [], {}), 0

    def take(first: int, end: int) -> None:
        corrected.texts.extend(words.texts[first:end])
        corrected.starts.extend(words.starts[first:end])
        corrected.speakers.extend(words.speakers[first:end])

    for mishearing in mishearings:
        first = bisect_left(words.starts, mishearing.start - _TIME_ROUNDING_SECONDS)
        end = max(bisect_left(words.starts, mishearing.end - _TIME_ROUNDING_SECONDS), first + 1)
        if at <= first < len(words.texts) and words.starts[first] <= mishearing.end:
            take(at, first)
            corrected.heard[len(corrected.texts)] = mishearing.heard
            corrected.texts.append(mishearing.term)
            corrected.starts.append(words.starts[first])
            corrected.speakers.append(words.speakers[first])
            at = end
    take(at, len(words.texts))
    return corrected


def _between_pauses(transcript: Transcript) -> Iterator[_Words]:
    words, end = _Words([], [], [], {}), 0.0
    for segment in transcript.heard:
        if words.texts and segment.start - end > MAX_PAUSE_SECONDS:
            yield words
            words = _Words([], [], [], {})
        texts, starts = _timed(segment)
        words.texts.extend(texts)
        words.starts.extend(starts)
        words.speakers.extend([segment.speaker] * len(texts))
        end = segment.end
    if words.texts:
        yield words


def _timed(segment: Segment) -> tuple[list[str], list[float]]:
    """The words of `Segment.timed_words`, and when each begins; in a large archive, making those takes a minute."""
    if segment.words or unspaced.is_in(segment.text):
        words = segment.timed_words
        return [word.text for word in words], [word.start for word in words]
    texts = segment.text.split()
    pace = (segment.end - segment.start) / max(len(texts), 1)
    return texts, [segment.start + pace * position for position in range(len(texts))]
