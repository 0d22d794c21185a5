"""The series a meeting belongs to, as its title tells it."""

from __future__ import annotations

import re

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
