"""The links of a meeting as a page shows them: what was found, with the corrections that apply now laid over it.

The newest correction of a block counts, in the recording it was made for.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.corrections.locate import BlockLocator, locators
from pipeline.corrections.overlay import Pins, overlay, without_known
from pipeline.corrections.portable import PortableCorrection
from pipeline.errors import MeetingDamaged
from pipeline.part_clock import is_beginning, is_joined
from pipeline.records import Alignment, Correction, SectionSpan, Verdict
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.rows import MeetingRows, Row

_SAME_RECORDING_SECONDS = 2.0  # by which the length of one recording varies, fetched from elsewhere or converted


@dataclass(frozen=True, slots=True)
class EffectiveLinks:
    """Where the blocks of a meeting were discussed, and the corrections that say so."""

    alignments: dict[str, Alignment]
    corrections: dict[str, Correction]  # the newest of each block, by block id
    orphans: tuple[Correction, ...]
    within: dict[str, SectionSpan]  # of blocks without a link, by block id


@dataclass(frozen=True, slots=True)
class EffectiveCorrections:
    """The rows that count: of each block in the notes, and those that apply to none."""

    by_block: dict[str, Row]
    orphans: tuple[Row, ...]

    def of(self, block_id: str) -> Row | None:
        return self.by_block.get(block_id) or next((row for row in self.orphans if row.block_id == block_id), None)


def effective_links(meeting: MeetingRows) -> EffectiveLinks:
    """The links of a meeting.

    Raises:
        MeetingNotFound: the meeting has no notes.
    """
    run = meeting.alignment_run
    # Block ids survive edits, so links of the last run still apply to the blocks that are left.
    found = rows.alignments(meeting.db, run) if run else {}
    effective = effective_corrections(meeting)
    corrections = {block_id: to_correction(row) for block_id, row in effective.by_block.items()}
    pins = _pins(corrections)
    if run:
        _restore(meeting, run, rows.pins_of(run) - set(pins), found)
    alignments = overlay(meeting.notes, found, pins, meeting.duration)
    within = without_known(rows.spans_within(run) if run else {}, alignments, pins)
    return EffectiveLinks(alignments, corrections, tuple(map(to_correction, effective.orphans)), within)


def pins(meeting: MeetingRows) -> tuple[Pins, str | None]:
    """What the aligner has to know, and the version of the corrections; None where there are none."""
    if not meeting.corrections:
        return {}, None
    by_block = effective_corrections(meeting).by_block
    return _pins({block_id: to_correction(row) for block_id, row in by_block.items()}), meeting.corrections_version


def correction_versions(db: Connection) -> dict[str, str]:
    """The version of the corrections of each meeting that has some, by slug: it changes with every correction."""
    newest = sa.select(t.corrections.c.slug, sa.func.max(t.corrections.c.id).label("id"))
    return {row.slug: str(row.id) for row in db.execute(newest.group_by(t.corrections.c.slug))}


def history(meeting: MeetingRows, limit: int | None, before: int | None) -> tuple[Correction, ...]:
    """See `Store.history`. A correction that moved to a reworded block is listed once, under that block."""
    columns = t.corrections.c
    of_meeting = sa.select(t.corrections).where(columns.slug == meeting.slug, *rows.READABLE_CORRECTION)
    wanted = of_meeting.where(~rows.is_moved(t.corrections))
    if before is not None:
        last = sa.tuple_(sa.literal(meeting.correction(before).at), sa.literal(before))
        wanted = wanted.where(sa.tuple_(columns.at, columns.id) < last)
    newest_first = wanted.order_by(columns.at.desc(), columns.id.desc()).limit(limit)
    return tuple(map(to_correction, meeting.db.execute(newest_first)))


def portable(meeting: MeetingRows) -> tuple[PortableCorrection, ...]:
    """The corrections that apply, in the order of the notes, and then the orphans."""
    effective, here = effective_corrections(meeting), locators(meeting.notes)
    found = [(here[block_id], effective.by_block[block_id]) for block_id in here if block_id in effective.by_block]
    found += [(locator_of(row), row) for row in effective.orphans]
    return tuple(
        PortableCorrection(locator, Verdict(row.verdict), row.start, row.author, utc(row.at)) for locator, row in found
    )


def effective_corrections(meeting: MeetingRows) -> EffectiveCorrections:
    found = meeting.corrections
    if not found:
        return EffectiveCorrections({}, ())
    here = locators(meeting.notes)
    by_block = {row.block_id: row for row in found if row.block_id in here and is_of_recording(row, meeting)}
    elsewhere = {row.block_id: row for row in found if row.block_id not in by_block}
    orphans = tuple(row for row in elsewhere.values() if not row.moved and row.verdict != Verdict.AUTOMATIC)
    return EffectiveCorrections(by_block, orphans)


def is_of_recording(row: Row, meeting: MeetingRows, duration: float | None = None) -> bool:
    """Whether a row was made for this recording or its first parts, for one as long, or none was known then.

    The length of several parts does not tell which they are, nor in which order.

    Args:
        duration: of the recording in seconds, where only a transcript that is about to be stored tells it.
    """
    if row.recording_key is None or is_beginning(row.recording_key, meeting.recording_key):
        return True
    if is_joined(row.recording_key) or is_joined(meeting.recording_key):
        return False
    lengths = row.duration, meeting.recording_duration or duration or meeting.duration
    return None not in lengths and abs(lengths[0] - lengths[1]) <= _SAME_RECORDING_SECONDS


def _restore(meeting: MeetingRows, run: Row, blocks: set[str], found: dict[str, Alignment]) -> None:
    """Put back into `found` what was found for `blocks` before somebody set them, as that no longer applies."""
    waiting = set(blocks)
    for block_id in blocks:
        found.pop(block_id, None)
    earlier = sa.select(t.alignment_runs).where(
        t.alignment_runs.c.slug == run.slug,
        t.alignment_runs.c.transcript_id == run.transcript_id,
        t.alignment_runs.c.id < run.id,
    )
    for one in meeting.db.execute(earlier.order_by(t.alignment_runs.c.id.desc())).all() if waiting else ():
        with suppress(MeetingDamaged):  # then an earlier one will do
            unpinned = waiting - rows.pins_of(one)
            alignments = rows.alignments(meeting.db, one) if unpinned else {}
            found.update({block_id: alignments[block_id] for block_id in unpinned if block_id in alignments})
            waiting -= unpinned
        if not waiting:
            return


def to_correction(row: Row) -> Correction:
    return Correction(row.id, row.block_id, Verdict(row.verdict), row.start, row.author, utc(row.at), row.text)


def locator_of(row: Row) -> BlockLocator:
    return BlockLocator(row.text, row.under, row.nth)


def utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def _pins(corrections: dict[str, Correction]) -> Pins:
    return {
        block_id: correction.start
        for block_id, correction in corrections.items()
        if correction.verdict is not Verdict.AUTOMATIC
    }
