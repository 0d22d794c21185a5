"""The database: opened, and brought to its newest revision."""

from __future__ import annotations

import logging
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from pipeline import sqlite
from pipeline.errors import ReadOnly, SchemaMismatch, StoreError
from pipeline.freshness import REVISION
from pipeline.language.names import DEFAULT
from pipeline.store import tables as t
from pipeline.store.dialects import Dialect, SqliteDialect, translated_errors

if TYPE_CHECKING:
    from alembic.config import Config

_WITHOUT_SEARCH_INDEX = "0006"
"""The migration that frees most of a database's pages."""

RESTORE_MARKER = "restore.json"
"""The file that stands beside the database while a backup takes its place."""

_OLD_AND_READ_ONLY = "written by an older jumpnotes, and cannot be brought up to date, as it cannot be written"
_HOW_TO_UPGRADE = "Run any jumpnotes command once as somebody who may write there, or where the disk is not read-only."

log = logging.getLogger(__name__)


def create_folder(folder: Path) -> None:
    """Create the data folder, unless it exists."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder}: {error.strerror}", hint="Choose a folder you may write to with --data-dir."
        ) from error


def open_engine(dialect: Dialect, folder: Path, language: str | None, timeout_seconds: float) -> Engine:
    """An open database, created or brought to REVISION as needed; see `Store.open`.

    Args:
        folder: the data folder.

    Raises:
        SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
        ReadOnly: an older jumpnotes wrote it, and it cannot be written.
        StoreError: it cannot be opened, or is no database.
    """
    create_folder(folder)
    if (folder / RESTORE_MARKER).exists():
        raise StoreError(f"{folder}: a restore was interrupted", hint="To finish it: jumpnotes restore")
    if isinstance(dialect, SqliteDialect):
        _check_not_newer(dialect.place)
    engine = dialect.engine(timeout_seconds)
    try:
        with translated_errors(dialect):
            upgrade(engine, dialect, language)
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


def upgrade(engine: Engine, dialect: Dialect, language: str | None = None) -> None:
    """Bring a database to REVISION.

    Args:
        language: whose words a new database searches. If an old one has another, that is logged.

    Raises:
        SchemaMismatch: a newer jumpnotes wrote it. Nothing is changed.
        ReadOnly: an older jumpnotes wrote it, and it cannot be written.
    """
    with dialect.reading(engine) as db:
        found = _revision(db, dialect)
        if found == REVISION:
            _compare_language(db, dialect, language)
            return
    if found is not None and found > REVISION:
        raise SchemaMismatch(dialect.place, found)
    from alembic import command  # takes longer to import than a query to run, and is needed only now

    config = _migrations()
    if found is not None and found not in _revisions(config):
        raise SchemaMismatch(dialect.place, found)
    try:
        with translated_errors(dialect), dialect.upgrading(engine) as db:
            found = _revision(db, dialect)
            if found is None or found < REVISION:  # another process may have been faster
                config.attributes["connection"] = db
                command.upgrade(config, "head")
            if found is None:
                db.execute(t.archive.update().values(language=language or DEFAULT))
            _compare_language(db, dialect, language)
    except ReadOnly as error:
        if found is None:
            raise
        raise ReadOnly(dialect.place, _OLD_AND_READ_ONLY, hint=_HOW_TO_UPGRADE) from error
    if isinstance(dialect, SqliteDialect) and found is not None and found < _WITHOUT_SEARCH_INDEX:
        _compact(engine, dialect)


def check_revision(db: Connection, dialect: Dialect) -> None:
    """Whoever has had the database open for long looks whether it is still theirs.

    Raises:
        SchemaMismatch: a newer jumpnotes has upgraded it meanwhile.
    """
    if (found := _revision(db, dialect)) != REVISION:
        raise SchemaMismatch(dialect.place, found)


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


def _compare_language(db: Connection, dialect: Dialect, language: str | None) -> None:
    if language is not None and language != (current := db.scalar(sa.select(t.archive.c.language))):
        log.warning(
            "%s is searched for %s words, not for %s ones. To change that: jumpnotes reindex --language %s",
            *(dialect.place, current, language, language),
        )


def _compact(engine: Engine, dialect: SqliteDialect) -> None:
    """Give the pages that a migration freed back to the disk, where there is room to do so."""
    log.warning("%s: compacting the database; this happens once", dialect.place)
    try:
        with translated_errors(dialect), engine.connect() as db:
            db.exec_driver_sql("VACUUM")
    except StoreError as error:  # in use, or no room for a second copy: the pages are used again in time
        log.warning("%s: not compacted (%s)", dialect.place, error)


def needs_upgrade(path: Path) -> bool:
    """Whether an older jumpnotes wrote the database in the file at `path`. It is only read.

    Raises:
        StoreError: it cannot be opened, or is no database.
    """
    dialect = SqliteDialect(path)
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite.connect(path, timeout_seconds=1.0))
    try:
        with translated_errors(dialect), engine.connect() as db:
            return (_revision(db, dialect) or "") < REVISION
    finally:
        engine.dispose()


def _revision(db: Connection, dialect: Dialect) -> str | None:
    if not dialect.has_table(db, "alembic_version"):
        return None
    return str(db.scalar(sa.text("SELECT version_num FROM alembic_version")))
