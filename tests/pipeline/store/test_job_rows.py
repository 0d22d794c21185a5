"""Whatever is asked of the queue in whatever order, and whatever becomes of its rows, each job is in one state."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pipeline.jobs.queue import Queue
from pipeline.records import (
    Claim,
    HeardLine,
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
from pipeline.refresh import Archive
from pipeline.store import Store
from pipeline.store import tables as t
from tests.pipeline.store.queues import without_workers
from tests.pipeline.store.test_jobs import NO_NETWORK, RUN, put, take


@pytest.fixture
def store(archive: Archive) -> Store:
    return without_workers(archive.store)


@pytest.mark.parametrize("column", ["request", "slugs", "remarks", "failure", "reached", "kind", "state"])
def test_a_damaged_row_harms_no_other(store: Store, column: str) -> None:
    """The next one gets its turn, and all others are listed; what cannot be read fails, or can be cancelled."""
    number, other = put(store.jobs), put(store.jobs, "b")
    store.jobs.report(take(store.jobs), JobDied((1, 1), "killed"))
    with store._transaction() as db:
        db.execute(t.jobs.update().where(t.jobs.c.id == number).values({column: "{"}))
    taken = [claim.job.id for _ in range(2) if (claim := store.jobs.take(RUN))]

    assert other in taken
    assert other in {job.id for job in store.jobs.jobs()}
    assert {job.id for job in store.jobs.recover(lambda _: (0, 0))} >= {other}
    if column != "kind" and (column != "state" or store.is_shared):
        assert store.jobs.cancel(number).state.is_final
    if column == "request":
        failure = store.jobs.job(number).failure
        assert failure
        assert failure.reason == "damaged"


REPORTS: tuple[JobReport, ...] = (
    JobProgress("fetching", 1, 2, "bytes"),
    JobHeard((HeardLine(1.0, "a"),)),
    JobDone(("a",)),
    JobFailed(NO_NETWORK),
    JobFailed(NO_NETWORK, datetime(2000, 1, 1, tzinfo=UTC)),
    JobFailed(NO_NETWORK, datetime(2100, 1, 1, tzinfo=UTC), counts=False),
    JobReturned(),
    JobDied((1, 1), "killed"),
)


@cache
def _empty_database() -> Path:
    """Made once: that takes longer than everything that is then done with a copy."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "jumpnotes.db"
    Store.open(path).close()
    return path


class QueueRules(RuleBasedStateMachine):
    """Whatever is asked of it in whatever order, no job is in two states, in two hands, or lost."""

    jobs = Bundle("jobs")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = without_workers(self.opened())
        self.queue: Queue = self.store.jobs
        self.held: dict[int, Claim] = {}

    def opened(self) -> Store:
        """An empty archive."""
        raise NotImplementedError

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(target=jobs, name=st.sampled_from("abc"), kind=st.sampled_from((JobKind.RUN, JobKind.LOOK)))
    def put(self, name: str, kind: JobKind) -> int:
        return self.queue.put(kind, name, JobRequest(notes=name), "Ana").id

    @rule(target=claims)
    def take(self) -> Claim | None:
        if claim := self.queue.take(tuple(JobKind)):
            assert claim.job.id not in self.held
            self.held[claim.job.id] = claim
        return claim

    @rule(claim=claims, report=st.sampled_from(REPORTS))
    def report(self, claim: Claim | None, report: JobReport) -> None:
        if claim is None:
            return
        is_held = self.held.get(claim.job.id) == claim
        assert self.queue.report(claim, report) is is_held
        if is_held and not isinstance(report, JobProgress | JobHeard):
            del self.held[claim.job.id]

    @rule(number=jobs)
    def cancel(self, number: int) -> None:
        self.queue.cancel(number)
        self.held.pop(number, None)

    @rule(number=jobs)
    def retry(self, number: int) -> None:
        self.queue.retry(number)

    @rule()
    def recover(self) -> None:
        assert {job.id for job in self.queue.recover(lambda _: (0, 0))} == set(self.held)
        self.held.clear()

    @invariant()
    def each_is_in_one_state(self) -> None:
        with self.store._read() as db:
            rows = {row.id: row for row in db.execute(sa.select(self.store.jobs._seen))}
        for job in self.queue.jobs():
            row = rows[job.id]
            assert (job.state is JobState.RUNNING) == (row.claim is not None) == (job.id in self.held)
            assert job.state.is_final == (job.finished_at is not None)
            assert (job.state is JobState.FAILED) <= (job.failure is not None)
            assert (job.not_before is not None) <= (job.state is JobState.QUEUED)
            assert (job.place is not None) <= (job.state is JobState.QUEUED)
            assert (job.state is JobState.RUNNING) or not self.queue.heard(job.id)


class QueueInFile(QueueRules):
    def opened(self) -> Store:
        shutil.copy(_empty_database(), self.folder)
        return Store.open(self.folder / "jumpnotes.db")


class QueueOnServer(QueueRules):
    """All examples have one database, which is emptied between them: making one takes longer than an example."""

    url: str

    def opened(self) -> Store:
        store = Store.open(self.folder / "jumpnotes.db", url=self.url)
        with store._transaction() as db:
            db.execute(t.jobs.delete())
        return store


def test_whatever_is_asked_in_whatever_order_leaves_each_job_in_one_state() -> None:
    run_state_machine_as_test(QueueInFile, settings=settings(max_examples=12, stateful_step_count=30, deadline=None))


def test_the_same_on_a_server(postgresql_url: str) -> None:
    """Where Procrastinate has the states."""
    QueueOnServer.url = postgresql_url
    run_state_machine_as_test(QueueOnServer, settings=settings(max_examples=6, stateful_step_count=20, deadline=None))
