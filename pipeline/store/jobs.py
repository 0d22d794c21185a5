"""The queue in the database: jobs, one row each, and what those that are running have heard so far."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import JobKeyTaken, JobNotFound
from pipeline.records import (
    MAX_DEATHS,
    WORKER_DIED,
    Claim,
    HeardLine,
    Job,
    JobDied,
    JobDone,
    JobFailed,
    JobFailure,
    JobHeard,
    JobKind,
    JobProgress,
    JobReport,
    JobRequest,
    JobReturned,
    JobState,
)
from pipeline.store import tables as t
from pipeline.store.rows import Row

_WAITING = (JobState.QUEUED, JobState.RUNNING)
_CLOCK_SLACK = timedelta(minutes=5)
_KEPT = timedelta(days=1)  # jobs that are done and made no meeting
_STOPPED = "its worker was stopped in the middle of it"
_DIED_HINT = (
    "Most often there is too little memory: choose a smaller model with JUMPNOTES_MODEL, then retry; it goes on from "
    "its checkpoint."
)


Transaction = Callable[[], AbstractContextManager[Connection]]


class JobTable:
    """A `pipeline.jobs.queue.Queue` in a database. Each call is a transaction; none is a change of a meeting."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    # -- whoever asks for something ----------------------------------------------------------------------------------

    def put(self, kind: JobKind, title: str, request: JobRequest, author: str, *, key: str | None = None) -> Job:
        wanted = _encode(request)
        with self._writing() as db:
            if key is not None and (known := db.execute(sa.select(t.jobs).where(t.jobs.c.key == key)).one_or_none()):
                if (known.kind, known.request) != (kind, wanted):
                    raise JobKeyTaken(key)
                return _job(db, known)
            same = sa.select(t.jobs).where(
                t.jobs.c.kind == kind, t.jobs.c.request == wanted, t.jobs.c.state == JobState.QUEUED
            )
            if key is None and (queued := db.execute(same.limit(1)).one_or_none()):
                return _job(db, queued)
            at = _now()
            _forget_old(db, at)
            values = {"kind": kind, "title": title, "request": wanted, "key": key, "author": author}
            times = {"created_at": at, "updated_at": at, "state": JobState.QUEUED}
            number = db.execute(t.jobs.insert().values(**values, **times)).inserted_primary_key
            assert number is not None
            return _job(db, _row(db, number[0]))

    def keyed(self, key: str) -> Job | None:
        with self._reading() as db:
            known = db.execute(sa.select(t.jobs).where(t.jobs.c.key == key)).one_or_none()
            return _job(db, known) if known else None

    def cancel(self, number: int) -> Job:
        with self._writing() as db:
            if JobState(_row(db, number).state) in _WAITING:
                _end(db, number, JobState.CANCELLED)
            return _job(db, _row(db, number))

    def drop_looks(self, drafts: Collection[str]) -> None:
        looks = sa.select(t.jobs.c.id, t.jobs.c.request).where(t.jobs.c.kind == JobKind.LOOK)
        with self._writing() as db:
            for row in db.execute(looks).all():
                if msgspec.json.decode(row.request, type=JobRequest).draft in drafts:
                    db.execute(t.jobs.delete().where(t.jobs.c.id == row.id))

    def retry(self, number: int) -> Job:
        with self._writing() as db:
            if _is_retried(row := _row(db, number)):
                _requeue(db, row)
            return _job(db, _row(db, number))

    def retry_failed(self, reason: str | None = None) -> Sequence[Job]:
        waits = sa.and_(t.jobs.c.state == JobState.QUEUED, t.jobs.c.not_before.is_not(None))
        failed = sa.select(t.jobs).where(sa.or_(t.jobs.c.state == JobState.FAILED, waits)).order_by(t.jobs.c.id)
        with self._writing() as db:
            rows = db.execute(failed if reason is None else failed.where(t.jobs.c.reason == reason)).all()
            for row in rows:
                _requeue(db, row)
            return [_job(db, _row(db, row.id)) for row in rows]

    # -- workers -----------------------------------------------------------------------------------------------------

    def take(self, kinds: Collection[JobKind]) -> Claim | None:
        due, token = _due(_now()), secrets.token_hex(8)
        first = sa.select(t.jobs.c.id).where(t.jobs.c.kind.in_(kinds), due).order_by(t.jobs.c.id).limit(1)
        with self._reading() as db:  # most often there is nothing: that takes no lock
            if db.scalar(first) is None:
                return None
        with self._writing() as db:
            if (number := db.scalar(first)) is None:
                return None
            _set(
                db,
                number,
                state=JobState.RUNNING,
                claim=token,
                started_at=_now(),
                attempts=t.jobs.c.attempts + 1,
                not_before=None,
                **_AT_THE_START,
            )
            return Claim(_job(db, _row(db, number)), token)

    def report(self, claim: Claim, report: JobReport) -> bool:
        number = claim.job.id
        with self._writing() as db:
            held = sa.select(t.jobs).where(t.jobs.c.id == number, t.jobs.c.claim == claim.token)
            row = db.execute(held).one_or_none()
            if row is None:
                return False
            match report:
                case JobProgress():
                    slugs = {"slugs": json.dumps(report.slugs)} if report.slugs else {}
                    pace = {} if report.pace is None else {"pace": report.pace}
                    measured = {"done": report.done, "total": report.total, "unit": report.unit}
                    _set(db, number, stage=report.stage, **measured, **slugs, **pace)
                case JobHeard():
                    _add_lines(db, number, report.lines, anew=report.anew)
                    _set(db, number)
                case JobDone():
                    found = {"slugs": json.dumps(report.slugs), "result": report.result}
                    _end(db, number, JobState.DONE, remarks=json.dumps(report.remarks), **found)
                case JobFailed(retry_at=None):
                    _end(db, number, JobState.FAILED, remarks=json.dumps(report.remarks), **_failure(report.failure))
                case JobFailed():
                    attempts = row.attempts - (not report.counts)
                    kept = {"remarks": json.dumps(report.remarks), **_failure(report.failure)}
                    assert report.retry_at is not None
                    _wait(db, number, attempts=attempts, not_before=_naive(report.retry_at), **kept)
                case JobReturned():
                    _wait(db, number, attempts=row.attempts - 1)
                case JobDied():
                    _note_death(db, row, report)
            return True

    def holds(self, claim: Claim) -> bool:
        held = sa.select(t.jobs.c.id).where(t.jobs.c.id == claim.job.id, t.jobs.c.claim == claim.token)
        with self._reading() as db:
            return db.scalar(held) is not None

    def recover(self, reached: Callable[[Job], tuple[int, int]]) -> Sequence[Job]:
        running = sa.select(t.jobs).where(t.jobs.c.state == JobState.RUNNING).order_by(t.jobs.c.id)
        with self._writing() as db:
            rows = db.execute(running).all()
            for row in rows:
                _note_death(
                    db, row, JobDied(reached(_read_job(row, None)), "its worker was stopped in the middle of it")
                )
            return [_job(db, _row(db, row.id)) for row in rows]

    # -- whoever asks how far it is ----------------------------------------------------------------------------------

    def job(self, number: int) -> Job:
        with self._reading() as db:
            return _job(db, _row(db, number))

    def jobs(
        self,
        *,
        states: Collection[JobState] = (),
        kinds: Collection[JobKind] = (),
        slug: str | None = None,
        limit: int = 100,
    ) -> Sequence[Job]:
        wanted = sa.select(t.jobs).order_by(t.jobs.c.id.desc())
        wanted = wanted.where(t.jobs.c.state.in_(states)) if states else wanted
        wanted = wanted.where(t.jobs.c.kind.in_(kinds)) if kinds else wanted
        if slug is not None:  # it has no quotation marks
            wanted = wanted.where(t.jobs.c.slugs.contains(f'"{slug}"', autoescape=True))
        with self._reading() as db:
            rows = db.execute(wanted.limit(limit)).all()
            places = _places(db) if any(row.state == JobState.QUEUED for row in rows) else {}
            return [_read_job(row, places.get(row.id)) for row in rows]

    def heard(self, number: int, *, skip: int = 0) -> Sequence[HeardLine]:
        lines = sa.select(t.job_lines).where(t.job_lines.c.job_id == number, t.job_lines.c.position > skip)
        with self._reading() as db:
            return [HeardLine(row.start, row.text) for row in db.execute(lines.order_by(t.job_lines.c.position))]


