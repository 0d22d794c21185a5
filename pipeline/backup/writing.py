"""A data folder as one file, while everything in it is in use."""

from __future__ import annotations

import fcntl
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

import msgspec

from pipeline.backup.contents import (
    DATABASE,
    DESCRIPTION,
    FOLDERS,
    FORMAT,
    LIST,
    MAX_FILES,
    MAX_LIST_BYTES,
    MEDIA,
    BackupDescription,
    BackupFile,
    BackupList,
    BackupMemory,
    files_of,
    remember,
    unreadable,
)
from pipeline.config import Settings
from pipeline.errors import Busy, DiskFull, FileError, StoreError
from pipeline.store import Store
from pipeline.store.files import DatabaseState, copy_whole, examine
from pipeline.whole_files import disk_errors, sync_folder, unfinished_of

_COMPRESSED = {".gz": "w:gz", ".tgz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz", ".txz": "w:xz"}
_PIECE_BYTES = 1024 * 1024
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class WrittenBackup:
    """What was written. `counts`: how many files of each folder are in it."""

    path: Path
    size: int  # bytes, as all
    description: BackupDescription
    database_bytes: int
    counts: dict[str, int]
    folder_bytes: dict[str, int]


def write_backup(
    store: Store, settings: Settings, path: Path, *, with_media: bool = False, replace: bool = False
) -> WrittenBackup:
    """Write a backup to `path`, which is there as a whole or not at all. It is compressed where the name ends so.

    Raises:
        FileError: there is something already and it is not to be replaced; it cannot be written; or something
            in the data folder cannot be read.
        StoreError: the database is damaged.
        DiskFull: there is no room for it.
        Busy: another backup is being written to the same file, or somebody wrote to a file that was being read.
    """
    path = path.absolute()
    _check_place(settings, path, replace=replace)
    with disk_errors(path), _unfinished(path) as (opened, copy):
        damage = store.find_damage()
        if damage:
            problem = f"{store.place} is damaged: {damage}"
            raise StoreError(problem, hint="Nothing was written; earlier backups are older and may be whole.")
        state = _copied(store, copy)
        description = BackupDescription(
            FORMAT,
            version("jumpnotes"),
            state.revision,
            _now(),
            str(settings.data_dir.resolve()),
            state.meetings,
            with_media,
        )
        written = _write(opened, copy, description, settings, path)
        opened.flush()
        os.fsync(opened.fileno())
        size = os.fstat(opened.fileno()).st_size
        _remove_database(copy)  # while nobody else has one there
        _place(unfinished_of(path), path, replace=replace)
        sync_folder(path.parent)
    done = WrittenBackup(path, size, *written)
    remember(settings.data_dir, BackupMemory(done.description.at, str(path), size))
    return done


def _copied(store: Store, copy: Path) -> DatabaseState:
    """Write a copy of the database, as it is at one moment, to a file; what it is of."""
    if not store.is_shared:
        return copy_whole(store.path, copy)
    with closing(Store.open(copy)) as made:
        left = store.copy_to(made, lambda *_: None).left
    if left:
        raise StoreError(f"{store.place}: {left[0]}", hint="Nothing was written; earlier backups may be whole.")
    return examine(copy)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _check_place(settings: Settings, path: Path, *, replace: bool) -> None:
    if path.is_dir():
        raise FileError(path, "is a folder", hint="Name a file in it.")
    if path.exists() and not replace:
        raise _is_there(path)
    if not path.parent.is_dir():
        raise FileError(path.parent, "no such folder", hint="Make it, or choose another.")
    for folder in (settings.data_dir, *(settings.data_dir / name for name in (*FOLDERS, MEDIA))):
        if path.resolve().is_relative_to(folder.resolve()):
            hint = "Choose a folder elsewhere, best on another disk: a backup is for when this one is lost."
            raise FileError(path, "is in the data folder, which is backed up", hint=hint)


def _is_there(path: Path) -> FileError:
    return FileError(path, "is there already", hint="Choose another name, or add --force to replace it.")


