"""The queue on the command line, where several machines share it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.config import Settings
from pipeline.records import JobHandedOn, JobKind, JobRequest, RunStage, WorkerAbilities
from pipeline.store import Store


@pytest.fixture
def store(tmp_path: Path, postgresql_url: str) -> Iterator[Store]:
    opened = Store.of(Settings(data_dir=tmp_path / "data", database=postgresql_url))
    yield opened
    opened.close()


def jobs(store: Store, url: str) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(store.folder), "jobs"], env={"JUMPNOTES_DATABASE": url})


def put(store: Store, *titles: str) -> None:
    for title in titles:
        store.jobs.put(JobKind.RUN, title, JobRequest(notes=f"/notes/{title}"), "Ana")


def test_what_a_job_waits_for_is_told(store: Store, postgresql_url: str) -> None:
    """Its recording, or to be heard; one that was put waits for its turn."""
    put(store, "first.md", "second.md", "third.md")
    claims = [store.jobs.take((JobKind.RUN,), tuple(RunStage)) for _ in range(2)]
    for claim, turn in zip(claims, (RunStage.FETCH, RunStage.TRANSCRIBE), strict=True):
        assert claim
        store.jobs.report(claim, JobHandedOn(turn))
    first, second, third = jobs(store, postgresql_url).stdout.splitlines()[1:]

    assert "1 in the queue, to be fetched" in first
    assert "2 in the queue, to be transcribed" in second
    assert "3 in the queue  " in third


def test_what_no_worker_does_is_told(store: Store, postgresql_url: str) -> None:
    """Nobody is there; nobody takes this part; and some jobs are for a newer jumpnotes."""
    put(store, "first.md", "second.md")
    assert jobs(store, postgresql_url).stderr == "Nobody is working: start jumpnotes worker.\n"
    store.jobs.beat(WorkerAbilities(stages=(RunStage.FETCH,)))
    assert jobs(store, postgresql_url).stderr == "2 jobs wait in the queue align, which no worker takes.\n"
    store.jobs.beat(WorkerAbilities())
    assert jobs(store, postgresql_url).stderr == ""
    with store._transaction() as db:
        newer = """UPDATE procrastinate_jobs SET args = args || '{"protocol": 9}' WHERE args->>'job' = '1'"""
        db.execute(sa.text(newer))
    assert jobs(store, postgresql_url).stderr == "1 job waits for a worker of a newer jumpnotes.\n"


def test_a_machine_that_does_not_search_makes_no_index(store: Store, postgresql_url: str) -> None:
    """To list jobs is not to read the archive."""
    store.claim("/notes/first.md", "first")
    assert jobs(store, postgresql_url).exit_code == 0
    assert not (store.folder / "search").exists()


def test_doctor_says_what_a_worker_would_not_find(store: Store, postgresql_url: str, tmp_path: Path) -> None:
    """The exchange, before a job fails for it; a worker does not start without it."""
    variables = {"JUMPNOTES_DATABASE": postgresql_url, "JUMPNOTES_EXCHANGE": str(tmp_path / "exchange")}
    for command, level in (("doctor", "FAIL "), ("worker", "error: ")):
        told = CliRunner().invoke(main, ["--data-dir", str(store.folder), command], env=variables)
        assert told.exit_code == 1
        (line,) = [line for line in told.output.splitlines() if line.startswith(level) and "exchange" in line]
        assert line.endswith("there is no such folder")


def test_doctor_names_queues_that_nobody_takes(store: Store, postgresql_url: str) -> None:
    """Before anything waits there; and how to start who takes them."""
    store.jobs.beat(WorkerAbilities(kinds=(JobKind.RUN, JobKind.LOOK, JobKind.SCAN)))
    told = CliRunner().invoke(
        main, ["--data-dir", str(store.folder), "doctor"], env={"JUMPNOTES_DATABASE": postgresql_url}
    )
    assert "warn workers: none of them takes: notify\n" in told.output
    assert "jumpnotes worker --queues notify\n" in told.output
