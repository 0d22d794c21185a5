"""How often a watched place is looked at, and when again after a look that failed."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.records import Watch, WatchKind

MIN_EVERY_SECONDS = {WatchKind.FOLDER: 10.0, WatchKind.REPOSITORY: 900.0, WatchKind.LISTING: 900.0}
"""Somebody else's host is not asked more often."""

EVERY_SECONDS = {WatchKind.FOLDER: 60.0, WatchKind.REPOSITORY: 86_400.0, WatchKind.LISTING: 86_400.0}
"""Where nobody said how often."""

SETTLE_SECONDS = 5.0
"""A file that somebody writes or copies is left alone until it has been the same for as long."""

MAX_SETTLE_SECONDS = 60.0
"""How long at most until what is being written is looked at again."""

_FIRST_RETRY_SECONDS = 60.0
_LIMITED_RETRY_SECONDS = 3600.0  # where a host said that it is asked too often
_MAX_RETRY_SECONDS = 6 * 3600.0
_CLOCK_SLACK = timedelta(minutes=5)


def every_for(kind: WatchKind, wanted: float | None) -> float:
    """The seconds between two looks, where `wanted` was asked for; None: nothing was."""
    return EVERY_SECONDS[kind] if wanted is None else max(wanted, MIN_EVERY_SECONDS[kind])


def after_failure(watch: Watch, now: datetime, *, limited: bool = False) -> datetime:
    """When a place is looked at again that could not be: soon at first, then less and less often.

    Args:
        limited: the host limits how often it is asked.
    """
    first = _LIMITED_RETRY_SECONDS if limited else _FIRST_RETRY_SECONDS
    wait = first * 2 ** min(watch.failures, 20)
    return now + timedelta(seconds=min(wait, max(first, min(watch.every, _MAX_RETRY_SECONDS))))


def after_look(watch: Watch, now: datetime, *, unsettled: int = 0) -> datetime:
    """When a place is looked at again.

    Args:
        unsettled: how many looks in a row found something that is being written; 0: this one did not.
    """
    if unsettled:
        soon = min(SETTLE_SECONDS * 2 ** min(unsettled - 1, 10), MAX_SETTLE_SECONDS)
        return now + timedelta(seconds=min(soon, max(watch.every, SETTLE_SECONDS)))
    return now + timedelta(seconds=watch.every)


def is_due(watch: Watch, now: datetime) -> bool:
    """Whether its time has come; or the clock was put back since, so that it would not come for long."""
    furthest = timedelta(seconds=max(watch.every, _LIMITED_RETRY_SECONDS, _MAX_RETRY_SECONDS)) + _CLOCK_SLACK
    looked_in_future = watch.scanned_at is not None and watch.scanned_at > now + _CLOCK_SLACK
    return watch.next_at <= now or looked_in_future or watch.next_at > now + furthest
