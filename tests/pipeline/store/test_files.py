"""A database that somebody else may have made is looked at before it is trusted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.errors import SchemaMismatch, StoreError
from pipeline.freshness import REVISION
from pipeline.store import Store
from pipeline.store.files import examine

OLD_DATABASES = sorted((Path(__file__).parent / "old_databases").glob("*.sql"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    Store.open(tmp_path / "a.db").close()
    return tmp_path / "a.db"


def change(database: Path, script: str) -> None:
    with closing(sqlite3.connect(database)) as db:
        db.executescript(script)


@pytest.mark.parametrize("script", OLD_DATABASES[::4], ids=lambda each: each.stem)
def test_a_database_of_any_version_is_known(tmp_path: Path, script: Path) -> None:
    change(tmp_path / "old.db", script.read_text())

    assert examine(tmp_path / "old.db").revision == script.stem


HOSTILE = {
    "a-trigger": (
        "CREATE TRIGGER t AFTER UPDATE ON meetings BEGIN UPDATE meetings SET path = '/etc/hostname'; END",
        "trigger",
    ),
    "another-trigger-of-that-name": (
        "DROP TRIGGER corrections_superseded;"
        "CREATE TRIGGER corrections_superseded AFTER INSERT ON corrections BEGIN DELETE FROM meetings; END",
        "trigger",
    ),
    "a-view": (
        "DROP TABLE alembic_version; CREATE VIEW alembic_version AS SELECT '0018' AS version_num",
        "view",
    ),
    "a-virtual-table": ("CREATE VIRTUAL TABLE words USING fts5(word)", "table"),
    "no-revision-of-ours": ("UPDATE alembic_version SET version_num = '0005x'", "0005x"),
}


@pytest.mark.parametrize("change_of", HOSTILE)
def test_what_would_run_by_itself_is_refused(database: Path, change_of: str) -> None:
    script, told = HOSTILE[change_of]
    change(database, script)

    with pytest.raises(StoreError, match=told):
        examine(database)


def test_a_newer_database_is_refused_whatever_is_in_it(database: Path) -> None:
    change(
        database,
        f"CREATE TRIGGER t AFTER UPDATE ON meetings BEGIN SELECT 1; END; UPDATE alembic_version "
        f"SET version_num = '{int(REVISION) + 1:04}'",
    )

    with pytest.raises(SchemaMismatch):
        examine(database)
