"""The folder of a site: writes what is new, leaves what is the same, and removes what an earlier run wrote and nobody
needs any more. Nothing else in the folder is touched.

A manifest says what was written, and from what, so that what would be made from the same is not made again. Before the
first file is written it names those that were not there, so that after a kill they are known to be ours.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import msgspec

from pipeline import untrusted
from pipeline.errors import SiteFolderError

MANIFEST = ".jumpnotes-site.json"
_FORMAT = 1
_MAX_MANIFEST_BYTES = 200_000_000


class SitePiece(msgspec.Struct, frozen=True):
    """What was written together: files by their paths, with their sizes in bytes, made from what `made_from` tells."""

    made_from: str
    files: dict[str, int]


class _Manifest(msgspec.Struct):
    format: int
    claimed: list[str]  # paths at which nothing was, and which a run that has not ended may have written
    pieces: dict[str, SitePiece]


@dataclass(slots=True)
class SiteWriter:
    """A site in the making. `written`, `removed` and `kept` count files."""

    folder: Path
    written: int = 0
    removed: int = 0
    kept: int = 0
    _earlier: dict[str, SitePiece] = field(default_factory=dict)
    _pieces: dict[str, SitePiece] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)  # paths of files that we may replace
    _claimed: set[str] = field(default_factory=set)
    _has_told: bool = False  # the manifest names what is claimed

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[SiteWriter]:
        """Write to `folder`, which is made if there is none.

        At the end what belongs to no piece of this run is removed; after an error nothing is, and what was written is
        noted.

        Raises:
            SiteFolderError: it is no folder, or its manifest cannot be read.
            OSError: it cannot be written.
        """
        if folder.exists() and not folder.is_dir():
            raise SiteFolderError(folder, "is no folder")
        folder.mkdir(parents=True, exist_ok=True)
        manifest = _read_manifest(folder / MANIFEST)
        known = {path for piece in manifest.pieces.values() for path in piece.files}
        writer = cls(folder, _earlier=manifest.pieces, _known=known | {*manifest.claimed})
        try:
            yield writer
        except BaseException:
            if writer._has_told:
                writer._save(writer._earlier | writer._pieces)
            raise
        writer._finish()

    def is_current(self, name: str, made_from: str) -> bool:
        """Whether the piece `name` was made from the same by an earlier run, and is there; then it stays."""
        piece = self._earlier.get(name)
        if piece is None or piece.made_from != made_from:
            return False
        if not all(_size(self.folder / path) == size for path, size in piece.files.items()):
            return False
        self._pieces[name] = piece
        self.kept += len(piece.files)
        return True

    def claim(self, paths: Iterable[str]) -> None:
        """Say that files may be written at these paths: all at once costs less than piece by piece."""
        new = {path for path in paths if path not in self._known and not os.path.lexists(self.folder / path)}
        self._has_told = self._has_told and new <= self._claimed
        self._claimed |= new

    def write(self, name: str, made_from: str, files: Mapping[str, bytes | Path]) -> None:
        """Write the piece `name`: files by their paths within the folder, as bytes or as files to be copied.

        Raises:
            SiteFolderError: there is another file that no run wrote.
            OSError: one cannot be written.
        """
        self.claim(files)
        sizes: dict[str, int] = {}
        self._pieces[name] = SitePiece("", sizes)  # as far as it is written
        for path, content in files.items():
            may_replace = path in self._known or path in self._claimed
            sizes[path] = self._write(self.folder / path, content, may_replace=may_replace)
        self._pieces[name] = SitePiece(made_from, sizes)

    def _write(self, path: Path, content: bytes | Path, *, may_replace: bool) -> int:
        is_same = _is_same_file(path, content) if isinstance(content, Path) else _has(path, content)
        if is_same:
            self.kept += 1
            return path.stat().st_size
        if not may_replace and (path.exists() or path.is_symlink()):
            raise SiteFolderError(path, "was not written by `jumpnotes site`, and is in its way")
        if not self._has_told:
            self._save(self._earlier | self._pieces, self._claimed)
            self._has_told = True
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.new")
        try:
            if isinstance(content, Path):
                shutil.copyfile(content, new)
                about = content.stat()
                os.utime(new, ns=(about.st_atime_ns, about.st_mtime_ns))  # by which it is known
            else:
                new.write_bytes(content)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
        self.written += 1
        return path.stat().st_size

    def _finish(self) -> None:
        files = {path for piece in self._pieces.values() for path in piece.files}
        for path in sorted(self._known - files):
            self._remove(self.folder / path)
        self._save(self._pieces)

    def _remove(self, path: Path) -> None:
        if path.is_file() or path.is_symlink():
            path.unlink()
            self.removed += 1
        for folder in path.parents:
            if folder == self.folder:
                return
            with suppress(OSError):  # what others put there keeps it
                folder.rmdir()

    def _save(self, pieces: Mapping[str, SitePiece], claimed: Iterable[str] = ()) -> None:
        document = {
            "format": _FORMAT,
            "claimed": sorted(claimed),
            "pieces": {name: msgspec.to_builtins(piece) for name, piece in sorted(pieces.items())},
        }
        text = json.dumps(document, ensure_ascii=False, indent=0, sort_keys=True) + "\n"
        path = self.folder / MANIFEST
        if not _has(path, text.encode()):
            new = path.with_name(f"{MANIFEST}.new")
            try:
                new.write_text(text, encoding="utf-8")
                new.replace(path)
            finally:
                new.unlink(missing_ok=True)


def _read_manifest(path: Path) -> _Manifest:
    try:
        manifest = msgspec.json.decode(untrusted.read_bytes(path, limit=_MAX_MANIFEST_BYTES), type=_Manifest)
    except FileNotFoundError:
        return _Manifest(_FORMAT, claimed=[], pieces={})
    except (msgspec.MsgspecError, untrusted.InvalidInput) as error:
        raise SiteFolderError(path, "is no manifest of a site") from error
    paths = [*manifest.claimed, *(file for piece in manifest.pieces.values() for file in piece.files)]
    if manifest.format != _FORMAT or not all(map(_is_within, paths)):
        raise SiteFolderError(path, "is no manifest of a site that this version of jumpnotes can go on with")
    return manifest


def _is_within(path: str) -> bool:
    """Whether `path` leads to a file below the folder it starts at."""
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and "\0" not in path and path != MANIFEST


def _size(path: Path) -> int | None:
    with suppress(OSError):
        return path.stat().st_size
    return None


def _has(path: Path, content: bytes) -> bool:
    """Whether the file has just this content."""
    with suppress(OSError):
        return not path.is_symlink() and _size(path) == len(content) and path.read_bytes() == content
    return False


def _is_same_file(path: Path, source: Path) -> bool:
    """Whether the file is a copy of `source`, by its size and time."""
    with suppress(OSError):
        here, there = path.stat(), source.stat()
        is_as_old = abs(here.st_mtime_ns - there.st_mtime_ns) < 2_000_000_000  # some file systems know no less
        return not path.is_symlink() and here.st_size == there.st_size and is_as_old
    return False
