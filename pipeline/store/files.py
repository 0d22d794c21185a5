"""The database as a file: copied while it is in use, looked at before it is trusted, used from another place."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline import sqlite
from pipeline.errors import Busy, SchemaMismatch, StoreError
from pipeline.freshness import REVISION
from pipeline.sqlite import translated_errors
from pipeline.store.schema import PROGRAMS, programs_of

_TIMEOUT_SECONDS = 15.0
_LOCK_BYTES = 0x40000002, 510  # by the format of SQLite's files: who has one open holds a lock on some of these

_PROGRAMS_OF_OURS = ("CREATE TRIGGER ", "CREATE VIRTUAL TABLE ")
_PARTS_JOINED = " + "  # between the keys of a recording in parts


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What a database says of itself."""

    revision: str
    meetings: int


def copy_whole(path: Path, copy: Path) -> DatabaseState:
    """Write a copy of the database at `path` to `copy`, which is empty or not there; what it is of.

    It is as the database is at one moment, and has nothing of what was deleted: SQLite's own backup takes free pages
    along, and with them words that were taken out.

    Raises:
        StoreError: one of the two is damaged.
        DiskFull: there is no room.
    """
    with translated_errors(path), closing(sqlite.connect(path, _TIMEOUT_SECONDS)) as db:
        db.isolation_level = None
        with translated_errors(copy):
            db.execute("VACUUM INTO ?", (str(copy),))
    return examine(copy)


def examine(path: Path) -> DatabaseState:
    """Look at a database that somebody else may have made. It is only read.

    Raises:
        SchemaMismatch: a newer jumpnotes wrote it.
        StoreError: it is damaged, or none of jumpnotes, or has something in it that would run by itself.
    """
    with translated_errors(path), closing(sqlite.open_unchanged(path)) as db:
        db.execute("PRAGMA trusted_schema=OFF")
        programs = {" ".join(str(sql).split()) for (sql,) in db.execute(PROGRAMS)}
        if not all(sql.startswith(_PROGRAMS_OF_OURS) for sql in programs):  # a query might read a view without end
            raise StoreError(f"{path.name} has a view, which is in no database of jumpnotes", hint=_ANOTHER)
        if damage := sqlite.find_damage(lambda query: (row[0] for row in db.execute(query))):
            raise StoreError(f"{path.name} is damaged: {damage}", hint=_ANOTHER)
        try:
            (found,) = db.execute("SELECT version_num FROM alembic_version").fetchone()
            (meetings,) = db.execute("SELECT count(*) FROM meetings").fetchone()
        except (sqlite.Error, TypeError) as error:
            raise StoreError(f"{path.name} is no database of jumpnotes", hint=_ANOTHER) from error
    if str(found) > REVISION:
        raise SchemaMismatch(path, str(found))
    if programs - programs_of(str(found)):
        raise StoreError(f"{path.name} has a trigger or table that jumpnotes did not make", hint=_ANOTHER)
    return DatabaseState(str(found), int(meetings))


_ANOTHER = "Take another backup."


def move_paths(path: Path, old: str, new: str) -> None:
    """Let a database that was in the data folder `old` find the notes and recordings of the data folder `new`.

    Those in it were copied along; paths to anywhere else stay as they are. Its revision may be an earlier one.
    """
    if old == new:
        return
    with translated_errors(path), closing(sqlite.connect(path, _TIMEOUT_SECONDS)) as db, db:
        db.execute("PRAGMA trusted_schema=OFF")
        _move(db, "meetings", "path", old, new)
        _move(db, "recordings", "key", old, new)
        for table in ("transcripts", "corrections", "redactions"):
            _move(db, table, "recording_key", old, new)
        _move_in_json(db, "meetings", "run_key", old, new)
        _move_in_json(db, "jobs", "request", old, new)


def _move(db: sqlite.Connection, table: str, column: str, old: str, new: str) -> None:
    wanted = f"SELECT DISTINCT {column} FROM {table} WHERE instr({column}, ?)"  # noqa: S608 - names of ours
    for (value,) in db.execute(wanted, (f"{old}/",)).fetchall():
        moved = _moved(value, old, new)
        if moved != value:
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (moved, value))  # noqa: S608


def _move_in_json(db: sqlite.Connection, table: str, column: str, old: str, new: str) -> None:
    for (value,) in db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall():  # noqa: S608
        try:
            document = json.loads(value)
        except (ValueError, TypeError):
            continue  # damaged: whoever reads it says so
        if not isinstance(document, dict):
            continue
        moved = {key: _moved(each, old, new) for key, each in document.items()}
        if moved != document:
            written = json.dumps(moved, ensure_ascii=False, separators=(",", ":"))
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (written, value))  # noqa: S608


def _moved(value: object, old: str, new: str) -> object:
    """A path in `old`, or the paths of the parts of a recording, as they are in `new`; anything else as it is."""
    if not isinstance(value, str):
        return value
    parts = (new + each[len(old) :] if each.startswith(f"{old}/") else each for each in value.split(_PARTS_JOINED))
    return _PARTS_JOINED.join(parts)


def revoked_in(path: Path) -> frozenset[str] | None:
    """The digests of tokens that were revoked in the database at `path`, if there is one; None: it cannot be read."""
    if not path.exists():
        return frozenset()
    with suppress(StoreError, UnicodeDecodeError), translated_errors(path), closing(_connected(path)) as db:
        if _has_tokens(db):
            revoked = db.execute("SELECT digest FROM tokens WHERE revoked_at IS NOT NULL")
            return frozenset(str(digest) for (digest,) in revoked)
        return frozenset()
    return None


def revoke(path: Path, digests: Iterable[str]) -> None:
    """Revoke tokens in a database, which may be of an earlier revision, by their digests."""
    with translated_errors(path), closing(_connected(path)) as db, db:
        if _has_tokens(db):
            change = "UPDATE tokens SET revoked_at = datetime() || '.000000' WHERE revoked_at IS NULL AND digest = ?"
            db.executemany(change, [(digest,) for digest in digests])


def valid_tokens(path: Path) -> tuple[str, ...]:
    """The names of the tokens that are good, in a database that may be of an earlier revision."""
    with translated_errors(path), closing(_connected(path)) as db:
        if not _has_tokens(db):
            return ()
        return tuple(
            str(name) for (name,) in db.execute("SELECT name FROM tokens WHERE revoked_at IS NULL ORDER BY id")
        )


def _connected(path: Path) -> sqlite.Connection:
    return sqlite.connect(path, _TIMEOUT_SECONDS)


def _has_tokens(db: sqlite.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'tokens'").fetchone() is not None


@contextmanager
def nobody_has_open(path: Path) -> Iterator[None]:
    """Keep the database at `path` from being opened; nobody has it open, if there is one.

    A server, a worker and a run keep theirs open for as long as they live, whatever they are at, and SQLite has a lock
    on it meanwhile. Those that may not write there have none, and are not seen.

    Raises:
        Busy: somebody has.
    """
    try:
        opened = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    try:
        start, length = _LOCK_BYTES
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
        except (BlockingIOError, PermissionError) as error:
            raise Busy(path, "a server, a worker or a run is using it") from error
        yield
    finally:
        os.close(opened)
