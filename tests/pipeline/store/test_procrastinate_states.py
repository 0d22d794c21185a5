"""Workers of several machines reach for the same jobs: each is in one pair of hands, and none is lost with them."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from pipeline.jobs.queue import Queue
from pipeline.records import (
    MAX_LOSSES,
    Claim,
    JobDone,
    JobFailed,
    JobFailure,
    JobHandedOn,
    JobKind,
    JobRequest,
    JobState,
    RunStage,
    WorkerAbilities,
)
from pipeline.store import Store, task_rows
from pipeline.store import procrastinate_states as states
from pipeline.store import tables as t
from pipeline.store.job_states import JobStates
from pipeline.store.procrastinate_states import ProcrastinateStates
from tests.pipeline.jobs.conftest import wait_for
from tests.pipeline.store.hearers import Machines

RUN = (JobKind.RUN,)


def its_states(store: Store) -> ProcrastinateStates:
    found = store.jobs._states
    assert isinstance(found, ProcrastinateStates)
    return found


def put(queue: Queue, name: str = "a") -> int:
    return queue.put(JobKind.RUN, name, JobRequest(notes=f"/notes/{name}.md"), "Ana").id


def take(queue: Queue, *stages: RunStage) -> Claim | None:
    return queue.take(RUN, stages or tuple(RunStage))


def hand_on(queue: Queue, turn: RunStage, machine: str | None = None) -> None:
    claim = take(queue, RunStage.ALIGN)
    assert claim
    assert queue.report(claim, JobHandedOn(turn, '["order"]', machine=machine))


def beat(store: Store) -> None:
    store.jobs.beat(WorkerAbilities(network=its_states(store).network))


def recover(store: Store) -> list[int]:
    return [job.id for job in store.jobs.recover(lambda _: (0, 0))]


def test_a_worker_that_falls_silent_loses_its_jobs(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the watch of another, who sees the same heartbeat each time; what the lost one reports changes nothing."""
    one, two = machines
    number, now = put(one.jobs), 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    lost = take(one.jobs)
    assert lost
    for _ in range(4):
        assert recover(two) == []
        now += 4.0

    assert recover(two) == [number]
    assert two.jobs.job(number).state is JobState.QUEUED
    assert not one.jobs.report(lost, JobDone())
    again = take(two.jobs)
    assert again
    assert again.job.id == number
    assert not one.jobs.holds(lost)


