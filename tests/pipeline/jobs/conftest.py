"""A data folder with a worker, the garden club's notes to be run, and a host that never answers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.jobs.queue import Queue
from pipeline.jobs.worker import Worker, working
from pipeline.records import Job, JobKind, JobRequest, JobState
from pipeline.refresh import Archive
from tests.conftest import CALL

PATIENCE_SECONDS = 60.0
"""For what happens within moments on a machine that is not busy with something else."""


@pytest.fixture
def settings(archive: Archive) -> Settings:
    """Of a data folder; hosts on this machine may be asked."""
    data_dir = archive.store.folder
    return Settings(data_dir=data_dir, model="tiny.en", allow_hosts=frozenset({"127.0.0.1"}), meaning=False)


@pytest.fixture
def queue(archive: Archive) -> Queue:
    return archive.store.jobs


@pytest.fixture
def worker(settings: Settings) -> Iterator[Worker]:
    """At work."""
    made = Worker(settings)
    with working(made):
        yield made


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """The garden club's, with a transcript beside them."""
    folder = tmp_path / "notes"
    folder.mkdir()
    shutil.copy(CALL / "garden.vtt", folder / "2024-03-05-garden.vtt")
    return Path(shutil.copy(CALL / "2024-03-05-garden.md", folder))


@pytest.fixture
def silent_host() -> Iterator[str]:
    """The address of a recording on a host that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/call.m4a"


def put(queue: Queue, notes: Path, **asked: str | None) -> int:
    return queue.put(JobKind.RUN, notes.name, JobRequest(notes=str(notes), **asked), "Ana").id  # type: ignore[arg-type]


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def ended(queue: Queue, number: int) -> Job:
    """The job, once nothing happens to it any more."""
    wait_for(lambda: queue.job(number).state.is_final)
    return queue.job(number)


def at_stage(queue: Queue, number: int, stage: str) -> None:
    """Wait until the job is at it."""
    wait_for(lambda: (job := queue.job(number)).state is JobState.RUNNING and job.stage.startswith(stage))


def children(parent: int | None = None) -> list[int]:
    """The processes that do jobs for the worker in this process, or another."""
    found = subprocess.run(
        ["pgrep", "-P", str(parent or os.getpid()), "-f", "pipeline.jobs.child"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) for line in found.stdout.split()]


def kill_child() -> None:
    """As the system does where memory is short."""
    for child in children():
        os.kill(child, signal.SIGKILL)
