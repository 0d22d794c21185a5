"""Which files of a folder are notes."""

from __future__ import annotations

import logging
import os
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePath

from pipeline import untrusted
from pipeline.errors import NotesError
from pipeline.file_names import printable
from pipeline.notes import formats, likely, own_links
from pipeline.untrusted import InvalidInput

MAX_NOTES_BYTES = 4_000_000  # notes of a day-long meeting have 100 kB
MAX_SIBLINGS = 1_000
MAX_SIBLING_BYTES = 32_000_000
"""How many notes of a folder, and how much of them in all, tell what recurs in it: the last ones by name."""

_FOREIGN_FOLDERS = frozenset({"node_modules", "site-packages", "vendor"})
"""Of other people's projects."""

_log = logging.getLogger(__name__)


def find_notes(paths: Iterable[Path]) -> Iterator[Path]:
    """The notes files among `paths`: each file as it is, and the notes below each folder.

    Those are Markdown files, but neither READMEs and web pages that look like something else, nor what every project
    has; and a .txt that starts with a heading. Below a folder nothing is read that is not in it: symlinks that lead
    out, and those to folders, are skipped with a warning, and so is what cannot be read. How many files of other
    formats were left out is told. One of several paths that does not exist, or is a folder without notes, is yielded
    as it is: reading it says so.

    Raises:
        NotesError: the only path does not exist, or is a folder without notes.
    """
    paths = tuple(paths)
    others: list[Path] = []
    for path in paths:
        try:
            is_folder = path.is_dir()
            exists = is_folder or path.exists()
        except OSError:  # behind a folder that cannot be entered: reading it says so
            yield path
            continue
        if not exists and len(paths) == 1:
            raise NotesError(path, "no such file or folder", hint="Check the path.")
        found = sorted(_find_below(path, others)) if is_folder else []
        if is_folder and not found and len(paths) == 1:
            raise _no_notes(path, others)
        yield from found or [path]
    if others:
        left_out, hint = formats.describe_other_formats(others), formats.conversion_hint(others)
        _log.warning("%s left out. %s", left_out, hint, extra={"once": True})  # it is the same in every run


def _no_notes(folder: Path, others: list[Path]) -> NotesError:
    if others:
        problem = f"no notes in this folder, but {formats.describe_other_formats(others)}"
        return NotesError(folder, problem, hint=formats.conversion_hint(others))
    hint = "Notes are Markdown files (.md). A README or a web page can be named itself."
    return NotesError(folder, "no notes in this folder", hint=hint)


def _find_below(root: Path, others: list[Path]) -> Iterator[Path]:
    """The notes below a folder; what is of other formats is added to `others`."""
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
        sources = {stem for entry in listed if (stem := _markdown_stem(entry.name))}
        for entry in listed:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _FOREIGN_FOLDERS:
                    pending.append(path)
            elif entry.is_symlink() and _is_folder(path):
                _tell_skipped(path, "a symlink to a folder")
            elif formats.is_of_other_format(path):
                others.append(path)
            elif (
                _may_be_note(path, sources)
                and _is_inside(path, inside)
                and _is_note(path)
                and _is_likely(path, inside.name / path.relative_to(root))
            ):
                yield path


def _markdown_stem(name: str) -> str:
    """The name of a Markdown file without its suffix; "" for any other."""
    stem, _, suffix = name.rpartition(".")
    return stem if f".{suffix.lower()}" in formats.MARKDOWN_SUFFIXES else ""


def _is_likely(file: Path, path: PurePath) -> bool:
    """Whether a file is notes, by `path` and, for a README or a web page, by how it begins."""
    if not likely.needs_evidence(path):
        return True
    try:
        with file.open("rb") as opened:
            return likely.is_likely(path, opened.read(likely.HEAD_BYTES).decode(errors="replace"))
    except OSError as error:
        _tell_skipped(file, f"it cannot be read ({error.strerror})")
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # behind a folder that cannot be entered
        return False


def _tell_skipped(path: Path, why: str) -> None:
    _log.warning("%s: skipped: %s", printable(str(path)), why)


def _may_be_note(file: Path, sources: Container[str] = ()) -> bool:
    """Whether the name is that of notes. A page that was made of one of the `sources` beside it is none."""
    suffix = file.suffix.lower()
    is_made = suffix in formats.HTML_SUFFIXES and file.stem in sources
    is_known = suffix in formats.NOTES_SUFFIXES or suffix == ".txt"
    return is_known and not is_made and not file.name.startswith(".") and not likely.is_never_notes(file)


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

    They are of its format, and of HTML the text is Markdown. What cannot be read, is too large for notes, is no text,
    or leads out of the folder is left out.
    """
    texts: dict[Path, str] = {}
    folder = path.resolve().parent
    left = MAX_SIBLING_BYTES
    with suppress(OSError):
        for file in sorted((file for file in folder.iterdir() if file.suffix == path.suffix), reverse=True):
            if len(texts) == MAX_SIBLINGS or left <= 0:
                break
            with suppress(OSError, InvalidInput, NotesError):
                is_file = (
                    _may_be_note(file) and _is_inside(file, folder, telling=False) and _is_note(file, telling=False)
                )
                if is_file and (file.name == path.name or _is_likely(file, PurePath(folder.name, file.name))):
                    content = untrusted.read_bytes(file, limit=min(MAX_NOTES_BYTES, left))
                    left -= len(content)
                    if b"\0" not in content:
                        texts[file] = own_links.hide(formats.as_markdown(file, content.decode(errors="replace")))
    return dict(reversed(texts.items()))
