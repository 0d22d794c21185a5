"""When a place is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.records import Watch, WatchKind
from pipeline.watch import schedule

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WATCH = Watch(1, WatchKind.LISTING, "https://pod.example/feed.rss", 86_400.0, "Ana", NOW - DAY, NOW + DAY)


def test_a_failure_is_tried_again_soon_and_then_less_and_less_often() -> None:
    """A minute, two, four … and six hours at most, or the interval where that is shorter."""
    waits = [
        (schedule.after_failure(replace(WATCH, failures=failures), NOW) - NOW).total_seconds() / 60
        for failures in (0, 1, 2, 8, 9, 10, 500)
    ]

    assert waits == [1, 2, 4, 256, 360, 360, 360]
    hourly = replace(WATCH, every=3600.0, failures=500)
    assert schedule.after_failure(hourly, NOW) == NOW + timedelta(hours=1)


def test_a_host_that_limits_us_is_left_alone_for_an_hour() -> None:
    """Asking again at once would make it worse."""
    assert schedule.after_failure(WATCH, NOW, limited=True) == NOW + timedelta(hours=1)


def test_what_is_being_written_is_looked_at_in_seconds_however_rarely_the_place_is() -> None:
    """Then less often, but every minute: a recording may be written for hours."""
    waits = [(schedule.after_look(WATCH, NOW, unsettled=looks) - NOW).total_seconds() for looks in (1, 2, 3, 5, 900)]

    assert waits == [5, 10, 20, 60, 60]
    assert schedule.after_look(WATCH, NOW) == NOW + DAY


@pytest.mark.parametrize("back", [timedelta(hours=7), timedelta(days=400)])
def test_a_clock_that_is_put_back_ends_no_watch(back: timedelta) -> None:
    """Otherwise the next look would be as far away as the clock was wrong."""
    looked = replace(WATCH, scanned_at=NOW, next_at=schedule.after_look(WATCH, NOW))
    failing = replace(WATCH, next_at=NOW + DAY, every=60.0)

    assert not schedule.is_due(looked, NOW)
    assert schedule.is_due(looked, NOW + DAY)
    assert schedule.is_due(looked, NOW - back)
    assert schedule.is_due(failing, NOW - back)


def test_nobody_elses_host_is_asked_more_often_than_every_quarter_of_an_hour() -> None:
    """A folder may be looked at every ten seconds; without a wish there is a default."""
    assert schedule.every_for(WatchKind.REPOSITORY, 30.0) == 900.0
    assert schedule.every_for(WatchKind.LISTING, 7200.0) == 7200.0
    assert schedule.every_for(WatchKind.FOLDER, 1.0) == 10.0
    assert schedule.every_for(WatchKind.FOLDER, None) == 60.0
