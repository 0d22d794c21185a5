"""What WebVTT and SRT have in common: cues with a timing line, careless writers, and rolling captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline import timecode, untrusted
from pipeline.cues.markup import VOICE_TAG, plain_text
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word
from pipeline.untrusted import MAX_SECONDS

_TIMING = re.compile(r"\s*(\d+:[\d:.,]*)\s*-->\s*(\S*)")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_INLINE_TIME = re.compile(r"<(\d+:[\d:.]+)>")
_DEFAULT_CUE_SECONDS = 2.0  # given to a cue whose end is not after its start
_MIN_CUE_SECONDS = 0.001  # browsers ignore a shorter cue
_MAX_CUES = 1_000_000  # a week of them, of half a second each
_MAX_ROLLING_LINES = 16  # that a cue carries over; there are one or two on a screen
_MIN_ROLLING_SHARE = 0.25  # of the cues add to lines carried over: below this, people merely repeat themselves


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed caption, its text as written, with markup. Seconds."""

    start: float
    end: float
    lines: tuple[str, ...]


def split_lines(text: str) -> list[str]:
    return _NEWLINE.split(text)


def is_timing(line: str) -> bool:
    return _TIMING.match(line) is not None


def parse_cues(lines: Sequence[str], *, source: str, blank_line_ends: bool) -> list[Cue]:
    """The cues in order of time, each ending after it starts.

    `blank_line_ends` is WebVTT's rule: an empty line ends a cue (a space does not). In SRT only the next cue does.

    Raises:
        TranscriptError: a timing cannot be read, or there are too many.
    """
    timings = [(number, match) for number, line in enumerate(lines) if (match := _TIMING.match(line))]
    if len(timings) > _MAX_CUES:
        raise TranscriptError(source, f"has more than {_MAX_CUES:,} cues, the limit for a transcript")
    bounds = pairwise([*(number for number, _ in timings), len(lines)])
    cues = []
    for (_, match), (number, end) in zip(timings, bounds, strict=True):
        start, stop = _seconds(match[1]), _seconds(match[2])
        if start is None or stop is None:
            timing = untrusted.shown(lines[number].strip())
            raise TranscriptError(source, f"{timing} is not the timing of a cue within a week", line=number + 1)
        body = list(lines[number + 1 : end])
        if blank_line_ends:
            body = body[: body.index("")] if "" in body else body
        elif end < len(lines) and body and body[-1].strip().isdecimal():
            body.pop()  # the next cue's counter
        cues.append(Cue(start, stop, tuple(line for line in body if line.strip())))
    return _in_order(cues)


def _seconds(text: str) -> float | None:
    """Seconds of a clock time, to the millisecond: adding up minutes and seconds leaves rounding errors."""
    seconds = timecode.parse(text) if ":" in text else None
    return None if seconds is None else round(seconds, 3)


def _in_order(cues: Sequence[Cue]) -> list[Cue]:
    ordered = sorted(cues, key=lambda cue: (cue.start, cue.end))
    starts = [*(cue.start for cue in ordered), MAX_SECONDS]
    return [
        cue
        if cue.end > cue.start
        else replace(cue, end=min(cue.start + _DEFAULT_CUE_SECONDS, after if after > cue.start else MAX_SECONDS))
        for cue, (_, after) in zip(ordered, pairwise(starts), strict=True)
    ]


def segments_of(cues: list[Cue]) -> list[Segment]:
    """The cues as segments, one per voice, without the lines that rolling captions repeat."""
    return [segment for cue in _without_repeats(cues) for segment in _voices(cue)]


def _without_repeats(cues: list[Cue]) -> list[Cue]:
    """Without the lines that YouTube's automatic captions carry over from the cue before.

    They show each line two or three times: as it is spoken, for an instant whole, and above the line after it.
    A file is taken for that only when new lines follow old ones throughout: people do say "yes" twice.
    """
    cues = [cue for cue in cues if cue.lines]
    shown = [tuple(plain_text(line) for line in cue.lines) for cue in cues]
    repeats = [_count_carried_over(before, lines) for before, lines in pairwise([(), *shown])]
    rolling = sum(0 < count < len(lines) for count, lines in zip(repeats, shown, strict=True))
    if rolling < max(1.0, _MIN_ROLLING_SHARE * len(cues)):
        return cues
    fresh = [replace(cue, lines=cue.lines[count:]) for cue, count in zip(cues, repeats, strict=True)]
    return [cue for cue in fresh if cue.lines]


def _count_carried_over(before: tuple[str, ...], lines: tuple[str, ...]) -> int:
    sizes = range(min(len(before), len(lines), _MAX_ROLLING_LINES), 0, -1)
    return next((size for size in sizes if before[-size:] == lines[:size]), 0)


def _voices(cue: Cue) -> Iterator[Segment]:
    """One segment per voice. Voices in one cue share its times."""
    first, *voices = VOICE_TAG.split(" ".join(cue.lines))
    speakers = [None, *(plain_text(name) or None for name in voices[::2])]
    for speaker, marked in zip(speakers, [first, *voices[1::2]], strict=True):
        if text := plain_text(marked):
            yield Segment(cue.start, cue.end, text, _words(cue, marked), speaker)


def _words(cue: Cue, marked: str) -> tuple[Word, ...]:
    """Words where the cue gives their times. All text between two times is one word."""
    parts = _INLINE_TIME.split(marked)
    times = [_seconds(part) for part in parts[1::2]]
    known = [time for time in times if time is not None]
    if not known or len(known) < len(times) or known != sorted(known):
        return ()
    bounds = [cue.start, *known, max(cue.end, known[-1])]
    texts = (plain_text(part) for part in parts[::2])
    spans = zip(pairwise(bounds), texts, strict=True)
    return tuple(Word(start, max(start, end), text) for (start, end), text in spans if text)


def imported_transcript(segments: Sequence[Segment], *, language: str, source: str) -> Transcript:
    """The transcript of a file with these segments.

    Raises:
        TranscriptError: there are none.
    """
    if not segments:
        raise TranscriptError(source, "has no cues with text")
    return Transcript(
        language=language,
        origin=Origin.IMPORT,
        model=None,
        segments=tuple(segments),
        duration=max(segment.end for segment in segments),
    )


def segments_with_text(transcript: Transcript) -> Iterator[tuple[Segment, str]]:
    """What is written to a caption file: each segment and its text on one line.

    Empty segments are left out, and those the speech model probably invented.
    """
    for segment in transcript.heard:
        if text := " ".join(segment.text.split()):
            yield segment, text


def timing_line(segment: Segment, *, comma: bool = False) -> str:
    """`00:00:01.000 --> 00:00:02.000`, with a comma as in SRT. Lasts at least a millisecond, as browsers demand."""
    end = max(segment.end, segment.start + _MIN_CUE_SECONDS)
    return f"{timecode.stamp(segment.start, comma=comma)} --> {timecode.stamp(end, comma=comma)}"
