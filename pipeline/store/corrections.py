"""Corrections as rows that are added and never changed.

When notes are edited, a correction of a block that is gone moves to the block it has become, as a new row. One that
finds no block stays, and applies again when its block comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.corrections.locate import BlockLocator, locate, locators
from pipeline.corrections.portable import ImportOutcome, PortableCorrection
from pipeline.corrections.validate import validated_author, validated_start
from pipeline.errors import BlockNotFound, ConflictError, InvalidCorrection
from pipeline.records import Correction, Notes, Verdict
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.effective_links import effective_corrections, locator_of, to_correction, utc
from pipeline.store.rows import MeetingRows, Row


def add(
    meeting: MeetingRows, block_id: str, verdict: Verdict, start: float | None, author: str, seen: int | None
) -> Correction:
    """See `Store.correct`."""
    here = locators(meeting.notes)
    if block_id not in here:
        raise BlockNotFound(meeting.slug, block_id)
    author = validated_author(author)
    start = validated_start(verdict, start, meeting.duration)
    newest = effective_corrections(meeting).by_block.get(block_id)
    if (newest.id if newest else None) != seen:
        raise ConflictError(meeting.slug, block_id, to_correction(newest) if newest else None)
    return _insert(meeting, block_id, PortableCorrection(here[block_id], verdict, start, author, _now()))


def undo(meeting: MeetingRows, correction_id: int, author: str) -> Correction:
    """See `Store.undo`."""
    author = validated_author(author)
    row = meeting.correction(correction_id)
    newest = effective_corrections(meeting).of(row.block_id)
    if newest is None or newest.id != row.id:
        raise ConflictError(meeting.slug, row.block_id, to_correction(newest) if newest else None)
    earlier = _earlier(meeting, row)
    verdict, start = (Verdict(earlier.verdict), earlier.start) if earlier else (Verdict.AUTOMATIC, None)
    values = row._asdict() | {"verdict": verdict.value, "start": start, "author": author, "at": _now()}
    return _insert_row(meeting.db, values | {"carried_from": None})


def _earlier(meeting: MeetingRows, row: Row) -> Row | None:
    """What was said of a block before this correction, wherever that has moved from."""
    while row.carried_from is not None:
        row = meeting.correction(row.carried_from)
    columns = t.corrections.c
    return rows.latest(
        meeting.db,
        t.corrections,
        meeting.slug,
        columns.block_id == row.block_id,
        columns.recording_key.is_not_distinct_from(row.recording_key),
        columns.id < row.id,
        *rows.READABLE_CORRECTION,
    )


def import_(meeting: MeetingRows, entries: Sequence[PortableCorrection]) -> tuple[ImportOutcome, ...]:
    """Add each entry to its block; one that is known, or older than the current correction, adds nothing.

    One that finds no block is stored, and waits for its block like the correction of a block that is gone.
    """
    here = locators(meeting.notes)
    current = effective_corrections(meeting).by_block
    newest = {block_id: utc(row.at) for block_id, row in current.items()}
    held = _made_between(meeting, entries)
    known = {(row.block_id, *_content(row)) for row in held} | {(locator_of(row), *_content(row)) for row in held}
    outcomes = []
    for entry, block_id in zip(entries, locate([entry.locator for entry in entries], here), strict=True):
        locator = here[block_id] if block_id else entry.locator
        content = entry.verdict.value, entry.start, entry.author, entry.at
        target = block_id or _placeholder(locator)
        if known & {(target, *content), (locator, *content)}:
            outcomes.append(ImportOutcome.KNOWN)
        elif target in newest and newest[target] > entry.at:
            outcomes.append(ImportOutcome.OLDER)
        elif not _is_within(entry, meeting.duration):
            outcomes.append(ImportOutcome.OUTSIDE)
        else:
            _insert(meeting, target, replace(entry, locator=locator))
            known |= {(target, *content), (locator, *content)}
            if block_id:
                newest[block_id] = entry.at
            outcomes.append(ImportOutcome.ADDED if block_id else ImportOutcome.NO_BLOCK)
    return tuple(outcomes)


def _made_between(meeting: MeetingRows, entries: Sequence[PortableCorrection]) -> Sequence[Row]:
    """The corrections that are as old as one of the entries: no other can be the same."""
    times = [entry.at.replace(tzinfo=None) for entry in entries]
    if not times:
        return ()
    of_meeting = sa.select(t.corrections).where(t.corrections.c.slug == meeting.slug, *rows.READABLE_CORRECTION)
    return meeting.db.execute(of_meeting.where(t.corrections.c.at.between(min(times), max(times)))).all()


def _content(row: Row) -> tuple[str, float | None, str, datetime]:
    return row.verdict, row.start, row.author, utc(row.at)


def _is_within(entry: PortableCorrection, duration: float | None) -> bool:
    try:
        validated_start(entry.verdict, entry.start, duration)
    except InvalidCorrection:
        return False
    return True


def _placeholder(locator: BlockLocator) -> str:
    """An id for a block that is in no notes yet. No id of a block starts like this."""
    return f"?{sha256(repr(locator).encode()).hexdigest()[:16]}"


def reattach(meeting: MeetingRows, before: Notes, after: Notes) -> None:
    """Move the corrections of blocks that are gone to the blocks they have become.

    A block that stood beside the one that is gone was never that one, so only new blocks come into question.
    """
    here = locators(after)
    newest = {(row.block_id, row.recording_key): row for row in meeting.corrections if row.block_id not in here}
    gone: dict[str, list[Row]] = {}
    for (block_id, _), row in newest.items():
        if not row.moved:
            gone.setdefault(block_id, []).append(row)
    if not gone:
        return
    old_ids = {block.id for block in before.blocks}
    new_blocks = {block_id: locator for block_id, locator in here.items() if block_id not in old_ids}
    located = locate([locator_of(of_block[-1]) for of_block in gone.values()], new_blocks)
    for of_block, target in zip(gone.values(), located, strict=True):
        if target is not None:
            for row in of_block:
                values = row._asdict() | {"block_id": target, "carried_from": row.id} | asdict(new_blocks[target])
                _insert_row(meeting.db, values)


def _insert(meeting: MeetingRows, block_id: str, correction: PortableCorrection) -> Correction:
    return _insert_row(
        meeting.db,
        asdict(correction.locator)
        | {
            "slug": meeting.slug,
            "block_id": block_id,
            "verdict": correction.verdict.value,
            "start": correction.start,
            "author": correction.author,
            "at": correction.at,
            "recording_key": meeting.recording_key,
            "duration": meeting.duration,
        },
    )


def _insert_row(db: Connection, values: dict[str, Any]) -> Correction:
    values = {name: value for name, value in values.items() if name not in ("id", "moved", "superseded")}
    values["at"] = values["at"].replace(tzinfo=None)
    return to_correction(db.execute(t.corrections.insert().values(**values).returning(t.corrections)).one())


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
