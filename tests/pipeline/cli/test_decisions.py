"""`jumpnotes decisions`: of notes, and of the archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.export.marks import MarkJson
from pipeline.refresh import Archive
from tests.service.meetings import Library

MARKED = """# Shed talks 2024-05-07

Decision: the shed is red

## Action items

- [ ] @ana: buy paint
- [x] wash the brushes
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes" / "shed.md"
    path.parent.mkdir()
    path.write_text(MARKED)
    return path


def ask(*arguments: object) -> str:
    result = CliRunner().invoke(main, ["decisions", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_decisions_of_notes_are_shown_by_line(notes: Path) -> None:
    shown = ask(notes)
    assert "Shed talks 2024-05-07" in shown
    assert "line 3  Decision: the shed is red" in shown
    assert "paint" not in shown
    assert "open: @ana: buy paint" in ask(notes.parent, "--actions")


def test_decisions_are_of_some_days(notes: Path) -> None:
    day = "2024-05-07"
    assert "shed is red" in ask(notes, "--since", day, "--until", day)
    for outside in (("--since", "2024-05-08"), ("--until", "2024-05-06")):
        assert "shed is red" not in ask(notes, *outside)
    assert CliRunner().invoke(main, ["decisions", str(notes), "--since", "May"]).exit_code == 2


def test_programs_are_told_the_same_as_by_the_api(notes: Path, archive: Archive, tmp_path: Path) -> None:
    Library(archive.store, tmp_path).notes(MARKED, slug="shed")
    (of_file,) = json.loads(ask(notes, "--format", "json"))
    (of_archive,) = json.loads(ask("--data-dir", archive.store.folder, "--format", "json"))
    assert set(of_archive) == set(MarkJson.__annotations__)
    assert set(of_file) ^ set(of_archive) == {"path", "line", "slug", "moment", "url"}


def test_open_actions_are_those_that_are_not_ticked(notes: Path) -> None:
    (found,) = json.loads(ask(notes, "--open", "--format", "json"))
    assert (found["text"], found["done"], found["people"]) == ("@ana: buy paint", False, ["ana"])
    assert (found["path"], found["line"]) == (str(notes), 7)


def test_nothing_that_is_marked_is_said_so(notes: Path) -> None:
    result = CliRunner().invoke(main, ["decisions", str(notes), "--state", "approved"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "mark no such decision" in result.stderr


def test_decisions_of_the_archive_have_addresses(archive: Archive, tmp_path: Path) -> None:
    Library(archive.store, tmp_path).notes(MARKED, slug="shed")
    (found,) = json.loads(ask("--data-dir", archive.store.folder, "--format", "json"))
    assert (found["slug"], found["moment"], found["section"]) == ("shed", None, None)
    assert found["url"].startswith("/meetings/shed#")
