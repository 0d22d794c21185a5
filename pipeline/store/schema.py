"""The schema of an opened database, brought to its newest revision."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from pipeline.errors import SchemaMismatch

REVISION = "0004"
"""The newest migration. Opening an up-to-date database then needs no Alembic, which takes longer than a query."""


def configure(connection: sqlite3.Connection, _record: object) -> None:
    """Set up a new connection."""
    connection.isolation_level = None  # we say BEGIN ourselves
    # A reader and a writer never block each other, and a commit survives a crash of the process.
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")


def upgrade(engine: Engine, path: Path) -> None:
    """Bring the database at `path` to REVISION.

    Raises:
        SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
    """
    with engine.connect() as db:
        db.exec_driver_sql("BEGIN")
        found = _revision(db)
    if found == REVISION:
        return
    from alembic import command  # takes longer to import than a query to run, and is needed only now
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaMismatch(path, found)
    with engine.begin() as db:
        db.exec_driver_sql("BEGIN IMMEDIATE")
        if _revision(db) != REVISION:  # another process may have been faster
            config.attributes["connection"] = db
            command.upgrade(config, "head")


def _revision(db: Connection) -> str | None:
    if not db.scalar(sa.text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")):
        return None
    return str(db.scalar(sa.text("SELECT version_num FROM alembic_version")))
