"""How often something is done, as people write it: 30m, 6h, 1d, 2w."""

from __future__ import annotations

import re

MAX_INTERVAL_SECONDS = 366 * 86_400.0
"""The longest that is taken: a year."""

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 7 * 86_400.0}
_WRITTEN = re.compile(r"\s*(\d{1,9})\s*([smhdw])\s*", re.IGNORECASE)


def parse(text: str) -> float | None:
    """The seconds of an interval, from one second to MAX_INTERVAL_SECONDS; None where it is none.

    >>> parse("6h"), parse("2 w"), parse("0d"), parse("90")
    (21600.0, 1209600.0, None, None)
    """
    found = _WRITTEN.fullmatch(text)
    seconds = int(found[1]) * _UNITS[found[2].lower()] if found else 0.0
    return seconds if 1.0 <= seconds <= MAX_INTERVAL_SECONDS else None


def written(seconds: float) -> str:
    """An interval in the largest unit that divides it.

    >>> written(86_400.0), written(5_400.0), written(10.0)
    ('1d', '90m', '10s')
    """
    for unit, size in reversed(_UNITS.items()):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.0f}s"
