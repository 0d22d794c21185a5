"""The series a meeting belongs to, as its title tells it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

MAX_SERIES_CHARS = 80

_OF_ONE_MEETING = re.compile(
    r"\d|^\W+$|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\W?$|^(?:mon|tue|wed|thu|fri|sat|sun)\w*day\W?$",
    re.IGNORECASE,
)


def series_of(title: str) -> str:
    """What the titles of a series of meetings share: all but dates and numbers; "" where nothing is left.

    >>> series_of("osquery office hours, 21 January 2020"), series_of("ACDE #187"), series_of("2024-03-05")
    ('osquery office hours', 'ACDE', '')
    """
    words = [word for word in title.split() if not _OF_ONE_MEETING.search(word)]
    return " ".join(words).strip(" \t-–—:,;#()[]")[:MAX_SERIES_CHARS]


def count_series(names: Iterable[str]) -> dict[str, int]:
    """How many meetings are of which series. Names that differ only in case are one, in its most frequent spelling.

    >>> count_series(["Office hours", "office hours", "Office hours", "", "ACDE"])
    {'Office hours': 3, 'ACDE': 1}
    """
    spellings: dict[str, Counter[str]] = {}
    for name in names:
        if name:
            spellings.setdefault(name.casefold(), Counter())[name] += 1
    return {min(counts, key=lambda name: (-counts[name], name)): counts.total() for counts in spellings.values()}
