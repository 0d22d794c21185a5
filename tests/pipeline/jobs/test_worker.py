"""Jobs are done by real processes that may be ended at any moment: each ends once, and none is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Settings
from pipeline.errors import ConfigError, StoreError
from pipeline.jobs import worker as module
from pipeline.jobs.presence import abilities, find_worker
from pipeline.jobs.queue import Queue
from pipeline.jobs.worker import Worker, working
from pipeline.records import MAX_DEATHS, WORKER_DIED, JobKind, JobRequest, JobState
from pipeline.refresh import Archive
from pipeline.retention import tidy_after
from tests.conftest import ROOT
from tests.pipeline.garden import SLUG
from tests.pipeline.jobs.conftest import at_stage, children, ended, kill_child, put, wait_for

RECORDING = ROOT / "seeds" / "reenactment.m4a"
CANCELLED_WITHIN_SECONDS = 5.0
SHORT_CHUNKS = "from pipeline.transcribe import chunking; chunking.MAX_CHUNK_SAMPLES = 60 * 16_000; "
"""So that a checkpoint comes after seconds."""


@pytest.mark.usefixtures("worker")
def test_notes_become_a_meeting(queue: Queue, notes: Path, archive: Archive) -> None:
    """The job says which one, and what was noticed; whoever reads pages is not in its way."""
    job = ended(queue, put(queue, notes))

    assert (job.state, job.slugs, job.failure) == (JobState.DONE, (SLUG,), None)
    assert archive.store.meeting(SLUG).alignments
    again = ended(queue, put(queue, notes))
    assert again.state is JobState.DONE
    assert len(archive.store.meetings()) == 1


@pytest.mark.usefixtures("worker")
def test_what_cannot_be_done_fails_in_words(queue: Queue, tmp_path: Path) -> None:
    """And stops no other job."""
    job = ended(queue, put(queue, tmp_path / "gone.md"))

    assert job.state is JobState.FAILED
    assert job.failure
    assert job.failure.reason == "notes-error"
    assert job.failure.hint


@pytest.mark.usefixtures("worker")
def test_a_fetch_that_hangs_is_cancelled(queue: Queue, notes: Path, silent_host: str) -> None:
    """The worker is free within seconds, and does the next job."""
    number = put(queue, notes, media=silent_host, transcript="captions")
    at_stage(queue, number, "fetching")
    queue.cancel(number)
    wait_for(lambda: not children(), CANCELLED_WITHIN_SECONDS)

    assert queue.job(number).state is JobState.CANCELLED
    assert ended(queue, put(queue, notes)).state is JobState.DONE


@pytest.mark.usefixtures("worker")
def test_a_job_whose_process_dies_is_done_by_another(queue: Queue, notes: Path, archive: Archive) -> None:
    """Whatever it was at."""
    number = put(queue, notes)
    wait_for(children)
    kill_child()
    job = ended(queue, number)

    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert len(archive.store.meetings()) == 1


@pytest.mark.usefixtures("worker")
def test_a_job_that_kills_its_process_each_time_fails(queue: Queue, notes: Path, silent_host: str) -> None:
    """With the signal and what helps where memory is short; the next job is done."""
    number, after = put(queue, notes, media=silent_host, transcript="captions"), put(queue, notes)
    for attempt in range(1, MAX_DEATHS + 1):
        wait_for(lambda attempt=attempt: queue.job(number).attempts == attempt)  # type: ignore[misc]
        at_stage(queue, number, "fetching")
        kill_child()
        wait_for(lambda: queue.job(number).state is not JobState.RUNNING or not queue.job(number).stage)
    job = ended(queue, number)

    assert job.failure
    assert (job.failure.reason, "SIGKILL" in job.failure.message) == (WORKER_DIED, True)
    assert "smaller model" in job.failure.hint
    assert ended(queue, after).state is JobState.DONE


def test_a_worker_that_is_stopped_gives_its_job_back(
    queue: Queue, notes: Path, silent_host: str, settings: Settings
) -> None:
    """It does not count as an attempt, and no process is left."""
    number = put(queue, notes, media=silent_host, transcript="captions")
    with working(Worker(settings)):
        at_stage(queue, number, "fetching")
        assert find_worker(settings.data_dir) == abilities()

    assert (queue.job(number).state, queue.job(number).attempts) == (JobState.QUEUED, 0)
    assert not children()
    assert find_worker(settings.data_dir) is None


def test_the_process_ends_with_a_worker_that_is_killed(
    queue: Queue, notes: Path, silent_host: str, settings: Settings
) -> None:
    """A second worker, which has been waiting, goes on with the job."""
    number = put(queue, notes, media=silent_host, transcript="captions")
    env = os.environ | {"JUMPNOTES_DATA_DIR": str(settings.data_dir), "JUMPNOTES_ALLOW_HOSTS": "127.0.0.1"}
    command = [str(Path(sys.executable).parent / "jumpnotes"), "worker"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as process:
        at_stage(queue, number, "fetching")
        (child,) = children(process.pid)
        with working(Worker(settings)):
            assert queue.job(number).attempts == 1
            process.kill()
            wait_for(lambda: not Path(f"/proc/{child}").exists() or "Z" in _state_of(child), CANCELLED_WITHIN_SECONDS)
            wait_for(lambda: queue.job(number).attempts == 2)
            queue.cancel(number)


def _state_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


def test_a_worker_stops_where_it_is_asked_to(queue: Queue, notes: Path, silent_host: str, settings: Settings) -> None:
    """As a service manager asks."""
    number = put(queue, notes, media=silent_host, transcript="captions")
    env = os.environ | {"JUMPNOTES_DATA_DIR": str(settings.data_dir), "JUMPNOTES_ALLOW_HOSTS": "127.0.0.1"}
    command = [str(Path(sys.executable).parent / "jumpnotes"), "worker"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE) as process:
        at_stage(queue, number, "fetching")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0

    assert (queue.job(number).state, queue.job(number).attempts) == (JobState.QUEUED, 0)


@pytest.mark.usefixtures("worker")
def test_a_look_that_takes_too_long_is_ended(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, notes: Path, silent_host: str
) -> None:
    """It says so, and what to do."""
    monkeypatch.setitem(module._LIMIT_SECONDS, JobKind.RUN, 1.0)
    job = ended(queue, put(queue, notes, media=silent_host, transcript="captions"))

    assert job.failure
    assert job.failure.reason == "took-too-long"


@pytest.mark.usefixtures("worker")
def test_a_bug_fails_its_job_alone(queue: Queue, notes: Path) -> None:
    """It is told as one, and not tried for ever."""
    job = ended(queue, put(queue, notes, force="nonsense"))

    assert job.failure
    assert job.failure.reason == "unexpected-error"
    assert job.attempts == 1


def test_webhooks_need_a_secret(settings: Settings, tmp_path: Path) -> None:
    """Or nobody could tell who sends them."""
    asked = Settings(data_dir=tmp_path, webhooks=frozenset({"https://hooks.example/"}))
    with pytest.raises(ConfigError, match="JUMPNOTES_WEBHOOK_SECRET"), working(Worker(asked)):
        pass


def test_jobs_of_different_kinds_do_not_wait_for_each_other(
    queue: Queue, notes: Path, silent_host: str, worker: Worker
) -> None:
    """A look at a draft, while a recording is fetched for hours."""
    number = put(queue, notes, media=silent_host, transcript="captions")
    at_stage(queue, number, "fetching")
    notify = queue.put(JobKind.NOTIFY, "x", JobRequest(url="https://hooks.example/"), "Ana").id

    assert ended(queue, notify).state is JobState.FAILED
    assert queue.job(number).state is JobState.RUNNING
    queue.cancel(number)


def test_what_nobody_thought_of_does_not_end_the_worker(
    queue: Queue, notes: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged, and the jobs are done all the same: in `serve`, nobody would start another."""
    monkeypatch.setattr(module, "_TROUBLE_PAUSE_SECONDS", 0.0)
    troubles = iter((ZeroDivisionError("odd"), StoreError("no room")))
    recover = type(queue).recover

    def stumble(*args: Any) -> Any:
        if trouble := next(troubles, None):
            raise trouble
        return recover(*args)

    monkeypatch.setattr(type(queue), "recover", stumble)
    with working(Worker(settings)):
        assert ended(queue, put(queue, notes)).state is JobState.DONE


def test_the_worker_tidies_up_after_runs_and_once_a_day(
    settings: Settings, queue: Queue, notes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Beside its jobs, and it says in its log what went; a worker that was just started waits a little."""
    left, later = (settings.data_dir / f"runs.json.{number}" for number in (1234, 5678))
    left.parent.mkdir(parents=True, exist_ok=True)
    left.touch()
    os.utime(left, (0, 0))
    worker = Worker(settings, tidy_after)
    assert worker._next_tidying > time.monotonic() + 60

    worker._next_tidying = 0.0
    with working(worker):
        wait_for(lambda: "1 unfinished file" in caplog.text)
        assert not left.exists()
        later.touch()
        os.utime(later, (0, 0))
        assert ended(queue, put(queue, notes)).state is JobState.DONE
        wait_for(lambda: not later.exists())

    assert worker._next_tidying > time.monotonic() + 3_600
