"""The queue in the database: every job is in one state, in one pair of hands, and ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.errors import JobKeyTaken, JobNotFound
from pipeline.jobs.queue import Queue
from pipeline.records import (
    MAX_DEATHS,
    WORKER_DIED,
    Claim,
    HeardLine,
    JobDied,
    JobDone,
    JobFailed,
    JobFailure,
    JobHeard,
    JobKind,
    JobProgress,
    JobRequest,
    JobReturned,
    JobState,
)
from pipeline.refresh import Archive
from pipeline.store import Store
from pipeline.store import jobs as jobs_module
from pipeline.store import tables as t
from tests.pipeline.store.queues import let_time_pass, max_stops, without_workers

RUN = (JobKind.RUN,)
NO_NETWORK = JobFailure("no-network", "no connection", "Check it.", "fetching")
SOON = timedelta(hours=1)


@pytest.fixture
def store(archive: Archive) -> Store:
    return without_workers(archive.store)


@pytest.fixture
def queue(store: Store) -> Queue:
    return store.jobs


def put(queue: Queue, name: str = "a", **options: Any) -> int:
    return queue.put(JobKind.RUN, name, JobRequest(notes=f"/notes/{name}.md"), "Ana", **options).id


def take(queue: Queue) -> Claim:
    claim = queue.take(RUN)
    assert claim is not None
    return claim


def test_jobs_are_done_in_the_order_in_which_they_were_put(queue: Queue) -> None:
    """Each knows its place among those of its kind; those of another kind stand in nobody's way."""
    numbers = [put(queue, name) for name in "abc"]
    look = queue.put(JobKind.LOOK, "look", JobRequest(draft="d"), "Ana")

    assert [queue.job(number).place for number in numbers] == [1, 2, 3]
    assert look.place == 1
    assert [take(queue).job.id for _ in numbers] == numbers
    assert queue.take(RUN) is None


def test_the_same_is_put_once_while_it_waits(queue: Queue) -> None:
    """Once it is being done, what has changed since is a job of its own."""
    first = put(queue)

    assert put(queue) == first
    take(queue)
    assert put(queue) != first


def test_a_key_stands_for_one_request_for_good(queue: Queue) -> None:
    """Whoever did not hear the answer sends it again, and gets the same job, whatever became of it."""
    first = put(queue, key="k")
    queue.report(take(queue), JobDone(("a",)))

    assert put(queue, key="k") == first
    with pytest.raises(JobKeyTaken):
        put(queue, "other", key="k")


def test_a_job_is_in_one_pair_of_hands(queue: Queue) -> None:
    """However many workers reach for it at the same moment."""
    for number in range(12):
        put(queue, str(number))
    with ThreadPoolExecutor(8) as pool:
        taken = [claim.job.id for claim in pool.map(lambda _: queue.take(RUN), range(24)) if claim]

    assert sorted(taken) == list(range(1, 13))


def test_what_is_reported_with_a_claim_that_lapsed_changes_nothing(queue: Queue) -> None:
    """A worker that was thought dead and comes back finds the job in other hands."""
    number = put(queue)
    lost = take(queue)
    queue.report(lost, JobReturned())
    held = take(queue)

    for report in (JobProgress("aligning"), JobDone(("x",)), JobFailed(NO_NETWORK), JobDied((9, 9), "")):
        assert not queue.report(lost, report)
    assert not queue.holds(lost)
    assert queue.holds(held)
    assert queue.job(number).state is JobState.RUNNING


def test_progress_is_seen_and_belongs_to_one_attempt(queue: Queue) -> None:
    """Stage, seconds heard of the length, and an estimate by the pace; the next attempt begins anew."""
    number = put(queue)
    claim = take(queue)
    queue.report(claim, JobProgress("transcribing", 60.0, 600.0, "seconds", ("garden",), pace=0.5))
    job = queue.job(number)

    assert (job.stage, job.done, job.total, job.slugs) == ("transcribing", 60.0, 600.0, ("garden",))
    assert job.seconds_left == 270.0
    assert queue.jobs(slug="garden") == [job]
    assert queue.jobs(slug="arden") == []
    queue.report(claim, JobReturned())
    assert (queue.job(number).stage, queue.job(number).done, queue.job(number).attempts) == ("", 0.0, 0)


def test_what_is_heard_is_there_until_the_transcript_is(queue: Queue) -> None:
    """In order, from any line on; what a new attempt hears replaces it."""
    number = put(queue)
    claim = take(queue)
    one, two, three = (HeardLine(float(start), str(start)) for start in range(3))
    queue.report(claim, JobHeard((one, two)))
    queue.report(claim, JobHeard((three,)))

    assert queue.heard(number) == [one, two, three]
    assert queue.heard(number, skip=2) == [three]
    queue.report(claim, JobHeard((two,), anew=True))
    assert queue.heard(number) == [two]
    queue.report(claim, JobDone())
    assert queue.heard(number) == []


