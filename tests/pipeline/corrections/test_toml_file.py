"""Corrections as a file: written, read back, imported elsewhere, refused with the line."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.corrections import toml_file as files
from pipeline.corrections.locate import BlockLocator
from pipeline.corrections.portable import ImportOutcome
from pipeline.errors import CorrectionsFileError
from pipeline.store import Store
from tests.pipeline.garden import HOSE, LABELS, SLUG, correct, edit


@pytest.fixture
def store(garden_store: Store) -> Store:
    return garden_store


def cli(folder: Path, *args: str | Path) -> Result:
    return CliRunner().invoke(main, ["corrections", *map(str, args), "--data-dir", str(folder / "data")])


def exported(store: Store) -> str:
    name = Path(store.notes_paths()[SLUG]).name
    return files.to_toml(files.CorrectionsFile(name, store.portable_corrections(SLUG)))


def test_the_file_is_small_and_read_by_people(store: Store, folder: Path) -> None:
    """In the order of the notes, whatever order it was said in."""
    correct(store, LABELS, 83.2)
    correct(store, "Compost heap", None, author='Tomasz "Tom" Ö.')
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE corrections SET at = '2024-03-06 09:30:00'")
    db.close()

    assert exported(store) == (
        'notes = "2024-03-05-garden.md"\n'
        "\n"
        "[[correction]]\n"
        'line = "Compost heap"\n'
        'verdict = "not_discussed"\n'
        'author = "Tomasz \\"Tom\\" Ö."\n'
        "at = 2024-03-06T09:30:00Z\n"
        "\n"
        "[[correction]]\n"
        'line = "Bring labelled envelopes, no hybrid varieties"\n'
        'under = "Seed swap"\n'
        'verdict = "time"\n'
        'start = "1:23.2"\n'
        'author = "Ana"\n'
        "at = 2024-03-06T09:30:00Z\n"
    )


def test_export_and_import_carry_everything_to_a_fresh_database(
    store: Store, folder: Path, linked_folder: Path
) -> None:
    """The other database then shows the same links, by the same people; a second import adds nothing."""
    correct(store, LABELS, 83.27)
    correct(store, "Compost heap", None)
    undone = correct(store, "Watering rota", 3.0)
    store.undo(SLUG, undone.id, "Tomasz")
    file = folder / "2024-03-05-garden.corrections.toml"
    assert cli(folder, "export", SLUG, "-o", file).exit_code == 0
    other = folder.parent / "other"
    shutil.copytree(linked_folder, other)

    first = cli(other, "import", file)
    second = cli(other, "import", file)

    fresh = Store.open(other / "data" / "jumpnotes.db")
    here, there = store.meeting(SLUG), fresh.meeting(SLUG)
    assert first.stdout == f"{SLUG}: 3 added\n"
    assert second.stdout == f"{SLUG}: 3 already known\n"
    assert there.alignments == here.alignments
    assert {replace(said, id=0) for said in there.corrections.values()} == {
        replace(said, id=0) for said in here.corrections.values()
    }
    assert len(fresh.history(SLUG)) == 3
    assert exported(fresh) == file.read_text()
    fresh.close()


def test_an_import_reports_what_finds_no_block(store: Store, folder: Path) -> None:
    """And does the rest; a moment beyond the recording is reported, too."""
    file = folder / "lost.corrections.toml"
    entry = '[[correction]]\nline = "{}"\nverdict = "time"\nstart = "{}"\nauthor = "Ana"\nat = 2024-03-06T09:30:00Z\n'
    lines = [("Sundial repairs", "0:10"), ("compost  heap!", "1:10"), ("Seed swap", "9:00:00")]
    file.write_text('notes = "2024-03-05-garden.md"\n' + "".join(entry.format(*line) for line in lines))

    done = cli(folder, "import", file)

    assert done.exit_code == 1
    assert done.stdout == f"{SLUG}: 1 added\n"
    assert "no such line in the notes: Sundial repairs" in done.stderr
    assert "not within the recording: Seed swap" in done.stderr
    assert [said.start for said in store.meeting(SLUG).corrections.values()] == [70.0]


def test_what_found_no_block_waits_for_it(store: Store, folder: Path) -> None:
    """It is listed, exported and known like any other that lost its block, and holds once the notes have it."""
    file = folder / "early.corrections.toml"
    file.write_text(GOOD.replace("Compost heap", "Fox behind the bean poles"))
    assert cli(folder, "import", file).exit_code == 1
    assert [said.text for said in store.meeting(SLUG).orphans] == ["Fox behind the bean poles"]
    assert exported(store) == file.read_text()

    again = cli(folder, "import", file)
    meeting = edit(store, folder, "## Seed swap", "## Fox behind the bean poles\n\n## Seed swap")

    assert (again.exit_code, again.stdout) == (0, f"{SLUG}: 1 already known\n")
    assert meeting.orphans == ()
    assert [(said.text, said.start) for said in meeting.corrections.values()] == [("Fox behind the bean poles", 70.0)]


def test_an_old_file_does_not_undo_what_was_said_since(store: Store, folder: Path) -> None:
    """The newest word counts, wherever it was said."""
    correct(store, "Compost heap", 10.0)
    old = [
        replace(each, start=99.0, author="Tomasz", at=each.at.replace(year=2020))
        for each in store.portable_corrections(SLUG)
    ]

    assert store.import_corrections(SLUG, old) == (ImportOutcome.OLDER,)
    assert [said.start for said in store.meeting(SLUG).corrections.values()] == [10.0]


GOOD = """notes = "2024-03-05-garden.md"

