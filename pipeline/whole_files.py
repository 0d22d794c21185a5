"""Files that are there as a whole or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import DiskFull, FileError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, in place of what it was. What a process that was killed has left of it is overwritten.

    Whoever writes the same file at once waits for a lock of theirs.

    Raises:
        OSError: it cannot be written. What it was stays.
    """
    unfinished = unfinished_of(path)
    try:
        with os.fdopen(_made(unfinished), "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _made(path: Path) -> int:
    """A new, empty file, in place of what is there; never what a symlink there leads to."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o666)
    except FileExistsError:
        path.unlink(missing_ok=True)
        return os.open(path, flags, 0o666)


def unfinished_of(path: Path) -> Path:
    """What there is of a file until it is whole."""
    return path.with_name(f".{path.name}.unfinished")


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def is_for_want_of_room(error: OSError) -> bool:
    """Whether the disk is full, or somebody's share of it."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Raise what the operating system says as one of our errors, but that a file is not there.

    Raises:
        DiskFull: there is no room.
        FileError: it cannot be written.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if is_for_want_of_room(error) or error.errno == errno.EFBIG:
            raise DiskFull(place) from error
        problem = f"cannot be written ({error.strerror or error})"
        raise FileError(place, problem, hint="Check the folder's owner, its permissions and the disk.") from error
