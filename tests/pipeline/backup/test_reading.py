"""A backup that is damaged or hostile is refused, and nothing is changed."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.backup.contents import DESCRIPTION, LIST
from pipeline.config import Settings
from pipeline.errors import BackupError, DiskFull, JumpnotesError
from pipeline.freshness import REVISION
from tests.faults.small_disk import small_disk
from tests.pipeline.backup.test_restoring import below, restored


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
    member.pax_headers = {"comment": "x" * 10_000}


def _after(*headers: tuple[bytes, bytes]) -> Callable[[Path], None]:
    """A backup with such headers, each with its content, after what says that it is one."""

    def damage(file: Path) -> None:
        data = bytearray(file.read_bytes())
        written = bytearray()
        for kind, content in headers:
            about = tarfile.TarInfo("header")
            about.type, about.size = kind, len(content)
            written += about.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % 512)
        data[1024:1024] = written
        file.write_bytes(data)

    return damage


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
    "hidden": (_with(_named("notes/.git/hooks/post-checkout")), _STRANGE),
    "a-hidden-file": (_with(_named("notes/.bashrc")), _STRANGE),
    "a-lock": (_with(_named("notes/lock")), _STRANGE),
    "no-name": (_with(_named("notes/a//b.md")), _STRANGE),
    "a-long-name": (_with(_named(f"notes/{'x' * 300}")), _STRANGE),
    "many-folders": (_with(_named("notes/" + "x/" * 2500 + "x.md")), _STRANGE),
    "headers-of-headers": (_after(*[(tarfile.GNUTYPE_LONGNAME, b"x\0")] * 3000), "a header that is in no backup"),
    "a-header-for-all": (_after((tarfile.XGLTYPE, b"13 comment=x\n")), "a header that is in no backup"),
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


def test_many_headers_fill_no_memory(backup: Path, tmp_path: Path) -> None:
    """Compressed, a megabyte of them can be a gigabyte."""
    bad = tmp_path / "bad.tar"
    with tarfile.open(backup) as old, tarfile.open(bad, "w", format=tarfile.PAX_FORMAT) as new:
        for member in old:
            new.addfile(member, old.extractfile(member))
            for number in range(1000 if member.name == DESCRIPTION else 0):
                more = tarfile.TarInfo(f"notes/{number}.md")
                more.pax_headers = {"comment": "x" * 7000}
                new.addfile(more)
    tracemalloc.start()
    try:
        with pytest.raises(BackupError, match="does not have the files"):
            restored(bad, tmp_path / "there")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["revision", "format"])
def test_a_backup_of_a_newer_version_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    data = backup.read_bytes()
    old, new = (b'"revision":"0', b'"revision":"9') if name == "revision" else (b'"format":1', b'"format":9')
    backup.write_bytes(data.replace(old, new, 1))

    with pytest.raises(JumpnotesError, match="newer"):
        restored(backup, tmp_path / "there")

    assert list((tmp_path / "there").iterdir()) == []


def test_a_backup_that_says_another_revision_than_its_database_has_is_refused(backup: Path, tmp_path: Path) -> None:
    """Which of the two is wrong nobody knows."""
    data, said = backup.read_bytes(), f'"revision":"{REVISION}"'.encode()
    assert said in data
    backup.write_bytes(data.replace(said, b'"revision":"0001"', 1))

    with pytest.raises(BackupError, match="another database than it says"):
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
