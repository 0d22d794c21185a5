"""The queue as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from pipeline.records import EndedCount, JobKind, JobState, QueueCount, QueueFigures, RunStage, WorkerAbilities
from service.views.queue_overview import queue_overview

WAITING, RUNNING = JobState.QUEUED, JobState.RUNNING
FIGURES = QueueFigures(
    queues=(
        QueueCount("align", RUNNING, is_postponed=False, jobs=1, oldest_seconds=5.0),
        QueueCount("transcribe", RUNNING, is_postponed=False, jobs=2, oldest_seconds=5.0),
        QueueCount("transcribe", WAITING, is_postponed=False, jobs=5, oldest_seconds=7_500.0),
        QueueCount("transcribe", WAITING, is_postponed=True, jobs=1, oldest_seconds=9_000.0),
    ),
    ended=(
        EndedCount(JobKind.RUN, JobState.DONE, "", 900),
        EndedCount(JobKind.RUN, JobState.FAILED, "disk-full", 1),
        EndedCount(JobKind.RUN, JobState.FAILED, "no-network", 3),
        EndedCount(JobKind.NOTIFY, JobState.FAILED, "no-network", 1),
    ),
    pace=12.34,
    newer=2,
)
HEARS = WorkerAbilities(True, True, "1.1", (JobKind.RUN,), (RunStage.TRANSCRIBE,), machine="attic", gpu=True)


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_bars_are_of_one_measure() -> None:
    """The longest is as wide as there is room; what is being done comes first, what is postponed last."""
    page = queue_overview(FIGURES, (WorkerAbilities(),), is_shared=True)
    bars = {bar.name: (bar.running, bar.waiting, bar.postponed) for bar in page.bars}
    assert bars["Transcribing recordings"] == (25.0, 62.5, 12.5)
    assert bars["Reading notes, and linking them"] == (12.5, 0.0, 0.0)
    assert bars["Fetching recordings"] == (0.0, 0.0, 0.0)
    assert "Looking through watched places" not in bars
    words = {bar.name: bar.words for bar in page.bars}
    assert words["Transcribing recordings"] == (
        "2 being done",
        "5 waiting",
        "the longest for 2 h 5 min",
        "1 to be tried again",
    )
    assert words["Fetching recordings"] == ("nothing to do",)


def test_what_waits_in_vain_stands_out() -> None:
    """Where no worker takes it, and where it is for a newer one."""
    links = WorkerAbilities(stages=(RunStage.ALIGN,))
    page = queue_overview(FIGURES, (links,), is_shared=True)
    assert [bar.name for bar in page.bars if bar.is_stuck] == ["Transcribing recordings"]
    assert page.notices == (
        "5 jobs wait, and no worker takes them.",
        "No worker is there for: Fetching recordings, Transcribing recordings.",
        "2 jobs wait for a worker of a newer jumpnotes.",
    )
    assert queue_overview(FIGURES, (), is_shared=True).notices == ("No worker is there: what waits goes on waiting.",)
    assert not any(bar.is_stuck for bar in queue_overview(FIGURES, (HEARS,), is_shared=True).bars)


def test_who_works_is_told() -> None:
    """Those that are alike in one line."""
    page = queue_overview(
        FIGURES, (HEARS, replace(HEARS, host="b"), WorkerAbilities(True, True, "1.0")), is_shared=True
    )
    assert [(each.machine, each.version, each.count, each.does) for each in page.workers] == [
        ("", "1.0", "", ("links", "fetches", "transcribes", "looks through places")),
        ("attic", "1.1", "2 workers", ("transcribes with a GPU",)),
    ]


def test_reasons_are_those_of_most_failures_first() -> None:
    """Whatever the kind of job; and how fast recordings are heard is told."""
    page = queue_overview(FIGURES, (HEARS,), is_shared=True)
    assert [(bar.reason, bar.share, bar.count) for bar in page.failures] == [
        ("No connection", 100.0, "4"),
        ("The disk is full", 25.0, "1"),
    ]
    assert page.speed == "One second of work hears 12.3 seconds of a recording."


def test_an_archive_in_a_file_has_one_queue_for_meetings() -> None:
    """Its only worker takes all of it."""
    page = queue_overview(QueueFigures(), (WorkerAbilities(),), is_shared=False)
    assert [bar.name for bar in page.bars] == ["Meetings"]
    assert (page.notices, page.failures, page.speed, page.is_moving) == ((), (), "", False)


def test_a_queue_without_a_worker_is_named_before_anything_waits_there() -> None:
    """So that nobody finds out by what does not happen."""
    (notice,) = queue_overview(QueueFigures(), (replace(HEARS, stages=tuple(RunStage)),), is_shared=True).notices
    assert notice.startswith("No worker is there for: Looking at new meetings")
    assert "Telling other programs" in notice
    assert "Transcribing" not in notice
    assert queue_overview(QueueFigures(), (WorkerAbilities(),), is_shared=True).notices == ()
