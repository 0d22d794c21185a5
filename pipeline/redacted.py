"""A transcript without the passages that somebody took out of its recording, and the lines that say so.

A word that is spoken within a passage goes, however little of it is; a segment without times for its words goes whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline import unspaced
from pipeline.records import Recording, RecordingPart, RemovedPassage, Segment, Transcript, Word

_SAME_SECONDS = 1e-6  # what is stored is rounded: two words that meet do not overlap
_WORD = re.compile(r"\w{4,}")
"""Shorter words say nothing of where they come from."""

Clock = Callable[[Segment, float], float]
"""When in the recording a time of a segment is, in seconds."""


def by_recording(_segment: Segment, seconds: float) -> float:
    """The clock of a transcript that runs by that of its recording."""
    return seconds


def without_passages(
    transcript: Transcript, passages: Sequence[RemovedPassage], clock: Clock = by_recording
) -> Transcript:
    """The transcript without what was said in the passages, whose times are the recording's."""
    if not passages:
        return transcript
    kept = tuple(part for segment in transcript.segments for part in _kept(segment, passages, clock))
    return replace(transcript, segments=kept)


def _kept(segment: Segment, passages: Sequence[RemovedPassage], clock: Clock) -> Iterator[Segment]:
    """What is left of a segment: itself, nothing, or what was said before, between and after the passages."""

    def is_gone(start: float, end: float) -> bool:
        return any(_overlaps(clock(segment, start), clock(segment, end), passage) for passage in passages)

    gone = [is_gone(word.start, word.end) for word in segment.words]
    if not any(gone) and not is_gone(segment.start, segment.end):
        yield segment
    elif segment.words and _has_all_words(segment):
        if not any(gone):  # the passage is in a pause
            yield segment
            return
        words: list[Word] = []
        for word, is_out in zip(segment.words, gone, strict=True):
            if not is_out:
                words.append(word)
            elif words:
                yield _segment_of(segment, words)
                words = []
        if words:
            yield _segment_of(segment, words)


def _overlaps(start: float, end: float, passage: RemovedPassage) -> bool:
    if end - start < _SAME_SECONDS:
        return passage.start <= start <= passage.end
    return start < passage.end - _SAME_SECONDS and end > passage.start + _SAME_SECONDS


def _has_all_words(segment: Segment) -> bool:
    """Whether the words with their times are all that the text of a segment says."""
    return "".join(word.text for word in segment.words).replace(" ", "") == "".join(segment.text.split())


def _segment_of(whole: Segment, words: Sequence[Word]) -> Segment:
    texts = [word.text.strip() for word in words]
    text = "".join(word.text for word in words).strip() if unspaced.is_in(whole.text) else " ".join(texts)
    return replace(whole, start=words[0].start, end=words[-1].end, text=text, words=tuple(words))


def widened(passage: RemovedPassage, transcript: Transcript | None) -> RemovedPassage:
    """The passage with all of every word that is spoken in it, so that none is heard in half."""
    start, end = passage.start, passage.end
    for segment in transcript.heard if transcript else ():
        spans = [(word.start, word.end) for word in segment.words] if _has_all_words(segment) else []
        for first, last in spans or [(segment.start, segment.end)]:
            if _overlaps(first, last, passage):
                start, end = min(start, first), max(end, last)
    return replace(passage, start=start, end=end)


def joined(passages: Iterable[RemovedPassage]) -> tuple[RemovedPassage, ...]:
    """The passages in time order; those that overlap are one, with every reason that was given."""
    found: list[RemovedPassage] = []
    for each in sorted(passages, key=lambda passage: (passage.start, passage.end)):
        if found and each.start <= found[-1].end:
            last = found[-1]
            reasons = dict.fromkeys(filter(None, (last.reason, each.reason)))
            found[-1] = RemovedPassage(last.start, max(last.end, each.end), "; ".join(reasons))
        else:
            found.append(each)
    return tuple(found)


def line_of(passage: RemovedPassage) -> str:
    """What stands where a passage was.

    >>> line_of(RemovedPassage(1.0, 2.0, "a private number")), line_of(RemovedPassage(1.0, 2.0))
    ('[removed: a private number]', '[removed]')
    """
    return f"[removed: {passage.reason}]" if passage.reason else "[removed]"


def with_lines(transcript: Transcript, line: Callable[[RemovedPassage], str] = line_of) -> Transcript:
    """The transcript to be read: with a line for each passage that was taken out, where that was."""
    if not transcript.removed:
        return transcript
    lines = (Segment(passage.start, passage.end, line(passage)) for passage in transcript.removed)
    return replace(transcript, segments=tuple(sorted((*transcript.segments, *lines), key=lambda each: each.start)))


def words_only_in(removed: Iterable[str], kept: Iterable[str]) -> frozenset[str]:
    """The words of four letters or more that are in the texts that were taken out, and in none that is left."""
    return _words(removed) - _words(kept)


def mentions(text: str, words: frozenset[str]) -> bool:
    """Whether a text has one of the words."""
    return bool(_words([text]) & words)


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(text.casefold()))


def of_piece(passages: Iterable[RemovedPassage], piece: Recording | RecordingPart) -> tuple[tuple[float, float], ...]:
    """The stretches of a recording, or of a part of one, that the passages take out of its file, by its own clock."""
    if not isinstance(piece, RecordingPart):
        return tuple((each.start, each.end) for each in passages)
    within = ((each.start - piece.start, each.end - piece.start) for each in passages)
    return tuple((max(start, 0.0), end) for start, end in within if end > 0.0 and start < piece.duration)
