"""A checkout with the garden club's notes and a bare remote, and GitHub on loopback."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.action.github import GitHub, Runner
from tests.conftest import CALL, ROOT

sys.path.insert(0, str(ROOT / ".github" / "action"))


def git(folder: Path, *arguments: str) -> str:
    """What git prints, without the newline at its end."""
    who = ["-c", "user.name=Ana", "-c", "user.email=ana@garden.example"]
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@pytest.fixture
def github() -> Iterator[GitHub]:
    """The API of pull requests."""
    with GitHub() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """The repository on GitHub: its branch main has the notes and their transcript."""
    bare, checkout = tmp_path / "remote.git", tmp_path / "checkout"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True, timeout=60)
    subprocess.run(["git", "init", "-q", "-b", "main", str(checkout)], check=True, timeout=60)
    (checkout / "notes").mkdir()
    shutil.copy(CALL / "2024-03-05-garden.md", checkout / "notes")
    shutil.copy(CALL / "garden.vtt", checkout / "notes" / "2024-03-05-garden.vtt")
    git(checkout, "remote", "add", "origin", str(bare))
    git(checkout, "add", "--all")
    git(checkout, "commit", "-qm", "Notes")
    git(checkout, "push", "-q", "origin", "main")
    return bare


@pytest.fixture
def runner(remote: Path, tmp_path: Path, github: GitHub) -> Runner:
    """A runner with a checkout of main."""
    (tmp_path / "temp").mkdir()
    return Runner(tmp_path / "checkout", tmp_path / "temp", github.address)
