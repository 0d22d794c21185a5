"""What two do at the same moment to one job, in PostgreSQL: nobody waits in vain, and one of them comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.records import (
    Claim,
    JobDone,
    JobFailed,
    JobFailure,
    JobHandedOn,
    JobKind,
    JobProgress,
    JobRequest,
    JobState,
    RunStage,
)
from pipeline.store import job_rows, piece_tasks, task_rows
from tests.pipeline.store.hearers import KEY, Hearer, Machines
from tests.pipeline.store.test_procrastinate_states import put, recover, take

_PAUSE_SECONDS = 0.4  # in the middle of what another wants to do, too


@contextmanager
def meanwhile(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, first: Callable[[], object], *, after: bool = False
) -> Iterator[list[Any]]:
    """Have somebody pause where they call a function; what they are told is in the list afterwards."""
    real, paused, answers = getattr(owner, name), threading.Event(), list[Any]()

    def slow(*arguments: Any, **options: Any) -> Any:
        is_first = threading.current_thread() is begun and not paused.is_set()
        answer = real(*arguments, **options) if after else None
        if is_first:
            paused.set()
            threading.Event().wait(_PAUSE_SECONDS)
        return answer if after else real(*arguments, **options)

    def begin() -> None:
        try:
            answers.append(first())
        except Exception as error:  # noqa: BLE001 - the test says what it may be
            answers.append(error)
            paused.set()

    monkeypatch.setattr(owner, name, slow)
    begun = threading.Thread(target=begin)
    begun.start()
    assert paused.wait(20)
    yield answers
    begun.join()


def test_a_job_that_ends_while_it_is_cancelled_has_ended(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or is cancelled; nobody is told of an error."""
    here, there = machines
    number = put(here.jobs)
    held = take(here.jobs)
    assert held
    with meanwhile(monkeypatch, job_rows, "row_of", lambda: there.jobs.cancel(number), after=True) as cancelled:
        here.jobs.report(held, JobDone())

    assert cancelled[0].state in {JobState.CANCELLED, JobState.DONE}
    assert here.jobs.job(number).state is cancelled[0].state


