"""Files are replaced whole or not at all, and stay what they are."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipeline.annotate.files import NotesFile, replace_file
from pipeline.errors import FileError, NotesError


def test_a_file_keeps_its_mode_its_mark_and_its_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "call.md"
    path.write_bytes(b"\xef\xbb\xbf# Call\r\n\r\nText")
    path.chmod(0o640)
    file = NotesFile.open(path, frozenset())
    assert file.text == "# Call\r\n\r\nText"

    file.replace(file.text + " more")
    assert path.read_bytes() == b"\xef\xbb\xbf# Call\r\n\r\nText more"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["call.md"]


def test_a_symlink_stays_one_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "call.md").write_text("# Call\n")
    link = tmp_path / "call.md"
    link.symlink_to("notes/call.md")

    NotesFile.open(link, frozenset()).replace("# Call\n\nText\n")
    assert link.is_symlink()
    assert (tmp_path / "notes" / "call.md").read_text() == "# Call\n\nText\n"


def test_what_somebody_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "call.md"
    path.write_text("# Call\n")
    file = NotesFile.open(path, frozenset())
    path.write_text("# Call of today\n")

    with pytest.raises(FileError, match="changed while it was annotated"):
        file.replace("# Call\n\nText\n")
    assert path.read_text() == "# Call of today\n"


def test_a_file_that_cannot_be_written_is_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "call.md"
    folder.mkdir()
    with pytest.raises(FileError, match="cannot be written"):
        replace_file(folder, b"text")
    assert list(tmp_path.iterdir()) == [folder]


def test_html_has_no_place_for_links(tmp_path: Path) -> None:
    path = tmp_path / "call.html"
    path.write_text("<h1>Call</h1><p>Text</p>")
    with pytest.raises(NotesError, match="is HTML"):
        NotesFile.open(path, frozenset())
