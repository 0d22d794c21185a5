"""Pieces of recordings in the queue: rows of Procrastinate's own, which whoever hears takes beside whole jobs.

A piece that several workers had in vain, or one with an error, has no row there any more: whoever cut it hears it.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.machine import short_name
from pipeline.records import RunStage
from pipeline.store import tables as t
from pipeline.store.task_rows import AT_MACHINE, PIECE, defer, now_done, procrastinate_in, tasks

MAX_VAIN_ATTEMPTS = 4
"""After as many, of which each may have cost a machine, a piece is no longer offered."""

_FIRST_PRIORITY = 10  # before recordings that nobody has begun
_KEY_CHARS = 16

_arguments = tasks.c.args


def queue_of(key: str, machine: str | None) -> str:
    """The queue of the pieces of a recording; with a `machine`, only it has the file."""
    return f"{RunStage.TRANSCRIBE} {key_in_queues(key)}" + (f"{AT_MACHINE}{short_name(machine)}" if machine else "")


def key_in_queues(key: str) -> str:
    """The key of a recording as the names of queues, which are short, have it."""
    return key[:_KEY_CHARS]


def queues(db: Connection, machine: str) -> dict[str, str]:
    """Those with pieces that this machine can hear, with the keys of their recordings as queues have them."""
    waiting = sa.select(tasks.c.queue_name).where(tasks.c.status == "todo", tasks.c.task_name == PIECE).distinct()
    found = {}
    for name in db.scalars(waiting):
        key, _, owner = name.partition(" ")[2].partition(AT_MACHINE)
        if owner in {"", short_name(machine)}:
            found[name] = key
    return found


def is_any_waiting(db: Connection) -> bool:
    """Whether there is a piece that nobody has begun, on whichever machine."""
    waiting = sa.exists().where(tasks.c.status == "todo", tasks.c.id.in_(sa.select(t.pieces.c.task)))
    return bool(db.scalar(sa.select(waiting)))


def offer(db: Connection, job: int, key: str, position: int, queue: str) -> None:
    """Put a piece into the queue, for whoever takes it."""
    task = defer(db, queue, PIECE, {"job": job, "hearing": key, "position": position}, priority=_FIRST_PRIORITY)
    db.execute(t.pieces.update().where(*_is(key, position)).values(task=task))


def finish(db: Connection, key: str, position: int, line: str) -> bool:
    """Note what was heard. False: that was known, or the piece is no more."""
    task = db.scalar(sa.select(t.pieces.c.task).where(*_is(key, position)))
    if task is not None:  # it comes before the piece, as wherever both are changed
        db.execute(sa.select(tasks.c.id).where(tasks.c.id == task).with_for_update())
    heard = t.pieces.update().where(*_is(key, position), t.pieces.c.line.is_(None)).values(line=line, task=None)
    done = bool(db.execute(heard).rowcount)
    if task is not None:
        db.execute(sa.delete(tasks).where(tasks.c.id == task))
    return done


def is_any_held(db: Connection, worker: int, key: str) -> bool:
    """Whether a worker has a piece of this recording."""
    return bool(db.scalar(sa.select(sa.exists().where(*_of_worker(worker), tasks.c.id.in_(_of_hearing(key))))))


def give_back(db: Connection, worker: int, *, key: str | None = None, job: int | None = None) -> None:
    """The pieces that a worker has, of this recording or this job, are for anybody again."""
    of: list[sa.ColumnElement[bool]] = [tasks.c.id.in_(_of_hearing(key))] if key is not None else []
    of += [_is_of(job)] if job is not None else []
    _offer_again(db, sa.and_(*_of_worker(worker), *of))


def leave_to_cutter(db: Connection, worker: int, key: str) -> None:
    """The piece that a worker has is heard by whoever cut it."""
    _remove(db, sa.and_(*_of_worker(worker), tasks.c.id.in_(_of_hearing(key))))


def free(db: Connection, orphaned: sa.ColumnElement[bool]) -> None:
    """Pieces whose workers are no more are for anybody again."""
    _offer_again(db, sa.and_(tasks.c.task_name == PIECE, tasks.c.status == "doing", orphaned))


def withdraw(db: Connection, jobs: Collection[int]) -> None:
    """Nobody is to hear the pieces of these jobs any more; what was heard stays."""
    _remove(db, sa.and_(tasks.c.task_name == PIECE, _arguments["job"].as_integer().in_(jobs)))


def lock(db: Connection, slugs: Collection[str]) -> None:
    """Nobody takes or finishes pieces of these meetings meanwhile."""
    heard = sa.select(t.hearings.c.key).where(t.hearings.c.slug.in_(slugs)).order_by(t.hearings.c.key)
    keys = db.scalars(heard.with_for_update()).all()
    of = sa.select(t.pieces.c.task).where(t.pieces.c.hearing.in_(keys), t.pieces.c.task.is_not(None))
    db.execute(sa.select(tasks.c.id).where(tasks.c.id.in_(of)).order_by(tasks.c.id).with_for_update()).all()


def give_back_unknown(db: Connection, worker: int, hearings: Collection[str], job_tasks: Collection[int]) -> None:
    """The pieces that a worker has, but for those of these recordings, and of the jobs with these tasks."""
    own = sa.select(t.jobs.c.id).where(t.jobs.c.task.in_(job_tasks))
    other = _arguments["hearing"].as_string().not_in(hearings), _arguments["job"].as_integer().not_in(own)
    _offer_again(db, sa.and_(*_of_worker(worker), *other))


def move(db: Connection, key: str, queue: str) -> None:
    """Let the pieces that nobody has begun be in this queue."""
    here = tasks.c.status == "todo", tasks.c.id.in_(_of_hearing(key)), tasks.c.queue_name != queue
    db.execute(sa.update(tasks).where(*here).values(queue_name=queue))


def take(db: Connection, queue: str, worker: int) -> tuple[int, str, int] | None:
    """The next piece for this worker: of which job, with which token, and its position."""
    with procrastinate_in(db) as procrastinate:
        task = now_done(procrastinate.fetch_job(queues=[queue], worker_id=worker))
    if task is None:
        return None
    job, position = task.task_kwargs["job"], task.task_kwargs["position"]
    assert isinstance(job, int)
    assert isinstance(position, int)
    return job, f"{task.id}/{worker}/{task.attempts}", position


def _is(key: str, position: int) -> tuple[sa.ColumnElement[bool], ...]:
    return t.pieces.c.hearing == key, t.pieces.c.position == position


def _of_hearing(key: str) -> sa.Select[tuple[int]]:
    return sa.select(t.pieces.c.task).where(t.pieces.c.hearing == key, t.pieces.c.task.is_not(None))


def _is_of(job: int) -> sa.ColumnElement[bool]:
    known = sa.select(t.pieces.c.task).where(t.pieces.c.task.is_not(None))
    return sa.and_(tasks.c.id.in_(known), _arguments["job"].as_integer() == job)


def _of_worker(worker: int) -> tuple[sa.ColumnElement[bool], ...]:
    return tasks.c.status == "doing", tasks.c.task_name == PIECE, tasks.c.worker_id == worker


def _offer_again(db: Connection, which: sa.ColumnElement[bool]) -> None:
    _remove(db, sa.and_(which, tasks.c.attempts >= MAX_VAIN_ATTEMPTS - 1))
    again = {"status": "todo", "worker_id": None, "attempts": tasks.c.attempts + 1}
    db.execute(sa.update(tasks).where(which).values(**again))


def _remove(db: Connection, which: sa.ColumnElement[bool]) -> None:
    gone = list(db.scalars(sa.select(tasks.c.id).where(which).order_by(tasks.c.id).with_for_update()))
    if gone:
        db.execute(t.pieces.update().where(t.pieces.c.task.in_(gone)).values(task=None))
        db.execute(sa.delete(tasks).where(tasks.c.id.in_(gone)))
