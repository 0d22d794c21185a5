"""Rows of earlier runs that newer ones have replaced: which nobody reads any more, and how large they are.

Kept, however old, are
    - the newest notes, recording, transcript and links of each meeting, and what the links were made from;
    - its first notes: since when there has been a meeting is their date;
    - the newest transcript of its recording that was made of it, with which a given one is compared, and the newest of
      each part of a recording;
    - links to which a correction that is taken back would return;
    - recordings, but where the same was fetched again to the same file: each says which video is a meeting's.
What was replaced may go, if that was long enough ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import MeetingDamaged
from pipeline.records import Origin
from pipeline.store import rows, summaries
from pipeline.store import tables as t
from pipeline.store.expressions import as_written
from pipeline.store.rows import MeetingRows, Row

_PART = "part "  # begins the recording key of a transcript of a part
_AT_ONCE = 500  # ids in a statement


@dataclass(frozen=True, slots=True)
class OldRows:
    """Rows of a meeting that may go, by their numbers, and about how many bytes they take."""

    slug: str
    notes: tuple[int, ...] = ()
    recordings: tuple[int, ...] = ()
    transcripts: tuple[int, ...] = ()
    alignment_runs: tuple[int, ...] = ()
    bytes: int = 0

    def __len__(self) -> int:
        return len(self.notes) + len(self.recordings) + len(self.transcripts) + len(self.alignment_runs)


def candidates(db: Connection, before: datetime) -> list[str]:
    """The meetings of which something may go: what was replaced and what replaced it is from before this time."""
    found: set[str] = set()
    for table, kept in ((t.notes, 2), (t.recordings, 1), (t.transcripts, 1), (t.alignment_runs, 1)):
        several = sa.select(table.c.slug).where(table.c.created_at < before).group_by(table.c.slug)
        found.update(db.scalars(several.having(sa.func.count() > kept)))
    return sorted(found)


def find(db: Connection, slug: str, before: datetime) -> OldRows:
    """What may go of a meeting, as it was replaced before this time. Of one that is damaged, nothing."""
    meeting = MeetingRows(db, slug)
    try:
        runs = _old(_all(db, t.alignment_runs, slug), before, keep=_kept_runs(meeting))
        left = [row for row in _all(db, t.alignment_runs, slug) if row.id not in runs]
        notes = _old_notes(db, slug, before, {row.notes_id for row in left})
        heard = _old_transcripts(meeting, before, {row.transcript_id for row in left})
        recordings = _old_recordings(meeting, before)
    except MeetingDamaged:
        return OldRows(slug)
    size = _bytes(db, t.notes, notes) + _bytes(db, t.recordings, recordings) + _segment_bytes(db, heard)
    return OldRows(slug, notes, recordings, heard, runs, size)


def delete(db: Connection, old: OldRows) -> None:
    """Delete rows, those first that refer to others."""
    for table, ids in (
        (t.alignment_runs, old.alignment_runs),
        (t.transcripts, old.transcripts),
        (t.recordings, old.recordings),
        (t.notes, old.notes),
    ):
        for some in _some(ids):
            db.execute(table.delete().where(table.c.slug == old.slug, table.c.id.in_(some)))


def _all(db: Connection, table: sa.Table, slug: str) -> Sequence[Row]:
    """The rows of a meeting, without what is large in them, oldest first."""
    large = {"document", "mishearings", "uncovered", "within", "warnings", "doubts", "created_at"}
    columns = [column for column in table.c if column.name not in large]
    at = as_written(table.c.created_at).label("created_at")  # a damaged disk may have left anything
    with rows.damage_told(slug, table.name):
        found: list[Row] = list(db.execute(sa.select(*columns, at).where(table.c.slug == slug).order_by(table.c.id)))
    return found


def _old(found: Sequence[Row], before: datetime, *, keep: Iterable[int]) -> tuple[int, ...]:
    """Those that were replaced by the next one, long enough ago."""
    kept = set(keep)
    return tuple(row.id for row, later in pairwise(found) if row.id not in kept and _is_before(later, before))


def _is_before(row: Row, before: datetime) -> bool:
    """Whether a row is so old; one that does not say it is not."""
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(row.created_at) < before
    return False


def _old_notes(db: Connection, slug: str, before: datetime, used: set[int]) -> tuple[int, ...]:
    found = _all(db, t.notes, slug)
    return _old(found, before, keep={*used, *(row.id for row in found[:1])})


def _kept_runs(meeting: MeetingRows) -> set[int]:
    """The newest links, and those to which a correction that is taken back returns: see `effective_links`."""
    newest = rows.latest(meeting.db, t.alignment_runs, meeting.slug)
    if newest is None:
        return set()
    kept, waiting = {newest.id}, set(rows.pins_of(newest))
    same = t.alignment_runs.c.transcript_id == newest.transcript_id, t.alignment_runs.c.id < newest.id
    earlier = sa.select(t.alignment_runs).where(t.alignment_runs.c.slug == meeting.slug, *same)
    for run in meeting.db.execute(earlier.order_by(t.alignment_runs.c.id.desc())).all() if waiting else ():
        if free := waiting - rows.pins_of(run):
            rows.alignments(meeting.db, run)  # where it is damaged, nothing of the meeting goes
            kept.add(run.id)
            waiting -= free
    return kept


def _old_transcripts(meeting: MeetingRows, before: datetime, used: set[int]) -> tuple[int, ...]:
    found = _all(meeting.db, t.transcripts, meeting.slug)
    key = meeting.recording_key
    newest = {row.recording_key: row.id for row in found if row.recording_key == key or _is_of_part(row)}
    made = [row.id for row in found if row.recording_key == key and row.origin != Origin.IMPORT.value][-1:]
    keep = {*used, *newest.values(), *made, found[-1].id} if found else used
    old = []
    later: Row | None = None
    for row in reversed(found):
        if row.id not in keep and later is not None and _is_before(later, before):
            old.append(row.id)
        if not _is_of_part(row):
            later = row
    return tuple(reversed(old))


def _is_of_part(row: Row) -> bool:
    return bool(str(row.recording_key or "").startswith(_PART))


def _old_recordings(meeting: MeetingRows, before: datetime) -> tuple[int, ...]:
    found = _all(meeting.db, t.recordings, meeting.slug)
    newest = {row.key: row.id for row in found}
    files = {row.id: summaries.media_files(meeting.db, row.id) for row in found} if len(newest) < len(found) else {}
    keep = {row.id for row in found if row.id == newest[row.key] or files[row.id] != files[newest[row.key]]}
    return _old(found, before, keep=keep)


def _some(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _bytes(db: Connection, table: sa.Table, ids: Sequence[int]) -> int:
    length = sa.func.coalesce(sa.func.sum(sa.func.length(table.c.document)), 0)
    return sum(int(db.scalar(sa.select(length).where(table.c.id.in_(some))) or 0) for some in _some(ids))


def _segment_bytes(db: Connection, transcripts: Sequence[int]) -> int:
    size = sa.func.sum(sa.func.length(t.segments.c.text) + sa.func.length(t.segments.c.words))
    wanted = (sa.select(size).where(t.segments.c.transcript_id.in_(some)) for some in _some(transcripts))
    return sum(int(db.scalar(each) or 0) for each in wanted)
