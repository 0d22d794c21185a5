"""The database file: opened, brought to its newest revision, its errors translated."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline import sqlite
from pipeline.errors import SchemaMismatch, StoreError
from pipeline.freshness import REVISION
from pipeline.language.names import DEFAULT
from pipeline.store import tables as t

_WITHOUT_SEARCH_INDEX = "0006"
"""The migration that frees most of a database's pages."""

log = logging.getLogger(__name__)


def create_folder(path: Path) -> None:
    """Create the folder of the database at `path`, unless it exists."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path.parent}: {error.strerror}", hint="Choose a folder you may write to with --data-dir."
        ) from error


def release(connection: object, record: ConnectionPoolEntry) -> None:
    """Keep no Stopgap in the pool: others want to open the database, and there may be room soon."""
    if isinstance(connection, sqlite.Stopgap):
        record.invalidate()


def upgrade(engine: Engine, path: Path, language: str | None = None) -> None:
    """Bring the database at `path` to REVISION.

    Args:
        language: whose words a new database searches. If an old one has another, that is logged.

    Raises:
        SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
    """
    with engine.connect() as db:
        found = _revision(db)
        if found == REVISION:
            _compare_language(db, path, language)
            return
    from alembic import command  # takes longer to import than a query to run, and is needed only now
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaMismatch(path, found)
    with _without_foreign_keys(engine) as db:
        db.exec_driver_sql("BEGIN IMMEDIATE")
        found = _revision(db)
        if found != REVISION:  # another process may have been faster
            config.attributes["connection"] = db
            command.upgrade(config, "head")
        if found is None:
            db.execute(t.archive.update().values(language=language or DEFAULT))
        _compare_language(db, path, language)
    if found is not None and found < _WITHOUT_SEARCH_INDEX:
        _compact(engine, path)


@contextmanager
def _without_foreign_keys(engine: Engine) -> Iterator[Connection]:
    """A transaction in which a table can be made anew without a loss of the rows that refer to it."""
    with engine.connect() as db:
        db.exec_driver_sql("PRAGMA foreign_keys=OFF")  # which SQLite only does before a transaction
        try:
            yield db
            db.commit()
        finally:
            db.rollback()
            db.exec_driver_sql("PRAGMA foreign_keys=ON")


def _compare_language(db: Connection, path: Path, language: str | None) -> None:
    if language is not None and language != (current := db.scalar(sa.select(t.archive.c.language))):
        log.warning(
            "%s is searched for %s words, not for %s ones. To change that: jumpnotes reindex --language %s",
            *(path, current, language, language),
        )


def _compact(engine: Engine, path: Path) -> None:
    """Give the pages that a migration freed back to the disk, where there is room to do so."""
    log.warning("%s: compacting the database; this happens once", path)
    try:
        with translated_errors(path), engine.connect() as db:
            db.exec_driver_sql("VACUUM")
    except StoreError as error:  # in use, or no room for a second copy: the pages are used again in time
        log.warning("%s: not compacted (%s)", path, error)


def needs_upgrade(path: Path) -> bool:
    """Whether an older jumpnotes wrote the database at `path`. It is only read.

    Raises:
        StoreError: it cannot be opened, or is no database.
    """
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite.connect(path, timeout_seconds=1.0))
    try:
        with translated_errors(path), engine.connect() as db:
            return (_revision(db) or "") < REVISION
    finally:
        engine.dispose()


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Raise what a user can fix as a StoreError; let bugs through."""
    try:
        with sqlite.translated_errors(path):
            yield
    except sa.exc.DatabaseError as error:
        ours = sqlite.as_store_error(path, error.orig)
        if ours is None:
            raise
        raise ours from error


def _revision(db: Connection) -> str | None:
    if not db.scalar(sa.text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")):
        return None
    return str(db.scalar(sa.text("SELECT version_num FROM alembic_version")))
