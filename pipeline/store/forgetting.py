"""A meeting leaves the database: its rows, and what was left of them in free pages and in the write-ahead log."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.store import changes, job_rows, watches
from pipeline.store import tables as t
from pipeline.store.job_states import JobStates


def forget(db: Connection, states: JobStates, slug: str) -> bool:
    """Delete every row of a meeting, its name among the changes included. Returns whether there was such a meeting."""
    # What refers to other rows of the meeting goes first.
    db.execute(t.corrections.update().where(t.corrections.c.slug == slug).values(carried_from=None))
    path = db.scalar(sa.select(t.meetings.c.path).where(t.meetings.c.slug == slug))
    job_rows.forget(db, states, slug, path)
    if path is not None:
        watches.forget(db, path)
    for table in (t.alignment_runs, t.corrections, t.redactions, t.transcripts, t.recordings, t.notes):
        db.execute(table.delete().where(table.c.slug == slug))
    there = db.execute(t.meetings.delete().where(t.meetings.c.slug == slug)).rowcount
    changes.note(db, changes.FORGOTTEN)  # under a number that is higher than that of the row which goes
    db.execute(t.changes.delete().where(t.changes.c.slug == slug))
    return bool(there)


def counts(db: Connection, slug: str) -> dict[str, int]:
    """How many corrections and transcripts of a meeting are stored."""
    found = {}
    for table in (t.corrections, t.transcripts):
        rows = sa.select(sa.func.count()).select_from(table).where(table.c.slug == slug)
        found[table.name] = int(db.scalar(rows) or 0)
    return found
