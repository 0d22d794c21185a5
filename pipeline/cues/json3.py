"""YouTube's json3 captions: the only form in which its captions keep the time of each word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline import untrusted
from pipeline.cues.markup import plain_text, without_sounds
from pipeline.cues.speakers import with_speakers
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word
from pipeline.untrusted import InvalidInput

_EVENTS = re.compile(r'"events"\s*:')
_MIN_PAUSE_SECONDS = 1.0  # a silence as long ends a segment
_MAX_SEGMENT_SECONDS = 12.0  # a segment as long ends at the next line
_SENTENCE_ENDINGS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class _CaptionLine:
    """One event: a line as YouTube shows it. Seconds."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...]  # empty when the event has no word times


def matches(text: str) -> bool:
    return text.lstrip().startswith("{") and _EVENTS.search(text) is not None


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a json3 file. Its language is not in the file: "und".

    A word ends where the next one starts, or with its event if that is earlier: events overlap by design.

    Raises:
        TranscriptError: it is broken, does not have json3's shape, a time is not within a week, or nothing is said in
            it.
    """
    try:
        document = untrusted.parse_json(text)
    except InvalidInput as error:
        raise TranscriptError(source, str(error), line=error.line) from error
    return parse_document(document, source=source)


def parse_document(document: object, *, source: str) -> Transcript:
    """The transcript in what `json` makes of a json3 file.

    Raises:
        TranscriptError: as `parse` does.
    """
    try:
        lines = _lines(document)
    except InvalidInput as error:
        raise TranscriptError(source, str(error)) from error
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


def _lines(document: object) -> list[_CaptionLine]:
    events = document.get("events") if isinstance(document, dict) else None
    if not isinstance(events, list):
        raise InvalidInput("is not YouTube json3: it has no list of events")
    timed = []
    for number, event in enumerate(events):
        if not isinstance(event, dict):
            raise InvalidInput(f"is not YouTube json3: it has {untrusted.shown(event)} at events[{number}]")
        if event.get("aAppend") or not event.get("segs"):
            continue
        place = f"events[{number}]"
        start = _milliseconds(event, "tStartMs", place)
        end = start + _milliseconds(event, "dDurationMs", place)
        if segs := _segs(event["segs"], start, f"{place}.segs"):
            timed.append((segs, untrusted.seconds(end / 1000, f"the end of {place}")))
    timed.sort(key=lambda item: item[0][0][0])
    next_starts = [*(segs[0][0] for segs, _ in timed[1:]), *([float("inf")] if timed else ())]
    return [_line(segs, end, next_start) for (segs, end), next_start in zip(timed, next_starts, strict=True)]


def _segs(segs: object, start: float, place: str) -> list[tuple[float, str]]:
    """Start in seconds, and text, of each part of an event that has text, in order of time.

    `start` is the event's, in milliseconds.
    """
    if not isinstance(segs, list):
        raise InvalidInput(f"is not YouTube json3: it has {untrusted.shown(segs)} at {place}")
    found = []
    for number, seg in enumerate(segs):
        if not isinstance(seg, dict):
            raise InvalidInput(f"is not YouTube json3: it has {untrusted.shown(seg)} at {place}[{number}]")
        if not isinstance(seg.get("utf8"), str):
            continue
        here = f"{place}[{number}]"
        at = untrusted.seconds((start + _milliseconds(seg, "tOffsetMs", here)) / 1000, f"the start of {here}")
        if text := plain_text(without_sounds(untrusted.text(seg["utf8"], f"{here}.utf8"))):
            found.append((at, text))
    return sorted(found, key=lambda part: part[0])


def _milliseconds(fields: dict[str, object], name: str, place: str) -> float:
    high = untrusted.MAX_SECONDS * 1000
    return untrusted.number(fields.get(name, 0), f"{place}.{name}", high=high, unit=" milliseconds")


def _line(segs: list[tuple[float, str]], end: float, next_start: float) -> _CaptionLine:
    start = segs[0][0]
    end = max(end, segs[-1][0])
    text = " ".join(text for _, text in segs)
    if len(segs) == 1 and " " in text:  # a phrase somebody typed: no times within it
        return _CaptionLine(start, end, text, ())
    starts = [time for time, _ in segs]
    stops = [*starts[1:], next_start if next_start > starts[-1] else end]
    words = tuple(Word(time, max(time, min(stop, end)), text) for (time, text), stop in zip(segs, stops, strict=True))
    return _CaptionLine(start, words[-1].end, text, words)


def _groups(lines: list[_CaptionLine]) -> Iterator[list[_CaptionLine]]:
    """Lines that belong together: no pause, no change of speaker, not too long, whole sentences where marked."""
    group: list[_CaptionLine] = []
    for line in lines:
        if group and _starts_new(line, group):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _starts_new(line: _CaptionLine, group: list[_CaptionLine]) -> bool:
    last = group[-1]
    return (
        not last.words
        or not line.words
        or line.start - last.end >= _MIN_PAUSE_SECONDS
        or line.end - group[0].start > _MAX_SEGMENT_SECONDS
        or line.text.startswith(">>")
        or last.text.endswith(_SENTENCE_ENDINGS)
    )


def _segments(group: list[_CaptionLine]) -> Iterator[Segment]:
    """The group as a segment, split again where another person begins within a line."""
    words = [word for line in group for word in line.words]
    if not words:
        yield Segment(group[0].start, group[-1].end, " ".join(line.text for line in group))
        return
    cuts = [0, *(i for i, word in enumerate(words) if i and word.text.startswith(">>")), len(words)]
    for first, last in pairwise(cuts):
        part = tuple(words[first:last])
        # Lines overlap, so what a line begins may end after the next line does.
        start, end = min(word.start for word in part), max(word.end for word in part)
        yield Segment(start, end, " ".join(word.text for word in part), part)
