"""When each meeting was last written: a number that rises with every write to any of them, and the time.

Whatever is derived from the meetings, or kept of them, asks here whether it is still right.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.store import tables as t
from pipeline.store.expressions import in_whole_seconds, kind_of
from pipeline.store.rows import now

FORGOTTEN = ""
"""Stands for meetings that were forgotten, whose names must not be kept: whoever hears of it looks what is left."""

SHOWN_AT = in_whole_seconds(t.changes.c.at)
"""When what is shown of a meeting last changed; NULL, too, for anything that is no time."""

_IS_READABLE = kind_of(t.changes.c.number) == "integer"

LAST = sa.select(sa.func.max(t.changes.c.number)).where(_IS_READABLE)
"""The number of the last write; NULL: there was none."""


def note(db: Connection, slug: str, *, is_shown: bool = True) -> None:
    """Note that a meeting changed, under the next number; at this time, if anybody can see it."""
    number, at = last(db) + 1, now() if is_shown else shown_at(db, slug)
    db.execute(t.changes.delete().where(t.changes.c.slug == slug))
    db.execute(t.changes.insert().values(slug=slug, number=number, at=at and at.replace(tzinfo=None)))


def since(db: Connection, number: int) -> tuple[int, tuple[str, ...]]:
    """The number of the last write, and the meetings written after `number`, in the order of their writes."""
    later = sa.select(t.changes).where(_IS_READABLE, t.changes.c.number > number).order_by(t.changes.c.number)
    found = db.execute(later).all()
    return (found[-1].number if found else number), tuple(row.slug for row in found)


def last(db: Connection, slug: str | None = None) -> int:
    """The number of the last write to a meeting, or to any; 0: there was none."""
    return int(db.scalar(LAST if slug is None else LAST.where(t.changes.c.slug == slug)) or 0)


def shown_at(db: Connection, slug: str) -> datetime | None:
    """When what is shown of a meeting last changed, in UTC and whole seconds; None where that cannot be told."""
    return time_of(db.scalar(sa.select(SHOWN_AT).where(t.changes.c.slug == slug)))


def time_of(shown_at: str | None) -> datetime | None:
    """The time of a SHOWN_AT that was read."""
    with suppress(ValueError):
        return datetime.fromisoformat(shown_at).replace(tzinfo=UTC) if shown_at else None
    return None
