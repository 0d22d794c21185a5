"""`jumpnotes corrections`: listed, exported and imported; what the file promises is tested with its module."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.records import Verdict
from pipeline.store import Store
from tests.pipeline.cli.conftest import SLUG, cli


@pytest.fixture
def corrected(stored: Path) -> Path:
    """The data folder of a meeting in which two blocks were corrected, the later one first."""
    store = Store.open(stored / "jumpnotes.db")
    ids = {block.text: block.id for block in store.meeting(SLUG).notes.blocks}
    store.correct(SLUG, ids["Seed swap"], Verdict.NOT_DISCUSSED, None, "Tomasz", seen=None)
    store.correct(SLUG, ids["Compost heap"], Verdict.TIME, 83.2, "Ana", seen=None)
    store.close()
    return stored


def test_corrections_are_listed_in_the_order_of_the_notes(corrected: Path) -> None:
    """Of one meeting or of all, as a table or as JSON."""
    head, *rows = cli("corrections", "list", "--data-dir", corrected).stdout.splitlines()
    of_one = cli("corrections", "list", SLUG, "--format", "json", "--data-dir", corrected)

    assert head.split() == ["meeting", "link", "date", "author", "notes"]
    assert [row.split()[0] for row in rows] == [SLUG, SLUG]
    assert [row.split("  ")[1].strip() for row in rows] == ["1:23", "not discussed"]
    assert [row.split()[-2:] for row in rows] == [["Compost", "heap"], ["Seed", "swap"]]
    assert [(each["author"], each["start"], each["orphan"]) for each in json.loads(of_one.stdout)] == [
        ("Ana", 83.2, False),
        ("Tomasz", None, False),
    ]


def test_where_there_are_no_corrections_nothing_is_printed(stored: Path) -> None:
    """But a remark on stderr; programs get an empty list."""
    result = cli("corrections", "list", "--data-dir", stored)

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No corrections.\n")
    assert cli("corrections", "list", "--format", "json", "--data-dir", stored).stdout == "[]\n"


def test_an_exported_file_is_imported_once(corrected: Path, tmp_path: Path) -> None:
    """A second import adds nothing; one that does not fit is named, and the exit code is 1."""
    file = tmp_path / "garden.corrections.toml"
    cli("corrections", "export", SLUG, "-o", file, "--data-dir", corrected)
    known = cli("corrections", "import", file, "--data-dir", corrected)
    file.write_text(file.read_text().replace("Seed swap", "Sundial repairs"))
    unknown = cli("corrections", "import", file, "--data-dir", corrected)

    assert (known.exit_code, known.stdout) == (0, f"{SLUG}: 2 already known\n")
    assert (unknown.exit_code, unknown.stdout) == (1, f"{SLUG}: 1 already known\n")
    assert unknown.stderr.endswith(": Sundial repairs\n")


def test_a_file_that_cannot_be_used_does_not_keep_the_others_out(corrected: Path, tmp_path: Path) -> None:
    """Each is told with what to do, whether it is missing, broken, or of no meeting."""
    good, broken, strange = (tmp_path / f"{name}.toml" for name in ("good", "broken", "strange"))
    cli("corrections", "export", SLUG, "-o", good, "--data-dir", corrected)
    broken.write_text("notes = [")
    strange.write_text('notes = "elsewhere.md"\n')
    result = cli("corrections", "import", tmp_path / "missing.toml", broken, strange, good, "--data-dir", corrected)

    assert (result.exit_code, result.stdout) == (1, f"{SLUG}: 2 already known\n")
    assert [result.stderr.count(start) for start in ("error: ", "hint: ")] == [3, 3]


def test_only_one_file_can_go_into_a_named_meeting(stored: Path) -> None:
    """Two with --meeting are wrong usage."""
    result = cli("corrections", "import", "a.toml", "b.toml", "--meeting", SLUG, "--data-dir", stored)

    assert result.exit_code == 2
    assert "a single file" in result.stderr
