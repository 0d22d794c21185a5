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
    """A runner for a job after that one, with a checkout as the usual action makes it: of the last commit only."""
    folder, _, before = first_job
    checkout, temp, bare = tmp_path / "checkout", tmp_path / "temp", tmp_path / "remote.git"
    shutil.copytree(folder / "remote.git", bare)
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=main", bare.as_uri(), str(checkout))
    temp.mkdir()
    github.pulls = [dict(pull) for pull in before.pulls]
    return Runner(checkout, temp, bare, github.address)


@pytest.fixture
def linked(later: Runner, first_job: tuple[Path, JobResult, GitHub]) -> Runner:
    """The same, once its job has linked the notes as before; what is left is to publish them."""
    folder, *_ = first_job
    for name in ("temp", "checkout/notes"):
        shutil.copytree(folder / name, later.checkout.parent / name, dirs_exist_ok=True)
    return later
