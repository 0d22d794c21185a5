"""Where SQLite and PostgreSQL differ: how a database is opened, whose turn it is to write, who keeps its jobs.

Everything else of the store is said once, in SQLAlchemy's words, and means the same in both; the few words that they
do not share are in `expressions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline import postgresql, sqlite
from pipeline.errors import StoreError
from pipeline.machine import machine_name
from pipeline.store.job_states import ColumnStates, JobStates

_WRITERS_TURN = 0x6A756D70  # the number of the lock that everybody takes who writes meetings, in whichever process
_UPGRADERS_TURN = 0x6A756D71
_MAX_TURN_SECONDS = 10  # in which a writer neither writes nor reads
_POOL_CONNECTIONS = 8
_MAX_MORE_CONNECTIONS = 24  # a server with as many threads never waits for one


class Dialect(Protocol):
    """A database: where it is, and what is done to it as a whole."""

    @property
    def place(self) -> Path | str:
        """What errors call it."""

    @property
    def url(self) -> str | None:
        """Its address on a server, perhaps with a password; None: it is a file."""

    def engine(self, timeout_seconds: float) -> Engine:
        """An engine for it. `timeout_seconds`: how long a write waits for another writer."""

    def as_store_error(self, error: BaseException | None) -> StoreError | None:
        """The StoreError for an error of the database; None: a bug."""

    def reading(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A transaction that only reads: all its queries see the same state."""

    def writing(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A transaction that is alone: no other one of these is under way, so what it reads stays as it is."""

    def sharing(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A transaction that others may be beside, where there can be any: each waits for the rows of another only."""

    def upgrading(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A transaction in which tables may be made anew, and that nobody else is in."""

    def let_it_take_long(self, db: Connection) -> None:
        """What is done in this transaction may take as long as it does, also between two statements."""

    def job_states(self, folder: Path) -> JobStates:
        """Who keeps the states of its jobs. `folder`: the data folder of this machine."""

    def has_table(self, db: Connection, name: str) -> bool:
        """Whether the database has a table of this name."""

    def find_damage(self, db: Connection) -> str | None:
        """What is wrong with what is stored, in words, as far as the database itself can tell; None: nothing."""

    def is_read_only(self, engine: Engine) -> bool:
        """Whether it cannot be written."""

    def scrub(self, engine: Engine) -> None:
        """Leave nothing of what was deleted, as far as that is in the hands of who uses the database.

        Raises:
            Busy: somebody has been reading an older state for as long as a write waits.
        """

    def free_share(self, db: Connection) -> float:
        """The share of the database's pages that nothing is in, 0 to 1, where it is worth the while to give it back."""


class SqliteDialect:
    """A file."""

    url = None

    def __init__(self, path: Path) -> None:
        self.place = path

    def engine(self, timeout_seconds: float) -> Engine:
        # Of a file that only others can write, a connection may believe what was true when it was opened.
        pool = sa.NullPool if sqlite.is_read_only(self.place) else sa.QueuePool
        url = sa.URL.create("sqlite", database=str(self.place))
        engine = sa.create_engine(url, creator=partial(sqlite.connect, self.place, timeout_seconds), poolclass=pool)
        event.listen(engine, "connect", sqlite.configure)
        event.listen(engine, "checkin", _release)
        return engine

    def as_store_error(self, error: BaseException | None) -> StoreError | None:
        return sqlite.as_store_error(self.place, error)

    @contextmanager
    def reading(self, engine: Engine) -> Iterator[Connection]:
        with engine.connect() as db:
            db.exec_driver_sql("BEGIN")
            yield db

    @contextmanager
    def writing(self, engine: Engine) -> Iterator[Connection]:
        with engine.begin() as db:
            # Take the write lock at once: a deferred transaction that upgrades later fails without waiting.
            db.exec_driver_sql("BEGIN IMMEDIATE")
            yield db

    sharing = writing

    @contextmanager
    def upgrading(self, engine: Engine) -> Iterator[Connection]:
        with engine.connect() as db:
            db.exec_driver_sql("PRAGMA foreign_keys=OFF")  # which SQLite only does before a transaction
            try:
                db.exec_driver_sql("BEGIN IMMEDIATE")
                yield db
                db.commit()
            finally:
                db.rollback()
                db.exec_driver_sql("PRAGMA foreign_keys=ON")

    def let_it_take_long(self, db: Connection) -> None:
        """Nothing limits it."""

    def job_states(self, folder: Path) -> JobStates:  # noqa: ARG002 - there is one machine
        return ColumnStates()

    def has_table(self, db: Connection, name: str) -> bool:
        return bool(db.scalar(sa.text("SELECT 1 FROM sqlite_master WHERE name = :name"), {"name": name}))

    def find_damage(self, db: Connection) -> str | None:
        found = sqlite.find_damage(lambda query: db.exec_driver_sql(query).scalars())
        return found or sqlite.find_cut(lambda query: db.exec_driver_sql(query).scalars(), self.place)

    def is_read_only(self, engine: Engine) -> bool:  # noqa: ARG002 - the disk says so
        return sqlite.is_read_only(self.place)

    def scrub(self, engine: Engine) -> None:
        with engine.connect() as db:
            sqlite.scrub(lambda statement: _rows(db, statement), self.place)

    def free_share(self, db: Connection) -> float:
        free, pages = (db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("freelist_count", "page_count"))
        return free / pages if pages else 0.0


def _release(connection: object, record: ConnectionPoolEntry) -> None:
    """Keep no Stopgap in the pool: others want to open the database, and there may be room soon."""
    if isinstance(connection, sqlite.Stopgap):
        record.invalidate()


def _rows(db: Connection, statement: str) -> list[tuple[int, ...]]:
    done = db.exec_driver_sql(statement)
    return [tuple(row) for row in done] if done.returns_rows else []


def _may_write_as_the_server_says(connection: Any, _record: object, _proxy: object) -> None:
    """After a transaction that only reads, SQLAlchemy would ask for one that writes, whatever the default is."""
    connection.read_only = None


class PostgresqlDialect:
    """A database on a server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.place = postgresql.place_of(url)

    def engine(self, timeout_seconds: float) -> Engine:
        postgresql.check_installed()
        engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=partial(postgresql.connect, self.url, timeout_seconds),
            pool_size=_POOL_CONNECTIONS,
            max_overflow=_MAX_MORE_CONNECTIONS,
            pool_pre_ping=True,  # the server may have been started anew since
        )
        event.listen(engine, "checkout", _may_write_as_the_server_says)
        return engine

    def as_store_error(self, error: BaseException | None) -> StoreError | None:
        return postgresql.as_store_error(self.place, error)

    @contextmanager
    def reading(self, engine: Engine) -> Iterator[Connection]:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as db:
            yield db

    @contextmanager
    def writing(self, engine: Engine) -> Iterator[Connection]:
        # The numbers of changes are those of their commits, so that nobody who follows them misses one.
        with engine.begin() as db:
            # Whoever stands still in the middle of it, such as a machine that is put to sleep, loses its turn.
            db.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{_MAX_TURN_SECONDS}s'")
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_TURN})")
            yield db

    @contextmanager
    def sharing(self, engine: Engine) -> Iterator[Connection]:
        with engine.begin() as db:
            yield db

    @contextmanager
    def upgrading(self, engine: Engine) -> Iterator[Connection]:
        with engine.begin() as db:
            db.exec_driver_sql("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")  # all who start wait
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADERS_TURN})")
            yield db

    def let_it_take_long(self, db: Connection) -> None:
        for limit in ("idle_in_transaction_session_timeout", "statement_timeout"):
            db.exec_driver_sql(f"SET LOCAL {limit} = 0")

    def job_states(self, folder: Path) -> JobStates:
        from pipeline.store.procrastinate_states import ProcrastinateStates  # an extra

        return ProcrastinateStates(machine_name(folder))

    def has_table(self, db: Connection, name: str) -> bool:
        return db.scalar(sa.select(sa.func.to_regclass(name))) is not None

    def find_damage(self, db: Connection) -> str | None:
        """Every row is read as a whole, which finds what the checksums of its server find."""
        db.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for table in sa.inspect(db).get_table_names():
            try:
                db.exec_driver_sql(f'SELECT max(octet_length("{table}"::text)) FROM "{table}"')  # noqa: S608
            except sa.exc.DatabaseError as error:
                ours = self.as_store_error(error.orig)
                raise ours or StoreError(f"{self.place}: {table} cannot be read", hint="Restore a backup.") from error
        return None

    def is_read_only(self, engine: Engine) -> bool:
        asked = "SELECT current_setting('default_transaction_read_only')::boolean OR pg_is_in_recovery()"
        with self.reading(engine) as db:
            return bool(db.scalar(sa.text(asked)))

    def scrub(self, engine: Engine) -> None:
        """Rows that were deleted are given free; the server writes over them, and over its own log, in its own time."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.exec_driver_sql("SET statement_timeout = 0")
            try:
                db.exec_driver_sql("VACUUM")
            finally:
                db.invalidate()  # its settings are no longer those of the others

    def free_share(self, db: Connection) -> float:  # noqa: ARG002 - the server sees to that by itself
        return 0.0


def dialect_of(path: Path, url: str | None) -> Dialect:
    """The database at `url`, or where there is none, in the file at `path`."""
    return PostgresqlDialect(url) if url else SqliteDialect(path)


@contextmanager
def translated_errors(dialect: Dialect) -> Iterator[None]:
    """Raise what a user can fix as a StoreError; let bugs through."""
    try:
        with sqlite.translated_errors(dialect.place) if isinstance(dialect.place, Path) else nullcontext():
            yield
    except (sa.exc.DatabaseError, sa.exc.InterfaceError) as error:
        if (ours := dialect.as_store_error(error.orig)) is None:
            raise
        raise ours from error
