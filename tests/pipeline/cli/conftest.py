"""A call whose notes and transcript are fixtures, and the command line to run on them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.conftest import CALL
from tests.pipeline import garden

NOTES = CALL / "2024-03-05-garden.md"
VTT = CALL / "garden.vtt"
SLUG = "community-garden-call-2024-03-05"


def cli(*args: str | Path, env: Mapping[str, str] | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner(env=env).invoke(main, [str(arg) for arg in args])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return Path(shutil.copy(NOTES, tmp_path))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="session")
def as_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that running the call leaves."""
    folder = tmp_path_factory.mktemp("run")
    result = cli("run", shutil.copy(NOTES, folder), "--transcript", VTT, "--data-dir", folder / "data")
    assert result.exit_code == 0, result.stderr
    return folder / "data"


@pytest.fixture
def stored(as_run: Path, notes: Path, data: Path) -> Path:
    """A data folder in which the call has been run."""
    shutil.copytree(as_run, data)
    garden.move(data, notes)
    return data