@pytest.mark.parametrize("is_running", [True, False])
def test_a_job_can_be_cancelled_at_any_time_and_retried(queue: Queue, is_running: bool) -> None:
    """It is cancelled at once, for everybody; nobody else's job is."""
    number, other = put(queue), put(queue, "b")
    claim = take(queue) if is_running else None

    assert queue.cancel(number).state is JobState.CANCELLED
    assert claim is None or not queue.holds(claim)
    assert queue.job(other).place == 1
    assert queue.retry(number).state is JobState.QUEUED
    assert take(queue).job.id == number


def test_what_has_ended_is_not_cancelled(queue: Queue) -> None:
    number = put(queue)
    queue.report(take(queue), JobDone(("a",)))

    assert queue.cancel(number).state is JobState.DONE
    assert queue.retry(number).state is JobState.DONE


def test_a_failure_that_may_pass_waits_for_its_time(queue: Queue) -> None:
    """It says why and until when, and stands in nobody's way meanwhile; whoever knows better retries it at once."""
    number, other = put(queue), put(queue, "b")
    at = datetime.now(UTC) + SOON
    queue.report(take(queue), JobFailed(NO_NETWORK, at))
    job = queue.job(number)

    assert (job.state, job.failure, job.place) == (JobState.QUEUED, NO_NETWORK, None)
    assert job.not_before
    assert abs(job.not_before - at) < timedelta(seconds=1)  # by the clock of a server, so long from now
    assert queue.job(other).place == 1
    assert take(queue).job.id == other
    assert queue.take(RUN) is None
    assert queue.retry(number).not_before is None
    assert take(queue).job.id == number


def test_a_clock_that_is_put_back_keeps_no_job_waiting(store: Store) -> None:
    """A year behind, the hour that it was to wait may be long over."""
    put(store.jobs)
    store.jobs.report(take(store.jobs), JobFailed(NO_NETWORK, datetime.now(UTC) + SOON))
    let_time_pass(store, timedelta(days=-365))
    store.jobs.recover(lambda _: (0, 0))

    assert store.jobs.take(RUN) is not None


def test_all_that_failed_for_a_reason_are_retried_together(queue: Queue) -> None:
    """After an outage; what failed for another reason, or was cancelled, stays."""
    away, waiting, gone, stopped = (put(queue, name) for name in "abcd")
    queue.report(take(queue), JobFailed(NO_NETWORK))
    queue.report(take(queue), JobFailed(NO_NETWORK, datetime.now(UTC) + SOON))
    queue.report(take(queue), JobFailed(JobFailure("removed", "it was taken down")))
    queue.cancel(stopped)

    assert [job.id for job in queue.retry_failed("no-network")] == [away, waiting]
    assert queue.job(gone).state is JobState.FAILED
    assert queue.job(stopped).state is JobState.CANCELLED
    assert queue.job(away).failure is None
    assert [job.id for job in queue.retry_failed()] == [gone]


def test_many_are_retried_with_as_few_statements_as_one(queue: Queue, store: Store) -> None:
    """After a long outage there are thousands, and meanwhile nobody else writes."""
    counts = []
    for jobs in (1, 9):
        for number in range(jobs):
            put(queue, str(number))
            queue.report(take(queue), JobFailed(NO_NETWORK))
        statements: list[str] = []

        def note(_db: Any, _cursor: Any, statement: str, *_: Any, into: list[str] = statements) -> None:
            into.append(statement)

        sa.event.listen(store._engine, "before_cursor_execute", note)
        assert len(queue.retry_failed()) == jobs
        sa.event.remove(store._engine, "before_cursor_execute", note)
        counts.append(len(statements))
        for job in queue.jobs(states=[JobState.QUEUED]):
            queue.cancel(job.id)

    assert counts[0] == counts[1]


