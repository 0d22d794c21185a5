"""Databases as each earlier version of jumpnotes left them, one file of SQL for each revision.

    python -m tests.pipeline.store.old_databases

makes the files that are missing, by running the migrations up to each revision and storing what `stored_rows` has for
the tables that there are then. What is there stays as it is: it is how a database of that time looked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from pipeline import store as store_package
from tests.pipeline.store.old_databases.stored_rows import FTS_ROWS, ROWS

FOLDER = Path(__file__).parent
_UNFILLED = {"alembic_version", "sqlite_sequence"}  # by the migrations and by SQLite


def revisions() -> list[str]:
    """Every revision there is a migration to, the oldest first."""
    return sorted(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    return config


def load(path: Path, revision: str) -> Path:
    """A database of this revision at `path`. The newest one, of which there may be no file yet, is made now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{revision}.sql"
    if not file.exists():
        assert revision == revisions()[-1], f"no {file.name}: python -m tests.pipeline.store.old_databases"
        make(path, revision)
        return path
    with closing(sqlite3.connect(path)) as db:
        db.executescript(file.read_text(encoding="utf-8"))
        db.execute("PRAGMA journal_mode=WAL")
    return path


def make(path: Path, revision: str) -> None:
    """Run the migrations up to `revision`, and fill every table that there is then."""
    engine = sa.create_engine(f"sqlite:///{path}")
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with closing(sqlite3.connect(path)) as db, db:
        db.row_factory = sqlite3.Row
        for table in _tables(db):
            if table not in _UNFILLED:
                _fill(db, table)


def _tables(db: sqlite3.Connection) -> list[str]:
    """But those that SQLite keeps for a full-text index."""
    found = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    virtual = tuple(row["name"] + "_" for row in found if row["sql"].startswith("CREATE VIRTUAL"))
    names = [row["name"] for row in found if not row["sql"].startswith("CREATE VIRTUAL")]
    return [name for name in names if not (virtual and name.startswith(virtual))]


def _fill(db: sqlite3.Connection, table: str) -> None:
    columns = {row["name"]: row for row in db.execute(f"PRAGMA table_info({table})")}
    assert table in ROWS, f"say in stored_rows what is stored in {table}"
    db.execute(f"DELETE FROM {table}")  # what a migration made of nothing
    for row in ROWS[table]:
        known = {name: value for name, value in row.items() if name in columns}
        missing = [name for name, each in columns.items() if each["notnull"] and name not in known]
        assert all(columns[name]["dflt_value"] is not None for name in missing), (table, missing)
        marks = ", ".join("?" * len(known))
        names = ", ".join(f'"{name}"' for name in known)
        db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(known.values()))


def dump(path: Path) -> str:
    """The database as SQL, as short as it can be."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return "\n".join(_statements(db)) + "\n"


def _statements(db: sqlite3.Connection) -> Iterator[str]:
    made = {
        row["name"]: " ".join(row["sql"].split()) for row in db.execute("SELECT * FROM sqlite_master WHERE sql <> ''")
    }
    tables = _tables(db)
    for table in tables:
        if table == "sqlite_sequence":
            continue
        yield f"{made[table]};"
        for row in db.execute(f"SELECT * FROM {table}"):
            yield f"INSERT INTO {table} VALUES ({', '.join(map(_literal, tuple(row)))});"
    others = [row["name"] for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')")]
    virtual = [name for name, sql in made.items() if sql.startswith("CREATE VIRTUAL")]
    yield from (f"{made[name]};" for name in (*virtual, *others) if name in made)
    yield from (f"INSERT INTO {name} ({name}) VALUES ('{FTS_ROWS}');" for name in virtual)


def _literal(value: Any) -> str:
    if isinstance(value, bytes):  # all of them are JSON
        return f"CAST({_literal(value.decode())} AS BLOB)"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else repr(value)


def contents(path: Path) -> Mapping[str, list[tuple[Any, ...]]]:
    """All that is in a database, by the names of its tables; it is only read."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return {table: [tuple(row) for row in db.execute(f"SELECT * FROM {table}")] for table in _tables(db)}
