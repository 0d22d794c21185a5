from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import notes
from pipeline.records import Notes
from tests.pipeline.notes.parsing import FIXTURES, blocks_of, parse


@pytest.mark.parametrize(
    ("name", "source", "day", "slug"),
    [
        ("20200414_meeting_notes.md", "# Call 2019-04-14", date(2020, 4, 14), "call-2020-04-14"),
        ("2020-04-14.md", "# Call", date(2020, 4, 14), "call-2020-04-14"),
        ("2020_04_14.txt", "# Call", date(2020, 4, 14), "call-2020-04-14"),
        ("notes.md", "# Call, January 21st, 2020", date(2020, 1, 21), "call-2020-01-21"),
        ("notes.md", "# Call of 21 Jan 2020 (late)", date(2020, 1, 21), "call-of-2020-01-21-late"),
        ("notes.md", "---\ndate: 2020-01-21\n---\n# Call", date(2020, 1, 21), "call-2020-01-21"),
        ("notes.md", "---\ntitle: 'My call'\n---\ntext", None, "my-call"),
        ("weekly-sync.md", "text", None, "weekly-sync"),
        ("20200414_meeting_notes.md", "text", date(2020, 4, 14), "2020-04-14-meeting-notes"),
        ("000_d54e42ad7e88ce35.txt", "# Réunion: ÇA va?", None, "reunion-ca-va"),
        ("20209999.md", "# Call 2020-02-31", None, "call-2020-02-31"),
        ("20200414.md", "# 会議", date(2020, 4, 14), "notes-2020-04-14"),
    ],
)
def test_date_and_slug(name: str, source: str, day: date | None, slug: str) -> None:
    """The file name dates the notes, then the title, then the front matter; the slug carries the right date."""
    read = parse(source, name)
    assert (read.date, read.slug) == (day, slug)


def test_a_title_that_contradicts_the_file_name_is_warned_about() -> None:
    """Both dates are named, so that the writer can correct the wrong one."""
    read = notes.read(FIXTURES / "20200414_meeting_notes.md")
    assert (read.date, read.slug) == (date(2020, 4, 14), "widget-office-hours-2020-04-14")
    assert len(read.warnings) == 1
    assert "2019-04-14" in read.warnings[0]


@given(st.text(min_size=1), st.text(min_size=1, max_size=30).filter(lambda name: "/" not in name))
@settings(max_examples=200)
def test_there_is_always_a_slug(source: str, name: str) -> None:
    """The slug is never empty and needs no escaping anywhere."""
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", parse(f"# {source}", name).slug)


def test_ids_survive_edits_elsewhere() -> None:
    """New blocks, other bullets, another date in the title and a hand-written time change no id."""
    before = parse("# Call 2020-01-01\n\n## Topic\n\n- one two\n- three\n\n## Other\n\n- three\n")
    after = parse(
        "# Call 2020-02-02\n\nnew\n\n## New\n\n- three\n\n## Topic\n\nnew\n\n* (3:04) one two\n* three\n"
        "\n## Other\n\n- three"
    )

    def ids(read: Notes) -> dict[tuple[str, str], str]:
        return {(section.title, block.text): block.id for section in read.sections[1:] for block in section.blocks}

    assert ids(before).items() <= ids(after).items()
    assert len(ids(before)) == 5


def test_the_same_text_has_an_id_for_each_place() -> None:
    """Repeated under one heading it is counted, under another it is another block."""
    ids = [block.id for block in blocks_of("## A\n\n- x\n- x\n\n## B\n\n- x")]
    assert len(set(ids)) == 5
    assert ids[2] == f"{ids[1]}-2"


def test_ids_of_text_without_latin_letters_are_still_ids() -> None:
    """Text that makes no slug is distinguished by its hash."""
    ids = [block.id for block in blocks_of("## 議題\n\nテキスト\n\n4.2.0\n\n***")]
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"[a-z][a-z0-9-]+", name) for name in ids)
