"""Times as people and programs write them at the lines of a transcript, and what they are in seconds.

0:02   00:00:02.000   0:0:2.5   00:00:02:12 and 00;00;02;12 (with frames)   1:05:33 PM
1h 2m 3s   2m05s   12.5s   2 minutes, 5 seconds   2 Minuten, 5 Sekunden   2分5秒
"""

from __future__ import annotations

import re

from pipeline import timecode

_FRAMES_A_SECOND = 30  # no file tells its rate; with another one a time is wrong by a quarter of a second at most

DAY_TIME = r"\d{1,2}:[0-5]\d:[0-5]\d\s?[AaPp]\.?[Mm]\b\.?"
"""A time of the day that cannot be anything else."""

CLOCK_TIME = (
    rf"(?:{DAY_TIME}"
    r"|(?:\d{1,2}([:;])[0-5]\d\1[0-5]\d[:;]\d\d|\d{1,3}:\d{1,2}:\d{1,2}(?:[.,]\d{1,6})?|\d{1,3}:[0-5]\d(?:\.\d{1,6})?)"
    r"(?![:;]?\d)(?!\s?(?:[AaPp]\.?[Mm]|Uhr|o'clock)\b))"
)

_HOURS = r"(?:hours?|hrs?\.?|Stunden?|heures?|horas?|or[ae]|uur|uren|時間|小时|小時)"
_MINUTES = r"(?:minutes?|mins?\.?|Minuten?|minutos?|minut[oi]|minuten|minuut|分钟|分鐘|分)"
_SECONDS = r"(?:seconds?|secs?\.?|Sekunden?|secondes?|segundos?|second[oi]|seconden?|秒)"
_JOINT = r"(?:,?\s?(?:(?:and|und|et|y|e|en)\s)?)"
SPELLED_TIME = (
    rf"(?:\d{{1,3}}\s?{_HOURS}(?:{_JOINT}\d{{1,2}}\s?{_MINUTES})?(?:{_JOINT}\d{{1,2}}\s?{_SECONDS})?"
    rf"|\d{{1,3}}\s?{_MINUTES}(?:{_JOINT}\d{{1,2}}\s?{_SECONDS})?|\d{{1,2}}\s?{_SECONDS})"
)
"""As screen readers are given it, in the languages that YouTube's panel is used in most."""

UNIT_TIME = (
    r"(?:\d{1,2}\s?h\s?\d{1,2}\s?m(?:in)?(?:\s?\d{1,2}(?:\.\d{1,3})?\s?s)?"
    r"|\d{1,3}\s?m(?:in)?\s?\d{1,2}(?:\.\d{1,3})?\s?s|\d{1,6}(?:\.\d{1,3})?\s?s)\b"
)

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNIT = re.compile(rf"(?P<number>\d+(?:\.\d+)?)\s?(?:(?P<h>{_HOURS}|h)|(?P<m>{_MINUTES}|m)|(?P<s>{_SECONDS}|s))")


def is_time_of_day(text: str) -> bool:
    return text.rstrip(" .").lower().endswith(("am", "pm", "a.m", "p.m"))


def seconds_of(text: str) -> float | None:
    """Seconds of a time in any of these forms; None for one that cannot be, as `1:75`, or later than a week.

    >>> seconds_of("0:0:2.5"), seconds_of("1:05:33 PM"), seconds_of("2 minutes, 5 seconds"), seconds_of("1:75:00")
    (2.5, 47133.0, 125.0, None)
    """
    text = text.strip()
    if is_time_of_day(text):
        return _of_day(text)
    if ":" not in text and ";" not in text:
        return _of_units(text)
    parts = text.replace(";", ":").replace(",", ".").split(":")
    frames = int(parts.pop()) / _FRAMES_A_SECOND if len(parts) == 4 else 0.0
    padded = (part if index == 0 or part[1:2].isdigit() else f"0{part}" for index, part in enumerate(parts))
    seconds = timecode.parse(":".join(padded))
    return None if seconds is None else round(seconds + min(frames, 0.999), 3)


def _of_day(text: str) -> float | None:
    hours, minutes, seconds = (int(number) for number in _NUMBER.findall(text.replace(".", " "))[:3])
    is_afternoon = "p" in text.lower()
    return hours % 12 * 3600.0 + is_afternoon * 43_200 + minutes * 60 + seconds if 1 <= hours <= 12 else None


def _of_units(text: str) -> float | None:
    found = list(_UNIT.finditer(text))
    written = "".join(f"{each['number']}{'h' if each['h'] else 'm' if each['m'] else 's'}" for each in found)
    return timecode.parse(written) if found else None
