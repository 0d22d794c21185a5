"""A backup of an archive that is in use: whole, for its owner only, without what was deleted."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import pytest

from pipeline.backup import contents, remembered, writing
from pipeline.backup.contents import DESCRIPTION, LIST
from pipeline.config import Settings
from pipeline.errors import Busy, DiskFull, FileError, StoreError
from pipeline.store import REVISION
from pipeline.whole_files import unfinished_of
from tests.faults.small_disk import fill, small_disk
from tests.pipeline.backup.conftest import backed_up


def test_a_backup_has_what_cannot_be_made_again(kept: Settings, tmp_path: Path) -> None:
    """The database, notes and their versions; recordings where they are wanted, and nothing that is not whole."""
    without, with_media = (backed_up(kept, tmp_path / name, with_media=name == "m.tgz") for name in ("b.tar", "m.tgz"))

    with tarfile.open(without, "r:") as tar:
        description, listed = (json.loads(tar.extractfile(name).read()) for name in (DESCRIPTION, LIST))  # type: ignore[union-attr]
        names = tar.getnames()
    with tarfile.open(with_media, "r:gz") as tar:
        more = set(tar.getnames()) - set(names)

    kept_files = ["jumpnotes.db", "notes/garden.md", "notes-versions/garden/1.md"]
    assert names == [DESCRIPTION, *kept_files, LIST]
    assert (description["revision"], description["meetings"]) == (REVISION, 1)
    assert list(listed["files"]) == kept_files
    assert more == {"media/talk.m4a", "media/.talk.m4a.muted"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in (without, with_media)} == {0o600}
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_a_backup_is_of_one_moment_and_has_nothing_that_was_deleted(kept: Settings, tmp_path: Path) -> None:
    """While somebody is in the middle of writing; pages that are free again still have their words in the original."""
    with closing(sqlite3.connect(kept.database_file, isolation_level=None)) as db:
        db.execute(
            "INSERT INTO redactions SELECT NULL, slug, 'k', 1, 0, 1, ?, 'Ana', '2024-01-01', 0, NULL, NULL, NULL"
            " FROM meetings",
            ("murmeltier " * 2_000,),
        )
        db.execute("PRAGMA wal_checkpoint")
        db.execute("PRAGMA secure_delete=OFF")
        db.execute("DELETE FROM redactions")
        db.execute("PRAGMA wal_checkpoint")
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE meetings SET linked = 99")
        file = backed_up(kept, tmp_path / "backup.tar")
        db.execute("ROLLBACK")

    assert b"murmeltier" in kept.database_file.read_bytes()
    assert b"murmeltier" not in file.read_bytes()


def test_a_backup_replaces_no_file_unless_that_is_wanted(kept: Settings, backup: Path) -> None:
    """And it is remembered when the last one was made, and where it is."""
    before, memory = backup.read_bytes(), remembered(kept.data_dir)
    assert memory is not None
    assert (memory.file, memory.bytes) == (str(backup), len(before))

    with pytest.raises(FileError, match="is there already"):
        backed_up(kept, backup)
    for inside in (kept.database_file, kept.notes_dir / "backup.tar", kept.data_dir / "backup.tar"):
        with pytest.raises(FileError, match="data folder"):
            backed_up(kept, inside, replace=True)

    assert kept.database_file.read_bytes().startswith(b"SQLite")
    assert backup.read_bytes() == before
    assert backed_up(kept, backup, replace=True) == backup


def test_folders_that_are_links_to_other_disks_are_backed_up(kept: Settings, tmp_path: Path) -> None:
    """As if they were where they seem to be, and never left out without a word."""
    before = _names(backed_up(kept, tmp_path / "b.tar", with_media=True))
    for folder in (kept.notes_dir, kept.notes_versions_dir, kept.media_dir):
        elsewhere = folder.rename(tmp_path / f"other-{folder.name}")
        folder.symlink_to(elsewhere)

    assert _names(backed_up(kept, tmp_path / "again.tar", with_media=True)) == before
    with pytest.raises(FileError, match="data folder"):
        backed_up(kept, kept.notes_dir.resolve() / "b.tar")


def test_what_cannot_be_read_is_not_left_out(kept: Settings, tmp_path: Path) -> None:
    """There is no backup, rather than one that lacks it."""
    shutil.rmtree(kept.notes_versions_dir)
    kept.notes_versions_dir.symlink_to(tmp_path / "a-disk-that-is-gone")

    with pytest.raises(FileError, match="notes-versions: cannot be read"):
        backed_up(kept, tmp_path / "b.tar")

    assert list(tmp_path.glob("*b.tar*")) == []


def test_what_could_not_be_restored_is_not_backed_up(kept: Settings, tmp_path: Path) -> None:
    """It is said while something can be done about it."""
    deep = kept.notes_dir.joinpath(*["x" * 200] * 5, "a.md")
    deep.parent.mkdir(parents=True)
    deep.touch()
    with pytest.raises(FileError, match="too long a path"):
        backed_up(kept, tmp_path / "b.tar")
    shutil.rmtree(kept.notes_dir / ("x" * 200))
    with closing(sqlite3.connect(kept.database_file)) as db, db:
        db.execute("CREATE TRIGGER mine AFTER UPDATE ON meetings BEGIN UPDATE meetings SET path = '/'; END")
    with pytest.raises(StoreError, match="trigger"):
        backed_up(kept, tmp_path / "b.tar")


def test_what_is_deleted_meanwhile_is_left_out(kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two looks at it, and folders with all that is in them: everything may be in use."""
    for name in ("a/1.md", "a/2.md", "b/3.md", "c.md"):
        (kept.notes_versions_dir / name).parent.mkdir(exist_ok=True)
        (kept.notes_versions_dir / name).touch()

    def deleting(*given: Settings, with_media: bool) -> Iterator[tuple[str, Path]]:
        for name, file in contents.files_of(*given, with_media=with_media):
            if name == "notes-versions/c.md":
                shutil.rmtree(kept.notes_versions_dir / "b")
            elif name == "notes/garden.md":
                file.unlink()
            yield name, file
            if name == "notes-versions/a/1.md":
                (kept.notes_versions_dir / "a" / "2.md").unlink()

    monkeypatch.setattr(writing, "files_of", deleting)
    assert _names(backed_up(kept, tmp_path / "b.tar"))[2:-1] == [
        "notes-versions/c.md",
        "notes-versions/a/1.md",
        "notes-versions/garden/1.md",
    ]