[[correction]]
line = "Compost heap"
verdict = "time"
start = "1:10"
author = "Ana"
at = 2024-03-06T09:30:00Z
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('"1:10"', "1:10", 6, "TOML"),
        ('"1:10"', '"soon"', 6, "not a time"),
        ('"1:10"', "70", 6, "quotes"),
        ('"time"', '"maybe"', 5, "one of time, not_discussed, automatic"),
        ('"time"', '"automatic"', 6, "only"),
        ('start = "1:10"\n', "", 3, "needs a start"),
        ('author = "Ana"', 'author = ""', 7, "not a name"),
        ("2024-03-06T09:30:00Z", '"yesterday"', 8, "date and time"),
        ('line = "Compost heap"\n', "", 3, "line is missing"),
        ("verdict", "nth = 0\nverdict", 5, "number"),
        ("verdict", "colour = 1\nverdict", 5, "colour"),
        ("notes =", "note =", None, "notes ="),
        ("[[correction]]", "[correction]", 3, "[[correction]]"),
    ],
)
def test_a_bad_file_is_told_with_its_line(folder: Path, old: str, new: str, line: int | None, says: str) -> None:
    """Nothing of it is imported."""
    file = folder / "bad.corrections.toml"
    file.write_text(GOOD.replace(old, new, 1))

    done = cli(folder, "import", file)

    assert done.exit_code == 1
    assert f"{file}:{line}: " in done.stderr if line else f"{file}: " in done.stderr
    assert says in done.stderr
    assert "hint: " in done.stderr


def test_a_file_that_is_none_or_belongs_to_nothing_is_said(store: Store, folder: Path) -> None:
    """Unreadable, not text, of notes nobody ran, of notes that two meetings have."""
    (folder / "bin.toml").write_bytes(b"notes = '\n\xff")
    (folder / "other.toml").write_text('notes = "other.md"\n')
    (folder / "twice.toml").write_text('notes = "twice.md"\n')
    for name in ("a", "b"):
        store.claim(f"/{name}/twice.md", name)

    for name, says in [
        ("nowhere.toml", "cannot be read"),
        ("bin.toml", r"bin\.toml:2: is not UTF-8"),
        ("other.toml", "no meeting has notes called other.md"),
        ("twice.toml", "a, b all have notes"),
    ]:
        with pytest.raises(CorrectionsFileError, match=says):
            files.meeting_of(folder / name, files.read(folder / name).notes_name, store.notes_paths())


def test_a_suggestion_names_its_meeting_by_its_slug(folder: Path) -> None:
    """Readers of a site know nothing else of it; notes that are called so come first."""
    path = folder / "suggested.toml"

    assert files.meeting_of(path, "a", {"a": "/notes/x.md", "b": "/notes/y.md"}) == "a"
    assert files.meeting_of(path, "a", {"a": "/notes/x.md", "b": "/notes/a"}) == "b"


