"""A recording in pieces, heard by workers of two machines."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.jobs import worker as workers
from pipeline.jobs.worker import Worker
from pipeline.records import JobKind, JobState, RunStage, Transcript
from pipeline.refresh import Archive
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner
from pipeline.store import Store
from pipeline.transcribe import chunking
from tests.conftest import CALL
from tests.pipeline import garden
from tests.pipeline.jobs.conftest import ended, put, wait_for
from tests.pipeline.jobs.machines import MODEL, SHORT_CHUNKS, at_work, machine, talk

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a recording of several short pieces."""
    folder = tmp_path_factory.mktemp("notes")
    talk(folder / "call.wav", 40)
    return Path(shutil.copy(CALL / "2024-03-05-garden.md", folder / "call.md"))


@pytest.fixture(scope="module")
def alone(notes: Path, tmp_path_factory: pytest.TempPathFactory) -> Transcript:
    """What one machine hears in one go."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("alone"), model=MODEL, meaning=False)
    archive = Archive.open(settings)
    options = RunOptions(media=str(notes.with_suffix(".wav")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunking, "MAX_CHUNK_SAMPLES", 10 * 16_000)
        patch.setattr(chunking, "_CUT_REACH_SAMPLES", 3 * 16_000)
        (outcome,) = Runner(archive.store, settings, options, garden.QuietReporter()).run([notes])
    assert outcome.meeting
    assert outcome.meeting.transcript
    archive.close()
    return outcome.meeting.transcript


@pytest.fixture
def store(tmp_path: Path, postgresql_url: str) -> Iterator[Store]:
    """The archive, seen from a machine without a worker."""
    opened = Store.of(Settings(data_dir=tmp_path / "web", database=postgresql_url))
    yield opened
    opened.close()


@pytest.fixture
def machines(tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Settings]:
    """Two, whose workers cut recordings into short pieces, and look often whether there is something to do."""
    monkeypatch.setattr(workers, "SHARED_PAUSE_SECONDS", 0.2)
    monkeypatch.setattr(workers, "_MAIN", SHORT_CHUNKS + workers._MAIN)
    exchange = tmp_path / "exchange"
    return machine(tmp_path, "one", postgresql_url, exchange), machine(tmp_path, "two", postgresql_url, exchange)


def hearers(*made: Worker) -> list[int]:
    """The processes that hear, whole recordings or pieces."""
    lane = (JobKind.RUN, RunStage.TRANSCRIBE)
    return [child.process.pid for worker in made if (child := worker._children.get(lane))]


def test_two_machines_hear_what_one_would_whoever_is_killed(
    store: Store, machines: tuple[Settings, Settings], notes: Path, alone: Transcript
) -> None:
    """To the last digit, though each hears but some of it, and another goes on with what nobody has heard."""
    one, two = machines
    with at_work((one, list(RunStage)), (two, [RunStage.TRANSCRIBE])) as made:
        number = put(store.jobs, notes, media=str(notes.with_suffix(".wav")))
        wait_for(lambda: len(hearers(*made)) == 2 and store.hearings.heard(store.jobs.job(number).slugs) > 0)
        for process in hearers(*made):
            os.kill(process, signal.SIGKILL)
        done = ended(store.jobs, number)

    assert done.state is JobState.DONE, done
    stored = store.transcript(done.slugs[0])
    assert stored
    assert stored.record == alone
    assert not store.hearings.is_begun(done.slugs[0])
