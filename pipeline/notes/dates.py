"""Dates as people write them, in many languages: `March 5th, 2024`, `5. März 2024`, `2024年3月5日`, `03/25/2024`.

A date that may be read in two ways is none: 3/5/2024 is one only where the order of day and month is known from another
date of the same notes. `calendar.json` has the names of months and weekdays, as Unicode's CLDR lists them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from importlib import resources

from pipeline.language.words import fold

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:[Ss][Tt]|[Nn][Dd]|[Rr][Dd]|[Tt][Hh]|er|[ºª°])?"
_WORD = r"(?P<month>[^\W\d_][^\s\d.,;:/()\[\]{}<>_|–—-]{1,14})"
_GAP = r"[\s,._/-]{0,3}"
_RANGE = r"(?:\s?(?:[-–&+,]|and|to)\s?\d{1,2}(?:st|nd|rd|th)?)?"  # 18 & 25: the first of them
_OF = r"(?:(?:of|de|del|di|den|the)\s|d['’])?"
_CLOCK = r"(?:\d{1,2}:\d\d(?::\d\d)?\s(?:[A-Z]{2,5}\s)?)?"  # Tue Mar  5 14:00:00 UTC 2024
_NO_DIGIT_BEFORE = r"(?<!\d)(?<!\d[./-])"
_BEGINS = r"(?<![0-9A-Za-z])"
_ENDS = r"(?![0-9A-Za-z])(?![./-]\d)"

_NUMERIC = (  # year first
    re.compile(rf"{_BEGINS}{_YEAR}(?P<sep>[-_./]?)(?P<month>\d\d)(?P=sep)(?P<day>\d\d)(?:(?=T\d)|(?![0-9A-Za-z]))"),
    re.compile(rf"{_BEGINS}{_YEAR}(?P<sep>[-/])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_ENDS}"),
    re.compile(
        rf"(?<!\d){_YEAR}\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})(?!\d)(?:\s?[日号號일])?"
    ),
)
_DOTTED = re.compile(rf"{_BEGINS}{_YEAR}\.(?P<month>\d{{1,2}})\.(?P<day>\d{{1,2}})\.?{_ENDS}")
_NAMED = (
    re.compile(
        rf"(?<![^\W_]){_WORD}\.?{_GAP}(?:the\s)?{_DAY}{_RANGE}(?:\s?\([^()]{{1,15}}\))?[\s,._/-]{{1,3}}{_OF}{_CLOCK}{_YEAR}(?!\w)"
    ),
    re.compile(rf"{_NO_DIGIT_BEFORE}{_DAY}{_RANGE}{_GAP}{_OF}{_WORD}{_GAP}{_OF}{_YEAR}(?!\w)"),
    re.compile(rf"{_BEGINS}{_YEAR}{_GAP}{_WORD}{_GAP}{_DAY}(?!\w)"),
)
_SHORT_YEAR = (  # Mar 5 '24, 5-Mar-24
    re.compile(rf"(?<![^\W_]){_WORD}\.?{_GAP}{_DAY},?\s?['’](?P<year>\d\d)(?!\w)"),
    re.compile(rf"{_NO_DIGIT_BEFORE}{_DAY}\s?{_WORD}\.?,?\s?['’](?P<year>\d\d)(?!\w)"),
    re.compile(rf"{_NO_DIGIT_BEFORE}{_DAY}(?P<sep>[-/]){_WORD}(?P=sep)(?P<year>\d\d){_ENDS}"),
)
_DAY_AND_MONTH = re.compile(
    rf"{_NO_DIGIT_BEFORE}(?P<first>\d{{1,2}})(?P<sep>[/.-])(?P<second>\d{{1,2}})(?P=sep)(?P<year>(?:19|20)?\d\d){_ENDS}"
)
_PARTIAL = (  # without a year
    re.compile(rf"(?<![^\W_]){_WORD}\.?{_GAP}(?:the\s)?{_DAY}{_RANGE}(?![^\W_])"),
    re.compile(rf"{_NO_DIGIT_BEFORE}{_DAY}{_RANGE}{_GAP}{_OF}{_WORD}(?![^\W_])"),
    re.compile(r"(?<!\d)(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})(?!\d)"),
)
_PARTIAL_NUMERIC = re.compile(
    r"(?:^|(?<=[\s_(\[-]))(?<!\d[-_/.])(?P<month>\d{1,2})[-_/.](?P<day>\d{1,2})(?=$|[\s_,:)\]-])(?![-_/.]\d)"
)
_EPOCH = re.compile(r"\s*(?P<seconds>1\d{9})(?:\d{3})?(?:\.\d{1,6})?\s*")

_MAX_CHARS = 1000  # of a text are looked at: a date stands at its front
_ENGLISH_SHORT = frozenset({"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"})
_MIN_NAME_SIMILARITY = 0.8  # of a misspelt month to its name: Febuary, Septemeber


class DayOrder(StrEnum):
    """Which number of 3/5/2024 is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date and the half-open span of its text."""

    day: date
    start: int
    end: int


@cache
def _calendar() -> tuple[dict[str, int], frozenset[str]]:
    """Months by their names, folded, and the names of weekdays."""
    data = json.loads(resources.files(__package__).joinpath("calendar.json").read_text("utf-8"))
    months: dict[str, int] = {}
    days: set[str] = set()
    for language in sorted(data, key=lambda code: code != "en"):  # where two languages differ, English counts
        for number, names in enumerate(data[language]["months"], 1):
            for name in names.split():
                months.setdefault(fold(name), number)
        days.update(fold(data[language]["days"]).split())
    return months, frozenset(days)


def is_weekday(word: str) -> bool:
    """Whether a folded word is the name of a weekday in any language."""
    return word in _calendar()[1]


def month_number(name: str) -> int | None:
    """The month of this name or number; None: there is no such month."""
    if name.isdigit():
        return int(name)
    name = fold(name)
    months = _calendar()[0]
    if name in months:
        return months[name]
    english = ("january", "february", "march", "april", "june", "july", "august", "september", "october", "november")
    likely = [month for month in (*english, "december") if month[:3] == name[:3]]
    return next((months[m] for m in likely if SequenceMatcher(None, m, name).ratio() >= _MIN_NAME_SIMILARITY), None)


def find_dates(text: str, order: DayOrder | None = None, *, dotted: bool = False) -> list[FoundDate]:
    """The calendar dates written in `text`, in their order.

    Args:
        order: how to read 3/5/2024; None: it is not a date.
        dotted: also 2024.3.5, which elsewhere is a version.
    """
    found: list[FoundDate] = []
    for day, (start, end) in _matches(text[:_MAX_CHARS], order, dotted=dotted):
        if not any(start < other.end and other.start < end for other in found):
            found.append(FoundDate(day, start, end))
    return sorted(found, key=lambda each: each.start)


def _matches(text: str, order: DayOrder | None, *, dotted: bool) -> Iterator[tuple[date, tuple[int, int]]]:
    if not any(map(str.isdigit, text)):
        return
    for pattern in (*_NUMERIC, *((_DOTTED,) if dotted else ()), *_NAMED):
        for match in pattern.finditer(text):
            if day := _date(int(match["year"]), match["month"], match["day"]):
                yield day, match.span()
    for pattern in _SHORT_YEAR:
        for match in pattern.finditer(text):
            if day := _date(2000 + int(match["year"]), match["month"], match["day"]):
                yield day, match.span()
    for match in _DAY_AND_MONTH.finditer(text):
        if day := _day_and_month(match, order):
            yield day, match.span()


def find_date(text: str) -> tuple[date, tuple[int, int]] | None:
    """The first calendar date written in `text`, and its span.

    >>> find_date("Office hours, January 21st, 2020")
    (datetime.date(2020, 1, 21), (14, 32))
    """
    return next(((found.day, (found.start, found.end)) for found in find_dates(text)), None)


def find_partial(text: str, year: int, *, numeric: bool = False) -> FoundDate | None:
    """The first day and month in `text`, in this year. `numeric` also reads 03-05, month first as after a year."""
    for pattern in (*_PARTIAL, *((_PARTIAL_NUMERIC,) if numeric else ())):
        for match in pattern.finditer(text[:_MAX_CHARS]):
            if not _is_certain_month(match["month"]):
                continue
            if day := _date(year, match["month"], match["day"]):
                return FoundDate(day, *match.span())
    return None


def _is_certain_month(name: str) -> bool:
    """Whether a name says month without a year beside it: short ones are words of other languages (out, set, mot)."""
    return name.isdigit() or len(name) > 3 or name.casefold() in _ENGLISH_SHORT


def from_epoch(text: str) -> date | None:
    """The day, in UTC, of seconds or milliseconds since 1970."""
    match = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(match["seconds"]), UTC).date() if match else None


def day_order(texts: Iterable[str]) -> DayOrder | None:
    """How dates such as 3/5/2024 are to be read, by those of `texts` that can only be read in one way."""
    orders = set()
    for text in texts:
        for match in _DAY_AND_MONTH.finditer(text[:_MAX_CHARS]):
            first, second = int(match["first"]), int(match["second"])
            if match["sep"] != "." and max(first, second) > 12 >= min(first, second) >= 1:
                orders.add(DayOrder.DAY_FIRST if first > second else DayOrder.MONTH_FIRST)
    return orders.pop() if len(orders) == 1 else None


def _day_and_month(match: re.Match[str], order: DayOrder | None) -> date | None:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if len(match["year"]) == 2:
        if match["sep"] == "." or (match["sep"] == "-" and first > 12):  # 4.2.20 is a version, 20-04-05 a year first
            return None
        year += 2000
    if match["sep"] == ".":
        order = DayOrder.DAY_FIRST
    if first > 12 or second > 12 or first == second:
        order = DayOrder.DAY_FIRST if first > 12 else DayOrder.MONTH_FIRST
    if order is None:
        return None
    day, month = (first, second) if order is DayOrder.DAY_FIRST else (second, first)
    return _date(year, str(month), str(day))


def _date(year: int, month: str, day: str) -> date | None:
    number = month_number(month)
    with suppress(ValueError):
        return date(year, number, int(day)) if number else None
    return None