def test_a_job_that_is_begun_while_it_is_retried_is_in_one_pair_of_hands(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = machines
    number = put(here.jobs)
    held = take(here.jobs)
    assert held
    soon = datetime.now(UTC) + timedelta(seconds=0.3)
    here.jobs.report(held, JobFailed(JobFailure("no-network", "no connection"), soon))
    began: list[Claim | None] = []
    with meanwhile(monkeypatch, job_rows, "row_of", lambda: there.jobs.retry(number), after=True):
        threading.Event().wait(0.35)
        began.append(take(here.jobs))
    again = take(there.jobs)

    claims = [each for each in (*began, again) if each and here.jobs.holds(each)]
    assert len(claims) == 1
    assert len({each.token for each in (held, *began, again) if each}) == len([x for x in (held, *began, again) if x])


def test_a_job_that_is_forgotten_while_it_reports_is_gone(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the report is heard, or in vain."""
    here, there = machines
    number = put(here.jobs)
    held = take(here.jobs)
    assert held
    report = lambda: here.jobs.report(held, JobProgress("reading"))  # noqa: E731
    with meanwhile(monkeypatch, job_rows, "change", report) as reported, there._transaction() as db:
        there._job_states.remove(db, [number])

    assert reported[0] in {True, False}
    assert there.jobs.jobs() == []


def test_a_passage_is_taken_out_while_a_piece_is_finished(
    one: Hearer, other: Hearer, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was heard goes with it."""
    helped = other.taken()
    with meanwhile(
        monkeypatch, piece_tasks, "finish", lambda: other.store.hearings.pass_on(helped, "{}", None)
    ) as passed:
        one.store.hearings.forget(["call"])

    assert not isinstance(passed[0], Exception)
    assert one.store.hearings.document(KEY) is None


def test_a_job_is_cancelled_while_a_piece_is_finished(
    one: Hearer, other: Hearer, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    hearings = one.store.hearings
    assert hearings.take(claim, KEY, None) == 0
    noting = lambda: hearings.note_heard(claim, KEY, 0, "{}")  # noqa: E731
    with meanwhile(monkeypatch, piece_tasks, "finish", noting) as noted:
        cancelled = other.store.jobs.cancel(claim.job.id)

    assert cancelled.state is JobState.CANCELLED
    assert noted[0] in {True, False}


def test_no_piece_is_offered_of_a_job_that_is_cancelled_meanwhile(
    one: Hearer, other: Hearer, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    adding = lambda: one.store.hearings.add(claim, KEY, 3, "3", None)  # noqa: E731
    with meanwhile(monkeypatch, piece_tasks, "offer", adding, after=True):
        other.store.jobs.cancel(claim.job.id)

    assert other.store.jobs.take([JobKind.RUN], list(RunStage)) is None


def test_a_job_that_is_deleted_takes_its_pieces_along(one: Hearer, other: Hearer, claim: Claim) -> None:
    """Whoever forgets another meeting of its notes deletes it; workers go on with what else there is."""
    assert one.store.jobs.report(claim, JobProgress("transcribing", slugs=("call", "second")))
    with one.store._transaction() as db:
        job_rows.forget(db, one.store._job_states, "second", None)
    number = one.store.jobs.put(JobKind.RUN, "x", JobRequest(notes="/x.md"), "Ana").id
    taken = other.store.jobs.take([JobKind.RUN], list(RunStage))

    assert taken
    assert (taken.job.id, taken.piece) == (number, None)


def test_a_task_without_a_job_stops_nobody(machines: Machines) -> None:
    here, _ = machines
    with here._sharing() as db:
        task_rows.defer(db, "align", "run", {"job": 999})
    number = put(here.jobs)
    taken = take(here.jobs)

    assert taken
    assert taken.job.id == number


def test_a_job_that_a_worker_does_not_know_it_has_is_queued_again(machines: Machines) -> None:
    """The database went away before it could say so; what the worker knows of stays."""
    here, _ = machines
    known, lost = put(here.jobs, "a"), put(here.jobs, "b")
    held = take(here.jobs)
    assert held
    assert take(here.jobs)
    here.jobs.return_unknown([held])

    assert (here.jobs.job(known).state, here.jobs.job(lost).state) == (JobState.RUNNING, JobState.QUEUED)
    assert here.jobs.holds(held)


def test_a_dead_worker_of_a_newer_version_stops_nobody(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had, its own kind takes up."""
    here, there = machines
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    with monkeypatch.context() as newer:
        newer.setattr(task_rows, "PROTOCOL", task_rows.PROTOCOL + 1)
        put(here.jobs, "new")
        take(here.jobs)
    known = put(here.jobs, "known")
    take(here.jobs)
    for _ in range(6):
        found = recover(there)
        now += 4.0
        if found:
            break

    assert found == [known]


def test_who_looks_at_the_same_moment_finds_a_lost_job_once(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its death is counted once."""
    here, there = machines
    number = put(here.jobs)
    take(here.jobs)
    here.jobs.leave()
    with meanwhile(monkeypatch, job_rows, "note_death", lambda: recover(there)) as first:
        second = recover(here)

    assert sorted([*first[0], *second]) == [number]


def test_long_requests_are_jobs_like_others(machines: Machines) -> None:
    """An address may have thousands of characters, of which no two are alike."""
    import secrets

    here, _ = machines
    request = JobRequest(notes="/a.md", media=f"https://media.example/{secrets.token_hex(4000)}")

    assert here.jobs.put(JobKind.RUN, "a", request, "Ana").id == here.jobs.put(JobKind.RUN, "a", request, "Ana").id


def test_handing_on_keeps_no_order_of_an_earlier_part(machines: Machines) -> None:
    here, _ = machines
    number = put(here.jobs)
    held = take(here.jobs)
    assert held
    here.jobs.report(held, JobHandedOn(RunStage.FETCH, '["x"]'))

    assert here.jobs.job(number).orders == '["x"]'
