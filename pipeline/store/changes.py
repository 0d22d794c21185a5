"""When each meeting was last written: a number that rises with every write to any of them.

Whatever is derived from the meetings, or kept of them, asks here whether it is still right.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.store import tables as t

FORGOTTEN = ""
"""Stands for meetings that were forgotten, whose names must not be kept: whoever hears of it looks what is left."""

_IS_READABLE = sa.func.typeof(t.changes.c.number) == "integer"


def note(db: Connection, slug: str) -> None:
    """Note that a meeting changed, under the next number."""
    number = last(db) + 1
    db.execute(t.changes.delete().where(t.changes.c.slug == slug))
    db.execute(t.changes.insert().values(slug=slug, number=number))


def since(db: Connection, number: int) -> tuple[int, tuple[str, ...]]:
    """The number of the last write, and the meetings written after `number`, in the order of their writes."""
    later = sa.select(t.changes).where(_IS_READABLE, t.changes.c.number > number).order_by(t.changes.c.number)
    found = db.execute(later).all()
    return (found[-1].number if found else number), tuple(row.slug for row in found)


def last(db: Connection, slug: str | None = None) -> int:
    """The number of the last write to a meeting, or to any; 0: there was none."""
    numbers = sa.select(sa.func.max(t.changes.c.number)).where(_IS_READABLE)
    return int(db.scalar(numbers if slug is None else numbers.where(t.changes.c.slug == slug)) or 0)
