"""Every conversion between text and seconds.

`parse` reads what people and players write: `754`, `754s`, `12m34s`, `1h2m3s`, `12:34`, `1:02:03.5`, `00:12:34,250`.
`clock` and `exact` write times for people, `stamp` for caption files.
"""

from __future__ import annotations

import re

from pipeline.untrusted import MAX_SECONDS

# The digits are bounded: no text becomes infinity or takes long to convert.
_PLAIN = re.compile(r"(?P<s>\d{1,9}(?:\.\d{1,9})?)s?", re.ASCII)
_UNITS = re.compile(r"(?:(?P<h>\d{1,5})h)?(?:(?P<m>\d{1,7})m)?(?:(?P<s>\d{1,9}(?:\.\d{1,9})?)s)?", re.ASCII)
_CLOCK = re.compile(r"(?:(?P<h>\d{1,5}):)?(?P<m>\d{1,3}):(?P<s>[0-5]\d(?:[.,]\d{1,6})?)", re.ASCII)


def parse(text: str) -> float | None:
    """Seconds written in `text`, or None when it is not a time, or one later than MAX_SECONDS.

    >>> parse("1:02:03"), parse("2m3s"), parse("90"), parse("soon")
    (3723.0, 123.0, 90.0, None)
    """
    text = text.strip()
    for pattern in (_PLAIN, _UNITS, _CLOCK):
        found = pattern.fullmatch(text)
        if found and any(found.groups()):
            parts = found.groupdict()
            hours, minutes = int(parts.get("h") or 0), int(parts.get("m") or 0)
            if pattern is _CLOCK and parts["h"] is not None and minutes > 59:
                return None
            seconds = hours * 3600 + minutes * 60 + float((parts.get("s") or "0").replace(",", "."))
            return seconds if seconds <= MAX_SECONDS else None
    return None


def clock(seconds: float) -> str:
    """`m:ss` below an hour, `h:mm:ss` above; fractions are dropped, so that a link never starts late.

    >>> clock(754.9), clock(3723)
    ('12:34', '1:02:03')
    """
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def exact(seconds: float) -> str:
    """As `clock`, with the hundredths of a second where there are any; `parse` reads it back.

    >>> exact(83.2), exact(754)
    ('1:23.2', '12:34')
    """
    hundredths = round(seconds * 100)
    fraction = f".{hundredths % 100:02}".rstrip("0").rstrip(".")
    return clock(hundredths // 100) + fraction


def stamp(seconds: float, *, comma: bool = False) -> str:
    """`hh:mm:ss.mmm` as in WebVTT, with a comma as in SRT. Hours go past 24 without wrapping.

    >>> stamp(3723.25), stamp(90_000, comma=True)
    ('01:02:03.250', '25:00:00,000')
    """
    millis = round(seconds * 1000)
    second, milli = divmod(millis, 1000)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{hour:02}:{minute:02}:{second:02}{',' if comma else '.'}{milli:03}"
