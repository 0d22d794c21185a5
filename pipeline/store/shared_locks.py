"""Locks of meetings in PostgreSQL, where whoever works on one may be on another machine. One goes with its connection:
nobody has to take it from a process that was killed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

_KIND = 0x6A756D73  # the first number of these locks, the second is made of the slug
_RESTORERS_TURN = 0x6A756D75
_PAUSE_SECONDS = 0.1

_TAKE = sa.text("SELECT pg_try_advisory_lock(:kind, hashtext(:slug))").bindparams(kind=_KIND)
_LEAVE = sa.text("SELECT pg_advisory_unlock(:kind, hashtext(:slug))").bindparams(kind=_KIND)
_HELD = sa.text("""
    SELECT slug FROM meetings JOIN pg_locks ON objid::bigint = (hashtext(slug)::bigint & 4294967295)
    WHERE locktype = 'advisory' AND classid::bigint = :kind AND objsubid = 2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""").bindparams(kind=_KIND)  # objid has no sign


@contextmanager
def holding(engine: Engine, slug: str, patience_seconds: float) -> Iterator[bool]:
    """Hold the lock of a meeting. False: somebody else has it, and has had it for as long as was waited."""
    until = time.monotonic() + patience_seconds
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        while not (is_ours := bool(db.scalar(_TAKE, {"slug": slug}))) and time.monotonic() < until:
            time.sleep(_PAUSE_SECONDS)
        try:
            yield is_ours
        finally:
            if is_ours:
                with suppress(sa.exc.DBAPIError):  # the connection is gone, and the lock with it
                    db.execute(_LEAVE, {"slug": slug})
                db.invalidate()  # the others in the pool are in transactions


@contextmanager
def restoring(engine: Engine) -> Iterator[bool]:
    """Be the only one who restores a backup into this database. False: somebody else is at it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        is_ours = bool(db.scalar(sa.select(sa.func.pg_try_advisory_lock(_RESTORERS_TURN))))
        try:
            yield is_ours
        finally:
            db.invalidate()  # it ends with its connection


def held(db: Connection) -> frozenset[str]:
    """The meetings whose locks somebody holds."""
    return frozenset(db.scalars(_HELD))
