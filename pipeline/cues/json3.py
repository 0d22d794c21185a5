"""YouTube's json3 captions: the only form in which its captions keep the time of each word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.cues.markup import plain, without_sounds
from pipeline.cues.speakers import with_speakers
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word

_PAUSE = 1.0  # seconds of silence that end a segment
_LONGEST = 12.0  # seconds after which a segment ends at the next line
_SENTENCE = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class _Line:
    """One event: a line as YouTube shows it."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...]  # empty when the event has no word times


def parse_json3(data: dict[str, Any], *, source: str) -> Transcript:
    """The transcript in a json3 document. Its language is not in the file: "und".

    A word ends where the next one starts, or with its event if that is earlier: events overlap by design.

    Raises:
        TranscriptError: the document is not of json3's shape, or nothing is said in it.
    """
    try:
        lines = _lines(data["events"])
    except (TypeError, AttributeError, ValueError) as error:
        raise TranscriptError(source, f"is not YouTube json3 ({error})") from error
    segments = with_speakers([segment for group in _groups(lines) for segment in _segments(group)])
    if not segments:
        raise TranscriptError(source, "has no captions with text")
    return Transcript(
        language="und",
        origin=Origin.CAPTIONS,
        model=None,
        segments=segments,
        duration=max(segment.end for segment in segments),
    )


def _lines(events: list[dict[str, Any]]) -> list[_Line]:
    spoken = []
    for event in events:
        pieces = [
            (float(event.get("tStartMs", 0)) + float(piece.get("tOffsetMs", 0)), _clean(piece["utf8"]))
            for piece in event.get("segs") or ()
            if not event.get("aAppend") and isinstance(piece.get("utf8"), str)
        ]
        pieces = [(start / 1000, text) for start, text in pieces if text]
        if pieces:
            end = (float(event.get("tStartMs", 0)) + float(event.get("dDurationMs", 0))) / 1000
            spoken.append((pieces, end))
    spoken.sort(key=lambda item: item[0][0][0])
    nexts = [pieces[0][0] for pieces, _ in spoken[1:]] + [float("inf")]
    return [_line(pieces, end, after) for (pieces, end), after in zip(spoken, nexts, strict=True)]


def _line(pieces: list[tuple[float, str]], end: float, after: float) -> _Line:
    start = pieces[0][0]
    end = max(end, pieces[-1][0])
    text = " ".join(text for _, text in pieces)
    if len(pieces) == 1 and " " in text:  # a phrase somebody typed: no times within it
        return _Line(start, end, text, ())
    starts = [time for time, _ in pieces]
    following = [*starts[1:], after if after > starts[-1] else end]
    words = tuple(
        Word(time, max(time, min(stop, end)), text) for (time, text), stop in zip(pieces, following, strict=True)
    )
    return _Line(start, words[-1].end, text, words)


def _clean(text: str) -> str:
    return plain(without_sounds(text))


def _groups(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Lines that belong together: no pause, no change of speaker, not too long, whole sentences where marked."""
    group: list[_Line] = []
    for line in lines:
        if group and _breaks(group, line):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _breaks(group: list[_Line], line: _Line) -> bool:
    last = group[-1]
    return (
        not last.words
        or not line.words
        or line.start - last.end >= _PAUSE
        or line.end - group[0].start > _LONGEST
        or line.text.startswith(">>")
        or last.text.endswith(_SENTENCE)
    )


def _segments(group: list[_Line]) -> Iterator[Segment]:
    """The group as a segment, split again where another person begins within a line."""
    words = [word for line in group for word in line.words]
    if not words:
        yield Segment(group[0].start, group[-1].end, " ".join(line.text for line in group))
        return
    cuts = [0, *(i for i, word in enumerate(words) if i and word.text.startswith(">>")), len(words)]
    for first, last in pairwise(cuts):
        part = tuple(words[first:last])
        yield Segment(part[0].start, part[-1].end, " ".join(word.text for word in part), part)
