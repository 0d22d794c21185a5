from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest

from pipeline import notes
from pipeline.errors import NotesError
from pipeline.links import youtube_id
from pipeline.notes.dates import find_date
from pipeline.records import BlockKind, Video
from tests.conftest import ROOT
from tests.pipeline.notes.parsing import FIXTURES, assert_no_line_is_lost, parse

SEED = Path(__file__).parents[3] / "seeds" / "000_d54e42ad7e88ce35.txt"


def test_the_seed_reads_as_its_writers_meant_it() -> None:
    """The seed's title, date, recording, speakers and nesting come out right."""
    read = notes.read(SEED)
    assert (read.slug, read.date) == ("osquery-office-hours-2020-01-21", date(2020, 1, 21))
    assert read.video == Video("https://www.youtube.com/watch?v=xO1o1N5o050", "xO1o1N5o050")
    assert [section.title for section in read.sections][:4] == [
        "osquery office hours 2020-01-21",
        "Announcements and Highlights since the last meeting",
        "Windows UTF8<->UTF16 PR #6190",
        "A bunch from Teddy",
    ]
    by_line = {block.line: block for block in read.blocks}
    assert (by_line[3].kind, by_line[3].text) == (BlockKind.MARKUP, "")
    assert "xO1o1N5o050" in by_line[3].html
    assert by_line[86].speaker == "Stefano"
    assert (by_line[86].depth, by_line[86].parent) == (2, by_line[85].id)
    assert by_line[121].speaker == "Alessandro & Stefano"
    assert by_line[8].text.endswith("UTF8<->UTF16 PR #6190")
    assert by_line[32].text.count("(as implemented by #6187)") == 1
    assert read.warnings == ()
    assert_no_line_is_lost(read)


# A checkout of the project whose notes these are, beside this repository or named.
REAL = os.environ.get("JUMPNOTES_TEST_NOTES") or next(map(str, ROOT.parent.glob("*/osquery-office-hours")), "")
REAL_NOTES = sorted(path for path in Path(REAL).glob("*.md") if find_date(path.stem)) if REAL else []


@pytest.mark.skipif(not REAL_NOTES, reason="osquery's notes are not here; JUMPNOTES_TEST_NOTES may name them")
@pytest.mark.parametrize("path", REAL_NOTES, ids=lambda path: path.stem)
def test_no_line_of_real_notes_is_lost(path: Path) -> None:
    """Real notes keep every line, are dated by their file name, and have the video they link to."""
    read = notes.read(path)
    assert_no_line_is_lost(read)
    found = find_date(path.stem)
    assert found is not None
    assert read.date == found[0]
    assert read.slug.endswith(found[0].isoformat())
    linked = {name for url in re.findall(r"https?://[^\s)\]]+", read.source) if (name := youtube_id(url))}
    assert (read.video.id if read.video else None) == (linked.pop() if len(linked) == 1 else None)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.md")), ids=lambda path: path.stem)
def test_no_line_of_a_fixture_is_lost(path: Path) -> None:
    """Each fixture, with either kind of line ending, keeps every line in one block."""
    read = notes.read(path)
    assert_no_line_is_lost(read)
    dos = parse(read.source.replace("\n", "\r\n"), path.name)
    assert_no_line_is_lost(dos)
    assert [(block.id, block.line, block.text) for block in dos.blocks] == [
        (block.id, block.line, block.text) for block in read.blocks
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A wrong path says so and is repeated."""
    with pytest.raises(NotesError, match="does not exist") as caught:
        notes.read(tmp_path / "gone.md")
    assert caught.value.hint


def test_a_folder_is_not_notes(tmp_path: Path) -> None:
    """A folder in place of a file is not reported as missing."""
    with pytest.raises(NotesError, match="is a folder"):
        notes.read(tmp_path)


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf\n"])
def test_empty_notes_are_refused(tmp_path: Path, data: bytes) -> None:
    """A file without any text is an error, not notes without blocks."""
    path = tmp_path / "empty.md"
    path.write_bytes(data)
    with pytest.raises(NotesError, match="is empty"):
        notes.read(path)


def test_text_that_is_not_utf8_names_file_and_line(tmp_path: Path) -> None:
    """The line of the first wrong byte is given, whatever the line endings, and how to convert the file."""
    path = tmp_path / "latin1.md"
    path.write_bytes("# One\r\ntwo\r\ncaf\u00e9\r\n".encode("latin-1"))
    with pytest.raises(NotesError, match=r"latin1\.md:3: is not UTF-8") as caught:
        notes.read(path)
    assert caught.value.line == 3
    assert "iconv" in caught.value.hint


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """A file saved by Windows Notepad reads like any other."""
    path = tmp_path / "bom.md"
    path.write_bytes(b"\xef\xbb\xbf# Title\r\n\r\ntext\r\n")
    read = notes.read(path)
    assert (read.title, [block.line for block in read.blocks]) == ("Title", [1, 3])


def test_a_comment_that_is_never_closed_is_warned_about() -> None:
    """Everything after it would be hidden, so the line is named."""
    assert "line 3" in parse("text\n\n<!-- oops\n\n## Topic").warnings[0]


def test_text_before_the_first_heading_has_a_section_of_its_own() -> None:
    """It is called top and has level 0; every other section is called like its heading."""
    read = parse("intro\n\n## Topic\n\ntext")
    assert [(section.id, section.level, section.title) for section in read.sections] == [
        ("top", 0, ""),
        (read.sections[1].blocks[0].id, 2, "Topic"),
    ]
