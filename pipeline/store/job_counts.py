"""How many jobs wait, run and have ended, counted by the database; each call is part of a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.records import EndedCount, JobKind, JobState, QueueCount, QueueFigures, RunStage
from pipeline.store.job_states import JobStates
from pipeline.store.rows import Row

_WAITING = (JobState.QUEUED, JobState.RUNNING)
_UNFINISHED = {"todo": JobState.QUEUED, "doing": JobState.RUNNING}  # as Procrastinate calls it
_LATELY = timedelta(days=1)
_AT_MACHINE = "@"  # after it, in the name of a queue: the machine that alone can do what is in it


def figures(db: Connection, states: JobStates) -> QueueFigures:
    """What there is to count of a queue, by the database's own clock where it has one."""
    at: datetime = db.execute(sa.select(states.now)).scalar_one() if states.is_shared else states.now
    rows = db.execute(_counted(states, at)).all()
    known = [row for row in rows if row.kind in set(JobKind) and row.state in set(JobState)]  # others are damaged
    queues = [_queue(row, at) for row in known if not JobState(row.state).is_final]
    newer = 0
    if states.is_shared:
        pieces, newer = _tasks(db)
        queues = _together([*queues, *pieces])
    heard, work = sum(row.heard for row in known), sum(row.work or 0.0 for row in known)
    return QueueFigures(
        tuple(sorted(queues, key=lambda each: (each.queue, each.state, each.is_postponed))),
        tuple(_ended(known)),
        heard / work if work else None,
        newer,
    )


def _counted(states: JobStates, at: datetime) -> sa.Select[Any]:
    """All jobs in one go: a row for those that are alike."""
    seen = states.seen.c
    is_due = sa.case((states.due(), 1), else_=0)
    reason = sa.case((seen.state == JobState.FAILED, seen.reason), else_=None)
    queue = sa.case((seen.state.in_(_WAITING), _queue_name(states)), else_=None)
    alike = {"kind": seen.kind, "queue": queue, "state": seen.state, "is_due": is_due, "reason": reason}
    pace = sa.case((sa.and_(seen.pace > 0, seen.updated_at > at - _LATELY), seen.pace), else_=None)
    measured = {
        "jobs": sa.func.count(),
        "oldest": sa.func.min(sa.case((seen.state == JobState.RUNNING, seen.started_at), else_=seen.updated_at)),
        "heard": sa.func.count(pace),
        "work": sa.func.sum(pace),
    }
    columns = [column.label(name) for name, column in {**alike, **measured}.items()]
    return sa.select(*columns).group_by(*(sa.text(str(place)) for place in range(1, len(alike) + 1)))


def _queue_name(states: JobStates) -> sa.ColumnElement[str]:
    seen = states.seen.c
    return sa.func.split_part(seen.queue, _AT_MACHINE, 1) if states.is_shared else seen.kind


def _queue(row: Row, at: datetime) -> QueueCount:
    state = JobState(row.state)
    is_postponed = state is JobState.QUEUED and not row.is_due
    return QueueCount(row.queue, state, is_postponed, row.jobs, _seconds(at, row.oldest))


def _together(counts: list[QueueCount]) -> list[QueueCount]:
    """One for each queue and state: pieces, whose times nobody notes, are counted with jobs that are heard whole."""
    found: dict[tuple[str, JobState, bool], QueueCount] = {}
    for each in counts:
        key = each.queue, each.state, each.is_postponed
        known = found.get(key)
        jobs = each.jobs + (known.jobs if known else 0)
        oldest = max(each.oldest_seconds, known.oldest_seconds if known else 0.0)
        found[key] = replace(each, jobs=jobs, oldest_seconds=oldest)
    return list(found.values())


def _ended(rows: list[Row]) -> Iterator[EndedCount]:
    counts: dict[tuple[JobKind, JobState, str], int] = {}
    for row in rows:
        if JobState(row.state).is_final:
            key = JobKind(row.kind), JobState(row.state), row.reason or ""
            counts[key] = counts.get(key, 0) + row.jobs
    for (kind, state, reason), jobs in sorted(counts.items()):
        yield EndedCount(kind, state, reason, jobs)


def _seconds(at: datetime, since: datetime | None) -> float:
    return max((at - since).total_seconds(), 0.0) if since else 0.0


def _tasks(db: Connection) -> tuple[list[QueueCount], int]:
    """The pieces of recordings that several workers hear, which are no jobs of their own, and how many of all that
    waits is for workers of a newer jumpnotes.
    """
    from pipeline.store.task_rows import PIECE, PROTOCOL, tasks  # an extra

    is_piece = tasks.c.task_name == PIECE
    is_newer = tasks.c.args["protocol"].as_integer() > PROTOCOL
    found = sa.select(
        tasks.c.status, is_piece.label("is_piece"), is_newer.label("is_newer"), sa.func.count().label("jobs")
    )
    rows = db.execute(found.where(tasks.c.status.in_(_UNFINISHED)).group_by(tasks.c.status, is_piece, is_newer)).all()
    pieces = {status: sum(row.jobs for row in rows if row.is_piece and row.status == status) for status in _UNFINISHED}
    queues = [
        QueueCount(RunStage.TRANSCRIBE, state, is_postponed=False, jobs=pieces[status], oldest_seconds=0.0)
        for status, state in _UNFINISHED.items()
        if pieces[status]
    ]
    return queues, sum(row.jobs for row in rows if row.is_newer and row.status == "todo")
