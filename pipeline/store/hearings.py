"""Recordings that are being heard piece by piece, by any number of machines, and what was heard of them so far.

Whoever has the job cuts the recording, writes down each piece as it is cut, and hears pieces until there are none left;
others take pieces meanwhile. What was heard is the checkpoint: whoever goes on with the job has it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.records import Claim, JobState
from pipeline.store import tables as t
from pipeline.store.job_states import JobStates
from pipeline.store.jobs import Transaction, worker_of
from pipeline.store.rows import now


@dataclass(frozen=True, slots=True)
class Hearing:
    """A recording that was begun: the cuts of its pieces, in their order, and whether these are all."""

    cuts: tuple[str, ...]
    is_cut: bool


class HearingTable:
    """Hearings in a database that is shared. Each call is a transaction; none is a change of a meeting.

    Calls that take a claim return None or False where it is no longer the caller's, or the hearing is no more.
    """

    def __init__(self, reading: Transaction, sharing: Transaction, states: JobStates) -> None:
        self._reading = reading
        self._sharing = sharing
        self._states = states

    # -- whoever has the job -----------------------------------------------------------------------------------------

    def begin(self, claim: Claim, key: str, slug: str, document: str, machine: str | None) -> Hearing | None:
        """Begin to hear a recording, or go on with it; its pieces that nobody has are offered to others.

        Args:
            key: of the sound, and all that changes what is heard.
            slug: the meeting.
            document: what whoever hears a piece has to know.
            machine: the only one that has the file; None: anybody can get it.
        """
        from pipeline.store import piece_tasks

        queue = piece_tasks.queue_of(key, machine)
        with self._sharing() as db:
            if not self._holds(db, claim):
                return None
            known = db.execute(sa.select(t.hearings).where(t.hearings.c.key == key)).one_or_none()
            if known is None:
                db.execute(t.hearings.insert().values(key=key, slug=slug, at=now(), document=document, is_cut=False))
            else:
                db.execute(t.hearings.update().where(t.hearings.c.key == key).values(document=document))
            piece_tasks.move(db, key, queue)
            rows = db.execute(sa.select(t.pieces).where(t.pieces.c.hearing == key).order_by(t.pieces.c.position)).all()
            for row in [row for row in rows if row.line is None and row.task is None][1:]:
                piece_tasks.offer(db, claim.job.id, key, row.position, queue)
            return Hearing(tuple(row.cut for row in rows), bool(known and known.is_cut))

    def add(self, claim: Claim, key: str, position: int, cut: str, machine: str | None) -> bool:
        """Note a piece, and offer it to others; the first one is for whoever cuts."""
        from pipeline.store import piece_tasks

        with self._sharing() as db:
            if not self._holds(db, claim) or not self._is_there(db, key):
                return False
            db.execute(t.pieces.insert().values(hearing=key, position=position, cut=cut))
            if position:
                piece_tasks.offer(db, claim.job.id, key, position, piece_tasks.queue_of(key, machine))
            return True

    def note_cut(self, claim: Claim, key: str) -> bool:
        """The last piece is there."""
        with self._sharing() as db:
            if not self._holds(db, claim):
                return False
            noted = t.hearings.update().where(t.hearings.c.key == key).values(is_cut=True)
            return bool(db.execute(noted).rowcount)

    def take(self, claim: Claim, key: str, machine: str | None) -> int | None:
        """The next piece for whoever has the job; None: others have what is left, or nothing is."""
        from pipeline.store import piece_tasks

        own = sa.select(t.pieces.c.position).where(
            t.pieces.c.hearing == key, t.pieces.c.line.is_(None), t.pieces.c.task.is_(None)
        )
        with self._sharing() as db:
            if not self._holds(db, claim):
                return None
            if (position := db.scalar(own.order_by(t.pieces.c.position).limit(1))) is not None:
                return int(position)
            taken = piece_tasks.take(db, piece_tasks.queue_of(key, machine), worker_of(claim))
            return taken[2] if taken else None

    def note_heard(self, claim: Claim, key: str, position: int, line: str) -> bool:
        """What was heard in a piece that `take` gave."""
        from pipeline.store import piece_tasks

        with self._sharing() as db:
            if not self._holds(db, claim) or not self._is_there(db, key):
                return False
            piece_tasks.finish(db, key, position, line)
            return True

    def lines(self, key: str, known: Collection[int]) -> dict[int, str]:
        """What was heard in pieces, by their positions, but for those that are `known`."""
        heard = sa.select(t.pieces.c.position, t.pieces.c.line).where(
            t.pieces.c.hearing == key, t.pieces.c.line.is_not(None), t.pieces.c.position.not_in(known)
        )
        with self._reading() as db:
            return {row.position: row.line for row in db.execute(heard)}

    def holds(self, claim: Claim, key: str) -> bool:
        """Whether the job is still the claim's, and the hearing still there."""
        with self._sharing() as db:
            return self._holds(db, claim) and self._is_there(db, key)

    def drop(self, claim: Claim, key: str) -> None:
        """All of it was heard, and what was heard is stored."""
        with self._sharing() as db:
            if self._holds(db, claim):
                db.execute(t.hearings.delete().where(t.hearings.c.key == key))

    # -- whoever helps -----------------------------------------------------------------------------------------------

    def document(self, key: str) -> str | None:
        """What whoever hears a piece has to know; None: the hearing is no more."""
        with self._reading() as db:
            return db.scalar(sa.select(t.hearings.c.document).where(t.hearings.c.key == key))

    def cut(self, key: str, position: int) -> str | None:
        """Where a piece is in the recording; None: it is no more."""
        with self._reading() as db:
            return db.scalar(
                sa.select(t.pieces.c.cut).where(t.pieces.c.hearing == key, t.pieces.c.position == position)
            )

    def pass_on(self, claim: Claim, line: str, machine: str | None) -> Claim | None:
        """Note what was heard in the piece of a claim, and take the next of the same recording, both or neither."""
        from pipeline.store import piece_tasks

        assert claim.piece
        key, position = claim.piece
        with self._sharing() as db:
            if not self._holds(db, claim):
                return None
            piece_tasks.finish(db, key, position, line)
            taken = piece_tasks.take(db, piece_tasks.queue_of(key, machine), worker_of(claim))
            return replace(claim, token=taken[1], piece=(key, taken[2])) if taken else None

    # -- whoever asks how far it is ----------------------------------------------------------------------------------

    def heard(self, slugs: Collection[str]) -> int:
        """How many pieces of the recordings of these meetings have been heard so far."""
        heard = sa.select(sa.func.count()).join_from(t.pieces, t.hearings)
        with self._reading() as db:
            return int(db.scalar(heard.where(t.hearings.c.slug.in_(slugs), t.pieces.c.line.is_not(None))) or 0)

    def is_ordered(self, exchange: str, *, besides: int) -> bool:
        """Whether a job that has not ended, `besides` this one, is to have something of this name heard."""
        seen = self._states.seen.c
        awaits = seen.state.in_((JobState.QUEUED, JobState.RUNNING)), seen.orders.contains(exchange, autoescape=True)
        with self._reading() as db:
            return bool(db.scalar(sa.select(sa.exists().where(seen.id != besides, *awaits))))

    def is_begun(self, slug: str) -> bool:
        """Whether something of a recording of this meeting has been heard that is not stored yet."""
        with self._reading() as db:
            return bool(db.scalar(sa.select(sa.exists().where(t.hearings.c.slug == slug))))

    def forget(self, slugs: Sequence[str]) -> None:
        """Delete what was heard of these meetings, as a passage was taken out that may be in it."""
        with self._sharing() as db:
            if self._states.is_shared:
                from pipeline.store import piece_tasks

                piece_tasks.lock(db, slugs)
            db.execute(t.hearings.delete().where(t.hearings.c.slug.in_(slugs)))

    def _holds(self, db: Connection, claim: Claim) -> bool:
        return self._states.held(db, claim.job.id, claim.token) is not None

    def _is_there(self, db: Connection, key: str) -> bool:
        return db.scalar(sa.select(t.hearings.c.key).where(t.hearings.c.key == key).with_for_update()) is not None
