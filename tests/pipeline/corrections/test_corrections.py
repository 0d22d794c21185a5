"""What a person said about a link holds: over runs, edits, crashes, other people and other databases."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import notes as reader
from pipeline.cli import main
from pipeline.config import Settings
from pipeline.corrections import toml_file as files
from pipeline.corrections.locate import Spot, match
from pipeline.errors import (
    BlockNotFound,
    ConflictError,
    CorrectionNotFound,
    CorrectionsFileError,
    InvalidCorrection,
    MeetingNotFound,
)
from pipeline.records import Alignment, Basis, Correction, Meeting, Recording, Verdict
from pipeline.run.runner import Options, Outcome, Runner, Stage, State
from pipeline.search import search
from pipeline.store import Store
from pipeline.store.corrections import Fate
from tests.conftest import CALL

VTT = str(CALL / "garden.vtt")
SLUG = "community-garden-call-2024-03-05"
LABELS = "Bring labelled envelopes, no hybrid varieties"
HOSE = "The hose by the greenhouse leaks"


class Quiet:
    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        self.stages.append(stage)

    def progress(self, done: float, total: float) -> None: ...

    def say(self, text: str) -> None: ...


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with notes that were run once, and the database in it."""
    folder = tmp_path_factory.mktemp("linked")
    shutil.copy(CALL / "2024-03-05-garden.md", folder)
    store = Store.open(folder / "data" / "jumpnotes.db")
    outcome, _ = go(store, folder, transcript=VTT)
    assert outcome.state is State.LINKED
    store.close()
    return folder


@pytest.fixture
def folder(linked: Path, tmp_path: Path) -> Path:
    """A copy, whose meeting is known by the copied notes."""
    shutil.copytree(linked, tmp_path / "here")
    with sqlite3.connect(tmp_path / "here" / "data" / "jumpnotes.db") as db:
        db.execute("UPDATE meetings SET path = ?", (str((tmp_path / "here" / "2024-03-05-garden.md").resolve()),))
    db.close()
    return tmp_path / "here"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = Store.open(folder / "data" / "jumpnotes.db")
    yield opened
    opened.close()


def go(store: Store, folder: Path, **options: object) -> tuple[Outcome, list[str]]:
    heard = Quiet()
    runner = Runner(store, Settings(data_dir=folder / "data"), Options(**options), heard)  # type: ignore[arg-type]
    (outcome,) = runner.run([folder / "2024-03-05-garden.md"])
    assert outcome.failure is None, outcome.failure
    return outcome, heard.stages


def edit(store: Store, folder: Path, old: str, new: str) -> Meeting:
    """Save the notes anew, with `old` replaced."""
    path = folder / "2024-03-05-garden.md"
    source = path.read_text()
    assert old in source
    path.write_text(source.replace(old, new))
    store.save_notes(replace(reader.read(path), slug=SLUG))
    return store.meeting(SLUG)


def block(store: Store, text: str) -> str:
    return next(block.id for block in store.meeting(SLUG).notes.blocks if block.text == text)


def put(store: Store, text: str, start: float | None, *, seen: int | None = None, author: str = "Ana") -> Correction:
    """Set the start of a block; None: not discussed."""
    verdict = Verdict.NOT_DISCUSSED if start is None else Verdict.TIME
    return store.correct(SLUG, block(store, text), verdict, start, author, seen=seen)


def link(store: Store, text: str) -> Alignment | None:
    return store.meeting(SLUG).alignments.get(block(store, text))


def cli(folder: Path, *args: str | Path) -> Result:
    return CliRunner().invoke(main, ["corrections", *map(str, args), "--data-dir", str(folder / "data")])


# -- saying it ---------------------------------------------------------------------------------------------------------


def test_a_time_is_the_link(store: Store) -> None:
    """The block starts where it was set and ends where the next of its rank begins; the list counts it."""
    assert store.meetings()[0].linked == 3
    put(store, "Insurance renewal", 150.0)

    found = link(store, "Insurance renewal")
    assert found is not None
    assert (found.start, found.confidence, found.basis) == (150.0, 1.0, Basis.PINNED)
    assert found.end == 165.2
    assert store.meetings()[0].linked == 4
    assert any(hit.start == 150.0 for hit in search(store, "insurance renewal") if hit.source == "notes")