def test_odd_characters_survive_the_file(store: Store, folder: Path) -> None:
    """Quotes, backslashes, control characters and emoji in a line come back as they were."""
    odd = 'a "b" \\ c \x7f d 🌱 # e'
    correct(store, HOSE, 33.25)
    (portable,) = store.portable_corrections(SLUG)
    file = folder / "odd.toml"
    written = replace(portable, locator=BlockLocator(odd, "[[correction]]", 2))
    file.write_text(files.to_toml(files.CorrectionsFile("x.md", (written,), {odd: "Ana"})))
    read = files.read(file)

    assert read == files.CorrectionsFile("x.md", (written,), {odd: "Ana"})


def test_the_list_shows_who_set_what(store: Store, folder: Path) -> None:
    """A line for each, those without a block marked."""
    assert cli(folder, "list").stdout == ""
    correct(store, "Compost heap", None)
    correct(store, LABELS, 83.2, author="Tomasz")
    edit(store, folder, f"- {LABELS}\n", "")

    rows = cli(folder, "list", SLUG).stdout.splitlines()

    assert rows[0].split() == ["meeting", "link", "date", "author", "notes"]
    assert "not discussed" in rows[1]
    assert "Compost heap" in rows[1]
    assert "1:23" in rows[2]
    assert "Tomasz" in rows[2]
    assert f"(orphaned) {LABELS}" in rows[2]
    assert '"orphan": true' in cli(folder, "list", "--format", "json").stdout


def test_written_links_are_read_back_and_replaced_alone(tmp_path: Path) -> None:
    """Among what people wrote before and after them."""
    one = files.WrittenLink(BlockLocator('a "quoted" ] line', "Plan", 2), 754)
    other = files.WrittenLink(BlockLocator("[b]"), 75, "call-2024-03-05")
    text = files.to_toml(files.CorrectionsFile("a.md", speakers={"A": "Ana"}, written=(one, other)))
    path = tmp_path / "a.toml"
    path.write_text(text)
    assert files.read(path).written == (one, other)

    mine = text.replace("[written]", "# mine\n[written]").replace("[speakers]", "# names\n[speakers]")
    changed = files.with_annotations(mine, (), (other,))
    path.write_text(changed)
    assert files.read(path).written == (other,)
    assert changed.startswith('notes = "a.md"\n\n# names\n[speakers]\n"A" = "Ana"\n\n# mine\n')
    assert files.with_annotations(changed, (), (other,)) == changed
    assert files.with_annotations(text, (), ()) == 'notes = "a.md"\n\n[speakers]\n"A" = "Ana"\n'


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("written = 1", r"\[written\] has to be a table"),
        ("[written]\nlinks = [1]", r"\[written\] has to be a table"),
        ('[written]\nlinks = [{ line = "a" }]', "link 1: has None at start"),
        ('[written]\nlinks = [{ line = "a", start = "soon" }]', "link 1: start is 'soon', which is no time"),
        ('[written]\nlinks = [{ line = "a", start = "1:00", by = "me" }]', "link 1: it has a field that is unknown"),
        ('[written]\nlinks = [{ line = "a", start = "1:00", nth = 0 }]', "link 1: has 0 at nth"),
    ],
)
def test_written_links_that_are_none_are_refused(tmp_path: Path, table: str, problem: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(f'notes = "a.md"\n{table}\n')
    with pytest.raises(CorrectionsFileError, match=problem):
        files.read(path)


def test_an_export_over_the_file_keeps_what_annotate_remembers_there(store: Store, folder: Path) -> None:
    path = folder / "2024-03-05-garden.corrections.toml"
    written = files.WrittenLink(BlockLocator("Seed swap"), 109)
    path.write_text(files.to_toml(files.CorrectionsFile("2024-03-05-garden.md", written=(written,))))
    correct(store, LABELS, 83.2)

    assert cli(folder, "export", SLUG, "-o", path).exit_code == 0
    assert files.read(path).written == (written,)
    assert len(files.read(path).corrections) == 1
