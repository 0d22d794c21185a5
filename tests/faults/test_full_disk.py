"""A disk that is full is read, and refuses what is written in words; when there is room again, all goes on."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.config import Settings
from pipeline.errors import DiskFull
from pipeline.jobs import worker
from pipeline.jobs.presence import find_worker
from pipeline.jobs.worker import Worker, working
from pipeline.refresh import Archive
from pipeline.search import search
from tests.conftest import jumpnotes
from tests.faults import server
from tests.faults.scenes import SLUG, put_meeting
from tests.faults.small_disk import fill, small_disk
from tests.pipeline.jobs.conftest import wait_for

_WRITE_AND_DIE = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("INSERT INTO meetings (slug, path) VALUES ('after-a-crash', '/notes/b.md')")
os._exit(0)
"""


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("meeting")
    put_meeting(root)
    return root


@pytest.fixture
def root(meeting: Path, tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "root", 8) as disk:
        yield Path(shutil.copytree(meeting, disk, dirs_exist_ok=True))


@pytest.mark.parametrize("after_a_crash", [False, True])
def test_a_full_disk_is_read(root: Path, *, after_a_crash: bool) -> None:
    """Though SQLite has no room for its files, with what a process had written that died; it heals by itself."""
    settings = Settings(data_dir=root / "data")
    if after_a_crash:
        subprocess.run([sys.executable, "-c", _WRITE_AND_DIE, str(settings.database_file)], check=True)
        settings.database_file.with_name("jumpnotes.db-shm").unlink()
    ballast = fill(root)

    archive = Archive.open(settings)
    try:
        assert archive.store.meeting(SLUG).alignments
        assert [hit.slug for hit in search(archive.index, "hose")] == [SLUG]
        assert ("after-a-crash" in archive.store.notes_paths()) is after_a_crash
        with pytest.raises(DiskFull) as caught:
            archive.store.claim("/notes/c.md", "c")
        assert "Free some space" in caught.value.hint
        assert (
            SLUG in jumpnotes("list", "--format", "json", "--data-dir", settings.data_dir).stdout
        )  # nobody is in its way
        ballast.unlink()
        archive.store.claim("/notes/c.md", "c")
        assert "c" in archive.store.notes_paths()
    finally:
        archive.close()
    with closing(sqlite3.connect(settings.database_file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_server_on_a_full_disk_shows_everything(root: Path) -> None:
    """Also one that is started then; who writes gets 507 or has it kept, and nobody has to start it again."""
    done = server.on_full_disks(root, 1, random.Random(1))

    assert done.problems == []
    assert set(done.read) == {200}
    assert done.written[507]
    assert done.kept


def test_a_worker_waits_for_room(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is started on a full disk begins when there is room."""
    monkeypatch.setattr(worker, "_TROUBLE_PAUSE_SECONDS", 0.05)
    settings, tried = Settings(data_dir=root / "data"), []
    monkeypatch.setattr(worker._log, "warning", lambda *told, **_options: tried.append(told))
    ballast = fill(root)

    with working(Worker(settings)):
        wait_for(lambda: len(tried) > 1)
        assert "the disk" in str(tried[0][-1])
        ballast.unlink()
        wait_for(lambda: (found := find_worker(settings.data_dir)) is not None and bool(found.version))


def test_what_was_exported_before_stays_where_there_is_no_room(root: Path) -> None:
    """A file is replaced as a whole; a site says what to do, and leaves no unfinished file."""
    given = ["--data-dir", str(root / "data")]
    old = root / "out.json"
    old.write_text("what was exported before\n")
    fill(root)

    exported = CliRunner().invoke(main, ["export", SLUG, "--format", "json", "-o", str(old), *given])
    site = CliRunner().invoke(main, ["site", str(root / "public"), *given])

    assert exported.exit_code == site.exit_code == 1
    assert old.read_text() == "what was exported before\n"
    assert "the disk is full" in site.output
    assert "Free some space" in site.output
    assert not [path for path in root.rglob("*") if path.name.endswith((".new", ".part"))]
    assert not list(root.glob(".out.json*"))
