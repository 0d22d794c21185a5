"""A correction costs what the meeting's notes cost, however many were made before it; its history is read in pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.corrections.locate import BlockLocator
from pipeline.corrections.portable import ImportOutcome, PortableCorrection
from pipeline.errors import CorrectionNotFound
from pipeline.records import Correction, Recording, Verdict
from pipeline.refresh import Archive
from pipeline.store import Store
from tests.pipeline.garden import HOSE, LABELS, SLUG, block_id, correct, edit
from tests.pipeline.store.old_databases import load

FEW, MANY = 10, 120


@pytest.fixture
def store(garden_store: Store) -> Store:
    return garden_store


def fill(store: Store, count: int) -> list[Correction]:
    """Correct the hose's link and the labels' so often, in turns."""
    made: list[Correction] = []
    for number in range(count):
        seen = made[-2].id if number > 1 else None
        made.append(correct(store, (HOSE, LABELS)[number % 2], float(number % 100), seen=seen))
    return made


@contextmanager
def counted_steps(store: Store) -> Iterator[list[int]]:
    """Counts what SQLite's virtual machine does, in steps of ten instructions."""
    count = [0]

    def step() -> None:
        count[0] += 1

    def watch(connection: Any, *_: object) -> None:
        connection.set_progress_handler(step, 10)

    sa.event.listen(store._engine, "checkout", watch)
    yield count
    sa.event.remove(store._engine, "checkout", watch)


def cost(store: Store, act: Callable[[], object]) -> int:
    act()  # whatever is compiled once, is compiled
    with counted_steps(store) as count:
        act()
    return count[0]


def imported(store: Store, at: datetime) -> tuple[ImportOutcome, ...]:
    known = PortableCorrection(BlockLocator("Seed swap"), Verdict.TIME, 3.0, "Ana", at)
    return store.import_corrections(SLUG, [known])


def test_the_hundredth_costs_what_the_tenth_did(file_garden: Archive) -> None:
    """To correct, to undo, to import, to show the page and a page of the history: counted in SQLite's own steps."""
    store = file_garden.store

    def costs() -> list[int]:
        hose, labels = block_id(store, HOSE), block_id(store, LABELS)

        def again() -> Correction:
            held = store.meeting(SLUG).corrections[labels]
            return store.correct(SLUG, labels, Verdict.TIME, 5.0, "Ana", seen=held.id)

        return [
            cost(store, again),
            cost(store, lambda: store.undo(SLUG, store.meeting(SLUG).corrections[hose].id, "Ana")),
            cost(store, lambda: store.meeting(SLUG)),
            cost(store, lambda: store.history(SLUG, limit=5)),
            cost(store, lambda: store.history(SLUG, limit=5, before=again().id)),
            cost(store, lambda: store.pins(SLUG)),
            cost(store, lambda: imported(store, datetime(2020, 1, 1, tzinfo=UTC))),
        ]

    made = fill(store, FEW)
    few = costs()
    held = store.meeting(SLUG).corrections[made[0].block_id]
    for number in range(MANY):
        held = store.correct(SLUG, held.block_id, Verdict.TIME, float(number % 100), "Ana", seen=held.id)
    many = costs()

    assert all(step > 0 for step in few)
    grown = [(before, after) for before, after in zip(few, many, strict=True) if after > 1.2 * before + 5]
    assert grown == []


def test_a_history_is_read_in_pages(store: Store) -> None:
    """Pages follow each other without a gap, also where an imported correction is older than its number says."""
    made = fill(store, 9)
    assert imported(store, datetime(2020, 1, 1, tzinfo=UTC)) == (ImportOutcome.ADDED,)
    pages = [store.history(SLUG, limit=4)]
    while pages[-1]:
        pages.append(store.history(SLUG, limit=4, before=pages[-1][-1].id))

    assert [len(page) for page in pages] == [4, 4, 2, 0]
    found = [correction for page in pages for correction in page]
    assert found[:9] == made[::-1]
    assert found[9].at == datetime(2020, 1, 1, tzinfo=UTC)
    assert tuple(found) == store.history(SLUG)
    for unknown in (10_000, 2**70):
        with pytest.raises(CorrectionNotFound):
            store.history(SLUG, limit=4, before=unknown)
        with pytest.raises(CorrectionNotFound):
            store.undo(SLUG, unknown, "Ana")


def test_what_a_reworded_block_took_over_is_on_one_page_only(store: Store, folder: Path) -> None:
    """The row from before the edit is left out, and takes no place."""
    fill(store, 4)
    edit(store, folder, HOSE, "The hose by the greenhouse leaks badly")
    moved = store.history(SLUG)

    assert len(moved) == 4
    assert [store.history(SLUG, limit=2), store.history(SLUG, limit=2, before=moved[1].id)] == [moved[:2], moved[2:]]


def test_what_was_said_of_another_recording_waits_for_it(store: Store) -> None:
    """The newest of a block for each recording counts, not the newest of all."""
    made = fill(store, 3)
    stored = store.recording(SLUG)
    assert stored is not None
    other = Recording("other", "Another call", 3_000.0, "other.wav")
    store.save_recording(SLUG, other, key="other")
    assert store.meeting(SLUG).corrections == {}
    assert {orphan.id for orphan in store.meeting(SLUG).orphans} == {made[2].id, made[1].id}

    later = store.correct(SLUG, made[0].block_id, Verdict.TIME, 2_000.0, "Ana", seen=None)
    assert store.meeting(SLUG).corrections == {later.block_id: later}
    store.save_recording(SLUG, stored.record, key=stored.key)

    assert store.meeting(SLUG).corrections == {each.block_id: each for each in made[1:]}


def test_the_corrections_of_an_older_database_count_as_before(tmp_path: Path) -> None:
    """The upgrade marks what was replaced, and so does every row that an older jumpnotes adds later."""
    path = tmp_path / "data" / "jumpnotes.db"
    load(path, "0006")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM corrections")
    values = (
        "INSERT INTO corrections (slug, block_id, text, under, nth, verdict, start, author, at, recording_key,"
        " duration) VALUES ('call-1', 'dns', 'dns_events table', 'eBPF', 1, 'time', ?, 'Ana', ?, ?, 60.0)"
    )
    said = [(1.0, "2024-01-01", None), (2.0, "2024-01-02", "a"), (3.0, "2024-01-03", None), (4.0, "2024-01-04", "a")]
    with sqlite3.connect(path) as db:
        db.executemany(values, [(start, f"{day} 00:00:00.000000", key) for start, day, key in said])
    db.close()

    store = Store.open(path)
    before = store.meeting("call-1")
    with sqlite3.connect(path) as db:
        db.execute(values, (5.0, "2024-01-05 00:00:00.000000", "a"))
        marked = [start for (start,) in db.execute("SELECT start FROM corrections WHERE superseded ORDER BY id")]
    db.close()
    after = store.meeting("call-1")
    history = store.history("call-1")
    store.close()

    assert [each.start for each in before.corrections.values()] == [4.0]
    assert [each.start for each in after.corrections.values()] == [5.0]
    assert marked == [1.0, 2.0, 4.0]
    assert [each.start for each in history] == [5.0, 4.0, 3.0, 2.0, 1.0]