def test_a_topic_ends_where_the_next_one_begins(store: Store) -> None:
    """A heading set before its neighbour lasts until that; an item until the next item."""
    compost = link(store, "Compost heap")
    assert compost is not None
    put(store, "Watering rota", 5.0)
    put(store, "Priya drafted a rota for July and August", 6.0)
    put(store, HOSE, 9.5)

    watering, rota = link(store, "Watering rota"), link(store, "Priya drafted a rota for July and August")
    assert watering is not None
    assert rota is not None
    assert watering.end == compost.start
    assert rota.end == 9.5


def test_not_discussed_takes_the_link_away(store: Store) -> None:
    """Page, list and search have no moment any more."""
    put(store, "Compost heap", None)

    assert link(store, "Compost heap") is None
    assert store.meetings()[0].linked == 2
    assert all(hit.start is None for hit in search(store, '"compost heap"') if hit.source == "notes")


def test_undo_says_again_what_held_before(store: Store) -> None:
    """Step by step back to the automatic link; an undone undo is the correction again; every row stays."""
    found = link(store, "Compost heap")
    first = put(store, "Compost heap", 10.0)
    second = put(store, "Compost heap", 20.0, seen=first.id, author="Tomasz")

    back = store.undo(SLUG, second.id, "Priya")
    again = store.undo(SLUG, back.id, "Priya")

    assert (back.verdict, back.start, back.author) == (Verdict.TIME, 10.0, "Priya")
    assert (again.verdict, again.start) == (Verdict.TIME, 20.0)
    assert [said.id for said in store.history(SLUG)] == [again.id, back.id, second.id, first.id]
    store.correct(SLUG, first.block_id, Verdict.AUTOMATIC, None, "Ana", seen=again.id)
    assert link(store, "Compost heap") == found


def test_undoing_the_first_is_automatic(store: Store) -> None:
    """There was nothing before it but what was found."""
    found = link(store, "Compost heap")
    made = put(store, "Compost heap", 10.0)

    assert store.undo(SLUG, made.id, "Ana").verdict is Verdict.AUTOMATIC
    assert link(store, "Compost heap") == found
    assert store.meetings()[0].linked == 3


def test_who_has_not_seen_the_newest_changes_nothing(store: Store) -> None:
    """The error says who set what and when, and carries it."""
    first = put(store, "Compost heap", 70.0)

    with pytest.raises(ConflictError, match=r"Ana set it to 1:10 at \d{4}-\d\d-\d\d \d\d:\d\d UTC") as caught:
        put(store, "Compost heap", 20.0, author="Tomasz")
    with pytest.raises(ConflictError):
        put(store, "Compost heap", 20.0, seen=first.id + 7)
    second = put(store, "Compost heap", None, seen=first.id, author="Tomasz")
    with pytest.raises(ConflictError, match="Tomasz marked it as not discussed"):
        store.undo(SLUG, first.id, "Ana")

    assert caught.value.theirs == first
    assert [said.id for said in store.history(SLUG)] == [second.id, first.id]


@pytest.mark.parametrize("start", [-0.1, 165.2, 1e9, float("nan"), float("inf"), None])
def test_a_start_lies_within_the_recording(store: Store, start: float | None) -> None:
    """Anything else is refused, with the length."""
    with pytest.raises(InvalidCorrection):
        store.correct(SLUG, block(store, "Compost heap"), Verdict.TIME, start, "Ana", seen=None)


def test_what_cannot_be_is_refused(store: Store) -> None:
    """A block, a meeting and a correction have to exist, and somebody has to say it."""
    known = block(store, "Compost heap")
    with pytest.raises(BlockNotFound):
        store.correct(SLUG, "nowhere", Verdict.TIME, 1.0, "Ana", seen=None)
    with pytest.raises(MeetingNotFound):
        store.correct("nowhere", known, Verdict.TIME, 1.0, "Ana", seen=None)
    with pytest.raises(CorrectionNotFound):
        store.undo(SLUG, 1, "Ana")
    with pytest.raises(InvalidCorrection):
        store.correct(SLUG, known, Verdict.AUTOMATIC, 1.0, "Ana", seen=None)
    for name in ("", "  ", "x" * 81, "a\x07b"):
        with pytest.raises(InvalidCorrection, match="name"):
            store.correct(SLUG, known, Verdict.TIME, 1.0, name, seen=None)
    assert store.history(SLUG) == ()


