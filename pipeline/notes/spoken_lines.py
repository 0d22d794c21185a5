"""A transcript as people paste it into notes: who speaks and when, in a dozen layouts.

    [00:01:02] Ann: Hello       00:01:02 Ann: Hello     **Ann** 00:01:02     Ann (1:02)     00:01:02
                                                        Hello                Hello          Ann: Hello

A time begins something said; lines without one belong to what is above them. What is said between two times without one
of its own gets its share of the time between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline import cues, timecode
from pipeline.cues.speakers import with_speakers
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript

TIME = r"(?:\d{1,2}:[0-5]\d:[0-5]\d(?:[.,]\d{1,3})?|\d{1,3}:[0-5]\d(?:\.\d{1,3})?)"
_BRACKETED = rf"[(\[]?\s?{TIME}(?:\s?(?:-->|-|–|—|to)\s?{TIME})?(?!\s?[AaPp]\.?[Mm]\b)\s?[)\]]?"
_NAME = r"[^\W_][^:：<>\[\]()\"“”?!;/|]{0,40}?"
_TIME = re.compile(TIME)
_ARROW = re.compile(rf"{TIME}\s?--\\?>\s?{TIME}")
_LEADING = re.compile(rf"(?P<time>{_BRACKETED})(?=$|[\s:：,–—-])[\s:：,–—|-]{{0,4}}(?P<rest>.*)")
_NAMED_FIRST = re.compile(
    rf"\[?(?P<name>{_NAME})\]?[\s,:：–—|-]{{0,4}}(?P<time>{_BRACKETED})\s?[:：]?\s{{0,4}}(?P<rest>.*)"
)
_BOLD_NAME = re.compile(r"\s*(?:[-*]\s)?\*\*[^*]{1,40}\*\*")
_LABEL = re.compile(rf"(?P<name>{_NAME})\s?[:：]\s+(?P<rest>(?!https?:)\S.*)")
_VOICE = re.compile(r"<v(?:\.[\w.]{1,20})?\s(?P<name>[^<>]{1,60})>(?P<rest>[^<]*)(?:</v>)?")
_MARKS = re.compile(
    r"^[\s>]*(?:#{1,6}\s|[-*+]\s(?!\*)|\d{1,4}[.)]\s)?|\*\*|__|`|</?(?:p|br|b|strong|em|i|span|details|summary)\b[^<>]*>|\{#[^{}]{0,60}\}|\\$"
)
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\([^()\s]{0,2000}\)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_CHAT = re.compile(r"\bfrom\s.{1,60}\sto\s.{1,40}$|^[\d:.()\[\]\s-]{0,20}<(?!v\s)\S{1,30}>", re.IGNORECASE)

_MAX_CHAT_CHARS = 200
_MAX_SPEAKER_WORDS = 5
_WORDS_PER_SECOND = 2.5
_MAX_PACE = 4.0  # times as long as its words take
_MAX_BACK_SHARE = 0.05  # of the times are before the one above: more, and they are no clock
_MIN_TIMES = 2
_MAX_FIRST_SECONDS = 3600.0  # a clock of the day begins later


@dataclass(slots=True)
class SpokenLine:
    """Something said. `start` is None where no time stands at it; seconds."""

    start: float | None
    speaker: str | None
    texts: list[str] = field(default_factory=list)


def plain(line: str) -> str:
    """A line without the marks of Markdown around times and names."""
    return " ".join(_LINK.sub(r"\1", _MARKS.sub("", line)).split())


def is_cue_timing(line: str) -> bool:
    """Whether a line is the timing of a WebVTT or SRT cue."""
    return _ARROW.search(line[:100]) is not None and line.lstrip()[:1].isdigit()


def timed_line(line: str) -> SpokenLine | None:
    """A line that begins with a time, or with a name and a time; None for any other."""
    text = plain(line)
    if _CHAT.search(text[:_MAX_CHAT_CHARS]):
        return None
    if found := _LEADING.match(text):
        start = _start(found["time"])
        if start is not None:
            return SpokenLine(start, None, _label(found["rest"]))
    if found := _NAMED_FIRST.match(text):
        start = _start(found["time"])
        if start is not None and (_is_namelike(found["name"]) or _BOLD_NAME.match(line)):
            return SpokenLine(start, found["name"].strip(), _label(found["rest"]))
    return None


def labelled_line(line: str) -> SpokenLine | None:
    """A line that begins with a name and a colon, which stay in its text; None for any other."""
    texts = _label(plain(line))
    found = _LABEL.match(texts[0]) if texts else None
    return SpokenLine(None, None, texts) if found and _is_namelike(found["name"]) else None


def _label(text: str) -> list[str]:
    """The text of a line, a speaker in it as `Name: `; empty where there is none."""
    if voice := _VOICE.match(text):
        text = f"{voice['name'].strip()}: {voice['rest']}"
    return [text.strip()] if text.strip() else []


def _is_namelike(name: str) -> bool:
    words = name.split()
    return 0 < len(words) <= _MAX_SPEAKER_WORDS and (not name[0].isascii() or name[0].isupper())


def _start(text: str) -> float | None:
    found = _TIME.search(text)
    return timecode.parse(found[0]) if found else None


def read_transcript(lines: Sequence[str]) -> Transcript | None:
    """The transcript in these lines of notes; None where it has no times that could be believed."""
    lines = [line for line in lines if not _FENCE.match(line)]
    if sum(map(is_cue_timing, lines)) >= _MIN_TIMES:
        return _read_cues(lines)
    spoken = list(_spoken(lines))
    starts = [each.start for each in spoken if each.start is not None]
    back = sum(one > other for one, other in pairwise(starts))
    if len(set(starts)) < _MIN_TIMES or back > _MAX_BACK_SHARE * len(starts) or starts[0] > _MAX_FIRST_SECONDS:
        return None
    segments = with_speakers(list(_segments(spoken)))
    if not segments:
        return None
    return Transcript("und", Origin.IMPORT, None, segments, max(segment.end for segment in segments))


def _read_cues(lines: Sequence[str]) -> Transcript | None:
    """The cues, from the header of a WebVTT file or from the timing of the first cue on."""
    first = next(index for index, line in enumerate(lines) if is_cue_timing(line))
    header = next((index for index in range(first) if lines[index].strip().startswith("WEBVTT")), first)
    text = "\n".join(line.strip().replace("--\\>", "-->") for line in lines[header:])
    try:
        return cues.parse(text, source="the notes")
    except TranscriptError:
        return None


def _spoken(lines: Iterable[str]) -> Iterator[SpokenLine]:
    """What was said, from the first time on."""
    current: SpokenLine | None = None
    for line in lines:
        text = plain(line)
        if not text:
            continue
        found = timed_line(line) or (labelled_line(line) if current else None)
        if current is not None and (found is None or (found.start is None and not current.texts)):
            current.texts.append(text)  # it goes on, or its time stands on the line above
            continue
        if current is not None:
            yield current
        current = found
    if current is not None:
        yield current


def _segments(spoken: list[SpokenLine]) -> Iterator[Segment]:
    """What has no time of its own, or that of the line above, gets its share of the time up to the next one."""
    said = [each for each in spoken if each.texts or each.start is not None]
    lengths = [max(1, sum(len(text.split()) for text in each.texts)) / _WORDS_PER_SECOND for each in said]
    known: list[tuple[int, float]] = []
    for index, each in enumerate(said):
        if each.start is not None and (not known or each.start > known[-1][1]):
            known.append((index, each.start))
    ends = [*known[1:], (len(said), known[-1][1] + sum(lengths[known[-1][0] :]))]
    for (first, start), (last, end) in zip(known, ends, strict=True):
        pace = (end - start) / sum(lengths[first:last])
        at = start
        for each, length in zip(said[first:last], lengths[first:last], strict=True):
            spoken_until = at + length * min(pace, _MAX_PACE)  # a long silence is nobody's text
            if each.texts:
                yield Segment(at, spoken_until, " ".join(each.texts), (), each.speaker)
            at += length * pace
