"""The times in JSON: how they are written, and in which unit they count where nobody says so."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline import timecode
from pipeline.untrusted import MAX_SECONDS

SECOND, MILLISECOND, MICROSECOND, TICK, NANOSECOND = 1.0, 1e-3, 1e-6, 1e-7, 1e-9
"""In seconds. A tick is what .NET counts, 100 ns."""

SAMPLE = 1 / 16_000
"""In seconds, of sound as speech recognition takes it; one service counts in these."""

# Words per unit, from which on a list counts in this unit. People say 2.5 words a second, a tenth of it with long
# pauses and several times as many in a hurry. Ten times as many nobody says, while a tenth of a tenth is a long pause.
_MIN_WORDS_PER_UNIT = ((0.02, SECOND), (2e-5, MILLISECOND), (8e-7, MICROSECOND), (2.5e-8, TICK))

_NUMBER = re.compile(r"[-+]?\d{1,20}(?:\.\d{1,20})?", re.ASCII)
_NUMBER_WITH_UNIT = re.compile(r"([-+]?\d{1,15}(?:\.\d{1,15})?)\s?(ms|s|sec|seconds)", re.ASCII)
_ISO_DURATION = re.compile(r"PT(?:(\d{1,5})H)?(?:(\d{1,7})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?", re.ASCII)


class RawTime(NamedTuple):
    """A time as its file counts; `unit` in seconds, None where the file does not say."""

    value: float
    unit: float | None


def read_time(value: object, unit: float | None) -> RawTime | None:
    """The time that `value` is, None where it is none at all. `unit` is what the name of its field says.

    Numbers that no time can be are taken, for `seconds` to tell of: infinite, negative, too large.

    >>> read_time("1.200s", None), read_time("00:01:02,500", None), read_time("PT1M2S", None), read_time("soon", None)
    (RawTime(value=1.2, unit=1.0), RawTime(value=62.5, unit=1.0), RawTime(value=62.0, unit=1.0), None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return RawTime(_float(value), unit)
    if isinstance(value, str):
        return _written_time(value.strip(), unit)
    if isinstance(value, dict) and not value.keys() - {"seconds", "nanos"}:
        return _protobuf_time(value)
    if isinstance(value, dict) and isinstance(value.get("relative"), int | float):  # and absolute, by the clock
        return read_time(value["relative"], SECOND)
    return None


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return math.inf


def _written_time(text: str, unit: float | None) -> RawTime | None:
    if _NUMBER.fullmatch(text):
        return RawTime(float(text), unit)
    if found := _NUMBER_WITH_UNIT.fullmatch(text):
        return RawTime(float(found[1]), MILLISECOND if found[2] == "ms" else SECOND)
    if (found := _ISO_DURATION.fullmatch(text)) and any(found.groups()):
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return RawTime(hours * 3600 + minutes * 60 + seconds, SECOND)
    parsed = timecode.parse(text) if ":" in text else None
    return None if parsed is None else RawTime(round(parsed, 3), SECOND)


def _protobuf_time(value: dict[str, object]) -> RawTime | None:
    """Of Google's Duration: whole seconds, perhaps as text, and nanoseconds; what is 0 may be left out."""
    parts = [read_time(value.get(name, 0), None) for name in ("seconds", "nanos")]
    whole, nanos = (0.0 if part is None else part.value for part in parts)
    return RawTime(whole + nanos * NANOSECOND, SECOND)


def unit_of(lengths: Iterable[tuple[float, float]]) -> float:
    """The unit in which a list counts, by how fast its people would speak.

    Args:
        lengths: of each part of it, in its unit, and how many words are said in it.
    """
    total = words = 0.0
    for length, count in lengths:
        if 0 < length < math.inf:
            total += length
            words += count
    if not words:
        return SECOND
    return next((unit for least, unit in _MIN_WORDS_PER_UNIT if words / total >= least), NANOSECOND)


def seconds(time: RawTime | None, unit: float) -> float | None:
    """The time in seconds; None where it is none within a week. Just below 0 is 0, which is where rounding leads."""
    if time is None:
        return None
    found = time.value * (unit if time.unit is None else time.unit)
    return round(max(found, 0.0), 6) if -1 < found <= MAX_SECONDS else None
