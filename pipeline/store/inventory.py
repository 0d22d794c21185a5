"""What is stored of every meeting, and how much room it takes, without reading it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.store import tables as t
from pipeline.store.expressions import any_text, as_written, kind_of

_SAMPLED_SEGMENTS = (
    500  # of which the mean size is taken for all; reading every one takes as long as reading the archive
)


@dataclass(frozen=True, slots=True)
class Stock:
    """When a meeting was last written by a run, in UTC, and about how many bytes its rows take."""

    last_run: datetime | None
    row_bytes: int


def stocks(db: Connection) -> dict[str, Stock]:
    """Of each meeting, by slug."""
    sizes, times = _row_bytes(db), _last_runs(db)
    slugs = db.scalars(sa.select(t.meetings.c.slug)).all()
    return {slug: Stock(times.get(slug), sizes.get(slug, 0)) for slug in slugs}


def _last_runs(db: Connection) -> dict[str, datetime]:
    found: dict[str, str] = {}
    with any_text(db):
        for table in (t.notes, t.recordings, t.transcripts, t.alignment_runs):
            newest = sa.select(table.c.slug, sa.func.max(as_written(table.c.created_at)))
            newest = newest.where(kind_of(table.c.created_at) == "text")
            for slug, at in db.execute(newest.group_by(table.c.slug)):
                found[slug] = max(found.get(slug, ""), at)
    return {slug: at for slug, written in found.items() if (at := _time(written))}


def _time(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    except ValueError:
        return None


def _row_bytes(db: Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in (t.notes, t.recordings):
        length = sa.func.sum(sa.func.length(table.c.document))
        for slug, size in db.execute(sa.select(table.c.slug, length).group_by(table.c.slug)):
            found[slug] = found.get(slug, 0) + int(size or 0)
    segment = sa.func.length(t.segments.c.text) + sa.func.length(t.segments.c.words)
    sample = sa.select(segment.label("size")).limit(_SAMPLED_SEGMENTS).subquery()
    mean = float(db.scalar(sa.select(sa.func.avg(sample.c.size))) or 0.0)
    counted = sa.select(t.transcripts.c.slug, sa.func.count()).join_from(t.transcripts, t.segments)
    for slug, segments in db.execute(counted.group_by(t.transcripts.c.slug)):
        found[slug] = found.get(slug, 0) + int(segments * mean)
    return found