@contextmanager
def _unfinished(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Where a backup is written until it is whole, and where its copy of the database is; both for nobody else to read.

    What one that was killed has left is overwritten.
    """
    unfinished = unfinished_of(path)
    copy = unfinished.with_name(f"{unfinished.name}.db")
    with _locked(unfinished, path) as opened:
        try:
            os.fchmod(opened.fileno(), 0o600)
            opened.truncate()
            _remove_database(copy)
            os.close(os.open(copy, _FLAGS | os.O_EXCL, 0o600))
            yield opened, copy
        except BaseException as error:
            if _is_at(opened, unfinished):  # otherwise it has its name, and these may be another's
                _remove_database(copy)
                unfinished.unlink()
            if isinstance(error, DiskFull):
                raise DiskFull(path) from error  # rather than about a file that nobody knows
            raise


def _locked(unfinished: Path, path: Path) -> BinaryIO:
    """The unfinished file, for nobody else to write.

    Raises:
        Busy: somebody else has it.
    """
    while True:
        opened = os.fdopen(os.open(unfinished, _FLAGS, 0o600), "r+b")
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(opened, unfinished):  # otherwise another backup finished it meanwhile, or gave it up
                if os.fstat(opened.fileno()).st_nlink == 1:
                    return opened
                unfinished.unlink()  # one that was killed had finished it: it is the backup by another name
        except BlockingIOError as error:
            opened.close()
            raise Busy(path, "another backup is being written to it") from error
        except BaseException:
            opened.close()
            raise
        opened.close()


def _is_at(opened: BinaryIO, path: Path) -> bool:
    """Whether an open file is the one that has this name."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(opened.fileno()), path.lstat())
    return False


def _place(unfinished: Path, path: Path, *, replace: bool) -> None:
    """Give a file that is whole its name.

    Raises:
        FileError: something has it by now, and is not to be replaced.
    """
    if not replace:
        try:
            os.link(unfinished, path, follow_symlinks=False)
        except FileExistsError as error:
            raise _is_there(path) from error
        except OSError:  # a disk on which a file has one name only, such as those of cameras and telephones
            if os.path.lexists(path):
                raise _is_there(path) from None
        else:
            unfinished.unlink()
            return
    unfinished.replace(path)


def _remove_database(path: Path) -> None:
    for end in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _write(
    opened: BinaryIO, copy: Path, description: BackupDescription, settings: Settings, path: Path
) -> tuple[BackupDescription, int, dict[str, int], dict[str, int]]:
    files: dict[str, BackupFile] = {}
    mode = _COMPRESSED.get(path.suffix.lower(), "w")
    with tarfile.open(fileobj=opened, mode=mode, format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
        _add_text(tar, DESCRIPTION, msgspec.json.encode(description))
        files[DATABASE] = _add(tar, DATABASE, copy)
        for name, file in files_of(settings, with_media=description.with_media):
            with suppress(FileNotFoundError):  # somebody moved or deleted it
                files[name] = _add(tar, name, file)
        listed = msgspec.json.encode(BackupList(files))
        if len(files) > MAX_FILES or len(listed) > MAX_LIST_BYTES:  # nobody could restore it
            hint = "Copy the data folder instead, while nothing runs."
            raise FileError(path, f"a backup may have {MAX_FILES:,} files, not {len(files):,}", hint=hint)
        _add_text(tar, LIST, listed)
    counts, sizes = dict.fromkeys((*FOLDERS, MEDIA), 0), dict.fromkeys((*FOLDERS, MEDIA), 0)
    for name, found in files.items():
        folder = name.partition("/")[0]
        if folder != DATABASE:
            counts[folder] += 1
            sizes[folder] += found.size
    return description, files[DATABASE].size, counts, sizes


def _add_text(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode, about.mtime = len(data), 0o600, int(_now().timestamp())
    tar.addfile(about, io.BytesIO(data))


def _add(tar: tarfile.TarFile, name: str, file: Path) -> BackupFile:
    """Add one file as it is at one moment: files of ours are replaced and never written to.

    Raises:
        FileNotFoundError: it is gone.
        Busy: somebody writes to it.
    """
    with os.fdopen(_opened(file), "rb") as opened:
        before = os.fstat(opened.fileno())
        about = tarfile.TarInfo(name)
        about.size, about.mode, about.mtime = before.st_size, 0o600, int(before.st_mtime)
        reader = _HashedReader(opened, file)
        try:
            tar.addfile(about, reader)
        except OSError as error:
            if error.errno is not None:
                raise
            raise Busy(file, "it became shorter while it was backed up") from error
        after = os.fstat(opened.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Busy(file, "it was written to while it was backed up")
    return BackupFile(before.st_size, reader.digest.hexdigest(), before.st_mtime_ns)


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(file, error) from error


class _HashedReader:
    """A file whose sha256 is known once it is read."""

    def __init__(self, opened: BinaryIO, file: Path) -> None:
        self._opened, self._file = opened, file
        self.digest = sha256()

    def read(self, size: int = _PIECE_BYTES) -> bytes:
        try:
            data = self._opened.read(size)
        except OSError as error:
            raise unreadable(self._file, error) from error
        self.digest.update(data)
        return data
