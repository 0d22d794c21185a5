"""Files that are there as a whole or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import DiskFull, FileError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, in place of what it was.

    Raises:
        OSError: it cannot be written. What it was stays.
    """
    written = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}")
    try:
        with written.open("xb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


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
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskFull(place) from error
        problem = f"cannot be written ({error.strerror or error})"
        raise FileError(place, problem, hint="Check the folder's owner, its permissions and the disk.") from error