def test_a_worker_that_shows_itself_keeps_its_jobs(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """However far the clock of the database jumps: nobody compares two times."""
    one, two = machines
    put(one.jobs)
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    claim = take(one.jobs)
    assert claim
    for jump in (timedelta(), timedelta(days=-400), timedelta(days=800), timedelta()):
        with one._sharing() as db:
            db.execute(sa.update(task_rows.workers).values(last_heartbeat=datetime.now(UTC) + jump))
        for _ in range(3):
            assert recover(two) == []
            now += 4.0
            beat(one)

    assert one.jobs.holds(claim)


def test_who_had_no_database_for_a_while_judges_nobody(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could show themselves then: the others are looked at anew."""
    one, two = machines
    number, now = put(one.jobs), 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    take(one.jobs)
    for _ in range(4):
        recover(two)
        now += 4.0
    two.jobs.lose_sight()
    now += 60.0

    for _ in range(4):
        assert recover(two) == []
        now += 4.0
    assert recover(two) == [number]


def test_who_slept_judges_nobody_by_one_look(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that was put to sleep with its worker wakes up, and sees first of all how long it slept."""
    one, two = machines
    put(one.jobs)
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    take(one.jobs)
    recover(two)
    now += 3600.0

    assert recover(two) == []
    assert recover(two) == []


def test_a_worker_that_leaves_is_missed_at_once(machines: Machines) -> None:
    one, two = machines
    number = put(one.jobs)
    claim = take(one.jobs)
    assert claim
    one.jobs.leave()

    assert not one.jobs.holds(claim)
    assert recover(two) == [number]
    assert len(two.jobs.workers()) == 1


def test_lost_machines_are_seldom_the_jobs_fault_and_yet_counted(machines: Machines) -> None:
    """A job that takes every machine down with it is not tried for ever."""
    one, _ = machines
    number = put(one.jobs)
    for lost in range(MAX_LOSSES):
        assert one.jobs.job(number).state is JobState.QUEUED, lost
        take(one.jobs)
        one.jobs.leave()
        recover(one)

    assert one.jobs.job(number).state is JobState.FAILED


def test_each_part_of_a_run_waits_for_whoever_does_it(machines: Machines) -> None:
    """It is one job all the way, in one state, and begins where the notes are read; a failure is tried from there."""
    one, two = machines
    number = put(one.jobs)
    assert take(two.jobs, RunStage.FETCH, RunStage.TRANSCRIBE) is None
    hand_on(one.jobs, RunStage.TRANSCRIBE)
    waiting = one.jobs.job(number)

    assert (waiting.state, waiting.turn, waiting.orders) == (JobState.QUEUED, RunStage.TRANSCRIBE, '["order"]')
    assert take(one.jobs, RunStage.ALIGN) is None
    claim = take(two.jobs, RunStage.TRANSCRIBE)
    assert claim
    assert (claim.job.id, claim.job.orders, claim.job.attempts) == (number, '["order"]', 1)
    failure = JobFailure("no-network", "no connection")
    two.jobs.report(claim, JobFailed(failure, datetime.now(UTC) - timedelta(seconds=1)))
    assert one.jobs.job(number).turn is RunStage.ALIGN


def test_one_worker_fetches_at_a_time_on_each_connection(machines: Machines) -> None:
    """Hosts count requests by address; a machine with an address of its own asks beside the others."""
    one, two = machines
    for name in "abc":
        put(one.jobs, name)
    for _ in range(3):
        hand_on(one.jobs, RunStage.FETCH)
    first = take(one.jobs, RunStage.FETCH)
    assert first

    assert take(two.jobs, RunStage.FETCH) is None
    two.jobs.beat(WorkerAbilities(network="cellar"))
    assert take(two.jobs, RunStage.FETCH)
    assert take(one.jobs, RunStage.FETCH) is None
    one.jobs.report(first, JobDone())
    assert take(one.jobs, RunStage.FETCH)


def test_what_only_one_machine_can_do_waits_for_it_and_not_for_ever(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording lies on the disk of the machine that fetched it; when that is gone, it is fetched again."""
    one, two = machines
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    number = put(one.jobs)
    hand_on(one.jobs, RunStage.TRANSCRIBE, its_states(one).machine)
    assert take(two.jobs, RunStage.TRANSCRIBE) is None
    one.jobs.leave()
    recover(two)
    now += states.MACHINE_SECONDS - 1
    recover(two)
    assert two.jobs.job(number).turn is RunStage.TRANSCRIBE
    now += 2
    recover(two)

    assert two.jobs.job(number).turn is RunStage.ALIGN
    assert take(two.jobs, RunStage.ALIGN)


def test_a_worker_leaves_to_newer_ones_what_it_does_not_know(
    machines: Machines, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so, and does the others; the job is none the worse for it."""
    one, two = machines
    with monkeypatch.context() as newer:
        newer.setattr(task_rows, "PROTOCOL", task_rows.PROTOCOL + 1)
        newest = put(one.jobs, "new")
    known = put(one.jobs, "known")
    with caplog.at_level(logging.WARNING):
        claim = take(two.jobs)

    assert claim
    assert claim.job.id == known
    assert f"job {newest} was put by a newer jumpnotes" in caplog.text
    assert (one.jobs.job(newest).state, one.jobs.job(newest).failure) == (JobState.QUEUED, None)


def test_a_clock_that_is_behind_leaves_a_task_to_newer_workers_once(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the time of the database: by that of the worker, the task would be due again at once, and for ever."""
    one, two = machines
    with monkeypatch.context() as newer:
        newer.setattr(task_rows, "PROTOCOL", task_rows.PROTOCOL + 1)
        put(one.jobs, "new")
    known, looks = put(one.jobs, "known"), 0

    class Behind(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            nonlocal looks
            looks += 1
            assert looks < 10, "it is taken again and again"
            return datetime.now(UTC) - timedelta(hours=1)

    monkeypatch.setattr(states, "datetime", Behind)
    claim = take(two.jobs)

    assert claim
    assert claim.job.id == known
    assert take(two.jobs) is None


def test_two_threads_of_a_process_are_one_worker(machines: Machines) -> None:
    """Also where one wants to know which, while the other's transaction, which has just made it, is not over."""
    one, two = machines
    one.jobs.leave()
    with ThreadPoolExecutor() as pool:
        with one._sharing() as db:
            its_states(one).worker(db)
            other = pool.submit(beat, one)
            wait_for(lambda: other.done() or is_somebody_waiting(two))
        other.result()

    with two._read() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(task_rows.workers)) == 2


def is_somebody_waiting(store: Store) -> bool:
    with store._read() as db:
        return bool(db.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")))


def test_threads_that_ask_for_the_queue_at_once_have_the_same(tmp_path: Path, postgresql_url: str) -> None:
    """The pulse of a worker and whoever takes its jobs know of one worker."""
    threads = 8
    with closing(Store.open(tmp_path / "one" / "jumpnotes.db", url=postgresql_url)) as store:
        together, make = Barrier(threads), store._dialect.job_states

        def slowly(folder: Path) -> JobStates:
            made = make(folder)
            time.sleep(0.05)  # in which the others come
            return made

        def ask() -> JobStates:
            together.wait()
            return store._job_states

        with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(threads) as pool:
            patch.setattr(store._dialect, "job_states", slowly)
            found = [each.result() for each in [pool.submit(ask) for _ in range(threads)]]

    assert len(set(map(id, found))) == 1


def test_a_clock_that_is_put_back_keeps_no_job_waiting(machines: Machines) -> None:
    """Of what was said a year ahead of now, nobody can tell when it was to be."""
    one, _ = machines
    number = put(one.jobs)
    claim = take(one.jobs)
    assert claim
    failure = JobFailure("no-network", "no connection")
    one.jobs.report(claim, JobFailed(failure, datetime.now(UTC) + timedelta(hours=1)))
    recover(one)
    assert one.jobs.job(number).not_before is not None
    ahead = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=365)
    with one._sharing() as db:
        db.execute(t.jobs.update().values(updated_at=ahead))
    recover(one)

    assert one.jobs.job(number).not_before is None
    assert take(one.jobs)


def test_how_long_a_job_waits_does_not_depend_on_the_clock_of_its_worker(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose clock is a year ahead means an hour from now all the same."""
    one, _ = machines
    number = put(one.jobs)
    claim = take(one.jobs)
    assert claim

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(days=365)

    monkeypatch.setattr(states, "datetime", Ahead)
    in_its_hour = datetime.now(UTC) + timedelta(days=365, hours=1)
    one.jobs.report(claim, JobFailed(JobFailure("no-network", "no connection"), in_its_hour))
    until = one.jobs.job(number).not_before

    assert until
    assert abs(until - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=1)


def test_a_job_that_is_gone_is_gone_from_the_queue(machines: Machines) -> None:
    one, _ = machines
    number = put(one.jobs)
    with one._transaction() as db:
        db.execute(t.jobs.delete().where(t.jobs.c.id == number))

    with one._read() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(task_rows.tasks)) == 0
