"""An archive in a file, and one in PostgreSQL: what is said of a store is true of both.

What can only befall a file, or a row of SQLite, is tried with `file_archive` and `file_garden`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.store import Store
from tests.pipeline.store.hearers import claim, machines, one, other  # noqa: F401 - fixtures

Opened = Callable[..., Store]
"""Opens the database of a test once more, as another process would."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    """The address of a database without meetings; None: it is a file."""
    return str(request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else None


@pytest.fixture
def archive(tmp_path: Path, empty: Path, database: str | None) -> Iterator[Archive]:
    """An empty archive."""
    opened = Archive.open(Settings(data_dir=shutil.copytree(empty, tmp_path / "data"), database=database))
    yield opened
    opened.close()


@pytest.fixture
def opened(archive: Archive, database: str | None) -> Opened:
    return partial(Store.open, archive.store.folder / "jumpnotes.db", url=database)


@pytest.fixture
def file_archive(tmp_path: Path, empty: Path) -> Iterator[Archive]:
    """An empty archive in a file."""
    opened = Archive.open(Settings(data_dir=shutil.copytree(empty, tmp_path / "data")))
    yield opened
    opened.close()


@pytest.fixture
def file_garden(folder: Path) -> Iterator[Archive]:
    """The garden's call, in a file."""
    opened = Archive.open(Settings(data_dir=folder / "data"))
    yield opened
    opened.close()


@pytest.fixture
def garden_archive(folder: Path, database: str | None) -> Iterator[Archive]:
    """The garden's call."""
    settings = Settings(data_dir=folder / "data", database=database)
    if database:
        with closing(Store.open(settings.database_file)) as source, closing(Store.of(settings)) as target:
            source.copy_to(target, lambda *_: None)
    opened = Archive.open(settings)
    yield opened
    opened.close()
