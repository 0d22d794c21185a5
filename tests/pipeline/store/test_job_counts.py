"""How many jobs wait, run and have ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipeline.jobs.queue import Queue
from pipeline.records import (
    Claim,
    EndedCount,
    JobDone,
    JobFailed,
    JobFailure,
    JobHandedOn,
    JobKind,
    JobProgress,
    JobRequest,
    JobState,
    RunStage,
    WorkerAbilities,
)
from pipeline.refresh import Archive
from pipeline.store import tables as t
from pipeline.store.task_rows import defer

NO_NETWORK = JobFailure("no-network", "no connection", "", "fetching")
NOT_FOUND = JobFailure("not-found", "there is none", "", "fetching")
RUN = JobKind.RUN


@pytest.fixture
def queue(archive: Archive) -> Queue:
    return archive.store.jobs


def put(queue: Queue, *names: str, kind: JobKind = RUN) -> None:
    for name in names:
        queue.put(kind, name, JobRequest(notes=f"/notes/{name}.md"), "Ana")


def take(queue: Queue, kind: JobKind = RUN) -> Claim:
    claim = queue.take((kind,), tuple(RunStage))
    assert claim
    return claim


def test_an_empty_queue_has_nothing_to_count(queue: Queue) -> None:
    figures = queue.figures()
    assert (figures.queues, figures.ended, figures.pace, figures.newer) == ((), (), None, 0)


def test_what_waits_runs_and_has_ended_is_counted(queue: Queue) -> None:
    """By queue, state and reason; what is tried again later waits for a time, not for a worker."""
    put(queue, "a", "b", "c", "d", "e", "f")
    put(queue, "look", kind=JobKind.LOOK)
    queue.report(take(queue), JobDone())
    queue.report(take(queue), JobFailed(NO_NETWORK))
    queue.report(take(queue), JobFailed(NOT_FOUND))
    queue.report(take(queue), JobFailed(NO_NETWORK, datetime.now(UTC) + timedelta(hours=1)))
    queue.report(take(queue), JobProgress("transcribing", 10.0, 60.0, "seconds", pace=0.25))
    figures = queue.figures()
    run = "align" if queue.is_shared else "run"

    assert {(each.queue, each.state, each.is_postponed, each.jobs) for each in figures.queues} == {
        (run, JobState.QUEUED, False, 1),
        (run, JobState.QUEUED, True, 1),
        (run, JobState.RUNNING, False, 1),
        ("look", JobState.QUEUED, False, 1),
    }
    assert figures.ended == (
        EndedCount(RUN, JobState.DONE, "", 1),
        EndedCount(RUN, JobState.FAILED, "no-network", 1),
        EndedCount(RUN, JobState.FAILED, "not-found", 1),
    )
    assert figures.pace == 4.0
    assert all(0 <= each.oldest_seconds < 60 for each in figures.queues)
    assert figures.waiting(run) == 1


def test_the_oldest_waits_since_it_was_put(queue: Queue, archive: Archive) -> None:
    """Not since the newest was."""
    put(queue, "a", "b")
    with archive.store._transaction() as db:
        old = t.jobs.update().where(t.jobs.c.title == "a")
        db.execute(old.values(updated_at=(datetime.now(UTC) - timedelta(hours=1)).replace(tzinfo=None)))
    (count,) = queue.figures().queues
    assert 3590 < count.oldest_seconds < 3700


def test_what_no_worker_takes_is_told(queue: Queue) -> None:
    """A part of runs, or a kind of jobs."""
    put(queue, "a")
    put(queue, "look", kind=JobKind.LOOK)
    figures = queue.figures()
    runs = WorkerAbilities(kinds=(RUN,))
    only_hears = WorkerAbilities(stages=(RunStage.TRANSCRIBE,))

    assert figures.without((WorkerAbilities(),)) == ()
    assert [each.queue for each in figures.without((runs,))] == ["look"]
    assert len(figures.without(())) == 2
    if queue.is_shared:
        assert [each.queue for each in figures.without((only_hears,))] == ["align"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_parts_of_runs_are_counted_where_they_wait(queue: Queue) -> None:
    """Those that one machine alone can do, too."""
    put(queue, "a", "b", "c")
    turns = ((RunStage.FETCH, None), (RunStage.TRANSCRIBE, None), (RunStage.TRANSCRIBE, "attic"))
    for claim, (turn, machine) in [(take(queue), to) for to in turns]:
        queue.report(claim, JobHandedOn(turn, machine=machine))
    assert {each.queue: each.jobs for each in queue.figures().queues} == {"fetch": 1, "transcribe": 2}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_jobs_of_a_newer_jumpnotes_are_counted(queue: Queue, archive: Archive) -> None:
    """They wait for its workers."""
    put(queue, "a", "b")
    with archive.store._transaction() as db:
        newer = """UPDATE procrastinate_jobs SET args = args || '{"protocol": 9}' WHERE args->>'job' = '1'"""
        db.execute(sa.text(newer))
    assert queue.figures().newer == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_pieces_of_recordings_are_counted(queue: Queue, archive: Archive) -> None:
    """With the jobs that are to be transcribed: the same workers take them."""
    put(queue, "a")
    queue.report(take(queue), JobHandedOn(RunStage.TRANSCRIBE))
    with archive.store._transaction() as db:
        for position in (1, 2):
            defer(db, "transcribe k", "piece", {"job": 1, "hearing": "k", "position": position})
    figures = queue.figures()
    assert [(each.queue, each.jobs) for each in figures.queues] == [("transcribe", 3)]
    assert [each.queue for each in figures.without((WorkerAbilities(stages=(RunStage.ALIGN,)),))] == ["transcribe"]
