"""What people said about links, as far as it holds now: the newest word on a block counts, in the recording it was
said of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.corrections.locate import Spot, spots
from pipeline.corrections.overlay import overlay
from pipeline.errors import MeetingNotFound
from pipeline.records import LINK_CONFIDENCE, Alignment, Correction, Notes, Verdict
from pipeline.store import rows
from pipeline.store import tables as t

_SAME_LENGTH = 2.0  # seconds by which one recording differs from itself, fetched from elsewhere or converted

Pins = dict[str, float | None]
"""Where people said that blocks begin, in seconds, by block id; None: not discussed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A correction as it is told from database to database: of a block known by its words."""

    spot: Spot
    verdict: Verdict
    start: float | None
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the blocks of a meeting are: what was found, with what people said put over it."""

    alignments: dict[str, Alignment]
    held: dict[str, Correction]  # the newest of each block, by block id
    orphans: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows that count: of each block in the notes, and of those that hold nowhere."""

    held: dict[str, sa.Row[Any]]
    orphans: tuple[sa.Row[Any], ...]

    def of(self, block_id: str) -> sa.Row[Any] | None:
        return self.held.get(block_id) or next((row for row in self.orphans if row.block_id == block_id), None)


def placed(db: Connection, slug: str, notes: Notes) -> Placed:
    """The links of a meeting; `notes` are its newest."""
    recording = rows.latest(db, t.recordings, slug)
    transcript = rows.heard_in(db, slug, recording)
    run = rows.latest(db, t.alignment_runs, slug)
    if run and (transcript is None or run.transcript_id != transcript.id):
        run = None
    # Block ids survive edits, so links of the last run still hold for the blocks that are left.
    found = rows.alignments(db, run.id) if run else {}
    counting = standing(db, slug, notes)
    held = {block_id: correction(row) for block_id, row in counting.held.items()}
    pinned = _pins(held)
    if run:
        _without(db, run, set(msgspec.json.decode(run.pins)) - set(pinned), found)
    return Placed(
        overlay(notes, found, pinned, length_of(db, slug)),
        held,
        tuple(map(correction, counting.orphans)),
    )


def any_in(db: Connection, slug: str) -> bool:
    """Whether anybody ever corrected a link of this meeting."""
    return bool(db.scalar(sa.select(sa.exists().where(t.corrections.c.slug == slug))))


def linked(notes: Notes, alignments: dict[str, Alignment]) -> int:
    """How many topics have a link."""
    return sum(topic.id in alignments and alignments[topic.id].confidence >= LINK_CONFIDENCE for topic in notes.topics)


def pins(db: Connection, slug: str) -> tuple[Pins, str | None]:
    """What the aligner has to know, and a mark that changes with every correction; None: there never was one."""
    newest = db.scalar(sa.select(sa.func.max(t.corrections.c.id)).where(t.corrections.c.slug == slug))
    if newest is None:
        return {}, None
    held = standing(db, slug, notes_of(db, slug)).held
    return _pins({block_id: correction(row) for block_id, row in held.items()}), str(newest)


def marks(db: Connection) -> dict[str, str]:
    """The marks of `pins`, by slug, of the meetings that have one."""
    newest = sa.select(t.corrections.c.slug, sa.func.max(t.corrections.c.id).label("id"))
    return {row.slug: str(row.id) for row in db.execute(newest.group_by(t.corrections.c.slug))}


def history(db: Connection, slug: str) -> tuple[Correction, ...]:
    """Every correction of a meeting, newest first; one that was carried on is told once, of the block it is now."""
    found = all_of(db, slug)
    carried = {row.carried_from for row in found}
    made = [correction(row) for row in found if row.id not in carried]
    return tuple(sorted(made, key=lambda said: (said.at, said.id), reverse=True))


def told(db: Connection, slug: str) -> tuple[Told, ...]:
    """What holds now, in the order of the notes, and then what has no block."""
    notes = notes_of(db, slug)
    counting, here = standing(db, slug, notes), spots(notes)
    holding = [(here[block_id], counting.held[block_id]) for block_id in here if block_id in counting.held]
    lost = [(spot_of(row), row) for row in counting.orphans]
    return tuple(Told(spot, Verdict(row.verdict), row.start, row.author, utc(row.at)) for spot, row in holding + lost)


def all_of(db: Connection, slug: str) -> Sequence[sa.Row[Any]]:
    """All of a meeting, oldest first."""
    return db.execute(sa.select(t.corrections).where(t.corrections.c.slug == slug).order_by(t.corrections.c.id)).all()


def standing(db: Connection, slug: str, notes: Notes) -> Standing:
    found = all_of(db, slug)
    if not found:
        return Standing({}, ())
    recording, length = rows.latest(db, t.recordings, slug), length_of(db, slug)
    here, key = spots(notes), recording.key if recording else None
    held = {row.block_id: row for row in found if row.block_id in here and _of_recording(row, key, length)}
    carried = {row.carried_from for row in found}
    lost = {row.block_id: row for row in found if row.block_id not in held}
    orphans = tuple(row for row in lost.values() if row.id not in carried and row.verdict != Verdict.AUTOMATIC)
    return Standing(held, orphans)


def _of_recording(row: sa.Row[Any], key: str | None, length: float | None) -> bool:
    """Whether a correction was made for this recording: the same, or one as long; none was known, or none is."""
    if row.recording_key is None or row.recording_key == key:
        return True
    return row.duration is not None and length is not None and abs(row.duration - length) <= _SAME_LENGTH


def _without(db: Connection, run: sa.Row[Any], blocks: set[str], found: dict[str, Alignment]) -> None:
    """Put into `found` what was known of `blocks` before somebody set them, for what they said holds no more."""
    waiting = set(blocks)
    for block_id in blocks:
        found.pop(block_id, None)
    earlier = sa.select(t.alignment_runs).where(
        t.alignment_runs.c.slug == run.slug,
        t.alignment_runs.c.transcript_id == run.transcript_id,
        t.alignment_runs.c.id < run.id,
    )
    for one in db.execute(earlier.order_by(t.alignment_runs.c.id.desc())).all() if waiting else ():
        free = waiting - set(msgspec.json.decode(one.pins))
        if free:
            links = rows.alignments(db, one.id)
            found.update({block_id: links[block_id] for block_id in free if block_id in links})
            waiting -= free
        if not waiting:
            return


def correction(row: sa.Row[Any]) -> Correction:
    return Correction(row.id, row.block_id, Verdict(row.verdict), row.start, row.author, utc(row.at), row.text)


def spot_of(row: sa.Row[Any]) -> Spot:
    return Spot(row.text, row.under, row.nth)


def _pins(held: dict[str, Correction]) -> Pins:
    return {block_id: said.start for block_id, said in held.items() if said.verdict is not Verdict.AUTOMATIC}


def notes_of(db: Connection, slug: str) -> Notes:
    row = rows.latest(db, t.notes, slug)
    if row is None:
        raise MeetingNotFound(slug)
    return msgspec.json.decode(row.document, type=Notes)


def length_of(db: Connection, slug: str) -> float | None:
    """Seconds of the recording, as well as they are known."""
    recording = rows.latest(db, t.recordings, slug)
    if recording and recording.duration:
        return float(recording.duration)
    transcript = rows.heard_in(db, slug, recording)
    if transcript is None or transcript.duration:
        return float(transcript.duration) if transcript else None
    end = db.scalar(sa.select(sa.func.max(t.segments.c.end)).where(t.segments.c.transcript_id == transcript.id))
    return float(end) if end is not None else None


def utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
