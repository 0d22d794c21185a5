"""The database file: opened, brought to its newest revision, its errors translated."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline import sqlite
from pipeline.errors import ReadOnly, SchemaMismatch, StoreError
from pipeline.freshness import REVISION
from pipeline.language.names import DEFAULT
from pipeline.store import tables as t

if TYPE_CHECKING:
    from alembic.config import Config

_WITHOUT_SEARCH_INDEX = "0006"
"""The migration that frees most of a database's pages."""

RESTORE_MARKER = "restore.json"
"""The file that stands beside the database while a backup takes its place."""

_OLD_AND_READ_ONLY = "written by an older jumpnotes, and cannot be brought up to date, as it cannot be written"
_HOW_TO_UPGRADE = "Run any jumpnotes command once as somebody who may write there, or where the disk is not read-only."

log = logging.getLogger(__name__)


def create_folder(path: Path) -> None:
    """Create the folder of the database at `path`, unless it exists."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path.parent}: {error.strerror}", hint="Choose a folder you may write to with --data-dir."
        ) from error


def open_engine(path: Path, language: str | None, timeout_seconds: float) -> Engine:
    """An open database at `path`, created or brought to REVISION as needed; see `Store.open`.

    Raises:
        SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
        ReadOnly: an older jumpnotes wrote it, and it cannot be written.
        StoreError: it cannot be opened, or is no database.
    """
    create_folder(path)
    if (path.parent / RESTORE_MARKER).exists():
        raise StoreError(f"{path.parent}: a restore was interrupted", hint="To finish it: jumpnotes restore")
    _check_not_newer(path)
    url = sa.URL.create("sqlite", database=str(path))
    # Of a file that only others can write, a connection may believe what was true when it was opened.
    pool = sa.NullPool if sqlite.is_read_only(path) else sa.QueuePool
    engine = sa.create_engine(url, creator=lambda: sqlite.connect(path, timeout_seconds), poolclass=pool)
    event.listen(engine, "connect", sqlite.configure)
    event.listen(engine, "checkin", _release)
    try:
        with translated_errors(path):
            upgrade(engine, path, language)
    except BaseException:
        engine.dispose()  # else SQLite leaves its log beside a database that is not ours to open
        raise
    return engine


def _check_not_newer(path: Path) -> None:
    """Raise SchemaMismatch before anything is set up: that alone would change the file."""
    if not path.exists():
        return
    with suppress(sqlite.Error, UnicodeDecodeError), closing(sqlite.connect(path, 0.0)) as db:
        found = db.execute("SELECT version_num FROM alembic_version").fetchone()
        if found and str(found[0]) > REVISION:
            raise SchemaMismatch(path, str(found[0]))


def _release(connection: object, record: ConnectionPoolEntry) -> None:
    """Keep no Stopgap in the pool: others want to open the database, and there may be room soon."""
    if isinstance(connection, sqlite.Stopgap):
        record.invalidate()


def upgrade(engine: Engine, path: Path, language: str | None = None) -> None:
    """Bring the database at `path` to REVISION.

    Args:
        language: whose words a new database searches. If an old one has another, that is logged.

    Raises:
        SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
        ReadOnly: an older jumpnotes wrote it, and it cannot be written.
    """
    with engine.connect() as db:
        found = _revision(db)
        if found == REVISION:
            _compare_language(db, path, language)
            return
    from alembic import command  # takes longer to import than a query to run, and is needed only now

    config = _migrations()
    if found is not None and found not in _revisions(config):
        raise SchemaMismatch(path, found)
    try:
        with translated_errors(path), _without_foreign_keys(engine) as db:
            db.exec_driver_sql("BEGIN IMMEDIATE")
            found = _revision(db)
            if found != REVISION:  # another process may have been faster
                config.attributes["connection"] = db
                command.upgrade(config, "head")
            if found is None:
                db.execute(t.archive.update().values(language=language or DEFAULT))
            _compare_language(db, path, language)
    except ReadOnly as error:
        if found is None:
            raise
        raise ReadOnly(path, _OLD_AND_READ_ONLY, hint=_HOW_TO_UPGRADE) from error
    if found is not None and found < _WITHOUT_SEARCH_INDEX:
        _compact(engine, path)


def programs_of(revision: str) -> frozenset[str]:
    """What a database of a revision runs by itself, as SQL: its triggers and virtual tables.

    Raises:
        StoreError: there is no such revision.
    """
    from alembic import command

    config = _migrations()
    if revision not in _revisions(config):
        raise StoreError(f"no jumpnotes has written a database of revision {revision!r}", hint="Take another backup.")
    engine = sa.create_engine("sqlite://")
    try:
        with engine.connect() as db:
            config.attributes["connection"] = db
            command.upgrade(config, revision)
            return frozenset(" ".join(sql.split()) for sql in db.scalars(sa.text(PROGRAMS)))
    finally:
        engine.dispose()


PROGRAMS = (
    "SELECT sql FROM sqlite_master WHERE sql NOT LIKE 'CREATE TABLE %' AND sql NOT LIKE 'CREATE INDEX %' "
    "AND sql NOT LIKE 'CREATE UNIQUE INDEX %'"
)
"""What a database runs by itself: what `programs_of` its revision says, with other spaces maybe."""


def _migrations() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _revisions(config: Config) -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


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
