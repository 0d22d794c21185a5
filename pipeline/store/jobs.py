"""The queue in the database: jobs, one row each, and what those that are running have heard so far."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import JobKeyTaken
from pipeline.records import (
    Claim,
    HeardLine,
    Job,
    JobDied,
    JobDone,
    JobFailed,
    JobHeard,
    JobKind,
    JobProgress,
    JobReport,
    JobRequest,
    JobReturned,
    JobState,
)
from pipeline.store import job_rows
from pipeline.store import tables as t
from pipeline.store.rows import Row

_WAITING = (JobState.QUEUED, JobState.RUNNING)
_LISTED = [column for column in t.jobs.c if column.name != "result"]  # which may have megabytes

Transaction = Callable[[], AbstractContextManager[Connection]]


class JobTable:
    """A `pipeline.jobs.queue.Queue` in a database. Each call is a transaction; none is a change of a meeting."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    # -- whoever asks for something ----------------------------------------------------------------------------------

    def put(self, kind: JobKind, title: str, request: JobRequest, author: str, *, key: str | None = None) -> Job:
        wanted = job_rows.encode(request)
        with self._writing() as db:
            if key is not None and (known := db.execute(sa.select(t.jobs).where(t.jobs.c.key == key)).one_or_none()):
                if (known.kind, known.request) != (kind, wanted):
                    raise JobKeyTaken(key)
                return job_rows.job_of(db, known)
            same = sa.select(t.jobs).where(
                t.jobs.c.kind == kind, t.jobs.c.request == wanted, t.jobs.c.state == JobState.QUEUED
            )
            if key is None and (queued := db.execute(same.limit(1)).one_or_none()):
                return job_rows.job_of(db, queued)
            at = job_rows.now()
            job_rows.forget_old(db)
            values = {"kind": kind, "title": title, "request": wanted, "key": key, "author": author}
            times = {"created_at": at, "updated_at": at, "state": JobState.QUEUED}
            number = db.execute(t.jobs.insert().values(**values, **times)).inserted_primary_key
            assert number is not None
            return job_rows.job_of(db, job_rows.row_of(db, number[0]))

    def keyed(self, key: str) -> Job | None:
        with self._reading() as db:
            known = db.execute(sa.select(t.jobs).where(t.jobs.c.key == key)).one_or_none()
            return job_rows.job_of(db, known) if known else None

    def cancel(self, number: int) -> Job:
        with self._writing() as db:
            if JobState(job_rows.row_of(db, number).state) in _WAITING:
                job_rows.end(db, number, JobState.CANCELLED)
            return job_rows.job_of(db, job_rows.row_of(db, number))

    def drop_looks(self, drafts: Collection[str]) -> None:
        looks = sa.select(t.jobs.c.id, t.jobs.c.request).where(t.jobs.c.kind == JobKind.LOOK)
        with self._writing() as db:
            rows: list[Row] = list(db.execute(looks))
            for row in rows:
                request = job_rows.request_of(row)
                if request and request.draft in drafts:
                    db.execute(t.jobs.delete().where(t.jobs.c.id == row.id))

    def retry(self, number: int) -> Job:
        with self._writing() as db:
            if job_rows.is_retried(job_rows.row_of(db, number)):
                job_rows.requeue(db, t.jobs.c.id == number)
            return job_rows.job_of(db, job_rows.row_of(db, number))

    def retry_failed(
        self, reason: str | None = None, *, kinds: Collection[JobKind] = (JobKind.RUN, JobKind.NOTIFY)
    ) -> Sequence[Job]:
        waits = sa.and_(t.jobs.c.state == JobState.QUEUED, t.jobs.c.not_before.is_not(None))
        failed = sa.and_(sa.or_(t.jobs.c.state == JobState.FAILED, waits), t.jobs.c.kind.in_(kinds))
        failed = failed if reason is None else sa.and_(failed, t.jobs.c.reason == reason)
        with self._writing() as db:
            numbers = db.scalars(sa.select(t.jobs.c.id).where(failed)).all()
            job_rows.requeue(db, failed)
        again = sa.select(*_LISTED).where(t.jobs.c.id.between(min(numbers, default=0), max(numbers, default=0)))
        wanted = set(numbers)
        with self._reading() as db:
            return [job_rows.read(row, None) for row in db.execute(again.order_by(t.jobs.c.id)) if row.id in wanted]

    def count_old(self, before: datetime) -> int:
        """How many jobs ended before this time that may be forgotten."""
        with self._reading() as db:
            return job_rows.count_old(db, before)

    def drop_old(self, before: datetime) -> int:
        """Forget these. Returns how many."""
        with self._writing() as db:
            return job_rows.drop_old(db, before)

    def drafts(self) -> dict[str, bool]:
        """The drafts that jobs are for, by their ids, and whether any of these jobs has not ended."""
        with self._reading() as db:
            return job_rows.drafts(db)

    # -- workers -----------------------------------------------------------------------------------------------------

    def take(self, kinds: Collection[JobKind]) -> Claim | None:
        token, due = secrets.token_hex(8), job_rows.due(job_rows.now())
        first = sa.select(t.jobs.c.id).where(t.jobs.c.kind.in_(kinds), due).order_by(t.jobs.c.id).limit(1)
        with self._reading() as db:  # most often there is nothing: that takes no lock
            if db.scalar(first) is None:
                return None
        with self._writing() as db:
            while (number := db.scalar(first)) is not None and job_rows.request_of(job_rows.row_of(db, number)) is None:
                job_rows.fail_damaged(db, number)
            if number is None:
                return None
            job_rows.change(
                db,
                number,
                state=JobState.RUNNING,
                claim=token,
                started_at=job_rows.now(),
                attempts=t.jobs.c.attempts + 1,
                not_before=None,
                **job_rows.AT_THE_START,
            )
            return Claim(job_rows.job_of(db, job_rows.row_of(db, number)), token)

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
                    job_rows.change(db, number, stage=report.stage, **measured, **slugs, **pace)
                case JobHeard():
                    job_rows.add_lines(db, number, report.lines, anew=report.anew)
                    job_rows.change(db, number)
                case JobDone():
                    found = {"slugs": json.dumps(report.slugs), "result": report.result}
                    job_rows.end(db, number, JobState.DONE, remarks=json.dumps(report.remarks), **found)
                case JobFailed(retry_at=None):
                    kept = {"remarks": json.dumps(report.remarks), **job_rows.failure_values(report.failure)}
                    job_rows.end(db, number, JobState.FAILED, **kept)
                case JobFailed():
                    attempts = row.attempts - (not report.counts)
                    kept = {"remarks": json.dumps(report.remarks), **job_rows.failure_values(report.failure)}
                    assert report.retry_at is not None
                    job_rows.wait(db, number, attempts=attempts, not_before=job_rows.naive(report.retry_at), **kept)
                case JobReturned():
                    job_rows.wait(db, number, attempts=row.attempts - 1)
                case JobDied():
                    job_rows.note_death(db, row, report)
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
                job_rows.note_death(db, row, JobDied(reached(job_rows.read(row, None)), job_rows.STOPPED))
            return [job_rows.job_of(db, job_rows.row_of(db, row.id)) for row in rows]

    # -- whoever asks how far it is ----------------------------------------------------------------------------------

    def job(self, number: int) -> Job:
        with self._reading() as db:
            return job_rows.job_of(db, job_rows.row_of(db, number))

    def jobs(
        self,
        *,
        states: Collection[JobState] = (),
        kinds: Collection[JobKind] = (),
        slug: str | None = None,
        reason: str | None = None,
        limit: int = 100,
        oldest_first: bool = False,
    ) -> Sequence[Job]:
        known = t.jobs.c.kind.in_(tuple(JobKind)), t.jobs.c.state.in_(tuple(JobState))
        wanted = sa.select(*_LISTED).where(*known).order_by(t.jobs.c.id if oldest_first else t.jobs.c.id.desc())
        wanted = wanted.where(t.jobs.c.state.in_(states)) if states else wanted
        wanted = wanted.where(t.jobs.c.kind.in_(kinds)) if kinds else wanted
        wanted = wanted.where(t.jobs.c.reason == reason) if reason is not None else wanted
        if slug is not None:  # it has no quotation marks
            wanted = wanted.where(t.jobs.c.slugs.contains(f'"{slug}"', autoescape=True))
        with self._reading() as db:
            rows = db.execute(wanted.limit(limit)).all()
            places = job_rows.places(db) if any(row.state == JobState.QUEUED for row in rows) else {}
            return [job_rows.read(row, places.get(row.id)) for row in rows]

    def heard(self, number: int, *, skip: int = 0) -> Sequence[HeardLine]:
        lines = sa.select(t.job_lines).where(t.job_lines.c.job_id == number, t.job_lines.c.position > skip)
        with self._reading() as db:
            return [HeardLine(row.start, row.text) for row in db.execute(lines.order_by(t.job_lines.c.position))]