def test_a_writer_killed_half_way_leaves_nothing(store: Store, folder: Path) -> None:
    """A process that dies between the row and the count: neither is there, and what was said before is."""
    first = put(store, "Compost heap", 10.0)
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from pipeline.records import Verdict\n"
        "from pipeline.store import Store, corrections\n"
        "corrections.settle = lambda db, slug: os.kill(os.getpid(), signal.SIGKILL)\n"
        "store, block, seen = Store.open(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])\n"
        f"store.correct({SLUG!r}, block, Verdict.NOT_DISCUSSED, None, 'Tomasz', seen=seen)\n"
    )
    command = [sys.executable, "-c", script, str(store.path), first.block_id, str(first.id)]
    killed = subprocess.run(command, check=False, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})

    assert killed.returncode == -signal.SIGKILL
    assert store.history(SLUG) == (first,)
    assert store.meetings()[0].linked == 3
    put(store, "Compost heap", 12.0, seen=first.id)


# -- runs --------------------------------------------------------------------------------------------------------------


def test_the_next_run_aligns_anew_around_it_and_nothing_else(store: Store, folder: Path) -> None:
    """A correction is an anchor for its neighbours: the section's items follow their heading."""
    assert go(store, folder)[0].state is State.UNCHANGED
    put(store, "Insurance renewal", 150.0)
    put(store, "Seed swap", None)

    outcome, stages = go(store, folder)
    settled, _ = go(store, folder)

    assert stages == ["aligning"]
    assert settled.state is State.UNCHANGED
    assert outcome.meeting is not None
    found = link(store, "Insurance renewal")
    assert found is not None
    assert (found.start, found.basis) == (150.0, Basis.PINNED)
    assert link(store, "Seed swap") is None
    policy = link(store, "The policy with Harrowgate Mutual ends in May.")
    assert policy is None or policy.start >= 145.0


