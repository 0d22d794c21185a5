"""What may pass is tried again in growing pauses; what may not is left to people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.jobs.retrying import MAX_WAIT, after_failure
from pipeline.records import JobFailed, JobFailure

NOW = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)


def after(
    reason: str,
    attempts: int = 1,
    *,
    retryable: bool = True,
    since: datetime = NOW,
    ready_at: datetime | None = None,
) -> JobFailed:
    failure = JobFailure(reason, "it failed")
    return after_failure(failure, NOW, retryable=retryable, attempts=attempts, since=since, ready_at=ready_at)


def test_what_cannot_pass_is_not_tried_again() -> None:
    assert after("removed", retryable=False).retry_at is None


def test_an_outage_of_a_day_is_outlasted() -> None:
    """With longer and longer pauses, and not for ever."""
    pauses: list[timedelta] = []
    while (at := after("no-network", len(pauses) + 1).retry_at) is not None:
        pauses.append(at - NOW)

    assert pauses == sorted(pauses)
    assert pauses[0] <= timedelta(minutes=1)
    assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=3)


def test_a_host_that_asks_for_patience_gets_it() -> None:
    """An hour, as its error says, also after the first time."""
    for reason in ("rate-limited", "captions-rate-limited"):
        assert after(reason).retry_at == NOW + timedelta(hours=1)


def test_a_broadcast_is_waited_for() -> None:
    """Until it is over, where its start is known; that is no attempt."""
    start = NOW + timedelta(days=12)
    waits = after("upcoming", ready_at=start)

    assert waits.retry_at
    assert timedelta(0) < waits.retry_at - start < timedelta(hours=3)
    assert not waits.counts
    assert after("upcoming", ready_at=NOW - timedelta(hours=1)).retry_at == NOW + timedelta(hours=6)


@pytest.mark.parametrize("reason", ["live", "processing", "upcoming"])
def test_a_broadcast_that_never_takes_place_is_given_up(reason: str) -> None:
    """After a month."""
    assert after(reason, since=NOW - MAX_WAIT / 2).retry_at is not None
    assert after(reason, since=NOW - MAX_WAIT).retry_at is None


def test_somebody_elses_work_is_waited_for() -> None:
    """As long as it takes; that is no attempt."""
    waits = after("busy", attempts=99)

    assert waits.retry_at == NOW + timedelta(seconds=30)
    assert not waits.counts
