"""An archive with notes of its own, a fetched recording, and a backup of it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.backup import write_backup
from pipeline.config import Settings
from pipeline.records import JobKind, JobRequest, Recording, RemovedPassage
from pipeline.store import Store
from tests.conftest import CALL
from tests.pipeline import garden


@pytest.fixture(scope="session")
def kept_folder(linked_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the notes of its meeting, an earlier version of them, and a recording that was muted."""
    folder = tmp_path_factory.mktemp("kept") / "data"
    shutil.copytree(linked_folder / "data", folder)
    for place in ("notes", "notes-versions/garden", "media"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    shutil.copy(CALL / "2024-03-05-garden.md", folder / "notes" / "garden.md")
    garden.move(folder, folder / "notes" / "garden.md")
    (folder / "notes-versions" / "garden" / "1.md").write_text("# Before\n")
    (folder / "notes-versions" / "garden" / "lock").touch()
    (folder / "notes" / ".garden.md.unfinished").write_text("half")
    (folder / "notes" / "leads-away.md").symlink_to("/etc/hostname")
    (folder / "media" / "talk.m4a").write_bytes(b"sound" * 1000)
    (folder / "media" / ".talk.m4a.muted").write_text("{}")
    os.utime(folder / "media" / "talk.m4a", ns=(1, 1_700_000_000_123_456_789))
    return folder


@pytest.fixture
def kept(kept_folder: Path, tmp_path: Path) -> Settings:
    """A copy of it."""
    data = tmp_path / "data"
    shutil.copytree(kept_folder, data, symlinks=True)
    garden.move(data, data / "notes" / "garden.md")
    return Settings(data_dir=data)


@pytest.fixture
def backup(kept: Settings, tmp_path: Path) -> Path:
    return backed_up(kept, tmp_path / "backup.tar")


def record(settings: Settings, key: str) -> None:
    """Let the meeting have a recording of somebody's own, with a correction, a passage that was taken out and a job."""
    with closing(sqlite3.connect(settings.database_file)) as db, db:
        db.execute("DELETE FROM recordings")
        db.execute("UPDATE transcripts SET recording_key = ?", (key,))
        db.execute("UPDATE meetings SET run_key = ?", (json.dumps({"media": key}),))
    with closing(Store.open(settings.database_file)) as store:
        store.save_recording(garden.SLUG, Recording(key, "Call", 3600.0), key=key)
        garden.correct(store, garden.HOSE, 12.0)
        store.redact(garden.SLUG, [RemovedPassage(1.0, 2.0)], "Ana")
        request = JobRequest(notes="/notes.md", media=key, transcript=f"/elsewhere{settings.data_dir}/a.vtt")
        store.jobs.put(JobKind.RUN, "Call", request, "Ana")


def backed_up(settings: Settings, file: Path, **options: bool) -> Path:
    store = Store.of(settings)
    try:
        return write_backup(store, settings, file, **options).path
    finally:
        store.close()
