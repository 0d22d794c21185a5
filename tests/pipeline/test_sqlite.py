"""SQLite's errors as what a user can do about them, and data folders that cannot be written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline import notes
from pipeline.config import Settings
from pipeline.errors import DiskFull, ReadOnly, StoreError
from pipeline.refresh import Archive
from pipeline.search import index_folder, search
from pipeline.sqlite import as_store_error


def filled(folder: Path) -> Settings:
    settings = Settings(data_dir=folder)
    archive = Archive.open(settings)
    read = notes.parse("# Budget\n\n- the roof leaks\n", name="a.md")
    archive.store.claim("/notes/a.md", read.slug)
    archive.store.save_notes(read)
    archive.close()
    return settings


@pytest.mark.parametrize("logged", [False, True], ids=["closed", "after a crash"])
def test_a_folder_that_cannot_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: bool) -> None:
    """Reading and searching need no file in it; a write is refused with what to do."""
    settings = filled(tmp_path / "data")
    if logged:  # what a process had written that did not end in order
        archive = Archive.open(settings)
        archive.store.claim("/notes/b.md", "b")
        for name in ("jumpnotes.db-wal", "jumpnotes.db-shm"):
            shutil.copy(settings.data_dir / name, tmp_path)
        archive.close()
        for name in ("jumpnotes.db-wal", "jumpnotes.db-shm"):
            shutil.copy(tmp_path / name, settings.data_dir)
    before = sorted(settings.data_dir.rglob("*"))
    monkeypatch.setattr(os, "access", lambda *_args: False)
    monkeypatch.setattr(index_folder, "_is_writable", lambda _folder: False)

    archive = Archive.open(settings)
    try:
        assert [hit.slug for hit in search(archive.index, "roof")] == ["budget"]
        assert ("b" in archive.store.notes_paths()) is logged
        with pytest.raises(ReadOnly) as caught:
            archive.store.claim("/notes/c.md", "c")
        assert "permissions" in caught.value.hint
    finally:
        archive.close()
    assert sorted(settings.data_dir.rglob("*")) == before


def test_a_folder_of_any_name(tmp_path: Path) -> None:
    """The path of a database is no address: ? and # are parts of it."""
    settings = filled(tmp_path / "a?b#c%41 é")

    assert [path.name for path in tmp_path.iterdir()] == ["a?b#c%41 é"]
    archive = Archive.open(settings)
    assert list(archive.store.notes_paths()) == ["budget"]
    archive.close()


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


def test_looking_for_damage_takes_no_lock_away(archive: Archive) -> None:
    """Whoever has the database open is still known to have it: else what they write is lost."""
    archive.store.find_damage()
    ask = "import sys; from pathlib import Path; from pipeline.store.files import nobody_has_open\n"
    ask += "with nobody_has_open(Path(sys.argv[1])): pass"
    asked = subprocess.run([sys.executable, "-c", ask, str(archive.store.path)], capture_output=True, text=True)

    assert asked.returncode == 1
    assert "is using it" in asked.stderr
