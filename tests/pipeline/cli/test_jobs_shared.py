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
