"""A backup becomes an archive again, or nothing is changed."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.backup import go_on, prepare
from pipeline.backup.contents import DESCRIPTION, LIST
from pipeline.config import Settings
from pipeline.errors import BackupError, Busy, DiskFull, JumpnotesError, StoreError
from pipeline.jobs.presence import only_worker
from pipeline.store import Store
from pipeline.store.schema import RESTORE_MARKER
from tests.conftest import ROOT
from tests.faults.small_disk import small_disk
from tests.pipeline.backup.conftest import backed_up
from tests.pipeline.garden import SLUG


def restored(file: Path, data_dir: Path, *, replace: bool = False) -> Path | None:
    with prepare(Settings(data_dir=data_dir), file, replace=replace) as prepared:
        return prepared.put_in_place()


def below(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_an_archive_is_as_it_was_wherever_it_is_restored(kept: Settings, tmp_path: Path) -> None:
    """Its notes are found in the new folder, and a recording that was muted is known by its time to the nanosecond."""
    file, there = backed_up(kept, tmp_path / "b.tar.xz", with_media=True), tmp_path / "elsewhere" / "data"
    with closing(Store.open(kept.database)) as store:
        before = store.meeting(SLUG)

    assert restored(file, there) is None

    with closing(Store.open(there / "jumpnotes.db")) as store:
        assert store.meeting(SLUG) == before
        assert store.notes_path(SLUG) == str(there / "notes" / "garden.md")
    assert (there / "media" / "talk.m4a").stat().st_mtime_ns == 1_700_000_000_123_456_789
    assert (there / "notes-versions" / "garden" / "1.md").read_text() == "# Before\n"
    assert {each.name for each in there.iterdir()} == {"jumpnotes.db", "media", "notes", "notes-versions"}


def test_recordings_in_the_folder_are_known_by_where_they_are_now(kept: Settings, tmp_path: Path) -> None:
    """Also in several parts, and by what a run or a job was asked for; those elsewhere stay what they are."""
    here, there = kept.data_dir, tmp_path / "there"
    key = f"{here}/notes/a.m4a 5 7 + {here}/notes/b.m4a 5 7 + /elsewhere{here}/c.m4a 5 7"
    with closing(sqlite3.connect(kept.database)) as db, db:
        db.execute("UPDATE transcripts SET recording_key = ?", (key,))
        db.execute("UPDATE meetings SET run_key = ?", (json.dumps({"media": key}),))

    restored(backed_up(kept, tmp_path / "b.tar"), there)

    moved = f"{there}/notes/a.m4a 5 7 + {there}/notes/b.m4a 5 7 + /elsewhere{here}/c.m4a 5 7"
    with closing(sqlite3.connect(there / "jumpnotes.db")) as db:
        assert db.execute("SELECT recording_key FROM transcripts").fetchall() == [(moved,)]
        assert json.loads(db.execute("SELECT run_key FROM meetings").fetchone()[0])["media"] == moved


def test_what_is_replaced_is_moved_aside_with_nothing_lost(kept: Settings, backup: Path) -> None:
    """Only if that is wanted; recordings that are not in the backup stay where they are."""
    with closing(sqlite3.connect(kept.database)) as db, db:
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


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-12_000])


def _flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[60_000] ^= 1
    file.write_bytes(data)


def _foreign(file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        tar.addfile(tarfile.TarInfo("notes/a.md"))


def _no_tar(file: Path) -> None:
    file.write_bytes(b"\x1f\x8b" + os.urandom(5000))


def _with(change: Callable[[tarfile.TarInfo], None]) -> Callable[[Path], None]:
    """A backup with one file more."""

    def damage(file: Path) -> None:
        whole = file.with_suffix(".whole")
        file.rename(whole)
        with tarfile.open(whole) as old, tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as new:
            for member in old:
                if member.name == LIST:
                    bad = tarfile.TarInfo("notes/bad.md")
                    change(bad)
                    new.addfile(bad, io.BytesIO(bytes(bad.size)))
                new.addfile(member, old.extractfile(member))

    return damage


def _link(member: tarfile.TarInfo) -> None:
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"


def _hard_link(member: tarfile.TarInfo) -> None:
    member.type, member.linkname = tarfile.LNKTYPE, "jumpnotes.db"


def _device(member: tarfile.TarInfo) -> None:
    member.type = tarfile.CHRTYPE


def _named(name: str) -> Callable[[tarfile.TarInfo], None]:
    return lambda member: setattr(member, "name", name)


def _long_header(member: tarfile.TarInfo) -> None:
    member.pax_headers = {"comment": "x" * 3_000_000}


_STRANGE = "which is in no backup"
HOSTILE = {
    "cut": (_cut, "ends too early|unexpected end"),
    "flipped": (_flip, "is not as it was written"),
    "foreign": (_foreign, "is no backup"),
    "no-tar": (_no_tar, "cannot be read"),
    "link": (_with(_link), _STRANGE),
    "hard-link": (_with(_hard_link), _STRANGE),
    "device": (_with(_device), _STRANGE),
    "absolute": (_with(_named("/notes/bad.md")), _STRANGE),
    "above": (_with(_named("notes/../../bad.md")), _STRANGE),
    "elsewhere": (_with(_named("worker.json")), _STRANGE),
    "twice": (_with(_named("notes/garden.md")), "twice"),
    "a-file-as-a-folder": (_with(_named("notes/garden.md/bad.md")), "as a file and as a folder"),
    "not-listed": (_with(_named("notes/bad.md")), "does not have the files"),
    "long-header": (_with(_long_header), "a header that is too long"),
}


@pytest.mark.parametrize("damage", HOSTILE)
def test_what_is_damaged_or_hostile_is_refused_and_nothing_is_changed(
    kept: Settings, backup: Path, tmp_path: Path, damage: str
) -> None:
    """Neither in the data folder nor anywhere around it."""
    do_damage, told = HOSTILE[damage]
    do_damage(backup)
    (backup.parent / "backup.whole").unlink(missing_ok=True)
    before = below(tmp_path)

    with pytest.raises(BackupError, match=told):
        restored(backup, kept.data_dir, replace=True)

    assert below(tmp_path) == before


@pytest.mark.parametrize("name", ["revision", "format"])
def test_a_backup_of_a_newer_version_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    data = backup.read_bytes()
    old, new = (b'"revision":"0', b'"revision":"9') if name == "revision" else (b'"format":1', b'"format":9')
    backup.write_bytes(data.replace(old, new, 1))

    with pytest.raises(JumpnotesError, match="newer"):
        restored(backup, tmp_path / "there")

    assert list((tmp_path / "there").iterdir()) == []


def test_a_bomb_fills_no_disk(tmp_path: Path) -> None:
    """Compressed, it is small."""
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz") as tar:
        about = tarfile.TarInfo(DESCRIPTION)
        head = b'{"format":1,"version":"1","revision":"0017","at":"2024-01-01T00:00:00Z","data_dir":"/","meetings":1}'
        about.size = len(head)
        tar.addfile(about, io.BytesIO(head))
        about = tarfile.TarInfo("jumpnotes.db")
        about.size = 8_000_000
        tar.addfile(about, io.BytesIO(bytes(about.size)))
    with small_disk(tmp_path / "disk", 4) as disk:
        with pytest.raises(DiskFull, match="no room for what is in bomb"):
            restored(tmp_path / "bomb.tar.gz", disk / "data")

        assert shutil.disk_usage(disk).used < 100_000


def test_nothing_is_replaced_under_whoever_uses_it(kept: Settings, backup: Path) -> None:
    """A server and a run have the database open, for as long as they live; a worker is known by its lock."""
    with only_worker(kept.data_dir), pytest.raises(Busy, match="worker"):
        restored(backup, kept.data_dir, replace=True)
    open_it = f"from pipeline.store import Store; s = Store.open(__import__('pathlib').Path({str(kept.database)!r}))"
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
    with closing(sqlite3.connect(kept.database)) as db, db:
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
            aside = go_on(Settings(data_dir=data))
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
    child = os.fork()
    if child == 0:
        left = number

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in {"os.rename", "os.mkdir", "os.remove"}:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        restored(file, data, replace=True)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
