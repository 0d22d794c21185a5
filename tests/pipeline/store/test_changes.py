"""The numbers of writes, by which everything that is kept or derived knows whether it is still right."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline.records import RunKey
from pipeline.store import Store
from tests.service.meetings import Library


def test_a_damaged_number_leaves_those_of_the_others(tmp_path: Path) -> None:
    """SQLite takes text for a number and orders it after all numbers; writes go on behind the last that is one."""
    store = Store.open(tmp_path / "jumpnotes.db")
    library = Library(store, tmp_path)
    library.notes(slug="first")
    library.notes(slug="second")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("UPDATE changes SET number = 'x' WHERE slug = 'first'")

    before = store.last_change()
    assert store.changes(0) == (before, ("second",))
    store.finish("second", RunKey())
    assert store.last_change() == store.last_change("second") == before + 1
    store.close()
