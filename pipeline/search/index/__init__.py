"""The search index on disk: the one doorway of this room to SQL.

An SQLite file of its own, with a full-text index (FTS5) for each source of passages. Everything in it is derived from
the store: a lost or damaged file is rebuilt. It remembers the last change of the store that it contains.

    reader    lookups in one snapshot
    writer    the tables, and changes that take effect together
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine, event

from pipeline import sqlite
from pipeline.errors import StoreError
from pipeline.records import PassageSource
from pipeline.search.index.reader import IndexReader
from pipeline.search.index.writer import VERSION, IndexWriter

__all__ = ["IndexReader", "IndexWriter", "SearchIndex"]

_REBUILD = "Rebuild the search index: jumpnotes reindex"
_FRAGMENTED = 9 / 8  # size of an index against its largest part, from which its parts are merged


class SearchIndex:
    """An open search index. Searches see one snapshot, and go on while somebody writes."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path, *, timeout_seconds: float = 15.0, create: bool = True) -> SearchIndex:
        """Open `path`; where there is none, or one that cannot be used, an empty index takes its place.

        Args:
            timeout_seconds: how long a write waits for another writer.
            create: False leaves what is there as it is, to be looked at.

        Raises:
            StoreError: it cannot be opened or created.
        """
        url = sa.URL.create("sqlite", database=str(path))
        engine = sa.create_engine(url, creator=lambda: sqlite.connect(path, timeout_seconds))
        event.listen(engine, "connect", sqlite.configure)
        index = cls(path, engine)
        if not create:
            return index
        try:
            index._create()
        except StoreError as error:
            if not index.is_damaged_by(error):
                raise
            index.recreate()
        return index

    def is_damaged_by(self, error: StoreError) -> bool:
        """Whether `error` says that the file is no readable index."""
        return sqlite.is_damaged(error) and str(error).startswith(f"{self.path}: ")

    def recreate(self) -> None:
        """Let an empty index take the place of a damaged one."""
        self._engine.dispose()
        for file in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
            file.unlink(missing_ok=True)
        self._create()

    def find_damage(self) -> str | None:
        """What SQLite finds wrong with the file, in words; None: nothing. Reads all of it."""
        with self._connected() as db:
            found = sqlite.find_damage(lambda query: [line for (line,) in db.execute(query)])
        if found is None:
            with self.writing() as writer:
                writer.check_full_text()
        return found

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[IndexReader]:
        """Lookups in one snapshot."""
        with self._connected() as db:
            db.execute("BEGIN")
            try:
                yield IndexReader(db)
            finally:
                db.rollback()

    @contextmanager
    def writing(self) -> Iterator[IndexWriter]:
        """Changes that take effect together, or not at all.

        Raises:
            Busy: somebody else is writing, longer than the timeout.
        """
        with self._connected() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield IndexWriter(db)
                db.execute("COMMIT")
            finally:
                db.rollback()

    def scrub(self) -> None:
        """Leave nothing of what was removed in the files of the index.

        Raises:
            Busy: somebody is reading or writing it.
        """
        with self.writing() as writer:
            writer.drop_unused_words()
        with self._connected() as db:
            sqlite.scrub(lambda statement: db.execute(statement).fetchall(), self.path)

    def merge(self) -> None:
        """Merge the parts of each index that has many: a search looks through each part for each of its words.

        In small steps, as others want to write, too.
        """
        with self.reading() as reader:
            fragmented = [source for source in PassageSource if _is_fragmented(reader.part_sizes(source))]
        for source in fragmented:
            more, first = True, True
            while more:
                with self.writing() as writer:
                    more, first = writer.merge_some(source, first=first), False

    def _create(self) -> None:
        with self.reading() as reader:
            if reader.version() == VERSION:
                return
        with self.writing() as writer:
            if writer.version() != VERSION:  # another process may have been faster
                writer.create_tables()

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with sqlite.translated_errors(self.path, repair=_REBUILD):
            pooled = self._engine.raw_connection()
            try:
                connection = pooled.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                yield connection
            finally:
                pooled.close()


def _is_fragmented(part_sizes: list[int]) -> bool:
    return sum(part_sizes) > max(part_sizes, default=0) * _FRAGMENTED
