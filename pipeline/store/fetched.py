"""Recordings that were fetched for an archive of several machines, and where their files are."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

import msgspec
import sqlalchemy as sa

from pipeline.records import FetchedRecording
from pipeline.store import tables as t
from pipeline.store.expressions import may_have
from pipeline.store.jobs import Transaction
from pipeline.store.rows import Row, now


class FetchedTable:
    """Fetched recordings by the keys of their sources. Each call is a transaction; none is a change of a meeting."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def get(self, key: str) -> FetchedRecording | None:
        """None also for what another version wrote."""
        with self._reading() as db:
            row = db.execute(sa.select(t.fetched).where(t.fetched.c.key == key)).one_or_none()
        return _read(row) if row else None

    def save(self, key: str, fetched: FetchedRecording) -> None:
        """Note it, in place of what was known of this source."""
        values = {"at": now(), "document": msgspec.json.encode(fetched)}
        with self._writing() as db:
            if not db.execute(t.fetched.update().where(t.fetched.c.key == key).values(**values)).rowcount:
                db.execute(t.fetched.insert().values(key=key, **values))

    def drop(self, key: str) -> None:
        """Know it no more."""
        with self._writing() as db:
            db.execute(t.fetched.delete().where(t.fetched.c.key == key))

    def drop_gone(self, media: str, exchange: str | None) -> None:
        """Know no more of a file that somebody looked for in vain, where it was to be: in the exchange by this name, or
        as `media` on the machine that fetched it."""
        for key, (_, known) in self.all().items():
            is_it = known.exchange == exchange if exchange else known.recording.media == media and not known.exchange
            if is_it and not known.is_gone:
                self.drop(key)

    def all(self) -> dict[str, tuple[datetime, FetchedRecording]]:
        """All that are known, with the times at which they were fetched, in UTC without saying so."""
        with self._reading() as db:
            rows: list[Row] = list(db.execute(sa.select(t.fetched).order_by(t.fetched.c.key)))
        return {row.key: (row.at, found) for row in rows if (found := _read(row))}

    def naming(self, texts: Iterable[str]) -> dict[str, FetchedRecording]:
        """Those in which one of these texts may be, such as the place of a file; others are not read."""
        with self._reading() as db:
            found = sa.select(t.fetched).where(may_have(t.fetched.c.document, texts)).order_by(t.fetched.c.key)
            rows: list[Row] = list(db.execute(found))
        return {row.key: known for row in rows if (known := _read(row))}


def _read(row: Row) -> FetchedRecording | None:
    with suppress(msgspec.MsgspecError):
        return msgspec.json.decode(row.document, type=FetchedRecording)
    return None
