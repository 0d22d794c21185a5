"""Which failures are tried again, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.records import JobFailed, JobFailure

MAX_WAIT = timedelta(days=30)
"""For a broadcast that was announced and did not take place."""

_BUSY_PAUSE = timedelta(seconds=30)
_NOT_READY_PAUSES = {
    "live": timedelta(minutes=30),
    "processing": timedelta(hours=1),
    "upcoming": timedelta(hours=6),
    "not-ready": timedelta(hours=1),
}
_AFTER_THE_START = timedelta(hours=1)
_RATE_LIMIT_PAUSE = timedelta(hours=1)
_PAUSES = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 20)),
    *(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24)),
)
"""After the first failure, the second, and so on: together two days, which most outages do not last."""


def after_failure(
    failure: JobFailure,
    now: datetime,
    *,
    retryable: bool,
    attempts: int,
    since: datetime,
    ready_at: datetime | None = None,
) -> JobFailed:
    """What becomes of a job whose attempt failed.

    Args:
        retryable: the same may succeed later.
        attempts: the number of those that counted, this one included.
        since: when the job was put.
        ready_at: when what it waits for is expected.
    """
    if not retryable:
        return JobFailed(failure)
    if failure.reason == "busy":
        return JobFailed(failure, now + _BUSY_PAUSE, counts=False)
    if pause := _NOT_READY_PAUSES.get(failure.reason):
        if ready_at and ready_at > now:
            return JobFailed(failure, ready_at + _AFTER_THE_START, counts=False)
        return JobFailed(failure, now + pause if now < since + MAX_WAIT else None, counts=False)
    if attempts > len(_PAUSES):
        return JobFailed(failure)
    pause = _PAUSES[max(attempts, 1) - 1]
    if failure.reason.endswith("rate-limited"):
        pause = max(pause, _RATE_LIMIT_PAUSE)
    return JobFailed(failure, now + pause)
