from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline import file_names
from pipeline.errors import NotesError

LATIN = Path(os.fsdecode(b"/notes/r\xe9union 2020.md"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("réunion – 2020.md", "réunion – 2020.md"),
        (LATIN.name, "r\\xe9union 2020.md"),
        ("a\nb\x1b[31m\x9b.md", "a\\nb\\x1b[31m\\x9b.md"),
        ("\u202egnp.md", "\\u202egnp.md"),
        ("\ud800", "\\ud800"),
    ],
)
def test_any_name_can_be_shown(name: str, shown: str) -> None:
    """What is text stays as it is; what is none, or moves the cursor, is escaped."""
    assert file_names.printable(name) == shown
    shown.encode()


def test_any_path_can_be_stored() -> None:
    """A path is stored as it is where that is text, and otherwise as an address that no other path has."""
    assert file_names.stored(Path("/notes/réunion.md")) == "/notes/réunion.md"
    assert file_names.stored(LATIN) == "file:///notes/r%E9union%202020.md"


def test_what_cannot_be_looked_at_may_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes behind a folder that cannot be entered are not gone."""

    def refused(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    assert not file_names.may_exist(tmp_path / "a.md")
    monkeypatch.setattr(Path, "exists", refused)
    assert file_names.may_exist(tmp_path / "a.md")


def test_errors_can_be_printed_and_stored() -> None:
    """Whatever a file is called."""
    assert str(NotesError(LATIN, "is empty")) == "/notes/r\\xe9union 2020.md: is empty"
