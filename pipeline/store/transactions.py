"""An open database, and the transactions of which every call of the store is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from pipeline.errors import MeetingDamaged
from pipeline.store import changes, schema
from pipeline.store.rows import MeetingRows


class Database:
    """An open database."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._listeners: list[Callable[[], None]] = []
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

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with schema.translated_errors(self.path), self._engine.connect() as db:
            db.exec_driver_sql("BEGIN")  # one snapshot for all queries of a call
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
        with schema.translated_errors(self.path), self._engine.begin() as db:
            # Take the write lock at once: a deferred transaction that upgrades later fails without waiting.
            db.exec_driver_sql("BEGIN IMMEDIATE")
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
