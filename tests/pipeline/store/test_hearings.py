"""Pieces of a recording in the database: who has which, and what was heard. Workers are made by taking jobs."""

from __future__ import annotations

from pipeline.records import (
    WORKER_DIED,
    Claim,
    JobDied,
    JobHandedOn,
    JobKind,
    JobReturned,
    JobState,
    RunStage,
)
from tests.pipeline.store.hearers import KEY, Hearer

LINES = ["{}", '{"a": 1}', '{"b": 2}']


def test_each_piece_is_heard_by_one(one: Hearer, other: Hearer, claim: Claim) -> None:
    """The first by whoever cut it; whoever takes another gets the next with the same word that says what was heard."""
    hearings, helped = one.store.hearings, other.taken()
    assert hearings.take(claim, KEY, None) == 0
    assert helped.piece == (KEY, 1)
    assert other.store.hearings.document(KEY) == "how"
    following = other.store.hearings.pass_on(helped, LINES[1], None)
    assert following
    assert following.piece == (KEY, 2)
    assert other.store.jobs.holds(helped), "the process goes on with the next, and its worker lets it"
    assert hearings.note_heard(claim, KEY, 0, LINES[0])
    assert hearings.take(claim, KEY, None) is None
    assert hearings.lines(KEY, [0]) == {1: LINES[1]}
    assert other.store.hearings.pass_on(following, LINES[2], None) is None
    assert not other.store.jobs.holds(helped)

    assert hearings.heard(["call"]) == 3
    hearings.drop(claim, KEY)
    assert not hearings.is_begun("call")


def test_a_piece_that_fails_is_for_whoever_cut_it(one: Hearer, other: Hearer, claim: Claim) -> None:
    """One that is given back is for anybody."""
    helped = other.taken()
    other.store.jobs.report(helped, JobReturned())
    again = other.taken()
    assert again.piece == helped.piece == (KEY, 1)
    assert other.store.hearings.pass_on(helped, LINES[0], None) is None, "that claim lapsed"
    other.store.jobs.report(again, JobDied((0, 0), "its process was ended"))
    found = [one.store.hearings.take(claim, KEY, None)]
    one.store.hearings.note_heard(claim, KEY, 0, LINES[0])

    assert other.taken().piece == (KEY, 2)
    assert [*found, one.store.hearings.take(claim, KEY, None)] == [0, 1]


def test_what_was_heard_stays_when_a_job_is_cancelled(one: Hearer, other: Hearer, claim: Claim) -> None:
    """Nobody goes on with its pieces; whoever it is retried by does, and offers the others anew."""
    helped, hearings = other.taken(), one.store.hearings
    following = other.store.hearings.pass_on(helped, LINES[1], None)
    assert following
    one.store.jobs.cancel(claim.job.id)
    assert not other.store.jobs.holds(following)
    assert other.store.hearings.pass_on(following, LINES[2], None) is None
    assert not hearings.add(claim, KEY, 3, "3", None)
    one.store.jobs.retry(claim.job.id)
    first = one.store.jobs.take([JobKind.RUN], [RunStage.ALIGN])
    assert first
    one.store.jobs.report(first, JobHandedOn(RunStage.TRANSCRIBE))
    claim = other.taken()
    begun = other.store.hearings.begin(claim, KEY, "call", "how", None)

    assert begun
    assert (begun.cuts, begun.is_cut) == (("0", "1", "2"), True)
    assert hearings.lines(KEY, []) == {1: LINES[1]}
    assert one.taken().piece == (KEY, 2)


def test_helpers_go_on_while_the_job_waits_for_another_worker(one: Hearer, other: Hearer, claim: Claim) -> None:
    """What they hear is not lost; the deaths of whoever cuts count until somebody heard a piece."""
    helped = other.taken()
    for _ in range(2):
        one.store.jobs.report(claim, JobDied((0, 0), "its process was ended"))
        claim = next(each for each in iter(one.taken, None) if each.piece is None)
    following = other.store.hearings.pass_on(helped, LINES[1], None)
    one.store.jobs.report(claim, JobDied((0, one.store.hearings.heard(["call"])), "its process was ended"))
    job = one.store.jobs.job(claim.job.id)

    assert following is None or following.piece == (KEY, 2)
    assert job.state is JobState.QUEUED
    assert job.failure
    assert job.failure.reason == WORKER_DIED


def test_pieces_that_cannot_be_heard_here_are_left_alone(other: Hearer, claim: Claim) -> None:
    """For a while; and those whose file is on another machine always."""
    helped = other.taken()
    other.store.jobs.report(helped, JobReturned())
    other.store.jobs.avoid(helped)

    assert other.take() is None
    assert claim.piece is None


def test_only_the_machine_with_the_file_hears_its_pieces(one: Hearer, other: Hearer, claim: Claim) -> None:
    """As where there is no exchange; those that were offered to all are moved there."""
    from pipeline.machine import machine_name

    assert one.store.hearings.begin(claim, KEY, "call", "how", machine_name(one.store.folder))
    assert other.take() is None
    assert one.taken().piece == (KEY, 1)


def test_what_was_heard_goes_with_its_meeting(one: Hearer, other: Hearer, claim: Claim) -> None:
    """And when a passage is taken out, which may be in it: whoever is at it hears that."""
    helped = other.taken()
    one.store.hearings.forget(["call"])
    assert not one.store.hearings.holds(claim, KEY)
    assert other.store.hearings.pass_on(helped, LINES[0], None) is None
    assert other.take() is None
