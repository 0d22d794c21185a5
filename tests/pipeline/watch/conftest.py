from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.refresh import Archive
from tests.pipeline.watch.places import GitProject


@pytest.fixture
def settings(archive: Archive) -> Settings:
    return Settings(data_dir=archive.store.folder, allow_hosts=frozenset({"127.0.0.1"}), timeout=5)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder that people put notes into."""
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def project(tmp_path: Path) -> GitProject:
    return GitProject(tmp_path / "project")


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine is between the test and loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
