"""What a backup is made of."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec

from pipeline import untrusted
from pipeline.config import Settings
from pipeline.errors import FileError
from pipeline.file_names import is_text
from pipeline.untrusted import InvalidInput
from pipeline.whole_files import write_whole

FORMAT = 1
DESCRIPTION = "jumpnotes-backup.json"
"""The first file of a backup: BackupDescription."""
LIST = "jumpnotes-files.json"
"""The last one: BackupList."""
DATABASE = "jumpnotes.db"
FOLDERS = ("notes", "notes-versions")
MEDIA = "media"

MAX_FILES = 200_000
MAX_LIST_BYTES = 64_000_000
_MAX_PLACE_BYTES, _MAX_NAME_BYTES = 1000, 255
_MEMORY_NAME = "backup.json"
_MAX_MEMORY_BYTES = 10_000
_LOCKS = {"lock", ".lock"}


@dataclass(frozen=True, slots=True)
class BackupDescription:
    """What a backup is of."""

    format: int
    version: str  # of jumpnotes
    revision: str  # of the database
    at: datetime  # UTC
    data_dir: str  # that it was made of
    meetings: int
    with_media: bool = False


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A file of a backup. `changed_at` is in nanoseconds, by which a muted recording is known."""

    size: int  # bytes
    sha256: str
    changed_at: Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class BackupList(msgspec.Struct, frozen=True):
    """The files of a backup, by their places in the data folder."""

    files: dict[str, BackupFile]


@dataclass(frozen=True, slots=True)
class BackupMemory:
    """The last backup that was made of a data folder, and where it was written."""

    at: datetime  # UTC
    file: str
    bytes: int


def remembered(data_dir: Path) -> BackupMemory | None:
    """The last backup that was made of a data folder; None: nobody knows of any."""
    with suppress(OSError, InvalidInput, msgspec.MsgspecError, UnicodeDecodeError):
        data = untrusted.read_bytes(data_dir / _MEMORY_NAME, limit=_MAX_MEMORY_BYTES)
        return msgspec.json.decode(data, type=BackupMemory)
    return None


def remember(data_dir: Path, backup: BackupMemory) -> None:
    """Note a backup; in a folder that cannot be written, nobody will know of it."""
    with suppress(OSError):
        write_whole(data_dir / _MEMORY_NAME, msgspec.json.encode(backup))


def files_of(settings: Settings, *, with_media: bool) -> Iterator[tuple[str, Path]]:
    """The files beside the database that belong into a backup, each with its place in the data folder.

    What is a symlink, a lock or not whole yet does not, nor does a name that is no text. One of the folders may
    itself be a link, to a larger disk say.

    Raises:
        FileError: a folder cannot be read, or there is a name that is too long.
    """
    for folder in (*FOLDERS, *((MEDIA,) if with_media else ())):
        root = settings.data_dir / folder
        if not os.path.lexists(root):
            continue
        for place, names, files in os.walk(root, onerror=partial(_refuse, root)):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for name in sorted(files):
                file = Path(place) / name
                if _belongs(name) and is_text(file) and _is_regular(file):
                    where = file.relative_to(settings.data_dir).as_posix()
                    if not is_place(where):
                        raise FileError(file, "has too long a path to be backed up", hint="Give it a shorter one.")
                    yield where, file


def unreadable(file: Path | str, error: OSError) -> FileError:
    """What to say of a file or folder that belongs into a backup."""
    problem = f"cannot be read ({error.strerror or error})"
    return FileError(file, problem, hint="Nothing was written. Check its owner, its permissions and the disk.")


def _refuse(root: Path, error: OSError) -> None:
    """Refuse what cannot be read, but a folder that somebody has deleted; not where the root leads nowhere."""
    if isinstance(error, FileNotFoundError) and error.filename != str(root):
        return
    raise unreadable(error.filename, error) from error


def _is_regular(file: Path) -> bool:
    """Whether it is a file; not, once somebody has deleted it."""
    with suppress(FileNotFoundError):
        return stat.S_ISREG(file.lstat().st_mode)
    return False


def _belongs(name: str) -> bool:
    """Of hidden files, only what says that a recording is muted."""
    return name not in _LOCKS and (not name.startswith(".") or name.endswith(".muted"))


def is_place(name: str) -> bool:
    """Whether a file of a backup may have this place in a data folder: it is one that a backup is made of."""
    if name == DATABASE:
        return True
    root, *folders, last = name.split("/") if "/" in name else ("", "")
    return (
        root in {*FOLDERS, MEDIA}
        and _belongs(last)
        and all(part and not part.startswith(".") for part in folders)
        and last not in {"", ".", ".."}
        and "\0" not in name
        and is_text(name)
        and len(name.encode()) <= _MAX_PLACE_BYTES
        and all(len(part.encode()) <= _MAX_NAME_BYTES for part in (*folders, last))
    )
