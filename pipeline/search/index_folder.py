"""Where the search index lies: a folder beside the database.

`current` in it says which folder holds the index that is searched, and what that was made for. An index of another
version, language or database counts as none; a new one has a folder of its own, and takes the other's place when it is
whole. Whoever is killed leaves a folder that nothing names.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import msgspec

from pipeline.errors import Busy, DiskFull, IndexDamaged, JumpnotesError, ReadOnly, StoreError
from pipeline.language.names import DEFAULT
from pipeline.untrusted import shown
from pipeline.whole_files import is_for_want_of_room

REBUILD = IndexDamaged.hint

_CURRENT = "current"
_META = "meta.json"  # of tantivy's, which every commit replaces
_MANAGED = ".managed.json"  # of tantivy's, which of the files in the folder are its own
_FOOTER_END_BYTES = 8  # of tantivy's files: how long the footer is, and a number that says that there is one
_ERRNO = re.compile(r"\bos error (\d+)|\bOs \{ code: (\d+)")  # in what tantivy says


Parts = Callable[[Path], Iterable[Path]]
"""Makes indexes of some of the meetings each, below a folder, and says where."""


class Made(msgspec.Struct, frozen=True):
    """What an index was made for, and the name of its folder; "" while there is none."""

    folder: str = ""
    archive: str = ""  # the key of the database
    language: str = DEFAULT
    by: str = ""


class _Deletes(msgspec.Struct):
    opstamp: int


class _IndexSegment(msgspec.Struct):
    segment_id: str
    deletes: _Deletes | None = None

    def has(self, file: Path) -> bool:
        """Whether a file is part of it. Beside it may lie what another commit says is deleted of it."""
        name = self.segment_id.replace("-", "")
        if file.suffix == ".del":
            return self.deletes is not None and file.name == f"{name}.{self.deletes.opstamp}.del"
        return file.stem == name


class _Meta(msgspec.Struct):
    """Of `meta.json`, what an index consists of."""

    segments: list[_IndexSegment]


class _JoinedMeta(msgspec.Struct):
    """All of `meta.json`. The number of the last change matters to those that are deleted before a commit."""

    index_settings: msgspec.Raw
    segments: list[msgspec.Raw]
    schema: msgspec.Raw
    opstamp: int


class _Footer(msgspec.Struct):
    crc: int


class IndexFolder:
    """The folder, and whose turn it is to write."""

    def __init__(self, path: Path, made_by: str, *, timeout_seconds: float) -> None:
        self.path = path
        self._made_by = made_by
        self._timeout_seconds = timeout_seconds

    def of(self, made: Made) -> Path:
        return self.path / made.folder

    def made(self) -> Made:
        """What the index was made for; nothing where there is none that this version can read."""
        try:
            made = msgspec.json.decode((self.path / _CURRENT).read_bytes(), type=Made)
        except (OSError, msgspec.MsgspecError):
            return Made()
        is_readable = made.by == self._made_by and made.folder.isalnum() and (self.of(made) / _META).exists()
        return made if is_readable else Made()

    def exists(self) -> bool:
        """Whether there is an index, of whatever version."""
        return (self.path / _CURRENT).exists()

    def content_version(self) -> tuple[object, ...]:
        """What changes with every commit."""
        made = self.made()
        try:
            meta = (self.of(made) / _META).stat() if made.folder else None
        except OSError:
            meta = None
        return (made, meta.st_mtime_ns, meta.st_ino) if meta else (made,)

    @contextmanager
    def readable(self) -> Iterator[tuple[Path | None, Made]]:
        """The folder of the index, for whoever opens it; None: there is none."""
        made = self.made()
        if not made.folder:
            yield None, made
            return
        with ExitStack() as stack:
            folder = self.of(made)
            if not _is_writable(folder):  # tantivy wants to lock what it opens
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jumpnotes-")))
                for file in self.of(made).iterdir():
                    if not file.name.endswith(".lock"):
                        (folder / file.name).symlink_to(file.absolute())
            yield folder, made

    @contextmanager
    def writers_turn(self) -> Iterator[None]:
        """
        Raises:
            Busy: somebody else is writing, longer than the timeout.
        """
        import filelock  # takes longer than a search, which needs none

        self.path.mkdir(parents=True, exist_ok=True)
        turn = filelock.FileLock(self.path / "lock", timeout=self._timeout_seconds)
        try:
            turn.acquire()
        except filelock.Timeout as error:
            raise Busy(self.path, "another jumpnotes is writing the search index") from error
        try:
            yield
        finally:
            turn.release()

    @contextmanager
    def replaced(self, archive: str, language: str) -> Iterator[Made]:
        """A folder for a new index, which takes the place of the other at the end."""
        self._remove_all_but(self.made())  # what was left by whoever was killed
        made = Made(uuid4().hex, archive, language, self._made_by)
        self.of(made).mkdir()
        try:
            yield made
            new = self.path / f".{_CURRENT}"
            new.write_bytes(msgspec.json.encode(made))
            new.replace(self.path / _CURRENT)
        finally:
            self._remove_all_but(self.made())

    def join(self, made: Made, make: Parts) -> None:
        """Let a new index have what others have: those that `make` makes below a folder. They are used up.

        An index is a list of segments, whose files have names that no other's have, so this copies nothing.

        Raises:
            OSError: files cannot be moved.
            msgspec.MsgspecError: one of the others is damaged.
        """
        for part in make(self.path / f"{made.folder}parts"):
            other = IndexFolder(part, self._made_by, timeout_seconds=0.0)
            folder, meta_path = other.of(other.made()), self.of(made) / _META
            joined, added = (
                msgspec.json.decode(path.read_bytes(), type=_JoinedMeta) for path in (meta_path, folder / _META)
            )
            segments = [msgspec.json.decode(raw, type=_IndexSegment) for raw in added.segments]
            moved = [path for path in folder.iterdir() if any(segment.has(path) for segment in segments)]
            for path in moved:
                path.rename(self.of(made) / path.name)
            managed_path = self.of(made) / _MANAGED
            managed = msgspec.json.decode(managed_path.read_bytes(), type=list[str])
            managed_path.write_bytes(msgspec.json.encode([*managed, *(path.name for path in moved)]))
            joined.segments += added.segments
            joined.opstamp = max(joined.opstamp, added.opstamp)
            meta_path.write_bytes(msgspec.json.encode(joined))

    def _remove_all_but(self, made: Made) -> None:
        for other in self.path.iterdir():
            if other.is_dir() and other.name != made.folder:
                shutil.rmtree(other, ignore_errors=True)  # on Windows, somebody may still read it

    def find_damage(self) -> str | None:
        """The first file that is not as it was written, in words; None: there is none. Reads all of them.

        Raises:
            OSError: one cannot be read.
        """
        folder = self.of(made := self.made())
        if not made.folder:
            return None
        try:
            segments = msgspec.json.decode((folder / _META).read_bytes(), type=_Meta).segments
        except msgspec.MsgspecError as error:
            return f"{_META}: {error}"
        for file in sorted(folder.iterdir()):
            with suppress(FileNotFoundError):  # by a commit meanwhile
                if any(segment.has(file) for segment in segments) and not _is_as_written(file.read_bytes()):
                    return f"{file.name} is not as it was written"
        return None

    def give_up(self) -> None:
        """Let the index count as none, so that it is made anew."""
        with suppress(OSError):  # where nobody can write
            (self.path / _CURRENT).unlink()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Raise what the disk and tantivy refuse as a StoreError."""
        try:
            yield
        except JumpnotesError:
            raise
        except OSError as error:
            raise self._out_of_reach(error) from error
        except BaseException as error:
            # tantivy raises a ValueError for whatever it cannot read, or panics, which is no Exception.
            if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
                raise
            if cause := _of_system(error):
                raise self._out_of_reach(cause) from cause
            raise self._unreadable(error) from error

    def is_damaged_by(self, error: StoreError) -> bool:
        """Whether `error` says that the index cannot be read, rather than that it is in use or out of reach."""
        return error.__cause__ is not None and not isinstance(error.__cause__, OSError)

    def _unreadable(self, error: BaseException) -> StoreError:
        return StoreError(f"{self.path}: not a readable search index ({shown(str(error))})", hint=REBUILD)

    def _out_of_reach(self, error: OSError) -> StoreError:
        if is_for_want_of_room(error):
            return DiskFull(self.path)
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return ReadOnly(self.path)
        hint = "Check the folder's owner, its permissions and the disk."
        return StoreError(f"{self.path}: {error.strerror or error}", hint=hint)


def _of_system(error: BaseException) -> OSError | None:
    """What the system refused tantivy; None: that a file is missing or is not readable is damage."""
    found = _ERRNO.search(str(error))
    number = int(found[1] or found[2]) if found else errno.ENOENT
    return None if number == errno.ENOENT else OSError(number, os.strerror(number))


def _is_as_written(content: bytes) -> bool:
    """Whether a file has the checksum that tantivy wrote at its end."""
    end = len(content) - _FOOTER_END_BYTES
    start = end - int.from_bytes(content[end:][:4], "little")
    try:
        footer = msgspec.json.decode(content[max(start, 0) : max(end, 0)], type=_Footer)
    except msgspec.MsgspecError:
        return False
    return zlib.crc32(memoryview(content)[:start]) == footer.crc


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