def forget(db: Connection, slug: str, path: str | None) -> None:
    """Delete the jobs of a meeting, and those for notes at this path or for a draft that became the meeting."""
    rows = db.execute(sa.select(t.jobs.c.id, t.jobs.c.slugs, t.jobs.c.request)).all()
    requests = {row.id: msgspec.json.decode(row.request, type=JobRequest) for row in rows}
    own = {row.id for row in rows if slug in json.loads(row.slugs)}
    own |= {number for number, request in requests.items() if request.notes is not None and request.notes == path}
    drafts = {requests[number].draft for number in own} - {None}
    own |= {number for number, request in requests.items() if request.draft in drafts}
    for number in own:
        db.execute(t.jobs.delete().where(t.jobs.c.id == number))


def drop_lines(db: Connection, slug: str) -> None:
    """Show no more of what is being heard of a meeting: somebody took a passage out of it."""
    about = sa.select(t.jobs.c.id).where(t.jobs.c.slugs.contains(f'"{slug}"', autoescape=True))
    db.execute(t.job_lines.delete().where(t.job_lines.c.job_id.in_(about)))


# -- rows ------------------------------------------------------------------------------------------------------------

_AT_THE_START: dict[str, Any] = {"stage": "", "done": 0.0, "total": 0.0, "unit": ""}


