"""A backup becomes an archive again, or nothing is changed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.backup import go_on, prepare
from pipeline.backup.staging import STAGING_MARKER
from pipeline.config import Settings
from pipeline.errors import BackupError, Busy, StoreError
from pipeline.jobs.presence import only_worker
from pipeline.records import TokenRole
from pipeline.store import Store
from pipeline.store.schema import RESTORE_MARKER
from tests.conftest import ROOT
from tests.faults.small_disk import small_disk
from tests.pipeline.backup.conftest import backed_up, record
from tests.pipeline.garden import SLUG


def restored(file: Path, data_dir: Path, *, replace: bool = False) -> Path | None:
    """The folder with what was there."""
    with prepare(Settings(data_dir=data_dir), file, replace=replace) as prepared:
        return prepared.put_in_place().aside


def below(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_an_archive_is_as_it_was_wherever_it_is_restored(kept: Settings, tmp_path: Path) -> None:
    """Its notes are found in the new folder, and a recording that was muted is known by its time to the nanosecond."""
    file, there = backed_up(kept, tmp_path / "b.tar.xz", with_media=True), tmp_path / "elsewhere" / "data"
    with closing(Store.open(kept.database_file)) as store:
        before = store.meeting(SLUG)

    assert restored(file, there) is None

    with closing(Store.open(there / "jumpnotes.db")) as store:
        assert store.meeting(SLUG) == before
        assert store.notes_path(SLUG) == str(there / "notes" / "garden.md")
    assert (there / "media" / "talk.m4a").stat().st_mtime_ns == 1_700_000_000_123_456_789
    assert (there / "notes-versions" / "garden" / "1.md").read_text() == "# Before\n"
    assert {each.name for each in there.iterdir()} == {"jumpnotes.db", "media", "notes", "notes-versions"}


def test_recordings_in_the_folder_are_known_by_where_they_are_now(kept: Settings, tmp_path: Path) -> None:
    """Also in several parts, in all that is about them, and by what a run or a job was asked for; those elsewhere stay
    what they are.
    """
    here, there = kept.data_dir, tmp_path / "there"
    key = f"{here}/notes/a.m4a 5 7 + {here}/notes/b.m4a 5 7 + /elsewhere{here}/c.m4a 5 7"
    record(kept, key)

    restored(backed_up(kept, tmp_path / "b.tar"), there)

    moved = f"{there}/notes/a.m4a 5 7 + {there}/notes/b.m4a 5 7 + /elsewhere{here}/c.m4a 5 7"
    with closing(sqlite3.connect(there / "jumpnotes.db")) as db:
        assert db.execute("SELECT key FROM recordings").fetchall() == [(moved,)]
        for table in ("transcripts", "corrections", "redactions"):
            assert db.execute(f"SELECT recording_key FROM {table}").fetchall() == [(moved,)], table
        assert json.loads(db.execute("SELECT run_key FROM meetings").fetchone()[0])["media"] == moved
        request = json.loads(db.execute("SELECT request FROM jobs").fetchone()[0])
    assert (request["media"], request["transcript"]) == (moved, f"/elsewhere{here}/a.vtt")


def test_what_is_replaced_is_moved_aside_with_nothing_lost(kept: Settings, backup: Path) -> None:
    """Only if that is wanted; recordings that are not in the backup stay where they are."""
    with closing(sqlite3.connect(kept.database_file)) as db, db:
        db.execute("UPDATE meetings SET linked = 99")
    (kept.notes_dir / "later.md").write_text("# Later\n")
    before = below(kept.data_dir)
    with pytest.raises(BackupError, match="already"):
        restored(backup, kept.data_dir)
    assert below(kept.data_dir) == before

    aside = restored(backup, kept.data_dir, replace=True)

    assert aside is not None
    assert aside.parent == kept.data_dir
    moved = {name: data for name, data in before.items() if name.partition("/")[0] not in {"media", "backup.json"}}
    assert below(aside).items() >= {k: v for k, v in moved.items() if k.startswith(("jump", "notes", "search"))}.items()
    assert not (kept.notes_dir / "later.md").exists()
    assert (kept.media_dir / "talk.m4a").exists()


def test_only_its_owner_can_read_what_is_restored(kept: Settings, backup: Path, tmp_path: Path) -> None:
    """But what takes the place of something is as open as that was."""
    restored(backup, tmp_path / "there")
    kept.database_file.chmod(0o640)
    kept.notes_dir.chmod(0o750)
    restored(backup, kept.data_dir, replace=True)

    def modes(data_dir: Path) -> list[int]:
        names = ("jumpnotes.db", "notes", "notes/garden.md")
        return [stat.S_IMODE((data_dir / name).stat().st_mode) for name in names]

    assert modes(tmp_path / "there") == [0o600, 0o700, 0o600]
    assert modes(kept.data_dir) == [0o640, 0o750, 0o640]


def test_what_was_revoked_since_stays_revoked_and_logins_end(kept: Settings, tmp_path: Path) -> None:
    """In the archive that is replaced; sessions know tokens by numbers that another token may have now."""
    with closing(Store.open(kept.database_file)) as store:
        texts = [store.tokens.add(name, TokenRole.EDITOR)[1] for name in ("Ana", "Bo")]
        file = backed_up(kept, tmp_path / "b.tar")
        store.tokens.revoke("Ana")
    (kept.data_dir / "session-key").write_bytes(b"key")

    with prepare(kept, file, replace=True) as prepared:
        result = prepared.put_in_place()

    assert result.tokens == ("Bo",)
    assert not (kept.data_dir / "session-key").exists()
    with closing(Store.open(kept.database_file)) as store:
        assert [bool(store.tokens.of_text(text)) for text in texts] == [False, True]
        assert [bool(each.revoked_at) for each in store.tokens.all()] == [True, False]


def test_it_is_told_where_nobody_knows_what_was_revoked(kept: Settings, backup: Path) -> None:
    """In a database that cannot be read; also by a restore that goes on."""
    kept.database_file.write_bytes(b"no database" * 500)
    assert _killed(backup, kept.data_dir, lambda event, source: event == "os.rename" and source == str(kept.notes_dir))

    result = go_on(kept)

    assert not result.knows_revoked
    with prepare(kept, backup, replace=True) as prepared:
        assert prepared.put_in_place().knows_revoked


def test_one_restore_is_at_work_at_a_time(kept: Settings, backup: Path) -> None:
    """What else the system says at once is no sign of another; one that was interrupted has to be finished first."""
    with prepare(kept, backup, replace=True), pytest.raises(Busy, match="another restore"):
        restored(backup, kept.data_dir, replace=True)
    with pytest.raises(BlockingIOError), prepare(kept, backup, replace=True):
        raise BlockingIOError
    assert _killed(backup, kept.data_dir, lambda event, source: event == "os.rename" and source == str(kept.notes_dir))
    before = below(kept.data_dir)

    with pytest.raises(BackupError, match="has to be finished first"):
        restored(backup, kept.data_dir, replace=True)

    assert below(kept.data_dir) == before


def test_folders_of_others_are_neither_deleted_nor_moved(backup: Path, tmp_path: Path) -> None:
    """Whatever they are called: somebody's home may be the data folder."""
    there = tmp_path / "there"
    for name in ("restoring/piano.jpg", ".restoring-0123456789abcdef/notes/piano.md"):
        (there / name).parent.mkdir(parents=True)
        (there / name).touch()
    restored(backup, there)
    assert (there / "restoring" / "piano.jpg").exists()
    assert (there / ".restoring-0123456789abcdef" / "notes" / "piano.md").exists()

    for name in ("search", "notes-versions"):
        other = tmp_path / f"other-{name}"
        (other / name).mkdir(parents=True)
        (other / name / "mine").touch()
        with pytest.raises(BackupError, match=name):
            restored(backup, other)
        assert [each.name for each in other.iterdir()] == [name]


