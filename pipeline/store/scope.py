"""Which passages a search looks at: those of a meeting were added together, so they are a range of row numbers."""

from __future__ import annotations

from itertools import groupby

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.query import Query

Range = tuple[int, int]
"""First and last row, both included."""

EVERYTHING: tuple[Range, ...] = ((0, 2**62),)

_FEW = 16
"""Meetings that are looked through one by one; of more, neighbours are looked through at once."""

_NEWEST = sa.text("SELECT slug, title, date FROM notes WHERE id IN (SELECT max(id) FROM notes GROUP BY slug)")
_RANGES = sa.text("""
    SELECT value AS slug, (SELECT min(id) FROM passages WHERE slug = value AND written = :written) AS low,
           (SELECT max(id) FROM passages WHERE slug = value AND written = :written) AS high
    FROM json_each(:slugs)
""")


def meetings(db: Connection, query: Query, slug: str | None) -> frozenset[str] | None:
    """The slugs of the meetings the filters let through; None: all."""
    if not (query.meetings or query.before or query.after):
        return None if slug is None else frozenset((slug,))
    return frozenset(
        row.slug
        for row in db.execute(_NEWEST)
        if slug in (None, row.slug)
        and (not query.meetings or any(n in row.slug.casefold() or n in row.title.casefold() for n in query.meetings))
        and (query.before is None or (row.date is not None and row.date < query.before.isoformat()))
        and (query.after is None or (row.date is not None and row.date >= query.after.isoformat()))
    )


def ranges(db: Connection, slugs: frozenset[str] | None, *, written: bool) -> tuple[Range, ...]:
    """The rows of the notes, or of the speech, of these meetings, the newest first."""
    if slugs is None:
        return EVERYTHING
    asked = slugs if len(slugs) <= _FEW else db.scalars(sa.text("SELECT slug FROM meetings")).all()
    values = {"slugs": msgspec.json.encode(sorted(asked)).decode(), "written": written}
    rows = sorted((row.low, row.high, row.slug) for row in db.execute(_RANGES, values) if row.low is not None)
    joined: list[Range] = []
    for wanted, group in groupby(rows, key=lambda row: row[2] in slugs):
        stretch = list(group)
        if wanted:
            near = len(slugs) > _FEW  # then all rows are known, and none lies between
            joined += [(stretch[0][0], stretch[-1][1])] if near else [(low, high) for low, high, _ in stretch]
    return tuple(joined)