def _forget_old(db: Connection, now: datetime) -> None:
    """Of what happens every minute, nobody wants to know for ever."""
    old = sa.and_(t.jobs.c.kind != JobKind.RUN, t.jobs.c.state == JobState.DONE, t.jobs.c.finished_at < now - _KEPT)
    db.execute(t.jobs.delete().where(old))


def _row(db: Connection, number: int) -> Row:
    row = db.execute(sa.select(t.jobs).where(t.jobs.c.id == number)).one_or_none() if 0 < number < 2**63 else None
    if row is None:
        raise JobNotFound(number)
    return row


def _set(db: Connection, number: int, **values: Any) -> None:
    changed = {"updated_at": _now(), "version": t.jobs.c.version + 1}
    db.execute(t.jobs.update().where(t.jobs.c.id == number).values(**changed, **values))


def _end(db: Connection, number: int, state: JobState, **values: Any) -> None:
    """The job comes to an end, for now."""
    nothing = {"failure": None, "reason": None} if state is not JobState.FAILED else {}
    _set(db, number, state=state, claim=None, not_before=None, finished_at=_now(), **nothing | values)
    _add_lines(db, number, (), anew=True)


def _wait(db: Connection, number: int, **values: Any) -> None:
    """The job is queued again, and keeps its turn."""
    _set(db, number, state=JobState.QUEUED, claim=None, **_AT_THE_START, **values)
    _add_lines(db, number, (), anew=True)


def _requeue(db: Connection, row: Row) -> None:
    """Somebody wants it tried again: what went before does not count."""
    anew = {"attempts": 0, "deaths": 0, "not_before": None, "finished_at": None, "failure": None, "reason": None}
    _wait(db, row.id, **anew)


def _is_retried(row: Row) -> bool:
    waits = row.state == JobState.QUEUED and row.not_before is not None
    return waits or row.state in {JobState.FAILED, JobState.CANCELLED}


def _note_death(db: Connection, row: Row, death: JobDied) -> None:
    before = tuple(json.loads(row.reached)) if row.deaths else (-1, -1)
    deaths = 1 if death.reached > before else row.deaths + 1
    reached = json.dumps(max(death.reached, before))
    failure = JobFailure(WORKER_DIED, death.message, _DIED_HINT, row.stage)
    kept = {"deaths": deaths, "reached": reached, **_failure(failure)}
    if deaths < MAX_DEATHS:
        _wait(db, row.id, **kept)
    else:
        _end(db, row.id, JobState.FAILED, **kept)


def _failure(failure: JobFailure) -> dict[str, Any]:
    return {"failure": _encode(failure), "reason": failure.reason}


def _add_lines(db: Connection, number: int, lines: Iterable[HeardLine], *, anew: bool) -> None:
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


def _due(now: datetime) -> sa.ColumnElement[bool]:
    """Queued, and its time has come; where the clock was put back since, nothing can be said of that."""
    no_wait = sa.or_(t.jobs.c.not_before.is_(None), t.jobs.c.not_before <= now)
    return sa.and_(t.jobs.c.state == JobState.QUEUED, sa.or_(no_wait, t.jobs.c.updated_at > now + _CLOCK_SLACK))


def _places(db: Connection) -> dict[int, int]:
    """The place of each queued job among those of its kind."""
    place = sa.func.row_number().over(partition_by=t.jobs.c.kind, order_by=t.jobs.c.id)
    queued = sa.select(t.jobs.c.id, place.label("place")).where(t.jobs.c.state == JobState.QUEUED, _due(_now()))
    return {row.id: row.place for row in db.execute(queued)}


def _job(db: Connection, row: Row) -> Job:
    return _read_job(row, _places(db).get(row.id) if row.state == JobState.QUEUED else None)


def _read_job(row: Row, place: int | None) -> Job:
    return Job(
        id=row.id,
        kind=JobKind(row.kind),
        title=row.title,
        request=msgspec.json.decode(row.request, type=JobRequest),
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
        failure=msgspec.json.decode(row.failure, type=JobFailure) if row.failure else None,
        slugs=tuple(json.loads(row.slugs)),
        remarks=tuple(json.loads(row.remarks)),
        result=row.result,
        pace=row.pace,
        version=row.version,
    )


def _encode(record: JobRequest | JobFailure) -> str:
    return msgspec.json.encode(record, order="deterministic").decode()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
