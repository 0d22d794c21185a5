"""The numbers of writes, by which everything that is kept or derived knows whether it is still right."""

from __future__ import annotations

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.corrections.locate import BlockLocator
from pipeline.corrections.portable import PortableCorrection
from pipeline.records import Notes, RunKey, Verdict
from pipeline.refresh import Archive
from pipeline.store import Store, changes
from tests.pipeline.store.conftest import Opened
from tests.service.meetings import Library


def test_a_damaged_number_leaves_those_of_the_others(file_archive: Archive, tmp_path: Path) -> None:
    """SQLite takes text for a number and orders it after all numbers; writes go on behind the last that is one."""
    store = file_archive.store
    library = Library(store, tmp_path)
    library.notes(slug="first")
    library.notes(slug="second")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("UPDATE changes SET number = 'x' WHERE slug = 'first'")

    before = store.last_change()
    assert store.changes(0) == (before, ("second",))
    store.finish("second", RunKey())
    assert store.last_change() == store.last_change("second") == before + 1


NOON = datetime(2024, 3, 6, 12, tzinfo=UTC)


class Shown(NamedTuple):
    store: Store
    notes: Notes

    def hours(self) -> list[int]:
        """After noon: in the list of meetings, and of the meeting."""
        (listed,), meeting = self.store.meetings(), self.store.meeting("garden")
        times = [each.updated_at for each in (listed, meeting)]
        return [(at - NOON).seconds // 3600 for at in times if at]


@pytest.fixture
def shown(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """A meeting that was last changed at noon; it is later now."""
    return changed_at_noon(archive.store, tmp_path, monkeypatch)


def changed_at_noon(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    library = Library(store, folder)
    monkeypatch.setattr(changes, "now", lambda: NOON.replace(tzinfo=None))
    notes = library.notes()
    library.aligned(notes)
    monkeypatch.setattr(changes, "now", lambda: NOON.replace(tzinfo=None) + timedelta(hours=1))
    return Shown(store, notes)


def test_what_people_and_runs_write_is_seen(shown: Shown) -> None:
    """A correction, also one that was made long ago elsewhere; a name, also when it is taken away; a run."""
    store, block = shown.store, next(shown.notes.blocks)
    assert shown.hours() == [0, 0]
    store.correct("garden", block.id, Verdict.TIME, 3.0, "Ana", seen=None)
    assert shown.hours() == [1, 1]


@pytest.mark.parametrize("write", ["old correction", "name", "no name", "run"])
def test_every_way_to_change_what_is_shown_counts(shown: Shown, write: str) -> None:
    """Whatever dates the rows have, and where a row goes instead."""
    store = shown.store
    match write:
        case "old correction":
            block = next(shown.notes.blocks)
            long_ago = datetime(2020, 1, 1, tzinfo=UTC)
            locator = BlockLocator(block.text, "", 0)
            store.import_corrections("garden", [PortableCorrection(locator, Verdict.TIME, 3.0, "Ana", long_ago)])
        case "name":
            store.name_speakers("garden", {"Ana": "Ana Sol"}, "Ana")
        case "no name":
            store.name_speakers("garden", {"Ana": ""}, "Ana")
        case _:
            store.finish("garden", RunKey())
    assert shown.hours() == [1, 1]


def test_a_run_that_had_nothing_to_do_is_not_seen(shown: Shown) -> None:
    """Though it noted that the notes stand on other lines of their file: whatever is kept of it is made anew."""
    before = shown.store.last_change("garden")
    assert shown.store.keep(replace(shown.notes, line=7), RunKey())
    assert shown.hours() == [0, 0]
    assert shown.store.last_change("garden") > before


def test_who_follows_the_changes_misses_none(archive: Archive, opened: Opened) -> None:
    """Several write at once, each to meetings of its own; a number is seen only after all that are lower."""
    store, seen, number = archive.store, Counter[str](), 0
    slugs = [[f"{writer}-{at}" for at in range(6)] for writer in "abcd"]
    with ThreadPoolExecutor(len(slugs)) as pool:
        writers = [pool.submit(_write, opened, mine) for mine in slugs]
        while True:
            are_done = all(writer.done() for writer in writers)
            number, found = store.changes(number)
            seen.update(found)
            if are_done:
                break
        for writer in writers:
            writer.result()

    assert set(seen) == {slug for mine in slugs for slug in mine}
    assert number == store.last_change()


def _write(opened: Opened, slugs: list[str]) -> None:
    with closing(opened()) as store:
        for slug in slugs:
            store.claim(f"/{slug}.md", slug)
            store.finish(slug, RunKey())


@pytest.mark.parametrize("damaged", ["'yesterday'", "x'ff00'", "CAST(x'ff00' AS TEXT)", "-1e30", "NULL"])
def test_a_damaged_time_is_not_known(
    file_archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    """And costs nothing else."""
    shown = changed_at_noon(file_archive.store, tmp_path, monkeypatch)
    with closing(sqlite3.connect(shown.store.path, isolation_level=None)) as db:
        db.execute(f"UPDATE changes SET at = {damaged}")
    assert shown.hours() == []
    assert shown.store.keep(shown.notes, RunKey())
