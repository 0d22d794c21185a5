"""The line that says when a cue is shown, as programs, translators and hand edits leave it.

Besides `00:00:01,500 --> 00:00:04,000`: any arrow, blanks around the colons, full-width signs, seconds alone, no
fraction, no end, frames. A line that was meant to be one and cannot be read is told from text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline import timecode

_MAX_TIMING_CHARS = 1_000  # of a line that are looked at: settings may follow, but nothing as long

_ARROW_SIGN = re.compile(r">|&gt;|[→⟶➔➜⇒＞]")
_ARROW = re.compile(r"[-‐‑–—―−=](?: ?[-‐‑–—―−=]){0,3} ?(?:>|&gt;)|[→⟶➔➜⇒]")
_STRICT_ARROW = "-->"
_CLOCK = r"\d{1,9}(?: {0,2}[:;.,] {0,2}\d{1,9}){0,3}"
_START = re.compile(rf"(?:#?\d{{1,7}}[.)]? +)?({_CLOCK})", re.ASCII)  # a number may stand in the same line
_END = re.compile(rf"({_CLOCK})(?=\s|$)", re.ASCII)
_SETTINGS = re.compile(r"(?:\s*[A-Za-z]\w{0,19}:\S+)*\s*")
_SETTING = re.compile(r"(?:align|line|position|region|size|vertical|[XY][12]):", re.IGNORECASE)
_SEPARATOR = re.compile(r" *([:;.,]) *")
_LIKE_CLOCK = re.compile(r"[\w:;.,?*' -]+")
_TWO_WORDS = re.compile(r"\w +\w")
_LONG_WORD = re.compile(r"[^\W\d_]{3}")

_FRAME_RATES = (25, 30, 50, 60)  # frames a second of video, the usual one first


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time as it was written: whole and broken seconds, and frames of a second whose number is not known yet."""

    seconds: float
    frames: int | None = None

    def at(self, rate: int) -> float:
        """In seconds, to the millisecond, with `rate` frames a second."""
        return round(self.seconds + (self.frames or 0) / rate, 3)


@dataclass(frozen=True, slots=True)
class CueTiming:
    """A line that is the timing of a cue, or was meant to be.

    `start` is None where it cannot be read, `end` where it cannot be read or is not there.
    """

    start: ClockTime | None
    end: ClockTime | None
    is_whole: bool  # all of it could be read
    is_strict: bool  # its arrow is `-->`: text has others, too
    text: str = ""  # what follows in the same line and is no setting of the cue

    @property
    def frames(self) -> tuple[int, ...]:
        times = (time for time in (self.start, self.end) if time)
        return tuple(time.frames for time in times if time.frames is not None)


def read_timing(line: str) -> CueTiming | None:
    """What `line` says as a timing; None where it is none, but text."""
    if not _ARROW_SIGN.search(line):
        return None
    line = line[:_MAX_TIMING_CHARS]
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line)  # full-width digits and colons, spaces that do not break
    arrow = _ARROW.search(line)
    if not arrow:
        return None
    before, after = line[: arrow.start()].strip(), line[arrow.end() :].strip()
    is_strict = arrow[0] == _STRICT_ARROW
    left, right = _START.fullmatch(before), _END.match(after)
    start, end = read_clock(left[1]) if left else None, read_clock(right[1]) if right else None
    if left and (right or not after):
        if not _is_clock(left[1], right[1] if right else "", is_strict=is_strict):
            return None
        if not is_strict and right and not _SETTINGS.fullmatch(after, right.end()):
            return None  # "10:30 -> 11:00 for lunch"
        rest = after[right.end() :].strip() if right else ""
        text = "" if _SETTINGS.fullmatch(rest) or _SETTING.match(rest) else rest
        return CueTiming(start, end, start is not None and (end is not None or not after), is_strict, text)
    if _is_like_clock(before, after, is_strict=is_strict):
        return CueTiming(start, end, is_whole=False, is_strict=is_strict)
    return None


def _is_clock(start: str, end: str, *, is_strict: bool) -> bool:
    """Whether the two are times and no plain numbers: "1 --> 2" and "1.5 -> 2.5" are text."""
    if is_strict:
        return any(sign in time for time in (start, end) for sign in ":.,;")
    return all(":" in time for time in (start, end) if time)


def _is_like_clock(before: str, after: str, *, is_strict: bool) -> bool:
    """Whether somebody meant a time: signs of a clock on both sides of the arrow, and no words."""
    if not _LIKE_CLOCK.fullmatch(before) or _TWO_WORDS.search(before):
        return False
    is_negative = before[0] in "-+" and before[1:2].isdecimal()
    if not (":" in before or (is_strict and is_negative)) or (after and not _begins_like_clock(after)):
        return False
    if _LONG_WORD.search(before):  # "NaN:NaN:NaN"
        return is_strict and before.count(":") > 1
    return any(map(str.isdigit, before)) or (is_strict and _END.match(after) is not None)


def _begins_like_clock(after: str) -> bool:
    first = after.split(None, 1)[0]
    return first[0].isdigit() or first[0] in "-+" or any(sign in first for sign in ":.,;")


def read_clock(text: str) -> ClockTime | None:
    """The time written in `text`, to the millisecond; None where it is none, or one later than a week."""
    parts = _SEPARATOR.split(text.strip())
    numbers, signs = parts[::2], parts[1::2]
    if not 1 <= len(numbers) <= 4 or not all(number.isdecimal() for number in numbers):
        return None
    frames = fraction = ""
    if len(numbers) == 4:
        *numbers, last = numbers
        frames, fraction = (last, "") if signs[-1] in ":;" and len(last) < 3 else ("", last)
    elif signs and signs[-1] in ".," and (set(signs) != {"."} or len(numbers) == 2 or len(numbers[-1]) == 3):
        *numbers, fraction = numbers
    clock = ":".join([*numbers[:-1], numbers[-1].zfill(2) if len(numbers) > 1 else numbers[-1]])
    seconds = timecode.parse(f"{clock}.{fraction[:6]}" if fraction else clock)
    if seconds is None:
        return None
    # To the millisecond: adding up minutes and seconds leaves rounding errors.
    return ClockTime(round(seconds, 3), int(frames) if frames else None)


def frame_rate(timings: Iterable[CueTiming]) -> int | None:
    """How many frames a second the times count, as far as the largest tells; None where they have none."""
    largest = max((frame for timing in timings for frame in timing.frames), default=None)
    if largest is None:
        return None
    return next((rate for rate in _FRAME_RATES if largest < rate), 100)
