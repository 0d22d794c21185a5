"""What newer runs have replaced in a database, and the room that nothing is in."""

from __future__ import annotations

from datetime import datetime

from pipeline.store import job_rows, old_rows
from pipeline.store.dialects import Dialect
from pipeline.store.jobs import Transaction
from pipeline.store.old_rows import OldRows


class RetentionTable:
    """Old rows of a database. Each call is a transaction; none is a change of a meeting, as nothing shows them."""

    def __init__(self, reading: Transaction, writing: Transaction, dialect: Dialect) -> None:
        self._reading = reading
        self._writing = writing
        self._dialect = dialect

    def find(self, before: datetime) -> tuple[OldRows, ...]:
        """What was replaced before this time, of each meeting that has any."""
        at = job_rows.naive(before)
        with self._reading() as db:
            found = (old_rows.find(db, slug, at) for slug in old_rows.candidates(db, at))
            return tuple(each for each in found if len(each))

    def drop(self, slug: str, before: datetime) -> OldRows:
        """Delete of a meeting what was replaced before this time; what that was. It is looked at again as it is now."""
        with self._writing() as db:
            old = old_rows.find(db, slug, job_rows.naive(before))
            old_rows.delete(db, old)
            return old

    def free_share(self) -> float:
        """The share of the database's pages that nothing is in, 0 to 1."""
        with self._reading() as db:
            return self._dialect.free_share(db)
