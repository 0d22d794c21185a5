"""A checkout with the garden club's notes and a bare remote, and GitHub on loopback."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from tests.action.github import GitHub, JobResult, Runner
from tests.conftest import CALL, ROOT

sys.path.insert(0, str(ROOT / ".github" / "action"))


def git(folder: Path, *arguments: str) -> str:
    """What git prints, without the newline at its end."""
    who = ["-c", "user.name=Ana", "-c", "user.email=ana@garden.example"]
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@contextmanager
def _serving() -> Iterator[GitHub]:
    with GitHub() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def github() -> Iterator[GitHub]:
    """The API of pull requests."""
    with _serving() as server:
        yield server


@pytest.fixture
def runner(tmp_path: Path, github: GitHub) -> Runner:
    """A runner with a checkout of main, which has notes and their transcript."""
    bare, checkout, temp = tmp_path / "remote.git", tmp_path / "checkout", tmp_path / "temp"
    for folder, options in ((bare, ["--bare"]), (checkout, [])):
        subprocess.run(["git", "init", "-q", "-b", "main", *options, str(folder)], check=True, timeout=60)
    temp.mkdir()
    (checkout / "notes").mkdir()
    shutil.copy(CALL / "2024-03-05-garden.md", checkout / "notes")
    shutil.copy(CALL / "garden.vtt", checkout / "notes" / "2024-03-05-garden.vtt")
    git(checkout, "remote", "add", "origin", str(bare))
    git(checkout, "add", "--all")
    git(checkout, "commit", "-qm", "Notes")
    git(checkout, "push", "-q", "origin", "main")
    return Runner(checkout, temp, bare, github.address)


@pytest.fixture(scope="session")
def first_job(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, JobResult, GitHub]:
    """A job that made a pull request: its folder, what became of it, and GitHub after it. Not to be changed."""
    folder = tmp_path_factory.mktemp("first")
    with _serving() as server:
        return folder, runner.__wrapped__(folder, server).run(), server  # type: ignore[attr-defined]


@pytest.fixture
def later(first_job: tuple[Path, JobResult, GitHub], tmp_path: Path, github: GitHub) -> Runner:
    """A runner for a job after that one, with a fresh checkout."""
    folder, _, before = first_job
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    checkout, bare = tmp_path / "checkout", tmp_path / "remote.git"
    git(checkout, "remote", "set-url", "origin", str(bare))
    git(checkout, "checkout", "-q", "--", ".")
    git(checkout, "clean", "-qfd")
    github.pulls = [dict(pull) for pull in before.pulls]
    return Runner(checkout, tmp_path / "temp", bare, github.address)
