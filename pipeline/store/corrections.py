"""What people said about links: added, never changed. The newest word on a block counts, in the recording it was
said of.

When the notes are edited, a word on a block that is gone is carried to the block it has become, as a new row. One that
finds no block stays, and holds again when its block comes back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline import timecode
from pipeline.errors import BlockNotFound, ConflictError, CorrectionNotFound, InvalidCorrection, MeetingNotFound
from pipeline.records import LINK_CONFIDENCE, Alignment, Correction, Notes, Verdict
from pipeline.spots import Spot, match, spots
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.overlay import overlay

LONGEST_NAME = 80
"""Characters of an author's name."""

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


class Fate(StrEnum):
    """What became of a correction that was told."""

    ADDED = "added"
    KNOWN = "known already"
    OLDER = "older than the one here"
    NO_BLOCK = "no such block in the notes"
    OUTSIDE = "not within the recording"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the blocks of a meeting are: what was found, with what people said put over it."""

    alignments: dict[str, Alignment]
    held: dict[str, Correction]  # the newest of each block, by block id
    orphans: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    """The rows that count: of each block in the notes, and of those that hold nowhere."""

    held: dict[str, sa.Row[Any]]
    orphans: tuple[sa.Row[Any], ...]

    def of(self, block_id: str) -> sa.Row[Any] | None:
        return self.held.get(block_id) or next((row for row in self.orphans if row.block_id == block_id), None)


# -- reading -----------------------------------------------------------------------------------------------------------


def placed(db: Connection, slug: str, notes: Notes) -> Placed:
    """The links of a meeting; `notes` are its newest."""
    recording = rows.latest(db, t.recordings, slug)
    transcript = rows.heard_in(db, slug, recording)
    run = rows.latest(db, t.alignment_runs, slug)
    if run and (transcript is None or run.transcript_id != transcript.id):
        run = None
    # Block ids survive edits, so links of the last run still hold for the blocks that are left.
    found = rows.alignments(db, run.id) if run else {}
    standing = _standing(db, slug, notes)
    held = {block_id: _correction(row) for block_id, row in standing.held.items()}
    pins = _pins(held)
    if run:
        _without(db, run, {block_id for block_id in msgspec.json.decode(run.pins) if block_id not in pins}, found)
    return Placed(
        overlay(notes, found, pins, _length(db, slug)),
        held,
        tuple(map(_correction, standing.orphans)),
    )


def any_in(db: Connection, slug: str) -> bool:
    """Whether anybody ever corrected a link of this meeting."""
    return bool(db.scalar(sa.select(sa.exists().where(t.corrections.c.slug == slug))))


def starts(db: Connection, slug: str) -> dict[str, float] | None:
    """Where the linked blocks of a corrected meeting begin, in seconds by id; None: nobody corrected it."""
    if not any_in(db, slug):
        return None
    links = placed(db, slug, _notes(db, slug)).alignments
    return {block_id: link.start for block_id, link in links.items() if link.confidence >= LINK_CONFIDENCE}


def linked(notes: Notes, alignments: dict[str, Alignment]) -> int:
    """How many topics have a link."""
    return sum(topic.id in alignments and alignments[topic.id].confidence >= LINK_CONFIDENCE for topic in notes.topics)


def pins(db: Connection, slug: str) -> tuple[Pins, str | None]:
    """What the aligner has to know, and a mark that changes with every correction; None: there never was one."""
    newest = db.scalar(sa.select(sa.func.max(t.corrections.c.id)).where(t.corrections.c.slug == slug))
    if newest is None:
        return {}, None
    held = _standing(db, slug, _notes(db, slug)).held
    return _pins({block_id: _correction(row) for block_id, row in held.items()}), str(newest)


def marks(db: Connection) -> dict[str, str]:
    """The marks of `pins`, by slug, of the meetings that have one."""
    newest = sa.select(t.corrections.c.slug, sa.func.max(t.corrections.c.id).label("id"))
    return {row.slug: str(row.id) for row in db.execute(newest.group_by(t.corrections.c.slug))}


def history(db: Connection, slug: str) -> tuple[Correction, ...]:
    """Every correction of a meeting, newest first; one that was carried on is told once, of the block it is now."""
    found = _rows(db, slug)
    carried = {row.carried_from for row in found}
    made = [_correction(row) for row in found if row.id not in carried]
    return tuple(sorted(made, key=lambda said: (said.at, said.id), reverse=True))


def told(db: Connection, slug: str) -> tuple[Told, ...]:
    """What holds now, in the order of the notes, and then what has no block."""
    notes = _notes(db, slug)
    standing, here = _standing(db, slug, notes), spots(notes)
    holding = [(here[block_id], standing.held[block_id]) for block_id in here if block_id in standing.held]
    lost = [(_spot(row), row) for row in standing.orphans]
    return tuple(Told(spot, Verdict(row.verdict), row.start, row.author, _utc(row.at)) for spot, row in holding + lost)


# -- writing -----------------------------------------------------------------------------------------------------------


def correct(
    db: Connection, slug: str, block_id: str, verdict: Verdict, start: float | None, author: str, seen: int | None
) -> Correction:
    notes = _notes(db, slug)
    here = spots(notes)
    if block_id not in here:
        raise BlockNotFound(slug, block_id)
    author = checked_author(author)
    start = _checked_start(verdict, start, _length(db, slug))
    newest = _standing(db, slug, notes).held.get(block_id)
    if (newest.id if newest else None) != seen:
        raise ConflictError(slug, block_id, _correction(newest) if newest else None)
    return _insert(db, slug, block_id, Told(here[block_id], verdict, start, author, _now()))


def undo(db: Connection, slug: str, correction_id: int, author: str) -> Correction:
    author = checked_author(author)
    by_id = {row.id: row for row in _rows(db, slug)}
    row = by_id.get(correction_id)
    if row is None:
        raise CorrectionNotFound(slug, correction_id)
    newest = _standing(db, slug, _notes(db, slug)).of(row.block_id)
    if newest is None or newest.id != row.id:
        raise ConflictError(slug, row.block_id, _correction(newest) if newest else None)
    made = row
    while made.carried_from is not None:
        made = by_id[made.carried_from]
    earlier = [
        one
        for one in by_id.values()
        if one.id < made.id and one.block_id == made.block_id and one.recording_key == made.recording_key
    ]
    verdict, start = (Verdict(earlier[-1].verdict), earlier[-1].start) if earlier else (Verdict.AUTOMATIC, None)
    values = row._asdict() | {"verdict": verdict.value, "start": start, "author": author, "at": _now()}
    return _copy(db, values | {"carried_from": None})


def take(db: Connection, slug: str, entries: Sequence[Told]) -> tuple[Fate, ...]:
    """Add what is told, each to its block; what is known, or older than what is here, adds nothing.

    What finds no block is kept, and waits for it like what was said of a block that is gone.
    """
    notes = _notes(db, slug)
    here, length = spots(notes), _length(db, slug)
    blocks = match([entry.spot for entry in entries], here)
    fates = []
    for entry, block_id in zip(entries, blocks, strict=True):
        if block_id:
            fates.append(_taken(db, slug, notes, replace(entry, spot=here[block_id]), block_id, length))
        else:
            fate = _taken(db, slug, notes, entry, _waiting(entry.spot), length)
            fates.append(Fate.NO_BLOCK if fate is Fate.ADDED else fate)
    return tuple(fates)


def _waiting(spot: Spot) -> str:
    """What stands in for the id of a block that is in no notes yet. No id of a block begins like this."""
    return f"?{sha256(repr(spot).encode()).hexdigest()[:16]}"


def _taken(db: Connection, slug: str, notes: Notes, told: Told, block_id: str, length: float | None) -> Fate:
    known = {
        (row.verdict, row.start, row.author, _utc(row.at))
        for row in _rows(db, slug)
        if row.block_id == block_id or _spot(row) == told.spot
    }
    if (told.verdict.value, told.start, told.author, told.at) in known:
        return Fate.KNOWN
    newest = _standing(db, slug, notes).held.get(block_id)
    if newest and _utc(newest.at) > told.at:
        return Fate.OLDER
    try:
        _checked_start(told.verdict, told.start, length)
    except InvalidCorrection:
        return Fate.OUTSIDE
    _insert(db, slug, block_id, told)
    return Fate.ADDED


def carry(db: Connection, slug: str, notes: Notes, before: Iterable[str]) -> None:
    """Carry what was said of blocks that are gone to what they have become; `before` are the ids of the last version.

    A block that stood beside the one that is gone was never that one, so only new blocks are asked.
    """
    here = spots(notes)
    found = _rows(db, slug)
    newest = {(row.block_id, row.recording_key): row for row in found if row.block_id not in here}
    carried = {row.carried_from for row in found}
    gone: dict[str, list[sa.Row[Any]]] = {}
    for (block_id, _), row in newest.items():
        if row.id not in carried:
            gone.setdefault(block_id, []).append(row)
    if not gone:
        return
    known = set(before)
    fresh = {block_id: spot for block_id, spot in here.items() if block_id not in known}
    become = match([_spot(of_block[-1]) for of_block in gone.values()], fresh)
    for of_block, block_id in zip(gone.values(), become, strict=True):
        for row in of_block if block_id else ():
            _copy(db, row._asdict() | {"block_id": block_id, "carried_from": row.id} | asdict(fresh[str(block_id)]))


def settle(db: Connection, slug: str) -> None:
    """Count the links anew after a write; a meeting nobody corrected has as many as its run found."""
    if not any_in(db, slug) or rows.latest(db, t.notes, slug) is None:
        return
    notes = _notes(db, slug)
    count = linked(notes, placed(db, slug, notes).alignments)
    db.execute(t.meetings.update().where(t.meetings.c.slug == slug).values(linked=count))


def checked_author(author: str) -> str:
    """`author` on one line.

    Raises:
        InvalidCorrection: it is empty, too long, or holds what cannot be shown.
    """
    name = " ".join(author.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidCorrection("a correction needs a name", hint=f"Give a name of 1 to {LONGEST_NAME} characters.")
    return name


# -- rows --------------------------------------------------------------------------------------------------------------


def _rows(db: Connection, slug: str) -> Sequence[sa.Row[Any]]:
    """All of a meeting, oldest first."""
    return db.execute(sa.select(t.corrections).where(t.corrections.c.slug == slug).order_by(t.corrections.c.id)).all()


def _standing(db: Connection, slug: str, notes: Notes) -> _Standing:
    found = _rows(db, slug)
    if not found:
        return _Standing({}, ())
    recording, length = rows.latest(db, t.recordings, slug), _length(db, slug)
    here, key = spots(notes), recording.key if recording else None
    held = {row.block_id: row for row in found if row.block_id in here and _of_recording(row, key, length)}
    carried = {row.carried_from for row in found}
    lost = {row.block_id: row for row in found if row.block_id not in held}
    orphans = tuple(row for row in lost.values() if row.id not in carried and row.verdict != Verdict.AUTOMATIC)
    return _Standing(held, orphans)


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


def _insert(db: Connection, slug: str, block_id: str, told: Told) -> Correction:
    recording = rows.latest(db, t.recordings, slug)
    return _copy(
        db,
        asdict(told.spot)
        | {
            "slug": slug,
            "block_id": block_id,
            "verdict": told.verdict.value,
            "start": told.start,
            "author": told.author,
            "at": told.at,
            "recording_key": recording.key if recording else None,
            "duration": _length(db, slug),
        },
    )


def _copy(db: Connection, values: dict[str, Any]) -> Correction:
    values = {name: value for name, value in values.items() if name != "id"}
    values["at"] = values["at"].replace(tzinfo=None)
    return _correction(db.execute(t.corrections.insert().values(**values).returning(t.corrections)).one())


def _correction(row: sa.Row[Any]) -> Correction:
    return Correction(row.id, row.block_id, Verdict(row.verdict), row.start, row.author, _utc(row.at), row.text)


def _spot(row: sa.Row[Any]) -> Spot:
    return Spot(row.text, row.under, row.nth)


def _pins(held: dict[str, Correction]) -> Pins:
    return {block_id: said.start for block_id, said in held.items() if said.verdict is not Verdict.AUTOMATIC}


def _notes(db: Connection, slug: str) -> Notes:
    row = rows.latest(db, t.notes, slug)
    if row is None:
        raise MeetingNotFound(slug)
    return msgspec.json.decode(row.document, type=Notes)


def _length(db: Connection, slug: str) -> float | None:
    """Seconds of the recording, as well as they are known."""
    recording = rows.latest(db, t.recordings, slug)
    if recording and recording.duration:
        return float(recording.duration)
    transcript = rows.heard_in(db, slug, recording)
    if transcript is None or transcript.duration:
        return float(transcript.duration) if transcript else None
    end = db.scalar(sa.select(sa.func.max(t.segments.c.end)).where(t.segments.c.transcript_id == transcript.id))
    return float(end) if end is not None else None


def _checked_start(verdict: Verdict, start: float | None, length: float | None) -> float | None:
    if verdict is not Verdict.TIME:
        if start is not None:
            raise InvalidCorrection("only a moment has a start")
        return None
    if start is None:
        raise InvalidCorrection("a moment needs a start")
    if not (math.isfinite(start) and 0 <= start < (math.inf if length is None else length)):
        lasts = f", which lasts {timecode.exact(length)}" if length is not None else ""
        raise InvalidCorrection(f"{start:g} s does not lie within the recording{lasts}")
    return math.floor(start * 100 + 0.5) / 100


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
