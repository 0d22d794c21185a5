"""Jobs ↔ rows, and the steps from one state to another; each is part of a transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import JobNotFound
from pipeline.records import (
    MAX_DEATHS,
    WORKER_DIED,
    HeardLine,
    Job,
    JobDied,
    JobFailure,
    JobKind,
    JobRequest,
    JobState,
)
from pipeline.store import tables as t
from pipeline.store.rows import Row

STOPPED = "its worker was stopped in the middle of it"

_KEPT = {JobKind.LOOK: timedelta(days=1), JobKind.SCAN: timedelta(hours=1), JobKind.NOTIFY: timedelta(days=7)}
"""How long it is known how a job ended; those that make meetings are kept."""

_CLOCK_SLACK = timedelta(minutes=5)
_DAMAGED = JobFailure("damaged", "what is stored of it cannot be read", "Ask for it again.")
_DIED_HINT = (
    "Most often there is too little memory: choose a smaller model with JUMPNOTES_MODEL, then retry; it goes on from "
    "its checkpoint."
)

Decoded = TypeVar("Decoded")

AT_THE_START: dict[str, Any] = {"stage": "", "done": 0.0, "total": 0.0, "unit": ""}


def forget_old(db: Connection) -> None:
    """Of what happens every minute, nobody wants to know for ever; what a place failed for stands with it."""
    for kind, kept in _KEPT.items():
        final = t.jobs.c.state.in_([state for state in JobState if state.is_final])
        db.execute(t.jobs.delete().where(t.jobs.c.kind == kind, final, t.jobs.c.finished_at < now() - kept))


def _old(before: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Jobs that ended before this time. That of a video that was taken for some notes tells whether it is theirs."""
    final = t.jobs.c.state.in_([state for state in JobState if state.is_final])
    taken = sa.select(t.matches.c.job).where(t.matches.c.job.is_not(None))
    return final, t.jobs.c.finished_at < naive(before), t.jobs.c.id.not_in(taken)


def count_old(db: Connection, before: datetime) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(t.jobs).where(*_old(before))) or 0)


def drop_old(db: Connection, before: datetime) -> int:
    """Forget jobs, with what was heard by them. Returns how many."""
    return int(db.execute(t.jobs.delete().where(*_old(before))).rowcount)


def drafts(db: Connection) -> dict[str, bool]:
    """The drafts that jobs are for, and whether any of these has not ended."""
    requests: list[Row] = list(db.execute(sa.select(t.jobs.c.request, t.jobs.c.state)))
    final, found = {state for state in JobState if state.is_final}, dict[str, bool]()
    for row in requests:
        if (request := request_of(row)) and request.draft:
            found[request.draft] = found.get(request.draft, False) or row.state not in final
    return found


def row_of(db: Connection, number: int) -> Row:
    row = db.execute(sa.select(t.jobs).where(t.jobs.c.id == number)).one_or_none() if 0 < number < 2**63 else None
    if row is None:
        raise JobNotFound(number)
    return row


def change(db: Connection, number: int, **values: Any) -> None:
    changed = {"updated_at": now(), "version": t.jobs.c.version + 1}
    db.execute(t.jobs.update().where(t.jobs.c.id == number).values(**changed, **values))


def end(db: Connection, number: int, state: JobState, **values: Any) -> None:
    """The job comes to an end, for now."""
    nothing = {"failure": None, "reason": None} if state is not JobState.FAILED else {}
    change(db, number, state=state, claim=None, not_before=None, finished_at=now(), **nothing | values)
    add_lines(db, number, (), anew=True)


def wait(db: Connection, number: int, **values: Any) -> None:
    """The job is queued again, and keeps its turn."""
    change(db, number, state=JobState.QUEUED, claim=None, **AT_THE_START, **values)
    add_lines(db, number, (), anew=True)


def requeue(db: Connection, where: sa.ColumnElement[bool]) -> None:
    """Somebody wants jobs tried again that are not running: what went before does not count."""
    anew = {"attempts": 0, "deaths": 0, "not_before": None, "finished_at": None, "failure": None, "reason": None}
    changed = {"updated_at": now(), "version": t.jobs.c.version + 1, "state": JobState.QUEUED}
    db.execute(t.jobs.update().where(where).values(**changed, **AT_THE_START, **anew))


def is_retried(row: Row) -> bool:
    waits = row.state == JobState.QUEUED and row.not_before is not None
    return waits or row.state in {JobState.FAILED, JobState.CANCELLED}


def note_death(db: Connection, row: Row, death: JobDied) -> None:
    before = (_decoded(row.reached, tuple[int, int]) or (-1, -1)) if row.deaths else (-1, -1)
    deaths = 1 if death.reached > before else row.deaths + 1
    reached = json.dumps(max(death.reached, before))
    failure = JobFailure(WORKER_DIED, death.message, _DIED_HINT, row.stage)
    kept = {"deaths": deaths, "reached": reached, **failure_values(failure)}
    if deaths < MAX_DEATHS:
        wait(db, row.id, **kept)
    else:
        end(db, row.id, JobState.FAILED, **kept)


