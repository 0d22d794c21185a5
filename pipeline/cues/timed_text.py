"""WebVTT and SRT to segments, forgiving where people and programs are known to be careless."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline import timecode
from pipeline.cues.markup import VOICE, plain
from pipeline.cues.speakers import with_speakers
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word

_TIMING = re.compile(r"\s*(\d+:[\d:.,]*)\s*-->\s*(\S*)")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_LANGUAGE = re.compile(r"(?:NOTE )?Language:\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*", re.IGNORECASE)
_INLINE_TIME = re.compile(r"<(\d+:[\d:.]+)>")
_SHOWN = 2.0  # seconds given to a cue whose end is not after its start
_ROLLING = 0.25  # share of cues adding to lines carried over, from which a file is taken for rolling captions


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    lines: tuple[str, ...]  # as written, with markup


def has_cues(text: str) -> bool:
    """Whether a line of `text` is a cue's timing."""
    return any(_TIMING.match(line) for line in _NEWLINE.split(text))


def parse_vtt(text: str, *, source: str) -> Transcript:
    """The transcript in a WebVTT file.

    Raises:
        TranscriptError: a timing cannot be read, or there are no cues.
    """
    lines = _NEWLINE.split(text)
    language = next((found[1] for line in _preamble(lines) if (found := _LANGUAGE.fullmatch(line))), "und")
    cues = _cues(lines, source, blank_ends=True)
    segments = [segment for cue in _unrolled(_repaired(cues)) for segment in _voices(cue)]
    if not any(VOICE.search(line) for cue in cues for line in cue.lines):
        segments = list(with_speakers(segments))
    return _transcript(segments, language, source)


def parse_srt(text: str, *, source: str) -> Transcript:
    """The transcript in an SRT file.

    Raises:
        TranscriptError: a timing cannot be read, or there are no cues.
    """
    cues = _cues(_NEWLINE.split(text), source, blank_ends=False)
    segments = [segment for cue in _unrolled(_repaired(cues)) for segment in _voices(cue)]
    return _transcript(with_speakers(segments), "und", source)


def _transcript(segments: Sequence[Segment], language: str, source: str) -> Transcript:
    if not segments:
        raise TranscriptError(source, "has no cues with text")
    return Transcript(
        language=language,
        origin=Origin.IMPORT,
        model=None,
        segments=tuple(segments),
        duration=max(segment.end for segment in segments),
    )


def _preamble(lines: Sequence[str]) -> Sequence[str]:
    first = next((number for number, line in enumerate(lines) if _TIMING.match(line)), len(lines))
    return lines[:first]


def _cues(lines: Sequence[str], source: str, *, blank_ends: bool) -> list[_Cue]:
    """The cues as written. In WebVTT an empty line ends a cue (a space does not); in SRT only the next cue does."""
    found = [(number, match) for number, line in enumerate(lines) if (match := _TIMING.match(line))]
    bounds = pairwise([*(number for number, _ in found), len(lines)])
    cues = []
    for (_, match), (number, end) in zip(found, bounds, strict=True):
        start, stop = _time(match[1]), _time(match[2])
        if start is None or stop is None:
            raise TranscriptError(source, f"{lines[number].strip()!r} is not the timing of a cue", line=number + 1)
        body = list(lines[number + 1 : end])
        if blank_ends:
            body = body[: body.index("")] if "" in body else body
        elif end < len(lines) and body and body[-1].strip().isdecimal():
            body.pop()  # the next cue's counter
        cues.append(_Cue(start, stop, tuple(line for line in body if line.strip())))
    return cues


def _time(text: str) -> float | None:
    """Seconds on the clock, to the millisecond: adding minutes and seconds leaves crumbs behind."""
    seconds = timecode.parse(text) if ":" in text else None
    return None if seconds is None else round(seconds, 3)


def _repaired(cues: Sequence[_Cue]) -> list[_Cue]:
    """In order of time, and none ending before it starts."""
    ordered = sorted(cues, key=lambda cue: (cue.start, cue.end))
    starts = [*(cue.start for cue in ordered), math.inf]
    return [
        cue
        if cue.end > cue.start
        else replace(cue, end=min(cue.start + _SHOWN, after if after > cue.start else math.inf))
        for cue, (_, after) in zip(ordered, pairwise(starts), strict=True)
    ]


def _unrolled(cues: list[_Cue]) -> list[_Cue]:
    """Without the lines that YouTube's automatic captions carry over from the cue before.

    They show each line two or three times: as it is spoken, for an instant whole, and above the line after it.
    A file is taken for that only when new lines follow old ones throughout: people do say "yes" twice.
    """
    cues = [cue for cue in cues if cue.lines]
    shown = [tuple(plain(line) for line in cue.lines) for cue in cues]
    repeats = [_carried(before, lines) for before, lines in pairwise([(), *shown])]
    rolled = sum(0 < count < len(lines) for count, lines in zip(repeats, shown, strict=True))
    if rolled < max(1.0, _ROLLING * len(cues)):
        return cues
    fresh = [replace(cue, lines=cue.lines[count:]) for cue, count in zip(cues, repeats, strict=True)]
    return [cue for cue in fresh if cue.lines]


def _carried(before: tuple[str, ...], lines: tuple[str, ...]) -> int:
    sizes = range(min(len(before), len(lines)), 0, -1)
    return next((size for size in sizes if before[-size:] == lines[:size]), 0)


def _voices(cue: _Cue) -> list[Segment]:
    """The cue as segments, one per voice. Voices in one cue share its times."""
    parts = VOICE.split(" ".join(cue.lines))
    named = [
        (None, parts[0]),
        *((plain(name) or None, text) for name, text in zip(parts[1::2], parts[2::2], strict=True)),
    ]
    segments = []
    for speaker, marked in named:
        text = plain(marked)
        if text:
            segments.append(Segment(cue.start, cue.end, text, _words(cue, marked), speaker))
    return segments


def _words(cue: _Cue, marked: str) -> tuple[Word, ...]:
    """Words where the cue gives their times. What stands between two times is one word, whatever it holds."""
    parts = _INLINE_TIME.split(marked)
    times = [_time(part) for part in parts[1::2]]
    known = [time for time in times if time is not None]
    if not known or len(known) < len(times) or known != sorted(known):
        return ()
    bounds = [cue.start, *known, max(cue.end, known[-1])]
    texts = (plain(part) for part in parts[::2])
    spans = zip(pairwise(bounds), texts, strict=True)
    return tuple(Word(start, max(start, end), text) for (start, end), text in spans if text)
