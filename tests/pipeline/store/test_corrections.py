"""What a person said about a link holds: for other people, over crashes and edits of the notes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.errors import BlockNotFound, ConflictError, CorrectionNotFound, InvalidCorrection, MeetingNotFound
from pipeline.records import Basis, Verdict
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.store import Store
from tests.pipeline.garden import HOSE, LABELS, SLUG, block_id, correct, edit, link


@pytest.fixture
def store(garden_store: Store) -> Store:
    return garden_store


def test_a_time_is_the_link(garden_archive: Archive, store: Store) -> None:
    """The block starts where it was set and ends where the next of its rank begins; the list counts it."""
    assert store.meetings()[0].linked == 3
    correct(store, "Insurance renewal", 150.0)

    found = link(store, "Insurance renewal")
    assert found is not None
    assert (found.start, found.confidence, found.basis) == (150.0, 1.0, Basis.PINNED)
    assert found.end == 165.2
    assert store.meetings()[0].linked == 4
    assert any(hit.start == 150.0 for hit in search(garden_archive.index, "insurance renewal") if hit.source == "notes")


def test_a_topic_ends_where_the_next_one_begins(store: Store) -> None:
    """A heading set before its neighbour lasts until that; an item until the next item."""
    compost = link(store, "Compost heap")
    assert compost is not None
    correct(store, "Watering rota", 5.0)
    correct(store, "Priya drafted a rota for July and August", 6.0)
    correct(store, HOSE, 9.5)

    watering, rota = link(store, "Watering rota"), link(store, "Priya drafted a rota for July and August")
    assert watering is not None
    assert rota is not None
    assert watering.end == compost.start
    assert rota.end == 9.5


def test_not_discussed_takes_the_link_away(garden_archive: Archive, store: Store) -> None:
    """Page, list and search have no moment any more."""
    correct(store, "Compost heap", None)

    assert link(store, "Compost heap") is None
    assert store.meetings()[0].linked == 2
    assert all(hit.start is None for hit in search(garden_archive.index, '"compost heap"') if hit.source == "notes")


def test_undo_says_again_what_held_before(store: Store) -> None:
    """Step by step back to the automatic link; an undone undo is the correction again; every row stays."""
    found = link(store, "Compost heap")
    first = correct(store, "Compost heap", 10.0)
    second = correct(store, "Compost heap", 20.0, seen=first.id, author="Tomasz")

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
    made = correct(store, "Compost heap", 10.0)

    assert store.undo(SLUG, made.id, "Ana").verdict is Verdict.AUTOMATIC
    assert link(store, "Compost heap") == found
    assert store.meetings()[0].linked == 3


def test_who_has_not_seen_the_newest_changes_nothing(store: Store) -> None:
    """The error says who set what and when, and carries it."""
    first = correct(store, "Compost heap", 70.0)

    with pytest.raises(ConflictError, match=r"Ana set it to 1:10 at \d{4}-\d\d-\d\d \d\d:\d\d UTC") as caught:
        correct(store, "Compost heap", 20.0, author="Tomasz")
    with pytest.raises(ConflictError):
        correct(store, "Compost heap", 20.0, seen=first.id + 7)
    second = correct(store, "Compost heap", None, seen=first.id, author="Tomasz")
    with pytest.raises(ConflictError, match="Tomasz marked it as not discussed"):
        store.undo(SLUG, first.id, "Ana")

    assert caught.value.theirs == first
    assert [said.id for said in store.history(SLUG)] == [second.id, first.id]


@pytest.mark.parametrize("start", [-0.1, 165.2, 1e9, float("nan"), float("inf"), None])
def test_a_start_lies_within_the_recording(store: Store, start: float | None) -> None:
    """Anything else is refused, with the length."""
    with pytest.raises(InvalidCorrection):
        store.correct(SLUG, block_id(store, "Compost heap"), Verdict.TIME, start, "Ana", seen=None)


def test_what_cannot_be_is_refused(store: Store) -> None:
    """A block, a meeting and a correction have to exist, and somebody has to say it."""
    known = block_id(store, "Compost heap")
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


def test_a_writer_killed_half_way_leaves_nothing(store: Store, database: str | None) -> None:
    """A process that dies before its write is whole: nothing of it is there, and what was said before is."""
    first = correct(store, "Compost heap", 10.0)
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from pipeline.records import Verdict\n"
        "from pipeline.store import Store, changes\n"
        "changes.note = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "store, block, seen = Store.open(Path(sys.argv[1]), url=sys.argv[2] or None), sys.argv[3], int(sys.argv[4])\n"
        f"store.correct({SLUG!r}, block, Verdict.NOT_DISCUSSED, None, 'Tomasz', seen=seen)\n"
    )
    command = [
        sys.executable,
        "-c",
        script,
        str(store.folder / "jumpnotes.db"),
        database or "",
        first.block_id,
        str(first.id),
    ]
    killed = subprocess.run(command, check=False, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})

    assert killed.returncode == -signal.SIGKILL
    assert store.history(SLUG) == (first,)
    assert store.meetings()[0].linked == 3
    correct(store, "Compost heap", 12.0, seen=first.id)


# -- edited notes ------------------------------------------------------------------------------------------------------


def test_a_reworded_block_keeps_its_correction(store: Store, folder: Path) -> None:
    """The id is another, the text nearly the same: author, date and time go with it."""
    made = correct(store, HOSE, 33.25)
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
    correct(store, HOSE, 33.25)
    words = ["The hose by the greenhouse leaks", "The hose by the greenhouse drips", "The pipe by the greenhouse drips"]
    words += ["The pipe by the new greenhouse drips", "A pipe in the new greenhouse drips"]
    for old, new in pairwise(words):
        meeting = edit(store, folder, old, new)

    (held,) = meeting.corrections.values()
    assert (held.text, held.start) == (words[-1], 33.25)


def test_a_renamed_heading_keeps_what_was_said_below_it(store: Store, folder: Path) -> None:
    """Ids contain the headings above; the lines are still the same."""
    correct(store, HOSE, 33.25)
    correct(store, "Watering rota", 16.0)
    meeting = edit(store, folder, "## Watering rota", "## Watering rota and hoses")

    assert {said.text: said.start for said in meeting.corrections.values()} == {
        HOSE: 33.25,
        "Watering rota and hoses": 16.0,
    }


def test_a_lost_block_comes_back_with_its_correction(store: Store, folder: Path) -> None:
    """Meanwhile it is listed with its text, never deleted, and given to no neighbour."""
    correct(store, LABELS, 120.0)
    without = edit(store, folder, f"- {LABELS}\n", "")
    assert [(said.text, said.start) for said in without.orphans] == [(LABELS, 120.0)]
    assert without.corrections == {}

    back = edit(store, folder, "- Saturday", f"- {LABELS}\n- Saturday")

    assert back.orphans == ()
    assert [(said.text, said.start) for said in back.corrections.values()] == [(LABELS, 120.0)]


def test_an_orphan_can_be_dismissed(store: Store, folder: Path) -> None:
    """Undoing it leaves nothing to list."""
    made = correct(store, LABELS, 120.0)
    edit(store, folder, f"- {LABELS}\n", "")

    store.undo(SLUG, made.id, "Ana")

    assert store.meeting(SLUG).orphans == ()


def test_an_edit_that_is_taken_back_leaves_the_newest_word(store: Store, folder: Path) -> None:
    """What was said of the reworded line is not undone by the old wording's return."""
    correct(store, HOSE, 33.25)
    reworded = "The hose by the greenhouse leaks badly"
    edit(store, folder, HOSE, reworded)
    (held,) = store.meeting(SLUG).corrections.values()
    correct(store, reworded, 44.5, seen=held.id)

    meeting = edit(store, folder, reworded, HOSE)

    again = edit(store, folder, "- Saturday", "- On Saturday")

    assert [said.start for said in meeting.corrections.values()] == [44.5]
    assert meeting.orphans == ()
    assert again.corrections == meeting.corrections
