"""What people say about links: rows that are added, never changed.

When the notes are edited, a word on a block that is gone is carried to the block it has become, as a new row. One that
finds no block stays, and holds again when its block comes back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline import timecode
from pipeline.corrections.locate import Spot, match, spots
from pipeline.errors import BlockNotFound, ConflictError, CorrectionNotFound, InvalidCorrection
from pipeline.records import Correction, Notes, Verdict
from pipeline.search import hit_context
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.effective_links import (
    Told,
    all_of,
    any_in,
    correction,
    length_of,
    linked,
    notes_of,
    placed,
    spot_of,
    standing,
    utc,
)

LONGEST_NAME = 80
"""Characters of an author's name."""


class Fate(StrEnum):
    """What became of a correction that was told."""

    ADDED = "added"
    KNOWN = "known already"
    OLDER = "older than the one here"
    NO_BLOCK = "no such block in the notes"
    OUTSIDE = "not within the recording"


def correct(
    db: Connection, slug: str, block_id: str, verdict: Verdict, start: float | None, author: str, seen: int | None
) -> Correction:
    notes = notes_of(db, slug)
    here = spots(notes)
    if block_id not in here:
        raise BlockNotFound(slug, block_id)
    author = checked_author(author)
    start = _checked_start(verdict, start, length_of(db, slug))
    newest = standing(db, slug, notes).held.get(block_id)
    if (newest.id if newest else None) != seen:
        raise ConflictError(slug, block_id, correction(newest) if newest else None)
    return _insert(db, slug, block_id, Told(here[block_id], verdict, start, author, _now()))


def undo(db: Connection, slug: str, correction_id: int, author: str) -> Correction:
    author = checked_author(author)
    by_id = {row.id: row for row in all_of(db, slug)}
    row = by_id.get(correction_id)
    if row is None:
        raise CorrectionNotFound(slug, correction_id)
    newest = standing(db, slug, notes_of(db, slug)).of(row.block_id)
    if newest is None or newest.id != row.id:
        raise ConflictError(slug, row.block_id, correction(newest) if newest else None)
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
    notes = notes_of(db, slug)
    here, length = spots(notes), length_of(db, slug)
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
        (row.verdict, row.start, row.author, utc(row.at))
        for row in all_of(db, slug)
        if row.block_id == block_id or spot_of(row) == told.spot
    }
    if (told.verdict.value, told.start, told.author, told.at) in known:
        return Fate.KNOWN
    newest = standing(db, slug, notes).held.get(block_id)
    if newest and utc(newest.at) > told.at:
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
    found = all_of(db, slug)
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
    become = match([spot_of(of_block[-1]) for of_block in gone.values()], fresh)
    for of_block, block_id in zip(gone.values(), become, strict=True):
        for row in of_block if block_id else ():
            _copy(db, row._asdict() | {"block_id": block_id, "carried_from": row.id} | asdict(fresh[str(block_id)]))


def settle(db: Connection, slug: str) -> None:
    """Bring up to date what is derived from links, after a write; a meeting without notes has none."""
    if rows.latest(db, t.notes, slug) is None:
        return
    hit_context.write(db, slug)
    if not any_in(db, slug):  # a meeting nobody corrected has as many links as its run found
        return
    notes = notes_of(db, slug)
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
            "duration": length_of(db, slug),
        },
    )


def _copy(db: Connection, values: dict[str, Any]) -> Correction:
    values = {name: value for name, value in values.items() if name != "id"}
    values["at"] = values["at"].replace(tzinfo=None)
    return correction(db.execute(t.corrections.insert().values(**values).returning(t.corrections)).one())


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
