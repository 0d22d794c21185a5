"""Recordings that are being heard piece by piece, by any number of machines, and what was heard of them so far."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from pipeline.store import tables as t
from pipeline.store.jobs import Transaction


class HearingTable:
    """Hearings in a database. Each call is a transaction; none is a change of a meeting."""

    def __init__(self, reading: Transaction, sharing: Transaction) -> None:
        self._reading = reading
        self._sharing = sharing

    def heard(self, slugs: Collection[str]) -> int:
        """How many pieces of the recordings of these meetings have been heard so far."""
        heard = sa.select(sa.func.count()).join_from(t.pieces, t.hearings)
        with self._reading() as db:
            return int(db.scalar(heard.where(t.hearings.c.slug.in_(slugs), t.pieces.c.line.is_not(None))) or 0)