def test_others_write_between_portions_of_those_that_are_retried(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """And all come to their turn, in their order."""
    monkeypatch.setattr(jobs_module, "_MOST_RETRIED", 2)
    numbers = [put(queue, name) for name in "abcde"]
    for _ in numbers:
        queue.report(take(queue), JobFailed(NO_NETWORK))

    assert [job.id for job in queue.retry_failed()] == numbers
    assert [take(queue).job.id for _ in numbers] == numbers


def test_a_job_that_kills_its_worker_is_not_tried_for_ever(queue: Queue) -> None:
    """After three deaths with no checkpoint between them it has failed, and says why; somebody may still retry it."""
    number = put(queue)
    for _ in range(MAX_DEATHS - 1):
        queue.report(take(queue), JobDied((2, 100), "killed by SIGKILL"))
        assert queue.job(number).state is JobState.QUEUED
    queue.report(take(queue), JobDied((2, 100), "killed by SIGKILL"))
    job = queue.job(number)

    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert (job.failure.reason, job.failure.message) == (WORKER_DIED, "killed by SIGKILL")
    queue.retry(number)
    queue.report(take(queue), JobDied((2, 100), "killed"))
    assert queue.job(number).state is JobState.QUEUED


def test_deaths_with_a_checkpoint_between_them_do_not_count(queue: Queue) -> None:
    """A machine that is switched off every night ends a long recording all the same."""
    number = put(queue)
    for checkpoint in (100, 200, 200, 300, 50, 400):
        queue.report(take(queue), JobDied((2, checkpoint), "off"))
        assert queue.job(number).state is JobState.QUEUED
    for _ in range(MAX_DEATHS - 1):
        assert queue.job(number).state is JobState.QUEUED
        queue.report(take(queue), JobDied((1, 999), "off"))
    assert queue.job(number).state is JobState.FAILED


def test_what_was_running_when_the_power_went_is_queued_again(store: Store) -> None:
    """In its old place; if it was the cause each time, it has failed in the end."""
    queue = store.jobs
    numbers = [put(queue, name) for name in "ab"]
    for _ in range(max_stops(store) - 1):
        take(queue)
        assert [job.state for job in queue.recover(lambda _: (0, 0))] == [JobState.QUEUED]
    take(queue)

    assert [job.id for job in queue.recover(lambda _: (0, 0))] == numbers[:1]
    assert [queue.job(number).state for number in numbers] == [JobState.FAILED, JobState.QUEUED]


def test_a_number_is_never_used_again(store: Store) -> None:
    """What is done every minute is not kept; who remembers its number finds nothing, rather than something else."""
    scan = store.jobs.put(JobKind.SCAN, "notes/", JobRequest(watch=1), "Ana").id
    claim = store.jobs.take((JobKind.SCAN,))
    assert claim
    store.jobs.report(claim, JobFailed(NO_NETWORK))
    let_time_pass(store, timedelta(hours=2))

    assert put(store.jobs) > scan
    with pytest.raises(JobNotFound):
        store.jobs.job(scan)


def test_retrying_all_leaves_what_nobody_waits_for(queue: Queue) -> None:
    """A look at a draft of last week, or at a place that has its own times."""
    for kind in JobKind:
        queue.put(kind, kind, JobRequest(notes=kind), "Ana")
        claim = queue.take((kind,))
        assert claim
        queue.report(claim, JobFailed(NO_NETWORK))

    assert {job.kind for job in queue.retry_failed()} == {JobKind.RUN, JobKind.NOTIFY}
    assert [job.kind for job in queue.jobs(reason="no-network")] == [JobKind.SCAN, JobKind.LOOK]


def test_an_unknown_job_is_told(queue: Queue) -> None:
    for number in (0, 7, -1, 2**63):
        with pytest.raises(JobNotFound):
            queue.job(number)


def test_jobs_are_no_change_of_a_meeting(store: Store) -> None:
    """Progress once a second would have every page made anew."""
    number = put(store.jobs)
    store.jobs.report(take(store.jobs), JobProgress("aligning", slugs=("garden",)))
    store.jobs.cancel(number)

    assert store.last_change() == 0


def test_a_meeting_that_is_forgotten_leaves_no_job(garden_store: Store) -> None:
    """Neither one that says it was about it, nor one that waits for its notes."""
    path, slug = garden_store.places()[0].path, garden_store.places()[0].slug
    waiting = garden_store.jobs.put(JobKind.RUN, "garden", JobRequest(notes=path), "Ana")
    put(garden_store.jobs, "other")
    scan = garden_store.jobs.put(JobKind.SCAN, "scan", JobRequest(watch=1), "Ana")
    claim = garden_store.jobs.take((JobKind.SCAN,))
    assert claim
    garden_store.jobs.report(claim, JobDone((slug,)))
    garden_store.forget(slug)

    assert {waiting.id, scan.id}.isdisjoint(job.id for job in garden_store.jobs.jobs())
    assert len(garden_store.jobs.jobs()) == 1


def test_a_failed_job_keeps_nothing_half(store: Store) -> None:
    """What it had heard goes with it: a retry tells it again from the checkpoint."""
    put(store.jobs)
    claim = take(store.jobs)
    store.jobs.report(claim, JobHeard((HeardLine(0.0, "x"),)))
    store.jobs.report(claim, JobFailed(NO_NETWORK))
    with store._read() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(t.job_lines)) == 0
