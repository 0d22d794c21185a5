"""What is put into the full-text index: overlapping windows of speech, and the blocks of the notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.records import Kind, Notes, Segment, Transcript

WINDOW = 48
"""Words in a window of speech: about 20 seconds, so that words found together were said together."""

STRIDE = 24
"""Words from one window to the next. Any phrase of up to WINDOW - STRIDE words lies whole in one window."""


PAUSE = 60.0
"""Seconds of silence after which a new window begins: what is said after it was not said together."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to find. `marks` are ascending (offset in text, seconds): a match starts at the last mark before it."""

    text: str
    written: bool
    block_id: str | None = None
    marks: tuple[tuple[int, float], ...] = ()


def spoken(transcript: Transcript) -> Iterator[Passage]:
    """Overlapping windows over all that was heard, so that a phrase across two cues is found."""
    for words in _without_pauses(transcript):
        for first in range(0, len(words), STRIDE):
            window = words[first : first + WINDOW]
            offset, marks = 0, []
            for text, start in window:
                marks.append((offset, start))
                offset += len(text) + 1
            yield Passage(" ".join(text for text, _ in window), written=False, marks=tuple(marks))
            if first + WINDOW >= len(words):
                break


def written(notes: Notes) -> Iterator[Passage]:
    """Every block a reader sees."""
    for block in notes.blocks:
        if block.text and block.kind is not Kind.MARKUP:
            yield Passage(block.text, written=True, block_id=block.id)


def _without_pauses(transcript: Transcript) -> Iterator[list[tuple[str, float]]]:
    words: list[tuple[str, float]] = []
    end = 0.0
    for segment in transcript.heard:
        if words and segment.start - end > PAUSE:
            yield words
            words = []
        words += _timed(segment)
        end = segment.end
    if words:
        yield words


def _timed(segment: Segment) -> Iterator[tuple[str, float]]:
    if segment.words:
        yield from ((word.text.strip(), word.start) for word in segment.words if word.text.strip())
        return
    # Without word times a word's moment is read off its place in the cue.
    words = segment.text.split()
    pace = (segment.end - segment.start) / max(len(words), 1)
    yield from ((word, segment.start + pace * position) for position, word in enumerate(words))