def test_a_file_that_is_written_to_is_not_backed_up_as_a_mixture(
    kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever copied it by hand, say."""

    class Growing(writing._HashedReader):
        def read(self, size: int = 1) -> bytes:
            with (kept.notes_dir / "garden.md").open("a") as notes:
                notes.write("more")
            return super().read(size)

    monkeypatch.setattr(writing, "_HashedReader", Growing)
    with pytest.raises(Busy, match=r"garden\.md: it was written to"):
        backed_up(kept, tmp_path / "b.tar")

    assert list(tmp_path.glob("*b.tar*")) == []


def test_two_backups_are_not_written_to_one_file(kept: Settings, tmp_path: Path) -> None:
    """The first one is not disturbed."""
    unfinished = unfinished_of(tmp_path / "b.tar")
    with unfinished.open("wb") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        first.write(b"half")
        first.flush()
        with pytest.raises(Busy, match="another backup"):
            backed_up(kept, tmp_path / "b.tar")

    assert unfinished.read_bytes() == b"half"


@pytest.mark.parametrize("replace", [False, True])
def test_a_backup_that_is_finished_meanwhile_stays_whole(
    kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    """The second one has opened its file already, and gets hold of it when it has its name."""
    path = tmp_path / "b.tar"
    unfinished_of(path).write_bytes(b"whole")
    first, lock = unfinished_of(path).open("rb"), fcntl.flock

    def late(opened: BinaryIO, how: int) -> None:
        if unfinished_of(path).exists() and not path.exists():
            unfinished_of(path).replace(path)
        lock(opened, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with first:
        if replace:
            assert backed_up(kept, path, replace=True) == path
            assert _names(path)[0] == DESCRIPTION
        else:
            with pytest.raises(FileError, match="is there already"):
                backed_up(kept, path)
        assert first.read() == b"whole"

    assert list(tmp_path.glob(".b.tar*")) == []


def test_a_backup_that_was_killed_when_it_was_whole_stays_whole(kept: Settings, tmp_path: Path) -> None:
    """It may have two names: the one for what is not whole is nobody's way to it."""
    path = backed_up(kept, tmp_path / "b.tar")
    os.link(path, unfinished_of(path))
    with path.open("rb") as first:
        before = path.read_bytes()

        assert backed_up(kept, path, replace=True) == path

        assert first.read() == before
    assert list(tmp_path.glob(".b.tar*")) == []


@pytest.mark.parametrize("has_links", [True, False])
def test_what_came_to_be_there_meanwhile_is_not_replaced(
    kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    """Unless that is wanted; also on a disk on which a file has one name only."""
    path, link = tmp_path / "b.tar", os.link

    def late(*given: Path, follow_symlinks: bool) -> None:
        assert [file.suffix for file in tmp_path.glob(".b.tar*")] == [".unfinished"], (
            "the next may begin once it is there"
        )
        path.write_bytes(b"mine")
        if not has_links:
            raise PermissionError
        link(*given, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(FileError, match="is there already"):
        backed_up(kept, path)

    assert path.read_bytes() == b"mine"
    assert list(tmp_path.glob(".b.tar*")) == []


def test_what_another_has_begun_meanwhile_is_left_to_it(
    kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may, as soon as the first one has its name, whatever becomes of that then."""
    path = tmp_path / "b.tar"

    def fail(_folder: Path) -> None:
        unfinished_of(path).write_bytes(b"another's")
        raise OSError(errno.EIO, "the disk is gone")

    monkeypatch.setattr(writing, "sync_folder", fail)
    with pytest.raises(FileError, match="the disk is gone"):
        backed_up(kept, path)

    assert unfinished_of(path).read_bytes() == b"another's"


def test_a_disk_without_links_has_backups_all_the_same(
    kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Path, **_options: bool) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)

    assert _names(backed_up(kept, tmp_path / "b.tar"))[0] == DESCRIPTION


def _names(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


def test_a_full_disk_leaves_the_last_backup_and_nothing_else(kept: Settings, tmp_path: Path) -> None:
    """What a killed one has left is in nobody's way."""
    with small_disk(tmp_path / "disk", 2) as disk:
        file = backed_up(kept, disk / "b.tar")
        before = file.read_bytes()
        unfinished_of(file).write_bytes(b"half")
        ballast = fill(disk, leave=100_000)

        with pytest.raises(DiskFull):
            backed_up(kept, file, replace=True)

        assert sorted(each.name for each in disk.iterdir()) == ["b.tar", ballast.name]
        assert file.read_bytes() == before


def test_a_damaged_database_is_not_backed_up(kept: Settings, tmp_path: Path) -> None:
    """It would take the place of a backup that is whole."""
    os.truncate(kept.database_file, kept.database_file.stat().st_size - 1)

    with pytest.raises(StoreError, match="shorter than it was"):
        backed_up(kept, tmp_path / "backup.tar")

    assert list(tmp_path.glob("*backup*")) == []
