"""An archive to fill, and the garden club's call that was run once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.run.runner import RunState
from pipeline.store import Store
from tests.conftest import CALL
from tests.pipeline import garden


@pytest.fixture
def archive(tmp_path: Path, empty: Path) -> Iterator[Archive]:
    """An empty archive."""
    opened = Archive.open(Settings(data_dir=shutil.copytree(empty, tmp_path / "data")))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def linked_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the garden's notes, which were run once, and the archive in it."""
    folder = tmp_path_factory.mktemp("linked")
    shutil.copy(CALL / "2024-03-05-garden.md", folder)
    archive = Archive.open(Settings(data_dir=folder / "data"))
    outcome, _ = garden.run(archive.store, folder, transcript=garden.VTT)
    assert outcome.state is RunState.LINKED
    archive.close()
    return folder


@pytest.fixture
def folder(linked_folder: Path, tmp_path: Path) -> Path:
    """A copy, whose meeting is known by the copied notes."""
    here = tmp_path / "here"
    shutil.copytree(linked_folder, here)
    garden.move(here / "data", here / "2024-03-05-garden.md")
    return here


@pytest.fixture
def garden_archive(folder: Path) -> Iterator[Archive]:
    """The archive of the copy."""
    opened = Archive.open(Settings(data_dir=folder / "data"))
    yield opened
    opened.close()


@pytest.fixture
def garden_store(garden_archive: Archive) -> Store:
    return garden_archive.store
