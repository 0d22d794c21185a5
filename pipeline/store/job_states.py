"""The state of each job, and the steps from one to another; each is part of a transaction.

In SQLite a row of `jobs` has its state, and whoever begins it writes a claim beside it. In PostgreSQL, where workers of
several machines reach for the same jobs, Procrastinate's row has it: see `procrastinate_states`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.records import JobHandedOn, JobKind, JobState, RunStage, WorkerAbilities
from pipeline.store import tables as t
from pipeline.store.rows import Row, now

CLOCK_SLACK = timedelta(minutes=5)

Begun = tuple[int, str, tuple[str, int] | None]
"""A job that a worker takes: its number, the token of the claim, and which piece of it."""


class JobStates(Protocol):
    """Rows that are seen have the columns of `jobs`, whoever keeps them; `seen` is what to select from."""

    is_shared: bool
    """Whether workers of several machines take the jobs."""
    seen: sa.FromClause
    at_first: str
    """What the column of states has of a job that is added."""

    @property
    def now(self) -> Any:
        """The time by the clock that everybody who has the database goes by; UTC, without saying so."""

    def add(self, db: Connection, number: int, kind: JobKind) -> None:
        """A job was added: it is queued."""

    def adopt(self, db: Connection, jobs: Sequence[Mapping[str, Any]]) -> None:
        """Jobs of another database were added, as rows with their states there; none is running."""

    def begin(self, db: Connection, kinds: Collection[JobKind], stages: Collection[RunStage]) -> Begun | None:
        """The next job of these is running from now on, in the hands of whoever asks."""

    def held(self, db: Connection, number: int, token: str, *, locked: bool = True) -> Row | None:
        """The job, as long as it is in the hands of whoever has the token. `locked`: nobody changes that meanwhile."""

    def lock(self, db: Connection, numbers: Collection[int]) -> None:
        """Nobody changes the states of these jobs meanwhile. Comes first in a transaction that changes any, but for one
        that `held`; whatever else it changes of them comes after, in whichever order.
        """

    def remove(self, db: Connection, numbers: Collection[int]) -> int:
        """Delete jobs, with all that belongs to them. Returns how many there were."""

    def put_back(self, db: Connection, token: str) -> None:
        """What was begun belongs to no job: nobody is to find it again."""

    def unclaimed(self, db: Connection, tokens: Collection[str], hearings: Collection[str]) -> Sequence[Row]:
        """The jobs that this worker has begun, but for those with these tokens; its pieces of other recordings than
        these are for anybody again.
        """

    def end(self, db: Connection, row: Row, state: JobState) -> None:
        """It comes to an end, for now."""

    def wait(self, db: Connection, row: Row, until: datetime | None, handed: JobHandedOn | None = None) -> None:
        """It is queued again, and keeps its turn. Nobody begins it before then."""

    def requeue(self, db: Connection, rows: Sequence[Row]) -> None:
        """Jobs that are not running are queued, and wait for nothing."""

    def stopped(self, db: Connection) -> Sequence[Row]:
        """The running jobs whose workers are no more. Nobody else finds them meanwhile."""

    def beat(self, db: Connection, about: WorkerAbilities) -> None:
        """Whoever asks is a worker, is there, and can do this."""

    def leave(self, db: Connection) -> None:
        """Whoever asks is a worker no more."""

    def lose_sight(self) -> None:
        """What was seen of other workers does not count any more."""

    def avoid(self, key: str) -> None:
        """Take no pieces of the recording with this key for a while."""

    def workers(self, db: Connection) -> Sequence[WorkerAbilities]:
        """The workers that are there, as far as the database knows of them."""

    def asks(self, request: str) -> sa.ColumnElement[bool]:
        """Asks for just this."""

    def due(self) -> sa.ColumnElement[bool]:
        """Queued, and its time has come."""

    def turn(self, row: Row) -> RunStage:
        """The part of a job that is next, or being done."""


class ColumnStates:
    """States in the column of that name."""

    is_shared = False
    seen: sa.FromClause = t.jobs
    at_first = JobState.QUEUED.value

    @property
    def now(self) -> datetime:
        return now()

    def add(self, db: Connection, number: int, kind: JobKind) -> None:
        """Its row is all there is to it."""

    def adopt(self, db: Connection, jobs: Sequence[Mapping[str, Any]]) -> None:
        """Their rows are all there is to them."""

    def begin(self, db: Connection, kinds: Collection[JobKind], stages: Collection[RunStage]) -> Begun | None:  # noqa: ARG002
        first = sa.select(t.jobs.c.id).where(t.jobs.c.kind.in_(kinds), self.due()).order_by(t.jobs.c.id).limit(1)
        if (number := db.scalar(first)) is None:
            return None
        token = secrets.token_hex(8)
        self._set(db, t.jobs.c.id == number, state=JobState.RUNNING, claim=token, not_before=None)
        return int(number), token, None

    def held(self, db: Connection, number: int, token: str, *, locked: bool = True) -> Row | None:  # noqa: ARG002
        held = sa.select(t.jobs).where(t.jobs.c.id == number, t.jobs.c.claim == token)
        return db.execute(held).one_or_none()

    def lock(self, db: Connection, numbers: Collection[int]) -> None:
        """Whoever writes is alone."""

    def remove(self, db: Connection, numbers: Collection[int]) -> int:
        return sum(db.execute(t.jobs.delete().where(t.jobs.c.id == number)).rowcount for number in numbers)

    def put_back(self, db: Connection, token: str) -> None:
        """A claim is part of its job."""

    def unclaimed(self, db: Connection, tokens: Collection[str], hearings: Collection[str]) -> Sequence[Row]:  # noqa: ARG002
        """The only worker takes no job without knowing of it."""
        return ()

    def end(self, db: Connection, row: Row, state: JobState) -> None:
        self._set(db, t.jobs.c.id == row.id, state=state, claim=None, not_before=None)

    def wait(self, db: Connection, row: Row, until: datetime | None, handed: JobHandedOn | None = None) -> None:  # noqa: ARG002
        not_before = until and until.astimezone(UTC).replace(tzinfo=None)
        self._set(db, t.jobs.c.id == row.id, state=JobState.QUEUED, claim=None, not_before=not_before)

    def requeue(self, db: Connection, rows: Sequence[Row]) -> None:
        numbers = [row.id for row in rows]
        self._set(db, t.jobs.c.id.in_(numbers), state=JobState.QUEUED, not_before=None)

    def stopped(self, db: Connection) -> Sequence[Row]:
        """All that are running: whoever asks is the only worker, and has only begun."""
        running = sa.select(t.jobs).where(t.jobs.c.state == JobState.RUNNING).order_by(t.jobs.c.id)
        return db.execute(running).all()

    def beat(self, db: Connection, about: WorkerAbilities) -> None:
        """The only worker holds a lock: see pipeline.jobs.presence."""

    def leave(self, db: Connection) -> None:
        """Its lock is gone with it."""

    def lose_sight(self) -> None:
        """There are no others."""

    def avoid(self, key: str) -> None:
        """Recordings are heard in one go."""

    def workers(self, db: Connection) -> Sequence[WorkerAbilities]:  # noqa: ARG002
        return ()

    def asks(self, request: str) -> sa.ColumnElement[bool]:
        return t.jobs.c.request == request

    def due(self) -> sa.ColumnElement[bool]:
        """Where the clock was put back since it was said to wait, nothing can be said of that."""
        no_wait = sa.or_(t.jobs.c.not_before.is_(None), t.jobs.c.not_before <= now())
        is_due = sa.or_(no_wait, t.jobs.c.updated_at > now() + CLOCK_SLACK)
        return sa.and_(t.jobs.c.state == JobState.QUEUED, is_due)

    def turn(self, row: Row) -> RunStage:  # noqa: ARG002
        return RunStage.ALIGN

    def _set(self, db: Connection, where: sa.ColumnElement[bool], **values: Any) -> None:
        db.execute(t.jobs.update().where(where).values(**values))
