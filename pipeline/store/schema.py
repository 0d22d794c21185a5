"""The database file: opened, brought to its newest revision, its troubles put into words."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from pipeline.errors import Busy, DiskFull, SchemaMismatch, StoreError
from pipeline.search import index

REVISION = "0005"
"""The newest migration. Opening an up-to-date database then needs no Alembic, which takes longer than a query."""

_TRIES, _PAUSE = 40, 0.05  # seconds

log = logging.getLogger(__name__)


def configure(connection: sqlite3.Connection, _record: object) -> None:
    """Set up a new connection."""
    connection.isolation_level = None  # we say BEGIN ourselves
    _write_ahead(connection)
    connection.executescript("PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")
    connection.execute("PRAGMA journal_size_limit=67108864")  # or the log of a rebuilt index stays as large as it was


def _write_ahead(connection: sqlite3.Connection) -> None:
    """A reader and a writer never block each other, and a commit survives a crash of the process.

    Of two processes that make the same new database SQLite refuses one at once, without the patience it has elsewhere.
    """
    for left in reversed(range(_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not left:
                raise
            time.sleep(_PAUSE)
        else:
            return


def upgrade(engine: Engine, path: Path, language: str | None = None) -> None:
    """Bring the database at `path` to REVISION.

    Args:
        language: whose words a new database searches; of one that has another it is only said.

    Raises:
        SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
    """
    with engine.connect() as db:
        db.exec_driver_sql("BEGIN")
        found = _revision(db)
        if found == REVISION and index.current(db):
            _compare(db, path, language)
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
        found = _revision(db)
        if found != REVISION:  # another process may have been faster
            config.attributes["connection"] = db
            command.upgrade(config, "head")
        if not index.current(db):
            if found is not None:
                log.warning("%s: making the search index anew; a thousand hours take some minutes", path)
            index.rebuild(db, language if found is None else None)
        _compare(db, path, language)


def _compare(db: Connection, path: Path, language: str | None) -> None:
    if language is not None and language != (has := index.language(db)):
        log.warning(
            "%s is searched for %s words, not for %s ones. To change that: jumpnotes reindex --language %s",
            *(path, has, language, language),
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what a user can fix into our errors, and let bugs fly."""
    try:
        yield
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, sa.exc.DatabaseError) else error
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy(path) from error
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull(path) from error
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise StoreError(
                f"{path}: not a readable database ({cause})",
                hint="Move the file away, or restore it from a backup; the notes themselves are untouched.",
            ) from error
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
            raise StoreError(f"{path}: {cause}", hint="Check the folder's owner, its rights and the disk.") from error
        raise


def _revision(db: Connection) -> str | None:
    if not db.scalar(sa.text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")):
        return None
    return str(db.scalar(sa.text("SELECT version_num FROM alembic_version")))
