"""What people follow, and what they were told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import UTC

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import SubscriptionNotFound
from pipeline.records import JobFailure, Subscription, SubscriptionChannel, SubscriptionKind, Telling, TellingState
from pipeline.store import tables as t
from pipeline.store.expressions import upsert
from pipeline.store.jobs import Transaction
from pipeline.store.rows import Row, insert

_MAX_ID = 2**31 - 1  # that the column can hold
_COLUMNS = t.subscriptions.c
_KNOWN = sa.and_(  # another may be damaged, or of a later version
    _COLUMNS.kind.in_(tuple(SubscriptionKind)), _COLUMNS.channel.in_(tuple(SubscriptionChannel))
)


class SubscriptionTable:
    """Subscriptions in a database. Each call is a transaction; none is a change of a meeting."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def add(
        self,
        kind: SubscriptionKind,
        about: str,
        channel: SubscriptionChannel,
        address: str,
        author: str,
        *,
        known: Collection[str] = (),
    ) -> tuple[Subscription, bool]:
        """Follow something from now on. Whoever follows it there already stays who they are, and what they were told.

        Args:
            known: the meetings that nobody has to be told of any more, by slug.

        Returns:
            The subscription, and whether it is new.
        """
        columns = t.subscriptions.c
        same = sa.and_(
            columns.kind == kind, columns.about == about, columns.channel == channel, columns.address == address
        )
        with self._writing() as db:
            row = db.execute(sa.select(t.subscriptions).where(same)).first()
            if row is not None:
                return _subscription(row), False
            values = {"kind": kind, "about": about, "channel": channel, "address": address, "author": author}
            number = insert(db, t.subscriptions, **values)
            _keep(db, [Telling(number, slug, TellingState.TOLD) for slug in known])
            return _subscription(db.execute(sa.select(t.subscriptions).where(columns.id == number)).one()), True

    def remove(self, number: int) -> None:
        """Follow it no more.

        Raises:
            SubscriptionNotFound: there is no such subscription.
        """
        with self._writing() as db:
            if number > _MAX_ID or not db.execute(t.subscriptions.delete().where(_COLUMNS.id == number)).rowcount:
                raise SubscriptionNotFound(number)

    def all(self) -> tuple[Subscription, ...]:
        """All subscriptions, in the order in which they were made."""
        with self._reading() as db:
            return tuple(map(_subscription, db.execute(sa.select(t.subscriptions).where(_KNOWN).order_by(_COLUMNS.id))))

    def subscription(self, number: int) -> Subscription:
        """Raises SubscriptionNotFound."""
        found = (each for each in self.all() if each.id == number)
        if (subscription := next(found, None)) is None:
            raise SubscriptionNotFound(number)
        return subscription

    # -- what was told -----------------------------------------------------------------------------------------------

    def tellings(self, numbers: Collection[int]) -> tuple[Telling, ...]:
        """What was told, or was begun to be told, of these subscriptions."""
        columns = t.tellings.c
        known = columns.state.in_(tuple(TellingState))
        wanted = sa.select(t.tellings).where(columns.subscription_id.in_(sorted(numbers)), known)
        with self._reading() as db:
            return tuple(
                Telling(row.subscription_id, row.slug, TellingState(row.state), row.message)
                for row in db.execute(wanted.order_by(columns.subscription_id, columns.slug))
            )

    def begin(self, message: str, pairs: Collection[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
        """Note that a message begins to be sent that tells these subscriptions of these meetings, and of no other.

        Returns:
            What of it can be told: subscriptions or meetings may be gone meanwhile.
        """
        columns = t.tellings.c
        with self._writing() as db:
            subscriptions, slugs = set(db.scalars(sa.select(t.subscriptions.c.id))), {slug for _, slug in pairs}
            meetings = set(db.scalars(sa.select(t.meetings.c.slug).where(t.meetings.c.slug.in_(slugs))))
            there = tuple(pair for pair in pairs if pair[0] in subscriptions and pair[1] in meetings)
            db.execute(t.tellings.delete().where(columns.message == message, columns.state != TellingState.TOLD))
            _keep(db, [Telling(number, slug, TellingState.SENDING, message) for number, slug in there])
            return there

    def end(self, message: str, state: TellingState, failure: JobFailure | None, numbers: Collection[int]) -> None:
        """Note how the sending of a message that was begun ended, and with it for these subscriptions."""
        stored = msgspec.json.encode(failure).decode() if failure else None
        with self._writing() as db:
            of_message = sa.and_(t.tellings.c.message == message, t.tellings.c.state != TellingState.TOLD)
            db.execute(t.tellings.update().where(of_message).values(state=state))
            chosen = t.subscriptions.c.id.in_(sorted(numbers))
            db.execute(t.subscriptions.update().where(chosen).values(failure=stored))


def _keep(db: Connection, tellings: Iterable[Telling]) -> None:
    rows = [
        {"subscription_id": each.subscription, "slug": each.slug, "state": each.state, "message": each.message}
        for each in tellings
    ]
    if rows:
        added = upsert(db, t.tellings)
        newer = {"state": added.excluded.state, "message": added.excluded.message}
        db.execute(added.on_conflict_do_update(index_elements=["subscription_id", "slug"], set_=newer), rows)


def _subscription(row: Row) -> Subscription:
    return Subscription(
        id=row.id,
        kind=SubscriptionKind(row.kind),
        about=row.about,
        channel=SubscriptionChannel(row.channel),
        address=row.address,
        author=row.author,
        created_at=row.created_at.replace(tzinfo=UTC),
        failure=_failure(row.failure),
    )


def _failure(stored: str | None) -> JobFailure | None:
    with suppress(msgspec.MsgspecError):  # damaged: the next message tells anew
        return msgspec.json.decode(stored, type=JobFailure) if stored else None
    return None
