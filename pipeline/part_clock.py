"""The clock of each part of a recording, and the one they have in common.

A meeting that was recorded in several parts is one timeline: a part begins where those before it end. What is stored is
on that common clock; what people read, and where a host opens a part, is on the part's own. `starts` are the places of
the parts on the common clock, in their order; a recording in one piece has none, and one clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from pipeline import timecode
from pipeline.records import Block, Chapter, Hint, Notes, RecordingPart, Segment, Transcript, Word


@dataclass(frozen=True, slots=True)
class PartMoment:
    """A moment on the clock of a part. `number` counts from 1, as people do."""

    number: int
    seconds: float


def locate(starts: Sequence[float], seconds: float) -> PartMoment | None:
    """The part in which a moment of the common clock is, and when there; None for a recording in one piece."""
    if not starts:
        return None
    number = max(bisect_right(starts, seconds), 1)
    return PartMoment(number, max(seconds - starts[number - 1], 0.0))


def clock(starts: Sequence[float], seconds: float) -> str:
    """A moment of the common clock as people read it.

    >>> clock((), 754.9), clock((0.0, 600.0), 754.9)
    ('12:34', 'part 2 · 2:34')
    """
    moment = locate(starts, seconds)
    if moment is None:
        return timecode.clock(seconds)
    return f"part {moment.number} · {timecode.clock(moment.seconds)}"


def clock_span(
    starts: Sequence[float],
    start: float,
    end: float,
    clock: Callable[[Sequence[float], float], str] = clock,
) -> str:
    """A stretch of the common clock as people read it, by `clock`; a part is named once where both ends are in it.

    >>> clock_span((), 110, 253), clock_span((0.0, 600.0), 710, 853)
    ('1:50–4:13', 'part 2 · 1:50–4:13')
    >>> clock_span((0.0, 600.0), 550, 700)
    'part 1 · 9:10 – part 2 · 1:40'
    """
    first, last = locate(starts, start), locate(starts, end)
    if first and last and first.number != last.number:
        return f"{clock(starts, start)} – {clock(starts, end)}"
    return f"{clock(starts, start)}–{timecode.clock(last.seconds if last else end)}"


_KEY_SEPARATOR = " + "


def joined_key(keys: Iterable[str]) -> str:
    """The key of a recording in parts that have these."""
    return _KEY_SEPARATOR.join(keys)


def is_joined(key: str | None) -> bool:
    """Whether a key is that of a recording in several parts, and not of a file with the separator in its name."""
    keys = (key or "").split(_KEY_SEPARATOR)
    return len(keys) > 1 and all(map(_is_whole_key, keys))


def _is_whole_key(key: str) -> bool:
    return "://" in key or key.startswith("youtube ") or Path(key).is_absolute()


def is_beginning(key: str, whole: str | None) -> bool:
    """Whether a key is that of a recording, or of its first parts, whose moments are the same on the common clock."""
    return whole is not None and (whole == key or whole.startswith(key + _KEY_SEPARATOR))


def notes_on_common_clock(notes: Notes, parts: Sequence[RecordingPart]) -> Notes:
    """The notes with the times that people wrote, each on the clock of its part, on the common clock.

    A time that is not within its part is left out: it would be in the next one, where nobody meant it to be.
    """
    if not any(block.hint and (parts or block.hint.part) for block in notes.blocks):
        return notes
    sections = tuple(
        replace(section, blocks=tuple(_block_on_common_clock(block, parts) for block in section.blocks))
        for section in notes.sections
    )
    return replace(notes, sections=sections)


def _block_on_common_clock(block: Block, parts: Sequence[RecordingPart]) -> Block:
    return replace(block, hint=_hint_on_common_clock(block.hint, parts)) if block.hint else block


def _hint_on_common_clock(hint: Hint, parts: Sequence[RecordingPart]) -> Hint | None:
    if not parts:  # of a recording in one piece, the first part is all there is
        return None if hint.part else hint
    if not 0 <= hint.part < len(parts) or hint.start > parts[hint.part].duration:
        return None
    part = parts[hint.part]
    end = None if hint.end is None else part.start + min(hint.end, part.duration)
    return Hint(part.start + hint.start, end)


_LAST_SECONDS = 0.01  # of a part: a moment of it never is one of the next


def segments_on_common_clock(segments: Iterable[Segment], part: RecordingPart) -> Iterator[Segment]:
    """What was said in a part. What its clock has after its end, for a host may round its length, is at the end."""

    def shifted(seconds: float) -> float:
        return part.start + min(seconds, max(part.duration - _LAST_SECONDS, 0.0))

    for each in segments:
        words = tuple(
            msgspec.structs.replace(word, start=shifted(word.start), end=shifted(word.end)) for word in each.words
        )
        yield replace(each, start=shifted(each.start), end=shifted(each.end), words=words)


def chapters_on_common_clock(chapters: Iterable[Chapter], part: RecordingPart) -> Iterator[Chapter]:
    """The chapters of a part."""
    for each in chapters:
        if each.start < part.duration:
            yield Chapter(part.start + each.start, part.start + min(each.end, part.duration), each.title)


def transcript_of_part(transcript: Transcript, part: RecordingPart) -> Transcript:
    """What was said in a part, on its own clock."""
    end = part.start + part.duration

    def shifted(seconds: float) -> float:
        return max(seconds - part.start, 0.0)

    def own(segment: Segment) -> Segment:
        words: tuple[Word, ...] = tuple(
            msgspec.structs.replace(word, start=shifted(word.start), end=shifted(word.end)) for word in segment.words
        )
        return replace(segment, start=shifted(segment.start), end=shifted(segment.end), words=words)

    said = tuple(own(each) for each in transcript.segments if part.start <= each.start < end)
    removed = tuple(
        replace(each, start=shifted(each.start), end=min(shifted(each.end), part.duration))
        for each in transcript.removed
        if each.start < end and each.end > part.start
    )
    return replace(transcript, segments=said, duration=part.duration, removed=removed)
