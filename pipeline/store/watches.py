"""Places that are watched for new meetings, and what was found in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import WatchNotFound
from pipeline.file_names import path_of
from pipeline.records import ItemState, JobFailure, Watch, WatchedItem, WatchKind
from pipeline.store import tables as t
from pipeline.store.expressions import by_character, upsert
from pipeline.store.jobs import Transaction
from pipeline.store.rows import Row


class WatchTable:
    """Watched places in a database. Each call is a transaction; none is a change of a meeting."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def register(
        self,
        kind: WatchKind,
        address: str,
        every: float,
        author: str,
        now: datetime,
        *,
        makes_notes: bool | None = None,
        configured: bool = False,
    ) -> Watch:
        """Watch a place from now on, every so many seconds. One that is watched already keeps what was found there.

        Args:
            makes_notes: whether notes are made of recordings that have none; None: as before, at first not.
            configured: a settings file names it. A place that a person registered stays that person's.
        """
        with self._writing() as db:
            row = db.execute(sa.select(t.watches).where(t.watches.c.address == address)).one_or_none()
            at = _naive(now)
            if row is None:
                values = {"kind": kind, "address": address, "author": author, "configured": configured}
                times = {"every": every, "created_at": at, "updated_at": at, "next_at": at}
                added = t.watches.insert().values(makes_notes=bool(makes_notes), **values, **times)
                db.execute(added)
            elif row.configured or not configured:
                changed: dict[str, Any] = {"every": every, "configured": configured}
                if makes_notes is not None:
                    changed["makes_notes"] = makes_notes
                if every < row.every:  # the next look was planned for another interval
                    changed["next_at"] = at
                db.execute(t.watches.update().where(t.watches.c.id == row.id).values(**changed))
            return _watch(db.execute(sa.select(t.watches).where(t.watches.c.address == address)).one())

    def remove(self, number: int) -> None:
        """Watch a place no more, and forget what was found there. Its meetings stay.

        Raises:
            WatchNotFound: there is no such watch.
        """
        with self._writing() as db:
            if not db.execute(t.watches.delete().where(t.watches.c.id == number)).rowcount:
                raise WatchNotFound(f"place {number}")

    def all(self) -> tuple[Watch, ...]:
        """All watched places, in the order in which they were registered."""
        with self._reading() as db:
            return tuple(map(_watch, db.execute(sa.select(t.watches).order_by(t.watches.c.id))))

    def watch(self, number: int) -> Watch:
        """Raises WatchNotFound."""
        with self._reading() as db:
            row = db.execute(sa.select(t.watches).where(t.watches.c.id == number)).one_or_none()
        if row is None:
            raise WatchNotFound(f"place {number}")
        return _watch(row)

    # -- what was found ----------------------------------------------------------------------------------------------

    def items(self, number: int) -> Mapping[str, WatchedItem]:
        """What was found in a place, by its key."""
        found = sa.select(t.watched_items).where(t.watched_items.c.watch_id == number)
        with self._reading() as db:
            return {row.key: _item(row) for row in db.execute(found)}

    def open_recordings(self) -> tuple[tuple[Watch, WatchedItem], ...]:
        """The recordings of all lists that have no notes, the newest first."""
        found = sa.select(t.watched_items).where(t.watched_items.c.state == ItemState.OPEN)
        newest = found.order_by(t.watched_items.c.at.desc().nulls_last(), by_character(t.watched_items.c.key))
        with self._reading() as db:
            watches = {row.id: _watch(row) for row in db.execute(sa.select(t.watches))}
            return tuple((watches[row.watch_id], _item(row)) for row in db.execute(newest))

    def counts(self) -> Mapping[int, Mapping[ItemState, int]]:
        """How many items there are of each state, by the number of the watch."""
        columns = t.watched_items.c
        counted = sa.select(columns.watch_id, columns.state, sa.func.count()).group_by(columns.watch_id, columns.state)
        found: dict[int, dict[ItemState, int]] = {}
        with self._reading() as db:
            for number, state, count in db.execute(counted):
                found.setdefault(number, {})[ItemState(state)] = count
        return found

    def finish(
        self,
        number: int,
        items: Iterable[WatchedItem],
        cursor: str,
        *,
        scanned_at: datetime,
        next_at: datetime,
        dropped: Iterable[str] = (),
    ) -> None:
        """Note what a look found, all of it or nothing: after whatever was to be done about it is stored.

        Args:
            dropped: keys of what is to be remembered no more.

        Raises:
            WatchNotFound: nobody wants the place watched any more.
        """
        at = _naive(scanned_at)
        values = {"cursor": cursor, "scanned_at": at, "updated_at": at, "next_at": _naive(next_at)}
        with self._writing() as db:
            changed = t.watches.update().where(t.watches.c.id == number).values(failure=None, failures=0, **values)
            if not db.execute(changed).rowcount:
                raise WatchNotFound(f"place {number}")
            for key in dropped:
                columns = t.watched_items.c
                db.execute(t.watched_items.delete().where(columns.watch_id == number, columns.key == key))
            _keep(db, number, items)

    def remember(self, number: int, items: Iterable[WatchedItem]) -> None:
        """Note what is known of items between two looks; nothing where nobody wants the place watched any more."""
        with self._writing() as db:
            if db.scalar(sa.select(t.watches.c.id).where(t.watches.c.id == number)) is not None:
                _keep(db, number, items)

    def begin(self, number: int, *, at: datetime, next_at: datetime) -> None:
        """Note that a look begins; until it is said how it ended, it counts as failed, whatever it dies of.

        Raises:
            WatchNotFound: nobody wants the place watched any more.
        """
        values = {"updated_at": _naive(at), "next_at": _naive(next_at), "failures": t.watches.c.failures + 1}
        with self._writing() as db:
            if not db.execute(t.watches.update().where(t.watches.c.id == number).values(**values)).rowcount:
                raise WatchNotFound(f"place {number}")

    def fail(self, number: int, failure: JobFailure, *, next_at: datetime) -> None:
        """Note why a look that was begun failed. What was found before stays."""
        values = {"failure": msgspec.json.encode(failure).decode(), "next_at": _naive(next_at)}
        with self._writing() as db:
            db.execute(t.watches.update().where(t.watches.c.id == number).values(**values))