def test_a_correction_during_a_run_is_not_lost(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run that did not know of it takes nothing away, and the next one aligns with it."""

    def correct_meanwhile(self: Quiet, title: str, stage: str, *, unit: str = "") -> None:
        put(store, "Compost heap", 10.0)

    with monkeypatch.context() as patch:
        patch.setattr(Quiet, "stage", correct_meanwhile)
        outcome, _ = go(store, folder, force=Stage.ALIGN)
    after, stages = go(store, folder)

    assert outcome.meeting is not None
    assert [said.start for said in outcome.meeting.corrections.values()] == [10.0]
    assert stages == ["aligning"]
    assert after.meeting is not None
    assert after.meeting.alignments[block(store, "Compost heap")].start == 10.0


def test_what_was_found_before_a_run_knew_of_a_correction_comes_back(store: Store, folder: Path) -> None:
    """Back to automatic after a run with the correction: the link is the one from before, not the person's."""
    found = link(store, "Compost heap")
    made = put(store, "Compost heap", 10.0)
    gone = put(store, "Seed swap", None)
    seeds = store.meeting(SLUG)
    go(store, folder)

    store.undo(SLUG, made.id, "Ana")
    store.undo(SLUG, gone.id, "Ana")

    assert seeds.alignments != store.meeting(SLUG).alignments
    assert link(store, "Compost heap") == found
    back = link(store, "Seed swap")
    assert back is not None
    assert back.basis is not Basis.PINNED


def test_a_correction_does_not_reach_another_recording(store: Store, folder: Path) -> None:
    """A time means nothing there: it is set aside, and holds again when the recording is back."""
    put(store, "Compost heap", 10.0)
    known = store.recording(SLUG)
    assert known is not None

    store.save_recording(SLUG, Recording("https://youtu.be/gArDenCall1", "New", 999.0), key="youtube gArDenCall1")
    between = store.meeting(SLUG)
    store.save_recording(SLUG, Recording("/media/copy.m4a", "Copy", 165.9), key="/media/copy.m4a 1 2")
    copied = store.meeting(SLUG)

    assert (between.alignments, between.corrections) == ({}, {})
    assert [said.start for said in between.orphans] == [10.0]
    assert [link.start for link in copied.alignments.values()] == [10.0]
    assert copied.orphans == ()


# -- edited notes ------------------------------------------------------------------------------------------------------


def test_a_reworded_block_keeps_its_correction(store: Store, folder: Path) -> None:
    """The id is another, the text nearly the same: author, date and time go with it."""
    made = put(store, HOSE, 33.25)
    meeting = edit(store, folder, HOSE, "The hose by the greenhouse leaks badly")

    (held,) = meeting.corrections.values()
    assert held.block_id != made.block_id
    assert (held.start, held.author, held.at) == (33.25, "Ana", made.at)
    assert held.text == "The hose by the greenhouse leaks badly"
    assert meeting.alignments[held.block_id].start == 33.25
    assert meeting.orphans == ()
    assert store.history(SLUG) == (held,)
    assert store.undo(SLUG, held.id, "Ana").verdict is Verdict.AUTOMATIC


def test_many_small_edits_are_followed(store: Store, folder: Path) -> None:
    """Word by word to another sentence, each version being stored."""
    put(store, HOSE, 33.25)
    words = ["The hose by the greenhouse leaks", "The hose by the greenhouse drips", "The pipe by the greenhouse drips"]
    words += ["The pipe by the new greenhouse drips", "A pipe in the new greenhouse drips"]
    for old, new in pairwise(words):
        meeting = edit(store, folder, old, new)

    (held,) = meeting.corrections.values()
    assert (held.text, held.start) == (words[-1], 33.25)


def test_a_renamed_heading_keeps_what_was_said_below_it(store: Store, folder: Path) -> None:
    """Ids contain the headings above; the lines are still the same."""
    put(store, HOSE, 33.25)
    put(store, "Watering rota", 16.0)
    meeting = edit(store, folder, "## Watering rota", "## Watering rota and hoses")

    assert {said.text: said.start for said in meeting.corrections.values()} == {
        HOSE: 33.25,
        "Watering rota and hoses": 16.0,
    }


def test_a_lost_block_comes_back_with_its_correction(store: Store, folder: Path) -> None:
    """Meanwhile it is listed with its text, never deleted, and given to no neighbour."""
    put(store, LABELS, 120.0)
    without = edit(store, folder, f"- {LABELS}\n", "")
    assert [(said.text, said.start) for said in without.orphans] == [(LABELS, 120.0)]
    assert without.corrections == {}

    back = edit(store, folder, "- Saturday", f"- {LABELS}\n- Saturday")

    assert back.orphans == ()
    assert [(said.text, said.start) for said in back.corrections.values()] == [(LABELS, 120.0)]


def test_an_orphan_can_be_dismissed(store: Store, folder: Path) -> None:
    """Undoing it leaves nothing to list."""
    made = put(store, LABELS, 120.0)
    edit(store, folder, f"- {LABELS}\n", "")

    store.undo(SLUG, made.id, "Ana")

    assert store.meeting(SLUG).orphans == ()


def test_an_edit_that_is_taken_back_leaves_the_newest_word(store: Store, folder: Path) -> None:
    """What was said of the reworded line is not undone by the old wording's return."""
    put(store, HOSE, 33.25)
    reworded = "The hose by the greenhouse leaks badly"
    edit(store, folder, HOSE, reworded)
    (held,) = store.meeting(SLUG).corrections.values()
    put(store, reworded, 44.5, seen=held.id)

    meeting = edit(store, folder, reworded, HOSE)

    again = edit(store, folder, "- Saturday", "- On Saturday")

    assert [said.start for said in meeting.corrections.values()] == [44.5]
    assert meeting.orphans == ()
    assert again.corrections == meeting.corrections


def test_of_alike_blocks_each_finds_its_own() -> None:
    """The same words under other headings, twice under one, and reworded: told apart by place, then by order."""
    among = {
        "a": Spot("Demo by Ana", "Compost", 1),
        "b": Spot("Demo by Ana", "Seeds", 1),
        "c": Spot("Demo by Ana", "Seeds", 2),
        "d": Spot("Insurance", "", 1),
    }
    wanted = [Spot("Demo by Ana", "Seeds", 2), Spot("Demo of Ana", "Compost"), Spot("Demo by Ana", "Seeds", 1)]

    assert match(wanted, among) == ["c", "a", "b"]
    assert match([Spot("Quite another thing", "Seeds")], among) == [None]
    assert match([Spot("Insurance"), Spot("insurance")], among) == ["d", None]


# -- the file ----------------------------------------------------------------------------------------------------------


def test_the_file_is_small_and_read_by_people(store: Store, folder: Path) -> None:
    """In the order of the notes, whatever order it was said in."""
    put(store, LABELS, 83.2)
    put(store, "Compost heap", None, author='Tomasz "Tom" Ö.')
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE corrections SET at = '2024-03-06 09:30:00'")
    db.close()

    assert files.written(store, SLUG) == (
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


def test_export_and_import_carry_everything_to_a_fresh_database(store: Store, folder: Path, linked: Path) -> None:
    """The other database then shows the same links, by the same people; a second import adds nothing."""
    put(store, LABELS, 83.27)
    put(store, "Compost heap", None)
    undone = put(store, "Watering rota", 3.0)
    store.undo(SLUG, undone.id, "Tomasz")
    file = folder / "2024-03-05-garden.corrections.toml"
    assert cli(folder, "export", SLUG, "-o", file).exit_code == 0
    other = folder.parent / "other"
    shutil.copytree(linked, other)

    first = cli(other, "import", file)
    second = cli(other, "import", file)

    fresh = Store.open(other / "data" / "jumpnotes.db")
    here, there = store.meeting(SLUG), fresh.meeting(SLUG)
    assert first.stdout == f"{SLUG}: 3 added\n"
    assert second.stdout == f"{SLUG}: 3 known already\n"
    assert there.alignments == here.alignments
    assert {replace(said, id=0) for said in there.corrections.values()} == {
        replace(said, id=0) for said in here.corrections.values()
    }
    assert len(fresh.history(SLUG)) == 3
    assert files.written(fresh, SLUG) == file.read_text()
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
    assert "no such block in the notes: Sundial repairs" in done.stderr
    assert "not within the recording: Seed swap" in done.stderr
    assert [said.start for said in store.meeting(SLUG).corrections.values()] == [70.0]


def test_what_found_no_block_waits_for_it(store: Store, folder: Path) -> None:
    """It is listed, exported and known like any other that lost its block, and holds once the notes have it."""
    file = folder / "early.corrections.toml"
    file.write_text(GOOD.replace("Compost heap", "Fox behind the bean poles"))
    assert cli(folder, "import", file).exit_code == 1
    assert [said.text for said in store.meeting(SLUG).orphans] == ["Fox behind the bean poles"]
    assert files.written(store, SLUG) == file.read_text()

    again = cli(folder, "import", file)
    meeting = edit(store, folder, "## Seed swap", "## Fox behind the bean poles\n\n## Seed swap")

    assert (again.exit_code, again.stdout) == (0, f"{SLUG}: 1 known already\n")
    assert meeting.orphans == ()
    assert [(said.text, said.start) for said in meeting.corrections.values()] == [("Fox behind the bean poles", 70.0)]


def test_an_old_file_does_not_undo_what_was_said_since(store: Store, folder: Path) -> None:
    """The newest word counts, wherever it was said."""
    put(store, "Compost heap", 10.0)
    old = [replace(told, start=99.0, author="Tomasz", at=told.at.replace(year=2020)) for told in store.told(SLUG)]

    assert store.take(SLUG, old) == (Fate.OLDER,)
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
        ('"1:10"', '"soon"', 6, "no time"),
        ('"1:10"', "70", 6, "quotes"),
        ('"time"', '"maybe"', 5, "none of time, not_discussed, automatic"),
        ('"time"', '"automatic"', 6, "only"),
        ('start = "1:10"\n', "", 3, "needs a start"),
        ('author = "Ana"', 'author = ""', 7, "no name"),
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
            files.take(store, folder / name)


def test_odd_characters_survive_the_file(store: Store, folder: Path) -> None:
    """Quotes, backslashes, control characters and emoji in a line come back as they were."""
    odd = 'a "b" \\ c \x7f d 🌱 # e'
    put(store, HOSE, 33.25)
    (told,) = store.told(SLUG)
    file = folder / "odd.toml"
    file.write_text('notes = "x.md"\n\n' + files._entry(replace(told, spot=Spot(odd, "[[correction]]", 2))))

    (back,) = files.read(file)[1]

    assert back == replace(told, spot=Spot(odd, "[[correction]]", 2))


def test_the_list_shows_who_set_what(store: Store, folder: Path) -> None:
    """A line for each, those without a block marked."""
    assert cli(folder, "list").stdout == ""
    put(store, "Compost heap", None)
    put(store, LABELS, 83.2, author="Tomasz")
    edit(store, folder, f"- {LABELS}\n", "")

    rows = cli(folder, "list", SLUG).stdout.splitlines()

    assert rows[0].split() == ["meeting", "link", "date", "author", "notes"]
    assert "not discussed" in rows[1]
    assert "Compost heap" in rows[1]
    assert "1:23" in rows[2]
    assert "Tomasz" in rows[2]
    assert f"(orphaned) {LABELS}" in rows[2]
    assert '"orphan": true' in cli(folder, "list", "--format", "json").stdout
