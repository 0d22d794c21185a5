"""The queue on the command line."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.config import Settings
from pipeline.file_names import path_of
from pipeline.jobs import drafts
from pipeline.jobs.queue import Queue
from pipeline.records import JobFailed, JobFailure, JobKind, JobProgress, JobRequest, JobState
from pipeline.refresh import Archive

NO_NETWORK = JobFailure("no-network", "no connection", "Check the connection.", "fetching")


@pytest.fixture
def queue(archive: Archive) -> Queue:
    return archive.store.jobs


def run(archive: Archive, *args: str | Path) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(archive.store.folder), "jobs", *map(str, args)])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for day in ("2024-03-05", "2024-03-19"):
        (folder / f"{day}.md").write_text(f"# Garden club {day}\n")
    return folder


def test_notes_are_queued_and_listed(archive: Archive, queue: Queue, notes: Path) -> None:
    """Each with its place; without a worker, that is said."""
    added = run(archive, "add", notes)
    listed = run(archive)

    assert added.stdout.splitlines() == ["1  2024-03-05.md", "2  2024-03-19.md"]
    assert queue.job(1).request.notes == str(notes / "2024-03-05.md")
    assert "2 in the queue" in listed.stdout
    assert "start jumpnotes serve or jumpnotes worker" in listed.stderr
    assert "queued" in listed.stdout


def test_how_far_a_job_is_can_be_seen(archive: Archive, queue: Queue, notes: Path) -> None:
    """Seconds heard of the length, and what is left of the time."""
    run(archive, "add", notes / "2024-03-05.md")
    claim = queue.take((JobKind.RUN,))
    assert claim
    queue.report(claim, JobProgress("transcribing", 750.0, 3480.0, "seconds", pace=0.5))
    (listed,) = json.loads(run(archive, "list", "--format", "json").stdout)

    assert "transcribing 12:30 of 58:00, about 23 min left" in run(archive).stdout
    measured = {name: listed[name] for name in ("stage", "done", "total", "unit")}
    assert measured == {"stage": "transcribing", "done": 750.0, "total": 3480.0, "unit": "seconds"}
    assert listed["seconds_left"] == 1365.0
    queue.report(claim, JobProgress("fetching", 2_500_000, 9_000_000, "bytes"))
    assert "fetching 2.5 MB of 9.0 MB" in run(archive).stdout


def test_why_a_job_failed_is_told_and_what_helps(archive: Archive, queue: Queue, notes: Path) -> None:
    """Until it runs again."""
    run(archive, "add", notes / "2024-03-05.md")
    claim = queue.take((JobKind.RUN,))
    assert claim
    queue.report(claim, JobFailed(NO_NETWORK))

    assert "no-network: no connection" in (shown := run(archive).stdout)
    assert "hint: Check the connection." in shown
    assert run(archive, "list", "--state", "done").stderr.strip() == "No jobs."
    queue.retry(1)
    claim = queue.take((JobKind.RUN,))
    assert claim
    queue.report(claim, JobFailed(NO_NETWORK, retry_at=datetime.now(UTC) - timedelta(hours=1)))
    assert "no-network" in run(archive).stdout
    assert queue.take((JobKind.RUN,))
    assert "no-network" not in run(archive).stdout


def test_all_that_failed_for_a_reason_are_queued_again(archive: Archive, queue: Queue, notes: Path) -> None:
    run(archive, "add", notes)
    for failure in (NO_NETWORK, JobFailure("removed", "it was taken down")):
        claim = queue.take((JobKind.RUN,))
        assert claim
        queue.report(claim, JobFailed(failure))

    assert run(archive, "retry", "--reason", "no-network").stdout == "1 queued again.\n"
    assert run(archive, "retry", "--reason", "no-netwrok").stdout == "No job failed for this reason.\n"
    assert [queue.job(number).state for number in (1, 2)] == [JobState.QUEUED, JobState.FAILED]
    assert run(archive, "retry", "2").stdout == "2  queued  2024-03-19.md\n"
    assert run(archive, "retry").exit_code == 2


def test_jobs_are_cancelled_one_by_one_or_all(archive: Archive, queue: Queue, notes: Path) -> None:
    """The exit code tells where that was not possible."""
    run(archive, "add", notes)

    assert run(archive, "cancel", "1").stdout == "1  cancelled  2024-03-05.md\n"
    assert queue.job(2).state is JobState.QUEUED
    assert run(archive, "cancel", "--all").stdout == "2  cancelled  2024-03-19.md\n"
    unknown = run(archive, "cancel", "7", "1")
    assert (unknown.exit_code, "no job 7" in unknown.stderr) == (1, True)
    assert run(archive, "cancel").exit_code == 2


def test_one_recording_is_not_given_for_several_notes(archive: Archive, queue: Queue, notes: Path) -> None:
    assert run(archive, "add", notes, "--media", "https://media.example/a.mp3").exit_code == 2
    assert list(queue.jobs()) == []


def test_a_link_alone_is_queued(archive: Archive, queue: Queue) -> None:
    """As on the page: notes are made of what its host says of it."""
    link = "https://youtu.be/gArDenCall1"

    assert run(archive, "add", link).stdout == f"1  {link}\n"
    (draft,) = drafts.all_drafts(Settings(data_dir=archive.store.folder))
    assert (draft.link, draft.submitted) == (link, True)
    assert queue.job(1).request.draft == draft.id
    assert run(archive, "add", link, "--force", "align").exit_code == 2
    assert run(archive, "add", "https://").exit_code == 1
    assert run(archive, "add", "https://ana:pw@media.example/a.mp3").stdout == "2  https://media.example/a.mp3\n"


def test_notes_of_any_name_are_queued(archive: Archive, queue: Queue, tmp_path: Path) -> None:
    """Also one that is not UTF-8."""
    notes = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md"))
    notes.write_text("# Coffee\n")

    assert run(archive, "add", tmp_path).exit_code == 0
    assert path_of(queue.job(1).request.notes or "") == notes


def test_what_runs_and_what_is_next_comes_first(archive: Archive, queue: Queue, notes: Path) -> None:
    """However many wait behind it."""
    run(archive, "add", notes)
    queue.cancel(put_many(queue)[-1])
    queue.take((JobKind.RUN,))
    shown = [line.split()[:2] for line in run(archive).stdout.splitlines()[1:4]]

    assert shown == [["1", "running"], ["2", "queued"], ["3", "queued"]]
    assert "cancelled" in run(archive).stdout


def put_many(queue: Queue) -> list[int]:
    return [queue.put(JobKind.RUN, str(n), JobRequest(notes=f"/{n}.md"), "Ana").id for n in range(60)]
