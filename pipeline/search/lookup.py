"""What the full-text index knows: the passages a query matches, the newest first, in some meetings and days or all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection as Connection  # for those who look up

from pipeline.search.passage_ids import DAY, day
from pipeline.search.passages import Mark, Source
from pipeline.search.query import Query
from pipeline.store.rows import straight

Range = tuple[int, int]
"""First and last number of passages, both included."""

OPEN, CLOSE = "\x02", "\x03"
"""What stands around a match in a text."""

_FEW = 16
"""Meetings that are looked through one by one; of more, neighbours are looked through at once."""

_MARKED = """
    SELECT p.id, p.slug, p.block_id, p.marks, highlight({0}_fts, 0, char(2), char(3))
    FROM {0}_fts CROSS JOIN passages p ON p.id = {0}_fts.rowid WHERE {0}_fts MATCH ? AND {0}_fts.rowid
"""
_NEWEST = _MARKED + "BETWEEN ? AND ? ORDER BY {0}_fts.rowid LIMIT ?"
_NUMBERS = "SELECT rowid FROM {0}_fts WHERE {0}_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"
_NAMES = "SELECT slug, title FROM notes WHERE id IN (SELECT max(id) FROM notes GROUP BY slug)"
_RANGES = """
    SELECT (SELECT min(id) FROM passages WHERE slug = value AND kind = ?1) AS low,
           (SELECT max(id) FROM passages WHERE slug = value AND kind = ?1), value
    FROM json_each(?2) WHERE low IS NOT NULL ORDER BY low
"""


class Row(NamedTuple):
    """A passage. `text` has OPEN and CLOSE around what matches; words side by side of one phrase are marked as one."""

    id: int
    slug: str
    block_id: str | None
    marks: bytes  # JSON of passages.Mark
    text: str


def newest(db: Connection, source: Source, match: str, ranges: Iterable[Range], count: int) -> list[Row]:
    """At most `count` passages that match an expression of FTS5, the newest first."""
    found: list[Row] = []
    for low, high in ranges:
        if len(found) < count:
            found += map(Row._make, straight(db, _NEWEST.format(source), match, low, high, count - len(found)))
    return found


def numbers(db: Connection, source: Source, match: str, ranges: Iterable[Range], count: int) -> list[int]:
    """The ids of what `newest` finds."""
    found: list[int] = []
    for low, high in ranges:
        if len(found) < count:
            found += [row[0] for row in straight(db, _NUMBERS.format(source), match, low, high, count - len(found))]
    return found


def before(db: Connection, source: Source, number: int) -> int:
    """About how many passages have a smaller number: those of the days before, and some of its own day."""
    if not number:
        return 0
    first = number >> DAY << DAY
    of_days = f"SELECT total({source}) FILTER (WHERE day < ?1), total({source}) FROM outlines WHERE day <= ?1"
    ((earlier, until),) = straight(db, of_days, first)
    return min(int(earlier) + number - first, int(until))


def marks(row: Row) -> list[Mark]:
    return msgspec.json.decode(row.marks, type=list[Mark])


def ranges(db: Connection, query: Query, slug: str | None, source: Source) -> tuple[Range, ...]:
    """Where to look: the passages of the meetings and days the filters let through, the newest first."""
    days = _days(query.after, query.before)
    slugs = _named(db, query.meetings, slug)
    if slugs is None:
        return (days,)
    asked = slugs if len(slugs) <= _FEW else {slug for slug, _ in straight(db, _NAMES)}
    found_at = straight(db, _RANGES, source.value, msgspec.json.encode(sorted(asked)).decode())
    found: list[Range] = []
    for wanted, group in groupby(found_at, key=lambda row: row[2] in slugs):
        stretch = [(low, high) for low, high, _ in group]
        if wanted:  # where all meetings are known, nothing else lies between those of a stretch
            found += [(stretch[0][0], stretch[-1][1])] if asked is not slugs else stretch
    return tuple((max(low, days[0]), min(high, days[1])) for low, high in found if low <= days[1] and high >= days[0])


def after(ranges: Iterable[Range], last: int) -> tuple[Range, ...]:
    """What is left of the ranges behind a number."""
    return tuple((max(low, last + 1), high) for low, high in ranges if high > last)


def _days(after: date | None, before: date | None) -> Range:
    low = day(before) + 2**DAY if before else 0
    high = day(after) + 2**DAY - 1 if after else 2**62
    return low, min(high, day(None) - 1) if after or before else high


def _named(db: Connection, names: Sequence[str], slug: str | None) -> frozenset[str] | None:
    """The slugs of the meetings with a name in their slug or title; None: all."""
    if not names:
        return None if slug is None else frozenset((slug,))
    return frozenset(
        found
        for found, title in straight(db, _NAMES)
        if slug in (None, found) and any(name in found.casefold() or name in title.casefold() for name in names)
    )
