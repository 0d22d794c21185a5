"""SQLite's errors, as what a user can do about them."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.errors import DiskFull, StoreError
from pipeline.sqlite import as_store_error


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR | 19 << 8, sqlite3.SQLITE_CANTOPEN])  # SHMSIZE: no room for -shm
@pytest.mark.parametrize("free", [12_000, 500_000_000])
def test_a_disk_without_room_is_full_whatever_sqlite_calls_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, free: int
) -> None:
    """Even a read needs small files of its own; with room for them, it is something else."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))

    ours = as_store_error(tmp_path / "jumpnotes.db", error)

    assert isinstance(ours, StoreError)
    assert isinstance(ours, DiskFull) == (free == 12_000)