def test_recordings_are_only_moved_aside_if_that_is_wanted(kept: Settings, backup: Path, tmp_path: Path) -> None:
    """Which it has to be for a backup that has some."""
    with_media = backed_up(kept, tmp_path / "m.tar", with_media=True)
    there = tmp_path / "there"
    (there / "media").mkdir(parents=True)
    (there / "media" / "mine.m4a").touch()

    with pytest.raises(BackupError, match="media"):
        restored(with_media, there)
    assert below(there) == {"media/mine.m4a": b""}
    assert restored(backup, there) is None
    assert (there / "media" / "mine.m4a").exists()


def test_a_backup_among_what_an_interrupted_restore_left_is_not_deleted(
    kept: Settings, backup: Path, tmp_path: Path
) -> None:
    """What it left is, with the next restore."""
    left = kept.data_dir / ".restoring-0123456789abcdef"
    left.mkdir()
    (left / STAGING_MARKER).touch()
    moved = backup.rename(left / "b.tar")
    with pytest.raises(BackupError, match="interrupted"):
        restored(moved, kept.data_dir, replace=True)
    moved.rename(backup)

    restored(backup, kept.data_dir, replace=True)

    assert not left.exists()


def test_what_is_mounted_is_refused_and_nothing_is_changed(kept: Settings, tmp_path: Path) -> None:
    """It cannot be moved."""
    file = backed_up(kept, tmp_path / "m.tar", with_media=True)
    shutil.rmtree(kept.media_dir)
    with small_disk(kept.media_dir, 1) as disk:
        (disk / "old.m4a").touch()
        before = below(kept.data_dir)

        with pytest.raises(BackupError, match="is mounted there") as caught:
            restored(file, kept.data_dir, replace=True)

        assert "unmount" in caught.value.hint
        assert below(kept.data_dir) == before


