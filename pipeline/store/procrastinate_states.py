"""The state of each job as Procrastinate has it, for workers of several machines.

Procrastinate claims jobs, so that each is in one pair of hands, keeps their queues, retries and heartbeats, and its row
has the one state of a job; ours, in the view `job_states`, are read from it. What it does, it does within a transaction
of the store: what a job found and the job's end are there together, or neither is.

A worker is known by a number of Procrastinate's, and counts as dead when its heartbeat has not changed for a while: not
by how old it is, which a clock that jumps would change for all workers at once, but by the watch of whoever looks.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.machine import short_name
from pipeline.records import JobHandedOn, JobKind, JobState, RunStage, WorkerAbilities
from pipeline.store import piece_tasks, task_rows
from pipeline.store import tables as t
from pipeline.store.heartbeats import Heartbeats
from pipeline.store.job_states import CLOCK_SLACK, Begun
from pipeline.store.rows import Row
from pipeline.store.task_rows import (
    AT_MACHINE,
    PIECE,
    JobManager,
    Status,
    Task,
    defer,
    now_done,
    procrastinate_in,
    queue_of,
    tasks,
    workers,
)

STALLED_SECONDS = 15.0
"""After as long without a heartbeat, a worker's jobs are somebody else's."""

MACHINE_SECONDS = 120.0
"""After as long without a worker on a machine, what only that machine could do is done anew elsewhere."""

_MIN_LOOKS = 4  # at heartbeats, that found one unchanged
_OTHERS_TURN = timedelta(seconds=20)  # for workers of another version
_FORGOTTEN_WORKERS = timedelta(days=1)
_LATELY = timedelta(seconds=60)

_FETCHERS_TURN = 0x6A756D72  # the first number of a lock, the second is that of a connection to the internet
_REGISTRARS_TURN = 0x6A756D74  # the same, the second is that of a process
_PAST = datetime(2000, 1, 1, tzinfo=UTC)
_AVOIDED_SECONDS = 900.0  # recordings whose pieces this machine cannot hear

_log = logging.getLogger(__name__)

seen = sa.table("job_states", *(sa.column(column.name, column.type) for column in t.jobs.c), sa.column("queue"))
"""The view, which the migrations create."""


class ProcrastinateStates:
    """States in Procrastinate's rows."""

    is_shared = True
    seen: sa.FromClause = seen
    at_first = ""

    def __init__(self, machine: str) -> None:
        self.machine = machine
        """The name of this machine, for jobs that only it can do."""
        self.stalled_seconds = STALLED_SECONDS
        self.min_looks = _MIN_LOOKS
        self.network = ""
        """The name of the internet connection of this machine, on which one worker fetches at a time."""
        self.told: set[int] = set()
        self._avoided: dict[str, float] = {}  # hearings, and until when on the monotonic clock
        self._worker: int | None = None
        self._process = secrets.randbits(31)
        self._heartbeats = Heartbeats()
        self._machines: dict[str, float] = {}  # when, on the monotonic clock, a worker of each was last there

    @property
    def now(self) -> Any:
        return sa.func.timezone("UTC", sa.func.clock_timestamp())

    def add(self, db: Connection, number: int, kind: JobKind) -> None:
        queue = queue_of(RunStage.ALIGN) if kind is JobKind.RUN else str(kind)
        task = defer(db, queue, str(kind), {"job": number})
        db.execute(t.jobs.update().where(t.jobs.c.id == number).values(task=task))

    def adopt(self, db: Connection, jobs: Sequence[Mapping[str, Any]]) -> None:
        ends = {JobState.DONE: Status.SUCCEEDED, JobState.FAILED: Status.FAILED, JobState.CANCELLED: Status.CANCELLED}
        ended: dict[Status, list[int]] = {}
        for job in jobs:
            self.add(db, job["id"], JobKind(job["kind"]))
            if end := ends.get(JobState(job["state"])):
                ended.setdefault(end, []).append(job["id"])
            elif until := job["not_before"]:
                self._set(db, [job["id"]], scheduled_at=until.replace(tzinfo=UTC))
        for status, numbers in ended.items():
            self._set(db, numbers, status=status.value)

    def _set(self, db: Connection, numbers: Collection[int], **values: Any) -> None:
        mine = sa.select(t.jobs.c.task).where(t.jobs.c.id.in_(numbers))
        db.execute(sa.update(tasks).where(tasks.c.id.in_(mine)).values(**values))

    def begin(self, db: Connection, kinds: Collection[JobKind], stages: Collection[RunStage]) -> Begun | None:
        queues = [str(kind) for kind in kinds if kind is not JobKind.RUN]
        if RunStage.FETCH in stages and not self._may_fetch(db):
            stages = [stage for stage in stages if stage is not RunStage.FETCH]
        if JobKind.RUN in kinds:
            queues += [queue_of(stage, machine) for stage in stages for machine in (None, self.machine)]
        if JobKind.RUN in kinds and RunStage.TRANSCRIBE in stages:
            queues += self._queues_of_pieces(db)
        return self.take(db, queues)

    def take(self, db: Connection, queues: Sequence[str]) -> Begun | None:
        """The next job, or piece of one, of these queues."""
        worker = self.worker(db)
        with procrastinate_in(db) as procrastinate:
            while task := now_done(procrastinate.fetch_job(queues=queues, worker_id=worker)):
                arguments, token = task.task_kwargs, f"{task.id}/{worker}/{task.attempts}"
                if cast(int, arguments.get("protocol", 0)) > task_rows.PROTOCOL:
                    self._leave_to_others(db, procrastinate, task)
                    continue
                hearing = arguments.get("hearing")
                piece = (str(hearing), cast(int, arguments["position"])) if hearing else None
                return cast(int, arguments["job"]), token, piece
        return None

    def _may_fetch(self, db: Connection) -> bool:
        """Whether no other worker on the same internet connection is fetching; it stays so until this one has begun."""
        fetching = tasks.c.queue_name.startswith(queue_of(RunStage.FETCH))
        if not db.scalar(sa.select(sa.exists().where(tasks.c.status == "todo", fetching))):
            return False
        # A transaction that is alone may want the rows of others: who is after it may not wait for this lock with them.
        name = sa.func.hashtext(self.network)
        if not db.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_FETCHERS_TURN, name))):
            return False
        here = tasks.c.worker_id.in_(sa.select(t.workers.c.id).where(t.workers.c.network == self.network))
        return not db.scalar(sa.select(sa.exists().where(tasks.c.status == "doing", fetching, here)))

    def _leave_to_others(self, db: Connection, procrastinate: JobManager, task: Task) -> None:
        if task.id not in self.told:
            self.told.add(task.id or 0)
            _log.warning("job %s was put by a newer jumpnotes, and is left to its workers", task.task_kwargs.get("job"))
        # The time that `fetch_job` goes by, which stands still within a transaction: none is taken twice in one.
        later: datetime = db.execute(sa.select(sa.func.now() + _OTHERS_TURN)).scalar_one()
        now_done(procrastinate.retry_job(task, retry_at=later))

    def _queues_of_pieces(self, db: Connection) -> list[str]:
        """Each recording that is being heard in pieces has a queue of its own: see `hearings`."""
        at = time.monotonic()
        found = piece_tasks.queues(db, self.machine)
        return [queue for queue, key in found.items() if self._avoided.get(key, at) <= at]

    def avoid(self, key: str) -> None:
        self._avoided[piece_tasks.key_in_queues(key)] = time.monotonic() + _AVOIDED_SECONDS

    def held(self, db: Connection, number: int, token: str, *, locked: bool = True) -> Row | None:
        task, worker, attempts = map(int, token.split("/"))
        held = sa.select(tasks.c.id).where(
            tasks.c.id == task,
            tasks.c.status == "doing",
            tasks.c.worker_id == worker,
            tasks.c.attempts == attempts,
        )
        if db.scalar(held.with_for_update() if locked else held) is None:
            return None
        # The job of a piece may be waiting for another worker to go on with it.
        states = (JobState.RUNNING, JobState.QUEUED)
        running = sa.select(seen).where(seen.c.id == number, seen.c.state.in_(states))
        return db.execute(running).one_or_none()

    def lock(self, db: Connection, numbers: Collection[int]) -> None:
        """Locks are taken in this order everywhere: of a job's task, of a hearing, of the tasks of its pieces, and then
        of what is ours.
        """
        mine = sa.select(t.jobs.c.task).where(t.jobs.c.id.in_(numbers))
        db.execute(sa.select(tasks.c.id).where(tasks.c.id.in_(mine)).order_by(tasks.c.id).with_for_update()).all()

    def remove(self, db: Connection, numbers: Collection[int]) -> int:
        self.lock(db, numbers)
        piece_tasks.withdraw(db, numbers)
        return int(db.execute(t.jobs.delete().where(t.jobs.c.id.in_(numbers))).rowcount)

    def put_back(self, db: Connection, token: str) -> None:
        db.execute(sa.delete(tasks).where(tasks.c.id == int(token.split("/")[0])))

    def unclaimed(self, db: Connection, tokens: Collection[str], hearings: Collection[str]) -> Sequence[Row]:
        known = [int(token.split("/")[0]) for token in tokens]
        mine = tasks.c.status == "doing", tasks.c.worker_id == self.worker(db)
        lost = sa.select(tasks.c.id).where(*mine, tasks.c.task_name != PIECE, tasks.c.id.not_in(known))
        found = db.scalars(lost.order_by(tasks.c.id).with_for_update()).all()
        piece_tasks.give_back_unknown(db, self.worker(db), hearings, known)
        return db.execute(sa.select(seen).where(seen.c.task.in_(found)).order_by(seen.c.id)).all()

    def end(self, db: Connection, row: Row, state: JobState) -> None:
        ends = {JobState.DONE: Status.SUCCEEDED, JobState.FAILED: Status.FAILED, JobState.CANCELLED: Status.ABORTED}
        with procrastinate_in(db) as procrastinate:
            now_done(procrastinate.finish_job_by_id_async(row.task, ends[state], delete_job=False))
        if row.kind == JobKind.RUN:
            piece_tasks.withdraw(db, [row.id])

    def wait(self, db: Connection, row: Row, until: datetime | None, handed: JobHandedOn | None = None) -> None:
        # How long, by the clock that said until when; from when on, by the clock that everybody goes by.
        delay = max(until - datetime.now(UTC), timedelta()) if until else timedelta()
        now: datetime = db.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        at = now + delay if delay else _PAST
        queue = queue_of(handed.turn, handed.machine) if handed else queue_of(RunStage.ALIGN) if until else None
        if row.kind != JobKind.RUN:
            queue = None
        with procrastinate_in(db) as procrastinate:
            procrastinate.retry_job_by_id(row.task, at, queue=queue)

    def requeue(self, db: Connection, rows: Sequence[Row]) -> None:
        """Procrastinate's own way back knows failed jobs only, not cancelled ones, nor those that wait for a time."""
        # Whoever had one before has another claim than whoever has it next.
        again = {"status": "todo", "scheduled_at": None, "worker_id": None, "attempts": tasks.c.attempts + 1}
        for kind in {row.kind for row in rows}:
            queue = queue_of(RunStage.ALIGN) if kind == JobKind.RUN else kind
            of_kind = tasks.c.id.in_([row.task for row in rows if row.kind == kind])
            db.execute(sa.update(tasks).where(of_kind).values(**again, queue_name=queue, abort_requested=False))

    def stopped(self, db: Connection) -> Sequence[Row]:
        beats = {row.id: row.last_heartbeat for row in db.execute(sa.select(workers))}
        self._heartbeats.look(beats)
        alive = self._heartbeats.alive(self.stalled_seconds, self.min_looks)
        self._free_waiting(db, alive)
        orphaned = sa.or_(tasks.c.worker_id.is_(None), tasks.c.worker_id.not_in(alive or {-1}))
        piece_tasks.free(db, orphaned)
        known = tasks.c.task_name.in_(list(JobKind)), tasks.c.args["protocol"].as_integer() <= task_rows.PROTOCOL
        running = sa.select(tasks.c.id).where(tasks.c.status == "doing", orphaned, *known)
        dead = db.scalars(running.order_by(tasks.c.id).with_for_update(skip_locked=True)).all()
        return db.execute(sa.select(seen).where(seen.c.task.in_(dead)).order_by(seen.c.id)).all()

    def _free_waiting(self, db: Connection, alive: Collection[int]) -> None:
        """Jobs that would wait in vain: for a machine that is gone, or until a time that the clock, put back since, is
        long in reaching.
        """
        at = time.monotonic()
        found = db.scalars(sa.select(t.workers.c.machine).where(t.workers.c.id.in_(alive)))
        names = set(map(short_name, found))
        at_machine = tasks.c.queue_name.contains(AT_MACHINE), tasks.c.task_name != PIECE
        waiting = sa.select(tasks.c.queue_name).where(tasks.c.status == "todo", *at_machine)
        for queue in db.scalars(waiting.distinct()).all():
            machine = queue.partition(AT_MACHINE)[2]
            last = self._machines[machine] = at if machine in names else self._machines.get(machine, at)
            if at - last > MACHINE_SECONDS:
                here = tasks.c.status == "todo", tasks.c.queue_name == queue
                db.execute(sa.update(tasks).where(*here).values(queue_name=queue_of(RunStage.ALIGN)))
        from_later = sa.select(t.jobs.c.task).where(t.jobs.c.updated_at > self.now + CLOCK_SLACK)
        put_back = tasks.c.status == "todo", tasks.c.scheduled_at.is_not(None), tasks.c.id.in_(from_later)
        db.execute(sa.update(tasks).where(*put_back).values(scheduled_at=None))

    def asks(self, request: str) -> sa.ColumnElement[bool]:
        return sa.and_(sa.func.md5(seen.c.request) == sa.func.md5(request), seen.c.request == request)

    def due(self) -> sa.ColumnElement[bool]:
        return sa.and_(seen.c.state == JobState.QUEUED, seen.c.not_before.is_(None))

    def turn(self, row: Row) -> RunStage:
        stage = str(row.queue).partition(AT_MACHINE)[0]
        return RunStage(stage) if stage in set(RunStage) else RunStage.ALIGN

    # -- this worker -------------------------------------------------------------------------------------------------

    def worker(self, db: Connection) -> int:
        """The number of this process among the workers, which it gets when it takes its first job."""
        if known := self._known_worker(db):
            return known
        # What another thread has just made can be seen when its transaction ends: without that, there would be two.
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_REGISTRARS_TURN, self._process)))
        if known := self._known_worker(db):
            return known
        with procrastinate_in(db) as procrastinate:
            made = self._worker = now_done(procrastinate.register_worker())
        here = {"machine": self.machine, "network": self.network}
        db.execute(t.workers.insert().values(id=made, at=self.now, **here))
        return made

    def _known_worker(self, db: Connection) -> int | None:
        return db.scalar(sa.select(workers.c.id).where(workers.c.id == self._worker))

    def beat(self, db: Connection, about: WorkerAbilities) -> None:
        self.network = about.network
        worker = self.worker(db)
        with procrastinate_in(db) as procrastinate:
            now_done(procrastinate.update_heartbeat(worker))
        told = msgspec.json.encode(replace(about, machine=self.machine)).decode()
        known = t.workers.update().where(t.workers.c.id == worker)
        db.execute(known.values(about=told, network=self.network))

    def workers(self, db: Connection) -> Sequence[WorkerAbilities]:
        """Those that were heard of lately; by the database's clock, which may be wrong for a moment after a jump."""
        lately = workers.c.last_heartbeat > sa.func.clock_timestamp() - _LATELY
        known = sa.select(t.workers.c.about).join(workers, workers.c.id == t.workers.c.id).where(lately)
        decode = msgspec.json.Decoder(WorkerAbilities).decode
        found = []
        for about in db.scalars(known.order_by(t.workers.c.id)):
            with suppress(msgspec.MsgspecError):  # of another version
                found.append(decode(about))
        return found

    def leave(self, db: Connection) -> None:
        with procrastinate_in(db) as procrastinate:
            if self._worker is not None:
                now_done(procrastinate.unregister_worker(self._worker))
            self._worker = None
            now_done(procrastinate.prune_stalled_workers(_FORGOTTEN_WORKERS.total_seconds()))

    def lose_sight(self) -> None:
        """The database could not be asked for a while: what was seen of others does not count."""
        self._heartbeats = Heartbeats()
