"""Which files of a folder are notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.errors import NotesError


def find_notes(paths: Iterable[Path]) -> Iterator[Path]:
    """The notes files among `paths`: each file as it is, and the Markdown files below each folder.

    A README is not a note, and a .txt is one when it starts with a heading.

    Raises:
        NotesError: a path does not exist, or a folder has no notes.
    """
    for path in paths:
        if not path.exists():
            raise NotesError(path, "no such file or folder", hint="Check the path.")
        if not path.is_dir():
            yield path
            continue
        found = [file for file in sorted(path.rglob("*")) if _is_note(file.relative_to(path), path)]
        if not found:
            raise NotesError(path, "no notes in this folder", hint="Notes are Markdown files (.md).")
        yield from found


def _is_note(file: Path, root: Path) -> bool:
    if any(part.startswith(".") for part in file.parts) or file.stem.upper() in {"README", "CHANGELOG", "LICENSE"}:
        return False
    suffix = file.suffix.lower()
    if suffix == ".txt" and (root / file).is_file():
        with (root / file).open("rb") as opened:
            return opened.read(64).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"#")
    return suffix in {".md", ".markdown"} and (root / file).is_file()


def siblings_of(path: Path) -> dict[Path, str]:
    """The texts of the notes in the folder of `path`, including itself; unreadable files are left out."""
    texts = {}
    folder = path.resolve().parent
    for file in folder.glob(f"*{path.suffix}"):
        with suppress(OSError):
            if _is_note(Path(file.name), folder):
                texts[file] = file.read_text("utf-8", errors="replace")
    return texts
