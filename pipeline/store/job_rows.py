"""Jobs ↔ rows, and what is written beside each step from one state to another; each is part of a transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
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
    MAX_LOSSES,
    WORKER_DIED,
    HeardLine,
    Job,
    JobDied,
    JobFailure,
    JobHandedOn,
    JobKind,
    JobRequest,
    JobState,
)
from pipeline.store import tables as t
from pipeline.store.job_states import JobStates
from pipeline.store.rows import Row

STOPPED = "its worker was stopped in the middle of it"

_KEPT = {JobKind.LOOK: timedelta(days=1), JobKind.SCAN: timedelta(hours=1), JobKind.NOTIFY: timedelta(days=7)}
"""How long it is known how a job ended; those that make meetings are kept."""

_DAMAGED = JobFailure("damaged", "what is stored of it cannot be read", "Ask for it again.")
_DIED_HINT = (
    "Most often there is too little memory: choose a smaller model with JUMPNOTES_MODEL, then retry; it goes on from "
    "its checkpoint."
)

Decoded = TypeVar("Decoded")

NO_FAILURE: dict[str, Any] = {"failure": None, "reason": None}
AT_THE_START: dict[str, Any] = {"stage": "", "done": 0.0, "total": 0.0, "unit": ""}


FINAL = [state for state in JobState if state.is_final]


def forget_old(db: Connection, states: JobStates) -> None:
    """Of what happens every minute, nobody wants to know for ever; what a place failed for stands with it."""
    seen = states.seen.c
    for kind, kept in _KEPT.items():
        old = sa.select(seen.id).where(seen.kind == kind, seen.state.in_(FINAL), seen.finished_at < states.now - kept)
        states.remove(db, db.scalars(old).all())


def _old(states: JobStates, before: datetime) -> sa.Select[Any]:
    """Jobs that ended before this time. That of a video that was taken for some notes tells whether it is theirs."""
    seen = states.seen.c
    taken = sa.select(t.matches.c.job).where(t.matches.c.job.is_not(None))
    ended = seen.state.in_(FINAL), seen.finished_at < naive(before)
    return sa.select(seen.id).where(*ended, seen.id.not_in(taken))


def count_old(db: Connection, states: JobStates, before: datetime) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(_old(states, before).subquery())) or 0)


def drop_old(db: Connection, states: JobStates, before: datetime) -> int:
    """Forget jobs, with what was heard by them. Returns how many."""
    return states.remove(db, db.scalars(_old(states, before)).all())


def drafts(db: Connection, states: JobStates) -> dict[str, bool]:
    """The drafts that jobs are for, and whether any of these has not ended."""
    requests: list[Row] = list(db.execute(sa.select(states.seen.c.request, states.seen.c.state)))
    found = dict[str, bool]()
    for row in requests:
        if (request := request_of(row)) and request.draft:
            found[request.draft] = found.get(request.draft, False) or row.state not in FINAL
    return found


def row_of(db: Connection, states: JobStates, number: int) -> Row:
    wanted = sa.select(states.seen).where(states.seen.c.id == number)
    row = db.execute(wanted).one_or_none() if 0 < number < 2**63 else None
    if row is None:
        raise JobNotFound(number)
    return row


def change(db: Connection, states: JobStates, row: Row, **values: Any) -> None:
    _change(db, states, t.jobs.c.id == row.id, **values)


def _change(db: Connection, states: JobStates, which: sa.ColumnElement[bool], **values: Any) -> None:
    changed = {"updated_at": states.now, "version": t.jobs.c.version + 1}
    db.execute(t.jobs.update().where(which).values(**changed, **values))


def end(db: Connection, states: JobStates, row: Row, state: JobState, **values: Any) -> None:
    """The job comes to an end, for now."""
    nothing = NO_FAILURE if state is not JobState.FAILED else {}
    states.end(db, row, state)
    change(db, states, row, finished_at=states.now, **nothing | values)
    add_lines(db, row.id, (), anew=True)


def wait(
    db: Connection,
    states: JobStates,
    row: Row,
    until: datetime | None = None,
    handed: JobHandedOn | None = None,
    **values: Any,
) -> None:
    """The job is queued again, and keeps its turn."""
    states.wait(db, row, until, handed)
    change(db, states, row, **AT_THE_START, **values)
    add_lines(db, row.id, (), anew=True)


def requeue(db: Connection, states: JobStates, rows: Sequence[Row]) -> None:
    """Somebody wants jobs tried again that are not running: what went before does not count."""
    anew: dict[str, Any] = {"attempts": 0, "deaths": 0, "losses": 0, "orders": "[]"}
    anew |= {"finished_at": None} | NO_FAILURE
    states.requeue(db, rows)
    _change(db, states, t.jobs.c.id.in_([row.id for row in rows]), **AT_THE_START, **anew)


def is_retried(row: Row) -> bool:
    waits = row.state == JobState.QUEUED and row.not_before is not None
    return waits or row.state in {JobState.FAILED, JobState.CANCELLED}


def note_death(db: Connection, states: JobStates, row: Row, death: JobDied) -> None:
    counted = row.deaths + row.losses
    before = (_decoded(row.reached, tuple[int, int]) or (-1, -1)) if counted else (-1, -1)
    came_further = death.reached > before
    deaths, losses = (0, 0) if came_further else (row.deaths, row.losses)
    deaths, losses = (deaths, losses + 1) if death.with_machine else (deaths + 1, losses)
    reached = json.dumps(max(death.reached, before))
    failure = JobFailure(WORKER_DIED, death.message, _DIED_HINT, row.stage)
    kept = {"deaths": deaths, "losses": losses, "reached": reached, **failure_values(failure)}
    if deaths < MAX_DEATHS and losses < MAX_LOSSES:
        wait(db, states, row, **kept)
    else:
        end(db, states, row, JobState.FAILED, **kept)


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


def places(db: Connection, states: JobStates, numbers: Collection[int]) -> dict[int, int]:
    """The place of each of these jobs that is queued among all of its kind that are."""
    if not numbers:
        return {}
    seen = states.seen.c
    place = sa.func.row_number().over(partition_by=seen.kind, order_by=seen.id).label("place")
    due = sa.select(seen.id, place).where(states.due()).subquery()
    return {row.id: row.place for row in db.execute(sa.select(due).where(due.c.id.in_(numbers)))}


def _place(db: Connection, states: JobStates, row: Row) -> int | None:
    """The place of one."""
    seen = states.seen.c
    before = sa.select(sa.func.count()).where(seen.kind == row.kind, states.due(), seen.id <= row.id)
    is_due = sa.select(seen.id).where(seen.id == row.id, states.due())
    return int(db.scalar(before) or 0) if db.scalar(is_due) is not None else None


def job_of(db: Connection, states: JobStates, number: int) -> Job:
    """A job, with its place."""
    row = row_of(db, states, number)
    return read(states, row, _place(db, states, row))


def read(states: JobStates, row: Row, place: int | None) -> Job:
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
        turn=states.turn(row),
        orders=row.orders,
    )


def request_of(row: Row) -> JobRequest | None:
    """What a job is for; None: that cannot be read."""
    return _decoded(row.request, JobRequest)


def _decoded(text: str | None, kind: type[Decoded]) -> Decoded | None:
    with suppress(msgspec.MsgspecError, UnicodeError, TypeError):
        return msgspec.json.decode(text, type=kind) if text is not None else None
    return None


def fail_damaged(db: Connection, states: JobStates, row: Row) -> None:
    """Fail a job of which nobody can tell what it is for, so that the next one gets its turn."""
    nothing = {"request": "{}", "slugs": "[]", "remarks": "[]", "result": None}
    end(db, states, row, JobState.FAILED, **nothing, **failure_values(_DAMAGED))


def encode(record: JobRequest | JobFailure) -> str:
    return msgspec.json.encode(record, order="deterministic").decode()


def naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def forget(db: Connection, states: JobStates, slug: str, path: str | None) -> None:
    """Delete the jobs of a meeting, and those for notes at this path or for a draft that became the meeting."""
    rows: list[Row] = list(db.execute(sa.select(t.jobs.c.id, t.jobs.c.slugs, t.jobs.c.request)))
    requests = {row.id: request_of(row) or JobRequest() for row in rows}
    own = {row.id for row in rows if slug in (_decoded(row.slugs, tuple[str, ...]) or ())}
    own |= {number for number, request in requests.items() if request.notes is not None and request.notes == path}
    drafts = {requests[number].draft for number in own} - {None}
    own |= {number for number, request in requests.items() if request.draft in drafts}
    states.remove(db, sorted(own))


def drop_lines(db: Connection, slug: str) -> None:
    """Show no more of what is being heard of a meeting: somebody took a passage out of it."""
    about = sa.select(t.jobs.c.id).where(t.jobs.c.slugs.contains(f'"{slug}"', autoescape=True))
    db.execute(t.job_lines.delete().where(t.job_lines.c.job_id.in_(about)))