def _keep(db: Connection, number: int, items: Iterable[WatchedItem]) -> None:
    rows = [_row(number, item) for item in items]
    if rows:
        insert = upsert(db, t.watched_items)
        new = {name: insert.excluded[name] for name in rows[0] if name not in {"watch_id", "key"}}
        db.execute(insert.on_conflict_do_update(index_elements=["watch_id", "key"], set_=new), rows)


def forget(db: Connection, path: str) -> None:
    """Delete what is remembered of the notes of a meeting, at this path, that are gone."""
    parts = path_of(path).parts
    keys = [path, *("/".join(parts[start:]) for start in range(1, len(parts)))]  # from whichever folder on
    columns = t.watched_items.c
    gone = t.watched_items.delete().where(columns.state == ItemState.GONE, columns.key.in_(keys))
    db.execute(gone)


def _row(number: int, item: WatchedItem) -> dict[str, Any]:
    return {"watch_id": number, **asdict(item), "at": item.at and _naive(item.at)}


def _item(row: Row) -> WatchedItem:
    return WatchedItem(
        key=row.key,
        state=ItemState(row.state),
        fingerprint=row.fingerprint,
        title=row.title,
        url=row.url,
        at=row.at and _aware(row.at),
        has_time=row.has_time,
        duration=row.duration,
        detail=row.detail,
    )


def _watch(row: Row) -> Watch:
    return Watch(
        id=row.id,
        kind=WatchKind(row.kind),
        address=row.address,
        every=row.every,
        author=row.author,
        created_at=_aware(row.created_at),
        next_at=_aware(row.next_at),
        cursor=row.cursor,
        scanned_at=row.scanned_at and _aware(row.scanned_at),
        failure=msgspec.json.decode(row.failure, type=JobFailure) if row.failure else None,
        failures=row.failures,
        configured=row.configured,
        makes_notes=row.makes_notes,
    )


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
