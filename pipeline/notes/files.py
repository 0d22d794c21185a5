"""Which files of a folder are notes."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pipeline import untrusted
from pipeline.errors import NotesError
from pipeline.file_names import printable
from pipeline.untrusted import InvalidInput

NOTES_SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".html", ".htm"})
"""Of notes in folders. A .txt is one when it starts with a heading."""

MAX_NOTES_BYTES = 4_000_000  # notes of a day-long meeting have 100 kB
MAX_SIBLINGS = 1_000
MAX_SIBLING_BYTES = 32_000_000
"""How many notes of a folder, and how much of them in all, tell what recurs in it: the last ones by name."""

_log = logging.getLogger(__name__)


def find_notes(paths: Iterable[Path]) -> Iterator[Path]:
    """The notes files among `paths`: each file as it is, and the Markdown files below each folder.

    A README is not a note, and a .txt is one when it starts with a heading. Below a folder nothing is read that is not
    in it: symlinks that lead out, and those to folders, are skipped with a warning, and so is what cannot be read.
    One of several paths that does not exist, or is a folder without notes, is yielded as it is: reading it says so.

    Raises:
        NotesError: the only path does not exist, or is a folder without notes.
    """
    paths = tuple(paths)
    for path in paths:
        try:
            is_folder = path.is_dir()
            exists = is_folder or path.exists()
        except OSError:  # behind a folder that cannot be entered: reading it says so
            yield path
            continue
        if not exists and len(paths) == 1:
            raise NotesError(path, "no such file or folder", hint="Check the path.")
        found = sorted(_find_below(path)) if is_folder else []
        if is_folder and not found and len(paths) == 1:
            raise NotesError(path, "no notes in this folder", hint="Notes are Markdown files (.md).")
        yield from found or [path]


def _find_below(root: Path) -> Iterator[Path]:
    inside = root.resolve()
    pending = [root]  # and no recursion: folders may be nested deeper than Python goes
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                listed = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            _tell_skipped(folder, f"the folder cannot be listed ({error.strerror})")
            continue
        for entry in listed:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                pending.append(path)
            elif entry.is_symlink() and _is_folder(path):
                _tell_skipped(path, "a symlink to a folder")
            elif _may_be_note(path) and _is_inside(path, inside) and _is_note(path):
                yield path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # behind a folder that cannot be entered
        return False


def _tell_skipped(path: Path, why: str) -> None:
    _log.warning("%s: skipped: %s", printable(str(path)), why)


def _may_be_note(file: Path) -> bool:
    """Whether the name is that of notes."""
    is_known = file.suffix.lower() in {".md", ".markdown", ".txt"}
    return is_known and not file.name.startswith(".") and file.stem.upper() not in {"README", "CHANGELOG", "LICENSE"}


def _is_inside(file: Path, folder: Path, *, telling: bool = True) -> bool:
    """Whether `file`, if it is a symlink, leads to a file in the resolved `folder`."""
    if not file.is_symlink():
        return True
    with suppress(OSError, RuntimeError):  # a symlink to itself
        if file.resolve().is_relative_to(folder):
            return True
    if telling:
        _tell_skipped(file, "a symlink that leads out of the folder")
    return False


def _is_note(file: Path, *, telling: bool = True) -> bool:
    """Whether `file`, whose name is that of notes, is a regular file, and a .txt a note."""
    try:
        if not file.is_file():
            if telling:
                _tell_skipped(file, "it is no regular file")
            return False
        if file.suffix.lower() != ".txt":
            return True
        with file.open("rb") as opened:
            return opened.read(64).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"#")
    except OSError as error:
        if telling:
            _tell_skipped(file, f"it cannot be read ({error.strerror})")
        return False


def siblings_of(path: Path) -> dict[Path, str]:
    """The texts of the notes in the folder of `path`, which usually includes itself: at most MAX_SIBLINGS of them.

    What cannot be read, is too large for notes, is no text, or leads out of the folder is left out.
    """
    texts: dict[Path, str] = {}
    folder = path.resolve().parent
    left = MAX_SIBLING_BYTES
    with suppress(OSError):
        for file in sorted((file for file in folder.iterdir() if file.suffix == path.suffix), reverse=True):
            if len(texts) == MAX_SIBLINGS or left <= 0:
                break
            with suppress(OSError, InvalidInput):
                if _may_be_note(file) and _is_inside(file, folder, telling=False) and _is_note(file, telling=False):
                    content = untrusted.read_bytes(file, limit=min(MAX_NOTES_BYTES, left))
                    left -= len(content)
                    if b"\0" not in content:
                        texts[file] = content.decode(errors="replace")
    return dict(reversed(texts.items()))