def failure_values(failure: JobFailure) -> dict[str, Any]:
    return {"failure": encode(failure), "reason": failure.reason}


def add_lines(db: Connection, number: int, lines: Iterable[HeardLine], *, anew: bool) -> None:
    here = t.job_lines.c.job_id == number
    if anew:
        db.execute(t.job_lines.delete().where(here))
    first = (db.scalar(sa.select(sa.func.max(t.job_lines.c.position)).where(here)) or 0) + 1 if not anew else 1
    rows = [
        {"job_id": number, "position": position, "start": start, "text": text}
        for position, (start, text) in enumerate(map(astuple, lines), start=first)
    ]
    if rows:
        db.execute(t.job_lines.insert(), rows)


def due(now: datetime) -> sa.ColumnElement[bool]:
    """Queued, and its time has come; where the clock was put back since, nothing can be said of that."""
    no_wait = sa.or_(t.jobs.c.not_before.is_(None), t.jobs.c.not_before <= now)
    return sa.and_(t.jobs.c.state == JobState.QUEUED, sa.or_(no_wait, t.jobs.c.updated_at > now + _CLOCK_SLACK))


def places(db: Connection) -> dict[int, int]:
    """The place of each queued job among those of its kind."""
    place = sa.func.row_number().over(partition_by=t.jobs.c.kind, order_by=t.jobs.c.id)
    queued = sa.select(t.jobs.c.id, place.label("place")).where(due(now()))
    return {row.id: row.place for row in db.execute(queued)}


def _place(db: Connection, row: Row) -> int | None:
    """The place of one."""
    before = sa.select(sa.func.count()).where(t.jobs.c.kind == row.kind, due(now()), t.jobs.c.id <= row.id)
    is_due = sa.select(t.jobs.c.id).where(t.jobs.c.id == row.id, due(now()))
    return int(db.scalar(before) or 0) if db.scalar(is_due) is not None else None


def job_of(db: Connection, row: Row) -> Job:
    """A job, with its place."""
    return read(row, _place(db, row))


def read(row: Row, place: int | None) -> Job:
    """A job; what of it cannot be read is left out, so that it can be seen, and cancelled."""
    return Job(
        id=row.id,
        kind=JobKind(row.kind),
        title=row.title,
        request=request_of(row) or JobRequest(),
        author=row.author,
        state=JobState(row.state),
        created_at=_aware(row.created_at),
        started_at=row.started_at and _aware(row.started_at),
        finished_at=row.finished_at and _aware(row.finished_at),
        stage=row.stage,
        done=row.done,
        total=row.total,
        unit=row.unit,
        attempts=row.attempts,
        place=place,
        not_before=row.not_before and _aware(row.not_before),
        failure=_decoded(row.failure, JobFailure),
        slugs=_decoded(row.slugs, tuple[str, ...]) or (),
        remarks=_decoded(row.remarks, tuple[str, ...]) or (),
        result=getattr(row, "result", None),
        pace=row.pace,
        version=row.version,
    )


def request_of(row: Row) -> JobRequest | None:
    """What a job is for; None: that cannot be read."""
    return _decoded(row.request, JobRequest)


def _decoded(text: str | None, kind: type[Decoded]) -> Decoded | None:
    with suppress(msgspec.MsgspecError, UnicodeError, TypeError):
        return msgspec.json.decode(text, type=kind) if text is not None else None
    return None


def fail_damaged(db: Connection, number: int) -> None:
    """Fail a job of which nobody can tell what it is for, so that the next one gets its turn."""
    nothing = {"request": "{}", "slugs": "[]", "remarks": "[]", "result": None}
    end(db, number, JobState.FAILED, **nothing, **failure_values(_DAMAGED))


def encode(record: JobRequest | JobFailure) -> str:
    return msgspec.json.encode(record, order="deterministic").decode()


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def forget(db: Connection, slug: str, path: str | None) -> None:
    """Delete the jobs of a meeting, and those for notes at this path or for a draft that became the meeting."""
    rows: list[Row] = list(db.execute(sa.select(t.jobs.c.id, t.jobs.c.slugs, t.jobs.c.request)))
    requests = {row.id: request_of(row) or JobRequest() for row in rows}
    own = {row.id for row in rows if slug in (_decoded(row.slugs, tuple[str, ...]) or ())}
    own |= {number for number, request in requests.items() if request.notes is not None and request.notes == path}
    drafts = {requests[number].draft for number in own} - {None}
    own |= {number for number, request in requests.items() if request.draft in drafts}
    for number in own:
        db.execute(t.jobs.delete().where(t.jobs.c.id == number))


def drop_lines(db: Connection, slug: str) -> None:
    """Show no more of what is being heard of a meeting: somebody took a passage out of it."""
    about = sa.select(t.jobs.c.id).where(t.jobs.c.slugs.contains(f'"{slug}"', autoescape=True))
    db.execute(t.job_lines.delete().where(t.job_lines.c.job_id.in_(about)))
