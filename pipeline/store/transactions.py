"""An open database, and the transactions of which every call of the store is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine

from pipeline.errors import Busy, MeetingDamaged
from pipeline.progress import Progress
from pipeline.store import changes, copying, schema, shared_locks
from pipeline.store.copying import CopiedArchive
from pipeline.store.dialects import Dialect, PostgresqlDialect, SqliteDialect, translated_errors
from pipeline.store.job_states import JobStates
from pipeline.store.rows import MeetingRows


class Database:
    """An open database, with the data folder in which media are."""

    def __init__(self, dialect: Dialect, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self._dialect = dialect
        self._engine = engine
        self._listeners: list[Callable[[], None]] = []
        self._states: JobStates | None = None
        self._making_states = Lock()
        self._waiting = 0  # until all that is being written has been written
        self._damaged: set[str] = set()  # meetings that could not be read when they were asked for

    @property
    def damaged(self) -> frozenset[str]:
        """The meetings that could not be read when they were asked for, by slug; the list of meetings shows them so."""
        return frozenset(self._damaged)

    def close(self) -> None:
        self._engine.dispose()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every write to a meeting, once it is committed."""
        self._listeners.append(listener)

    def changes(self, since: int) -> tuple[int, tuple[str, ...]]:
        """The number of the last write, and the meetings written after number `since`, in the order of their writes.

        FORGOTTEN among them: there are meetings that were forgotten.
        """
        with self._read() as db:
            return changes.since(db, since)

    def last_change(self, slug: str | None = None) -> int:
        """The number of the last write to this meeting, or to any; 0: there was none."""
        with self._read() as db:
            return changes.last(db, slug)

    @property
    def is_shared(self) -> bool:
        """Whether processes on other machines may have it open, too: it is on a server."""
        return isinstance(self._dialect, PostgresqlDialect)

    @property
    def place(self) -> str:
        """What errors call it: a file, or an address without its password."""
        return str(self._dialect.place)

    @property
    def address(self) -> tuple[Path, str | None]:
        """What another process opens it by: as for `Store.open`. The address may have a password in it."""
        url = self._dialect.url
        return self.folder / "jumpnotes.db" if url else self.path, url

    def check_revision(self) -> None:
        """Whoever has had the database open for long looks whether it still has the tables of this version.

        Raises:
            SchemaMismatch: a newer jumpnotes has upgraded it meanwhile.
        """
        with self._read() as db:
            schema.check_revision(db, self._dialect)

    @property
    def path(self) -> Path:
        """The file of the database, where it is one."""
        assert isinstance(self._dialect, SqliteDialect)
        return self._dialect.place

    def copy_to(self, target: Database, progress: Progress, *, replace: bool = False) -> CopiedArchive:
        """Copy the archive, as it is now, into an empty database, or in place of what is there.

        Raises:
            TargetNotEmpty: there is something in it, and it is not to be replaced.
        """
        seen, states = self._job_states.seen, target._job_states
        with self._read() as db:
            self._dialect.let_it_take_long(db)
            total = copying.count_rows(db)  # before others wait for the target
            with target._transaction() as into:
                target._dialect.let_it_take_long(into)
                place = target.place
                copied = copying.copy_all(db, seen, into, states, progress, total, place=place, replace=replace)
        target._tell()
        return copied

    @contextmanager
    def restoring(self) -> Iterator[None]:
        """Be the only one who restores a backup into a database on a server.

        Raises:
            Busy: somebody else is at it.
        """
        with translated_errors(self._dialect), shared_locks.restoring(self._engine) as is_ours:
            if not is_ours:
                raise Busy(self.place, "another restore into it is at work")
            yield

    def is_empty(self) -> bool:
        """Whether nothing has been stored yet."""
        with self._read() as db:
            return copying.is_empty(db)

    @property
    def _job_states(self) -> JobStates:
        """The same for all threads: what they know of their worker, they know together."""
        with self._making_states:
            if self._states is None:
                self._states = self._dialect.job_states(self.folder)
            return self._states

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """One snapshot for all queries of a call."""
        with translated_errors(self._dialect), self._dialect.reading(self._engine) as db:
            yield db

    @contextmanager
    def _read_meeting(self, slug: str) -> Iterator[MeetingRows]:
        """Reading one meeting; where that cannot be done, it is remembered for the list of meetings."""
        with self._read() as db:
            try:
                yield MeetingRows(db, slug)
            except MeetingDamaged:
                self._damaged.add(slug)
                raise

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with translated_errors(self._dialect), self._dialect.writing(self._engine) as db:
            yield db

    @contextmanager
    def _sharing(self) -> Iterator[Connection]:
        """A write of rows that belong to one process, such as those of a job that it does."""
        with translated_errors(self._dialect), self._dialect.sharing(self._engine) as db:
            yield db

    @contextmanager
    def _write(self, slug: str, *, is_shown: bool = True) -> Iterator[MeetingRows]:
        """A write to one meeting, of what `is_shown` of it or not: it is noted as a change, and the listeners hear."""
        with self._transaction() as db:
            yield MeetingRows(db, slug)
            changes.note(db, slug, is_shown=is_shown)
        self._tell()

    @contextmanager
    def telling_once(self) -> Iterator[None]:
        """Tell of all that is written meanwhile, by this thread or another, once and at the end."""
        self._waiting += 1
        before = self.last_change()
        try:
            yield
        finally:
            self._waiting -= 1
            if self.last_change() != before:
                self._tell()

    def _tell(self) -> None:
        if self._waiting:
            return
        for listener in self._listeners:
            listener()
