"""A backup from anywhere → its files, checked, in a folder of their own.

Nothing in it is believed: where a file would go, how large it is, what kind it is. What is written is what a backup is
made of, and no more than there is room for.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import msgspec

from pipeline import disk_reserve
from pipeline.backup.contents import (
    DATABASE,
    DESCRIPTION,
    FORMAT,
    LIST,
    MAX_FILES,
    MAX_LIST_BYTES,
    BackupDescription,
    BackupFile,
    BackupList,
    is_place,
)
from pipeline.errors import BackupError, DiskFull, SchemaMismatch
from pipeline.freshness import REVISION
from pipeline.store.files import examine
from pipeline.untrusted import shown

_MAX_HEADER_BYTES = 8192  # many times what a name takes
_MAX_DESCRIPTION_BYTES = 100_000
_PIECE_BYTES = 1024 * 1024
_ENDED_EARLY = "it ends too early: was it copied in full?"

Document = TypeVar("Document", BackupDescription, BackupList)


def extract(file: Path, into: Path) -> BackupDescription:
    """Write the files of a backup to the folder `into`, which is empty, and check that they are whole; what it is of.

    Raises:
        BackupError: it is no backup, it is damaged or cut, or there is something in it that is in no backup.
        SchemaMismatch: a newer jumpnotes made it.
        StoreError: its database is damaged.
        DiskFull: there is no room for it.
    """
    with _errors(file), file.open("rb") as opened, _tar(opened, file) as tar:
        members = _members(tar, file)
        first = next(members, None)
        if first is None or first.name != DESCRIPTION:
            raise BackupError(file, "is no backup of jumpnotes")
        description = _document(tar, first, file, BackupDescription, _MAX_DESCRIPTION_BYTES)
        if description.format > FORMAT or description.revision > REVISION:
            raise SchemaMismatch(file, description.revision)
        found = _extract_files(tar, members, file, into)
    _compare(file, found)
    state = examine(into / DATABASE)
    if state.revision != description.revision:
        raise BackupError(file, "has another database than it says")
    for name, about in found.listed.items():
        os.utime(into / name, ns=(about.changed_at, about.changed_at))
    return description


def _members(tar: tarfile.TarFile, file: Path) -> Iterator[tarfile.TarInfo]:
    """What is in a tar, one after the other; nothing is remembered of those before.

    Raises:
        BackupError: it has a header that no backup has.
    """
    while (member := tar.next()) is not None:
        tar.members.clear()  # type: ignore[attr-defined]
        if tar.pax_headers:  # which are for all that come
            raise BackupError(file, "has a header that is in no backup")
        yield member


class _Extracted(msgspec.Struct):
    """What was written, and what was to be."""

    written: dict[str, tuple[int, str]]
    listed: dict[str, BackupFile]


def _extract_files(tar: tarfile.TarFile, members: Iterator[tarfile.TarInfo], file: Path, into: Path) -> _Extracted:
    written: dict[str, tuple[int, str]] = {}
    for member in members:
        if member.name == LIST:
            listed = _document(tar, member, file, BackupList, MAX_LIST_BYTES)
            if next(members, None) is not None:
                raise BackupError(file, "goes on after its end")
            return _Extracted(written, listed.files)
        _check(member, file, into)
        if member.name in written or len(written) >= MAX_FILES:
            raise BackupError(file, f"has {shown(member.name)} twice, or too many files")
        written[member.name] = _extract_file(tar, member, file, into)
    raise BackupError(file, _ENDED_EARLY)


def _check(member: tarfile.TarInfo, file: Path, into: Path) -> None:
    """Raises BackupError: nothing like that is in a backup."""
    if member.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or member.issparse() or not is_place(member.name):
        raise BackupError(file, f"has {shown(member.name)} in it, which is in no backup")
    if hasattr(tarfile, "data_filter"):
        try:
            tarfile.data_filter(member, str(into))
        except tarfile.FilterError as error:
            raise BackupError(file, f"has {shown(member.name)} in it, which is in no backup") from error


def _extract_file(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path, into: Path) -> tuple[int, str]:
    """Write a file; its size and sha256."""
    path, digest, size = into / member.name, sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.open("xb")
    except (FileExistsError, NotADirectoryError) as error:
        raise BackupError(file, f"has {shown(member.name)} as a file and as a folder") from error
    with target:
        for piece in _content(tar, member):
            if not disk_reserve.has_room(into, len(piece)):
                raise DiskFull(into, f"there is no room for what is in {file.name}")
            target.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _compare(file: Path, found: _Extracted) -> None:
    listed = {name: (about.size, about.sha256) for name, about in found.listed.items()}
    if DATABASE not in listed or listed.keys() != found.written.keys():
        raise BackupError(file, "does not have the files that it should have")
    damaged = sorted(name for name, about in listed.items() if found.written[name] != about)
    if damaged:
        raise BackupError(file, f"is damaged: {damaged[0]} is not as it was written")


def _document(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path, kind: type[Document], limit: int) -> Document:
    if member.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or member.issparse() or member.size > limit:
        raise BackupError(file, f"has no usable {member.name}")
    return msgspec.json.decode(b"".join(_content(tar, member)), type=kind)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    """What is in a file of a tar, in pieces.

    Raises:
        EOFError: the tar ends in the middle of it.
    """
    opened, left = tar.fileobj, member.size
    assert isinstance(opened, _InPieces)
    opened.seek(member.offset_data)
    while left:
        piece = opened.read_content(min(left, _PIECE_BYTES))
        if not piece:
            raise EOFError
        left -= len(piece)
        yield piece


@contextmanager
def _errors(file: Path) -> Iterator[None]:
    """Raise what readers of such files say of one that is none, or damaged, as a BackupError."""
    try:
        yield
    except EOFError as error:
        raise BackupError(file, _ENDED_EARLY) from error
    except RecursionError as error:  # headers of headers of headers
        raise BackupError(file, "has a header that is in no backup") from error
    except (tarfile.TarError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, msgspec.MsgspecError, ValueError) as error:
        raise BackupError(file, f"cannot be read as a backup ({error})") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise BackupError(file, f"cannot be read as a backup ({error})") from error


@contextmanager
def _tar(opened: BinaryIO, file: Path) -> Iterator[tarfile.TarFile]:
    """The tar in a file, whatever it is compressed with."""
    head = opened.read(6)
    opened.seek(0)
    plain: BinaryIO = opened
    if head.startswith(b"\x1f\x8b"):
        plain = cast("BinaryIO", gzip.GzipFile(fileobj=opened))
    elif head.startswith(b"BZh"):
        plain = cast("BinaryIO", bz2.BZ2File(opened))
    elif head.startswith(b"\xfd7zXZ\x00"):
        plain = cast("BinaryIO", lzma.LZMAFile(opened))  # noqa: SIM115 - whose file is closed
    with tarfile.open(fileobj=_InPieces(plain, file), mode="r:") as tar:  # type: ignore[call-overload]
        yield tar


class _InPieces:
    """A file whose headers are short, and whose content is read in pieces: gigabytes would fill the memory."""

    def __init__(self, opened: BinaryIO, file: Path) -> None:
        self._opened, self._file = opened, file

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MAX_HEADER_BYTES:
            raise BackupError(self._file, "has a header that is too long")
        return self._opened.read(size)

    def read_content(self, size: int) -> bytes:
        return self._opened.read(size)

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        return self._opened.seek(position, whence)

    def tell(self) -> int:
        return self._opened.tell()
