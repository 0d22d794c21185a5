"""The queue in the database: jobs, one row each, and what those that are running have heard so far."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import ModuleType

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import JobKeyTaken, JobNotFound
from pipeline.records import (
    Claim,
    HeardLine,
    Job,
    JobDied,
    JobDone,
    JobFailed,
    JobHandedOn,
    JobHeard,
    JobKind,
    JobProgress,
    JobReport,
    JobRequest,
    JobReturned,
    JobState,
    QueueFigures,
    RunStage,
    WorkerAbilities,
)
from pipeline.store import job_counts, job_rows
from pipeline.store import tables as t
from pipeline.store.job_states import JobStates
from pipeline.store.rows import Row

_MOST_RETRIED = 500  # in one transaction, of which everybody's is one at a time
_WAITING = (JobState.QUEUED, JobState.RUNNING)

Transaction = Callable[[], AbstractContextManager[Connection]]


def worker_of(claim: Claim) -> int:
    """The number of the worker that has a claim, where the queue is shared."""
    return int(claim.token.split("/")[1])


class JobTable:
    """A `pipeline.jobs.queue.Queue` in a database. Each call is a transaction; none is a change of a meeting.

    `writing` is alone, where it is to be looked first what is there; `sharing` is what belongs to one worker.
    """

    def __init__(self, reading: Transaction, writing: Transaction, sharing: Transaction, states: JobStates) -> None:
        self._reading = reading
        self._writing = writing
        self._sharing = sharing
        self._states = states
        self._seen = states.seen
        self._listed = [column for column in states.seen.c if column.name != "result"]  # which may have megabytes

    # -- whoever asks for something ----------------------------------------------------------------------------------

    def put(self, kind: JobKind, title: str, request: JobRequest, author: str, *, key: str | None = None) -> Job:
        wanted, seen = job_rows.encode(request), self._seen.c
        with self._writing() as db:
            if key is not None and (known := db.execute(sa.select(self._seen).where(seen.key == key)).one_or_none()):
                if (known.kind, known.request) != (kind, wanted):
                    raise JobKeyTaken(key)
                return self._job(db, known.id)
            asks = self._states.asks(wanted)
            same = sa.select(seen.id).where(seen.kind == kind, asks, seen.state == JobState.QUEUED)
            if key is None and (queued := db.scalar(same.limit(1))) is not None:
                return self._job(db, queued)
            job_rows.forget_old(db, self._states)
            values = {"kind": kind, "title": title, "request": wanted, "key": key, "author": author}
            times = {"created_at": self._states.now, "updated_at": self._states.now}
            added = t.jobs.insert().values(**values, **times, state=self._states.at_first).returning(t.jobs.c.id)
            number = int(db.execute(added).scalar_one())
            self._states.add(db, number, kind)
            return self._job(db, number)

    def keyed(self, key: str) -> Job | None:
        with self._reading() as db:
            number = db.scalar(sa.select(self._seen.c.id).where(self._seen.c.key == key))
            return self._job(db, number) if number is not None else None

    def cancel(self, number: int) -> Job:
        with self._writing() as db:
            self._states.lock(db, [number])
            row = job_rows.row_of(db, self._states, number)
            if JobState(row.state) in _WAITING:
                job_rows.end(db, self._states, row, JobState.CANCELLED)
            return self._job(db, number)

    def drop_looks(self, drafts: Collection[str]) -> None:
        looks = sa.select(t.jobs.c.id, t.jobs.c.request).where(t.jobs.c.kind == JobKind.LOOK)
        with self._writing() as db:
            rows: list[Row] = list(db.execute(looks))
            requests = {row.id: job_rows.request_of(row) for row in rows}
            gone = [number for number, request in requests.items() if request and request.draft in drafts]
            self._states.remove(db, gone)

    def retry(self, number: int) -> Job:
        with self._writing() as db:
            self._states.lock(db, [number])
            row = job_rows.row_of(db, self._states, number)
            if job_rows.is_retried(row):
                job_rows.requeue(db, self._states, [row])
            return self._job(db, number)

    def retry_failed(
        self, reason: str | None = None, *, kinds: Collection[JobKind] = (JobKind.RUN, JobKind.NOTIFY)
    ) -> Sequence[Job]:
        seen = self._seen.c
        waits = sa.and_(seen.state == JobState.QUEUED, seen.not_before.is_not(None))
        failed = sa.select(self._seen).where(sa.or_(seen.state == JobState.FAILED, waits), seen.kind.in_(kinds))
        failed = failed if reason is None else failed.where(seen.reason == reason)
        with self._reading() as db:
            numbers = db.scalars(failed.with_only_columns(seen.id).order_by(seen.id)).all()
        found: list[Job] = []
        for first in range(0, len(numbers), _MOST_RETRIED):  # others write in between
            some = numbers[first : first + _MOST_RETRIED]
            with self._writing() as db:
                self._states.lock(db, some)
                rows = db.execute(failed.where(seen.id.in_(some))).all()
                job_rows.requeue(db, self._states, rows)
                queued = sa.select(self._seen).where(seen.id.in_([row.id for row in rows])).order_by(seen.id)
                found += [job_rows.read(self._states, row, None) for row in db.execute(queued)]
        return found

    def count_old(self, before: datetime) -> int:
        """How many jobs ended before this time that may be forgotten."""
        with self._reading() as db:
            return job_rows.count_old(db, self._states, before)

    def drop_old(self, before: datetime) -> int:
        """Forget these. Returns how many."""
        with self._writing() as db:
            return job_rows.drop_old(db, self._states, before)

    def drafts(self) -> dict[str, bool]:
        """The drafts that jobs are for, by their ids, and whether any of these jobs has not ended."""
        with self._reading() as db:
            return job_rows.drafts(db, self._states)

    # -- workers -----------------------------------------------------------------------------------------------------

    def take(self, kinds: Collection[JobKind], stages: Collection[RunStage] = tuple(RunStage)) -> Claim | None:
        with self._reading() as db:  # most often there is nothing: that takes no lock
            due = sa.select(self._seen.c.id).where(self._seen.c.kind.in_(kinds), self._states.due()).limit(1)
            has_pieces = self._states.is_shared and self._pieces.is_any_waiting(db)
            if db.scalar(due) is None and not has_pieces:
                return None
        while True:
            with self._sharing() as db:
                if (begun := self._states.begin(db, kinds, stages)) is None:
                    return None
                number, token, piece = begun
                try:
                    row = job_rows.row_of(db, self._states, number)
                except JobNotFound:
                    self._states.put_back(db, token)
                    continue
                if row.kind not in set(JobKind) or job_rows.request_of(row) is None:
                    job_rows.fail_damaged(db, self._states, row)
                    continue
                if piece is None:
                    begins = {"started_at": self._states.now, "attempts": row.attempts + 1}
                    job_rows.change(db, self._states, row, **begins, **job_rows.AT_THE_START)
                return Claim(self._job(db, number), token, piece)

    def report(self, claim: Claim, report: JobReport) -> bool:
        states = self._states
        with self._sharing() as db:
            if claim.piece:
                return self._report_piece(db, claim, claim.piece[0], report)
            row = states.held(db, claim.job.id, claim.token)
            if row is None:
                return False
            if states.is_shared and not isinstance(report, (JobProgress, JobHeard)):
                self._pieces.give_back(db, worker_of(claim), job=row.id)
            match report:
                case JobProgress():
                    slugs = {"slugs": json.dumps(report.slugs)} if report.slugs else {}
                    pace = {} if report.pace is None else {"pace": report.pace}
                    measured = {"done": report.done, "total": report.total, "unit": report.unit}
                    job_rows.change(db, states, row, stage=report.stage, **measured, **slugs, **pace)
                case JobHeard():
                    job_rows.add_lines(db, row.id, report.lines, anew=report.anew)
                    job_rows.change(db, states, row)
                case JobDone():
                    found = {"slugs": json.dumps(report.slugs), "result": report.result, "orders": "[]"}
                    job_rows.end(db, states, row, JobState.DONE, remarks=json.dumps(report.remarks), **found)
                case JobFailed(retry_at=None):
                    kept = {"remarks": json.dumps(report.remarks), **job_rows.failure_values(report.failure)}
                    job_rows.end(db, states, row, JobState.FAILED, **kept)
                case JobFailed():
                    attempts = row.attempts - (not report.counts)
                    kept = {"remarks": json.dumps(report.remarks), "orders": report.orders or row.orders}
                    kept |= job_rows.failure_values(report.failure)
                    job_rows.wait(db, states, row, report.retry_at, attempts=attempts, **kept)
                case JobHandedOn():
                    kept = {
                        "orders": report.orders,
                        "remarks": json.dumps(report.remarks),
                        "failure": None,
                        "reason": None,
                    }
                    job_rows.wait(db, states, row, None, report, attempts=row.attempts - 1, **kept)
                case JobReturned():
                    job_rows.wait(db, states, row, attempts=row.attempts - 1)
                case JobDied():
                    job_rows.note_death(db, states, row, report)
            return True

    def _report_piece(self, db: Connection, claim: Claim, key: str, report: JobReport) -> bool:
        """How it goes with pieces of a job is no news of the job, but that they are not heard."""
        worker = worker_of(claim)
        match report:
            case JobReturned():
                self._pieces.give_back(db, worker, key=key)
            case JobDied() | JobFailed():
                self._pieces.leave_to_cutter(db, worker, key)
            case _:
                return self._states.held(db, claim.job.id, claim.token) is not None
        return True

    @property
    def _pieces(self) -> ModuleType:
        from pipeline.store import piece_tasks  # an extra

        return piece_tasks

    def avoid(self, claim: Claim) -> None:
        """Take no more pieces of this recording for a while: they cannot be heard here."""
        assert claim.piece
        self._states.avoid(claim.piece[0])

    def holds(self, claim: Claim) -> bool:
        with self._reading() as db:
            if claim.piece:  # or another of the same recording, which its process has taken since
                return bool(self._pieces.is_any_held(db, worker_of(claim), claim.piece[0]))
            return self._states.held(db, claim.job.id, claim.token, locked=False) is not None

    def return_unknown(self, claims: Collection[Claim]) -> None:
        """Queue again what this worker has begun and does not know of: it never heard that it had it."""
        hearings = {claim.piece[0] for claim in claims if claim.piece}
        with self._sharing() as db:
            for row in self._states.unclaimed(db, {claim.token for claim in claims}, hearings):
                job_rows.wait(db, self._states, row, attempts=row.attempts - 1)

    @property
    def is_shared(self) -> bool:
        """Whether workers of several machines take these jobs."""
        return self._states.is_shared

    def beat(self, about: WorkerAbilities) -> None:
        with self._sharing() as db:
            self._states.beat(db, about)

    def lose_sight(self) -> None:
        """The database could not be asked for a while: who was silent meanwhile is not thereby dead."""
        self._states.lose_sight()

    def leave(self) -> None:
        with self._sharing() as db:
            self._states.leave(db)

    def workers(self) -> Sequence[WorkerAbilities]:
        with self._reading() as db:
            return self._states.workers(db)

    def recover(self, reached: Callable[[Job], tuple[int, int]]) -> Sequence[Job]:
        states = self._states
        with self._sharing() as db:
            rows = states.stopped(db)
            for row in rows:
                come = reached(job_rows.read(states, row, None))
                job_rows.note_death(db, states, row, JobDied(come, job_rows.STOPPED, with_machine=states.is_shared))
            return [self._job(db, row.id) for row in rows]

    # -- whoever asks how far it is ----------------------------------------------------------------------------------

    def _job(self, db: Connection, number: int) -> Job:
        return job_rows.job_of(db, self._states, number)

    def job(self, number: int) -> Job:
        with self._reading() as db:
            return self._job(db, number)

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
        seen = self._seen.c
        known = seen.kind.in_(tuple(JobKind)), seen.state.in_(tuple(JobState))
        wanted = sa.select(*self._listed).where(*known).order_by(seen.id if oldest_first else seen.id.desc())
        wanted = wanted.where(seen.state.in_(states)) if states else wanted
        wanted = wanted.where(seen.kind.in_(kinds)) if kinds else wanted
        wanted = wanted.where(seen.reason == reason) if reason is not None else wanted
        if slug is not None:  # it has no quotation marks
            wanted = wanted.where(seen.slugs.contains(f'"{slug}"', autoescape=True))
        with self._reading() as db:
            rows = db.execute(wanted.limit(limit)).all()
            queued = [row.id for row in rows if row.state == JobState.QUEUED]
            places = job_rows.places(db, self._states, queued)
            return [job_rows.read(self._states, row, places.get(row.id)) for row in rows]

    def figures(self) -> QueueFigures:
        """How many jobs wait, run and have ended."""
        with self._reading() as db:
            return job_counts.figures(db, self._states)

    def heard(self, number: int, *, skip: int = 0) -> Sequence[HeardLine]:
        lines = sa.select(t.job_lines).where(t.job_lines.c.job_id == number, t.job_lines.c.position > skip)
        with self._reading() as db:
            return [HeardLine(row.start, row.text) for row in db.execute(lines.order_by(t.job_lines.c.position))]
