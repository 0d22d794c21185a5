"""An archive in a file, and one in PostgreSQL: what is said of a store is true of both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.refresh import Archive


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
