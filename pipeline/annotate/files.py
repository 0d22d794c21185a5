"""Notes files as they stand on the disk: read whole, and replaced whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline import notes as reader
from pipeline.errors import FileError, NotesError
from pipeline.notes.formats import HTML_SUFFIXES
from pipeline.records import Notes

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class NotesFile:
    """A file of notes in Markdown. `templates` are what recurs in its folder."""

    path: Path
    text: str
    templates: frozenset[str] = frozenset()

    @classmethod
    def open(cls, path: Path, templates: frozenset[str]) -> NotesFile:
        """The file at `path`.

        Raises:
            NotesError: it cannot be read, or is none into which links can be written.
        """
        text = reader.read_text(path)
        if path.suffix.lower() in HTML_SUFFIXES:
            raise NotesError(path, "is HTML", hint="Links are written into Markdown only.")
        return cls(path, text, templates)

    def read(self, text: str) -> Sequence[Notes]:
        """The meetings in a text of this file."""
        return reader.parse_file(self.path, text, templates=self.templates)

    def replace(self, text: str) -> None:
        """Write another text.

        Raises:
            FileError: it cannot be written, or was changed since it was read; the file is as it was.
        """
        mark = _BOM if self._content().startswith(_BOM) else b""
        replace_file(self.path.resolve(), mark + text.encode())

    def _content(self) -> bytes:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise FileError(self.path, f"cannot be read ({error.strerror})", hint="Check its permissions.") from error
        if content.removeprefix(_BOM) != self.text.encode():
            raise FileError(self.path, "was changed while it was annotated", hint="Run the command again.")
        return content


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it sees the old content or the new, with the permissions it had.

    Raises:
        FileError: it cannot be written; the file is as it was.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with scratch.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        if path.exists():
            shutil.copymode(path, scratch)
            with suppress(PermissionError):  # only root can give a file away
                os.chown(scratch, path.stat().st_uid, path.stat().st_gid)
        scratch.replace(path)
    except OSError as error:
        hint = "Check the permissions of the file and its folder, and the disk."
        raise FileError(path, f"cannot be written ({error.strerror})", hint=hint) from error
    finally:
        scratch.unlink(missing_ok=True)
