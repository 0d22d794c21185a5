"""SQLite as the store and the search index use it: one way to set up a connection, one translation of its errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import untrusted
from pipeline.errors import Busy, DatabaseDamaged, DiskFull, ReadOnly, StoreError

RESTORE = DatabaseDamaged.hint
"""What to do about a damaged database that is nowhere else."""

Error = sqlite3.Error
"""All that SQLite may raise."""
Connection = sqlite3.Connection

_OUT_OF_REACH = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM)
_WITHOUT_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)  # as SQLite may call it
_MISUSES = (sqlite3.ProgrammingError, sqlite3.NotSupportedError)  # bugs of ours

_WAL_ATTEMPTS = 40
_WAL_PAUSE_SECONDS = 0.05
_MIN_FREE_BYTES = 256 * 1024  # the index of the write-ahead log takes 32 kB at first
_MAX_LOG_BYTES = 64 * 1024**2  # of the write-ahead log between two checkpoints; a bulk write leaves it no longer


class Stopgap(sqlite3.Connection):
    """On a full disk: it keeps in memory what SQLite has no room for beside the database.

    No other process can open the database meanwhile, so it is closed as soon as it is not in use.
    """


def connect(path: Path, timeout_seconds: float) -> sqlite3.Connection:
    """A connection to the database at `path`. Where its folder cannot be written, it is one that only reads; where the
    disk is full, it may be a Stopgap.

    Args:
        timeout_seconds: how long a write waits for another writer.
    """
    database, is_uri = str(path), False
    if is_read_only(path):
        # Without the files beside it that SQLite would make; what they hold already, it has to look at.
        log = path.with_name(f"{path.name}-wal")
        mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
        database, is_uri = f"{path.absolute().as_uri()}?{mode}", True
    connection = sqlite3.connect(database, timeout=timeout_seconds, check_same_thread=False, uri=is_uri)
    if is_uri or not path.exists() or not _is_full(path.parent) or _is_open(connection):
        return connection
    connection.close()
    database = f"{path.absolute().as_uri()}?vfs=unix-excl"
    return sqlite3.connect(database, timeout=timeout_seconds, check_same_thread=False, uri=True, factory=Stopgap)


def _is_open(connection: sqlite3.Connection) -> bool:
    """Whether SQLite found room for what it keeps beside a database; other troubles show where they are told."""
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        return _code(error) not in _WITHOUT_ROOM
    except sqlite3.DatabaseError:
        return True
    return True


def is_read_only(path: Path) -> bool:
    """Whether there is a database at `path` that cannot be written.

    Somebody else may write it all the same, on the other side of a share; who reads it must not rely on what it was.
    """
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def open_unchanged(path: Path) -> sqlite3.Connection:
    """A connection to a database that nobody else has open. It only reads, and makes no file beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)


def configure(connection: sqlite3.Connection, _record: object = None) -> None:
    """Set up a new connection: explicit transactions, a write-ahead log, foreign keys."""
    connection.isolation_level = None  # the caller says BEGIN
    _write_ahead(connection)
    connection.executescript("PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON;")
    connection.execute(f"PRAGMA journal_size_limit={_MAX_LOG_BYTES}")


@contextmanager
def any_text(connection: object) -> Iterator[None]:
    """Read bytes that are no UTF-8 as well, in a column of text: they are replaced by U+FFFD."""
    assert isinstance(connection, sqlite3.Connection)
    connection.text_factory = lambda written: written.decode("utf-8", "replace")
    try:
        yield
    finally:
        connection.text_factory = str


@contextmanager
def text_or_bytes(connection: object) -> Iterator[None]:
    """Read a column of text as it is: text, or bytes that are no UTF-8."""
    assert isinstance(connection, sqlite3.Connection)
    connection.text_factory = _text_or_bytes
    try:
        yield
    finally:
        connection.text_factory = str


def _text_or_bytes(written: bytes) -> str | bytes:
    try:
        return written.decode()
    except UnicodeDecodeError:
        return written


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at the same time, and a commit survive a crash of the process.

    While another process creates the same database, SQLite refuses this at once; everywhere else it waits.
    """
    for attempts_left in reversed(range(_WAL_ATTEMPTS)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or not attempts_left:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
        else:
            return


def find_damage(query: Callable[[str], Iterable[str]]) -> str | None:
    """What SQLite finds wrong with a database, in words; None: nothing."""
    problems = [line for line in query("PRAGMA quick_check(3)") if line != "ok"]
    return "; ".join(" ".join(line.replace("*** in database main ***", "").split()) for line in problems) or None


def find_cut(query: Callable[[str], Iterable[int]], path: Path) -> str | None:
    """Whether a database is shorter than it says, in words; SQLite takes what is missing of its last page for zeros.

    The file is not opened for this: whoever closes one that SQLite has open in the same process takes away the locks by
    which others know of it, and what is written is lost (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    (pages,), (page_bytes,) = query("PRAGMA page_count"), query("PRAGMA page_size")
    missing = pages * page_bytes - path.stat().st_size
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:  # what is missing may be in there
        return None
    return f"it is {missing} bytes shorter than it was" if missing > 0 else None


def scrub(query: Callable[[str], Iterable[tuple[int, ...]]], path: Path) -> None:
    """Leave nothing of what was deleted in the files of a database: it is written anew, and its log is emptied.

    Raises:
        Busy: somebody has been reading an older state for as long as a write waits.
    """
    list(query("VACUUM"))
    (is_blocked, *_) = next(iter(query("PRAGMA wal_checkpoint(TRUNCATE)")))
    if is_blocked:
        raise Busy(path, "somebody is reading it, so what was deleted could not be overwritten")


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Raise what a user can fix as a StoreError about the database at `path`; let bugs through."""
    try:
        yield
    except UnicodeDecodeError as error:  # of a damaged schema, in SQLite's own words
        raise DatabaseDamaged(path, "not UTF-8") from error
    except sqlite3.DatabaseError as error:
        ours = as_store_error(path, error)
        if ours is None:
            raise
        raise ours from error


def as_store_error(path: Path, error: BaseException | None) -> StoreError | None:
    """The StoreError for an error of SQLite, None where the user can do nothing about it.

    Bytes that changed on the disk may show as any error: a table that is not there, a constraint that does not hold.
    """
    code = _code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(path)
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(path)
    if code in _WITHOUT_ROOM and _is_full(path.parent):
        return DiskFull(path)
    if code == sqlite3.SQLITE_READONLY:
        return ReadOnly(path)
    if code in _OUT_OF_REACH:
        return StoreError(f"{path}: {error}", hint="Check the folder's owner, its permissions and the disk.")
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _MISUSES):
        return DatabaseDamaged(path, untrusted.shown(str(error)))
    return None


def _is_full(folder: Path) -> bool:
    """Whether there is no room for the small files that SQLite keeps beside a database, even to read it."""
    try:
        return shutil.disk_usage(folder).free < _MIN_FREE_BYTES
    except OSError:
        return False


def _code(error: BaseException | None) -> int:
    """SQLite's primary result code, the low byte of the extended one; 0 for other errors."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