def test_a_restore_that_cannot_move_what_is_there_steps_back(kept: Settings, backup: Path) -> None:
    """Also one that was killed in the middle of it: nobody is left with an archive that cannot be opened."""
    before = kept.database_file.read_bytes()
    assert _killed(backup, kept.data_dir, lambda event, source: event == "os.rename" and source == str(kept.notes_dir))
    assert not kept.database_file.exists()
    with small_disk(kept.notes_dir, 1):
        with pytest.raises(BackupError, match="cannot be moved aside"):
            go_on(kept)

        assert kept.database_file.read_bytes() == before
        assert not (kept.data_dir / RESTORE_MARKER).exists()
        assert not [each.name for each in kept.data_dir.glob("*re*-*")]
    assert (kept.notes_dir / "garden.md").exists()


def test_nothing_is_replaced_under_whoever_uses_it(kept: Settings, backup: Path) -> None:
    """A server and a run have the database open, for as long as they live; a worker is known by its lock."""
    with only_worker(kept.data_dir), pytest.raises(Busy, match="worker"):
        restored(backup, kept.data_dir, replace=True)
    open_it = (
        f"from pipeline.store import Store; s = Store.open(__import__('pathlib').Path({str(kept.database_file)!r}))"
    )
    code = f"{open_it}; print('open', flush=True); input()"
    user = subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, cwd=ROOT)
    assert user.stdin
    assert user.stdout
    user.stdout.readline()

    with pytest.raises(Busy, match="is using it"):
        restored(backup, kept.data_dir, replace=True)
    user.stdin.close()
    user.stdout.close()
    user.wait()

    assert restored(backup, kept.data_dir, replace=True)


def test_a_restore_that_is_killed_anywhere_leaves_one_archive_whole(
    kept: Settings, backup: Path, tmp_path: Path
) -> None:
    """The old one; or, once it is being moved, none that anybody opens until the next restore has moved the rest."""
    with closing(sqlite3.connect(kept.database_file)) as db, db:
        db.execute("UPDATE meetings SET linked = 99")
    seen = set()
    for number in range(1, 100):
        data = tmp_path / f"copy{number}"
        shutil.copytree(kept.data_dir, data, symlinks=True)
        killed = _killed_at(number, backup, data)
        if (data / RESTORE_MARKER).exists():
            with pytest.raises(StoreError, match="interrupted") as caught:
                Store.open(data / "jumpnotes.db")
            assert "jumpnotes restore" in caught.value.hint
            aside = go_on(Settings(data_dir=data)).aside
            assert aside is not None
            assert _linked(aside / "jumpnotes.db") == 99
            seen.add("finished")
        linked = _linked(data / "jumpnotes.db")
        seen.add("old" if linked == 99 else "new")
        assert (data / "notes" / "garden.md").exists()
        shutil.rmtree(data)
        if not killed:
            assert linked != 99
            break
    assert seen == {"old", "finished", "new"}


def _linked(database: Path) -> int | None:
    with closing(sqlite3.connect(database)) as db:
        linked: int | None = db.execute("SELECT linked FROM meetings").fetchone()[0]
        return linked


def _killed_at(number: int, file: Path, data: Path) -> bool:
    """Restore in a process that kills itself before it renames or removes something for the time with this number."""
    left = number

    def count(_event: str, _path: str) -> bool:
        nonlocal left
        left -= 1
        return left == 0

    return _killed(file, data, count)


def _killed(file: Path, data: Path, at: Callable[[str, str], bool]) -> bool:
    """Restore in a process that kills itself before it renames or removes a certain path; whether it came to that."""
    child = os.fork()
    if child == 0:

        def look(event: str, arguments: tuple[object, ...]) -> None:
            if event in {"os.rename", "os.mkdir", "os.remove"} and at(event, str(arguments[0])):
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(look)
        try:
            restored(file, data, replace=True)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
