"""What a run says of itself, as a job tells it on."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.jobs import reporting
from pipeline.jobs.reporting import JobReporter
from pipeline.records import HeardLine, JobHeard, JobProgress
from pipeline.refresh import Archive
from pipeline.run.memory import RunMemory

Told = list[JobProgress | JobHeard]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def reporter(archive: Archive, told: Told, tmp_path: Path) -> JobReporter:
    memory = RunMemory.of(tmp_path)
    memory.note_pace("tiny.en", 0.25)
    return JobReporter(archive.store, tmp_path / "notes.md", memory, "tiny.en", told.append)


def heard(told: Told) -> list[JobHeard]:
    return [each for each in told if isinstance(each, JobHeard)]


def test_progress_is_told_at_each_stage_and_now_and_then(
    reporter: JobReporter, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at each word: it is a row of a database that others wait for."""
    reporter.stage("Garden club", "transcribing", unit="seconds")
    for second in range(100):
        reporter.progress(second, 100.0)
    assert told == [JobProgress("transcribing", unit="seconds", pace=0.25)]
    monkeypatch.setattr(reporting, "_PERIOD_SECONDS", 0.0)
    reporter.progress(50.0, 100.0)

    assert isinstance(told[-1], JobProgress)
    assert (told[-1].done, told[-1].total) == (50.0, 100.0)


def test_the_pace_is_that_of_what_was_heard_here(reporter: JobReporter, tmp_path: Path) -> None:
    """And not of what others heard of the same recording meanwhile."""
    reporter.stage("Garden club", "transcribing", unit="seconds")
    reporter.progress(0.0, 9_000.0)
    reporter.helped(9_000.0, 9_000.0)
    reporter.remember_pace()
    assert RunMemory.of(tmp_path).pace("tiny.en") == 0.25
    reporter.progress(0.0, 9_000.0)
    reporter.progress(90.0, 9_000.0)
    reporter.remember_pace()

    assert RunMemory.of(tmp_path).pace("tiny.en") != 0.25


def test_what_is_heard_stays_to_the_end(reporter: JobReporter, told: Told) -> None:
    """What was heard of another part, or in an earlier attempt, is replaced; a later stage replaces nothing."""
    reporter.stage("Garden club", "transcribing", unit="seconds")
    reporter.heard(0.0, "Good morning.")
    reporter.stage("Garden club", "aligning")
    reporter.heard(9.0, "Late.")
    reporter.stage("Garden club", "storing")

    assert heard(told) == [
        JobHeard((HeardLine(0.0, "Good morning."),), anew=True),
        JobHeard((HeardLine(9.0, "Late."),)),
    ]
