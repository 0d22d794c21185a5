"""Before a run: what is stored of a meeting and cannot be read is removed, so that the run makes it anew.

Of a recording whose lengths alone are wrong the rest is kept, because it need not be fetched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import msgspec
import sqlalchemy as sa

from pipeline import untrusted
from pipeline.errors import MeetingDamaged
from pipeline.records import Failure, Recording, RunKey
from pipeline.store import effective_links, redactions, rows, transcripts
from pipeline.store import tables as t
from pipeline.store.expressions import as_number
from pipeline.store.rows import MeetingRows, damage_told
from pipeline.store.summaries import MAX_TOPICS


def check(meeting: MeetingRows) -> None:
    """Read everything of a meeting that a page or a run may need.

    Raises:
        MeetingDamaged: something cannot be read.
    """
    for check_part, _ in _PARTS:
        check_part(meeting)


def repair(meeting: MeetingRows) -> tuple[str, ...]:
    """Remove what cannot be read, version after version; in words, what that was."""
    problems: list[str] = []
    while True:
        meeting = MeetingRows(meeting.db, meeting.slug)
        damaged = next(_damaged_parts(meeting), None)
        if damaged is None:
            break
        problem, remove_part = damaged
        problems.append(problem)
        remove_part(meeting)
    # With another recording, which a run may find, an earlier transcript would come back.
    of_meeting = sa.select(t.transcripts.c.id).where(t.transcripts.c.slug == meeting.slug)
    for run in meeting.db.scalars(of_meeting).all() if problems else ():
        try:
            row = rows.latest(meeting.db, t.transcripts, meeting.slug, t.transcripts.c.id == run)
            _ = row and transcripts.of_row(meeting.db, row)
        except MeetingDamaged as error:
            problems.append(str(error))
            _delete_transcript(meeting, run)
    return tuple(problems)


def _damaged_parts(meeting: MeetingRows) -> Iterator[tuple[str, Callable[[MeetingRows], None]]]:
    for check_part, remove_part in _PARTS:
        try:
            check_part(meeting)
        except MeetingDamaged as error:
            yield str(error), remove_part


def _check_state(meeting: MeetingRows) -> None:
    with damage_told(meeting.slug, "last run"):
        row = meeting.db.execute(sa.select(t.meetings).where(t.meetings.c.slug == meeting.slug)).one_or_none()
        if row and row.run_key is not None:
            msgspec.json.decode(row.run_key, type=RunKey)
        if row and row.failure is not None:
            msgspec.json.decode(row.failure, type=Failure)
        if row and row.linked is not None:
            untrusted.whole_number(row.linked, "linked", high=MAX_TOPICS)


def _remove_state(meeting: MeetingRows) -> None:
    _set_state(meeting, run_key=None, failure=None, linked=None)


def _set_state(meeting: MeetingRows, **values: str | None) -> None:
    meeting.db.execute(t.meetings.update().where(t.meetings.c.slug == meeting.slug).values(**values))


def _check_notes(meeting: MeetingRows) -> None:
    if (row := meeting.notes_row) is None:
        return
    _ = meeting.notes
    has_video = sa.select(as_number(t.notes.c.has_video)).where(t.notes.c.id == row.id)
    with damage_told(meeting.slug, "notes"):
        untrusted.text(row.title, "title")
        untrusted.whole_number(row.topics, "topics", high=MAX_TOPICS)
        untrusted.whole_number(meeting.db.scalar(has_video), "has_video", high=1)
        if row.date is not None:
            date.fromisoformat(row.date)


def _remove_notes(meeting: MeetingRows) -> None:
    newest = _newest(meeting, t.notes)
    meeting.db.execute(t.alignment_runs.delete().where(t.alignment_runs.c.notes_id == newest))
    meeting.db.execute(t.notes.delete().where(t.notes.c.id == newest))


def _check_recording(meeting: MeetingRows) -> None:
    _ = meeting.recording


def _remove_recording(meeting: MeetingRows) -> None:
    """Keep what there is besides wrong lengths; the rest goes. So do parts: without lengths they have no place."""
    newest = _newest(meeting, t.recordings)
    document = meeting.db.scalar(sa.select(t.recordings.c.document).where(t.recordings.c.id == newest))
    try:
        kept = replace(msgspec.json.decode(document or b"", type=Recording), duration=None, chapters=())
    except (msgspec.MsgspecError, TypeError, UnicodeDecodeError):
        kept = None
    if kept is None or kept.parts:
        meeting.db.execute(t.recordings.delete().where(t.recordings.c.id == newest))
    else:
        values = {"duration": None, "document": msgspec.json.encode(kept), "created_at": rows.now()}
        meeting.db.execute(t.recordings.update().where(t.recordings.c.id == newest).values(**values))


def _check_redactions(meeting: MeetingRows) -> None:
    redactions.history(meeting)


def _remove_redactions(meeting: MeetingRows) -> None:
    """Those that cannot be read: what was taken out stays out, but a later run may hear it again, and is told."""
    for row in redactions.unreadable(meeting):
        meeting.db.execute(t.redactions.delete().where(t.redactions.c.id == row))


def _check_transcript(meeting: MeetingRows) -> None:
    if meeting.transcript_row:
        _ = transcripts.newest(meeting), meeting.duration


def _check_clock(meeting: MeetingRows) -> None:
    _ = meeting.clock


def _remove_clock(meeting: MeetingRows) -> None:
    """The transcript is compared anew by the next run, which takes it for one that no run has looked at."""
    if row := meeting.transcript_row:
        meeting.db.execute(t.transcripts.update().where(t.transcripts.c.id == row.id).values(clock=None))
        _change_run_key(meeting, aligner=None)


def _change_run_key(meeting: MeetingRows, **values: None) -> None:
    key = meeting.db.scalar(sa.select(t.meetings.c.run_key).where(t.meetings.c.slug == meeting.slug))
    if key:
        known = msgspec.json.decode(key, type=RunKey)
        _set_state(meeting, run_key=msgspec.json.encode(replace(known, **values)).decode())


def _remove_transcript(meeting: MeetingRows) -> None:
    of_recording = t.transcripts.c.recording_key.is_not_distinct_from(meeting.recording_key)
    newest = _newest(meeting, t.transcripts, of_recording)
    _delete_transcript(meeting, newest)


def _delete_transcript(meeting: MeetingRows, run: int | None) -> None:
    """Whoever then gives the same file again means it: the last run does not count as done any more."""
    meeting.db.execute(t.alignment_runs.delete().where(t.alignment_runs.c.transcript_id == run))
    meeting.db.execute(t.transcripts.delete().where(t.transcripts.c.id == run))
    _change_run_key(meeting, notes=None, transcript=None)


def _check_links(meeting: MeetingRows) -> None:
    if run := meeting.alignment_run:
        _ = meeting.mishearings, meeting.uncovered, rows.alignments(meeting.db, run), rows.pins_of(run)
        with damage_told(meeting.slug, "links"):
            untrusted.whole_number(run.linked, "linked", high=MAX_TOPICS)
    if meeting.notes_row is not None:
        effective_links.effective_links(meeting)


def _remove_links(meeting: MeetingRows) -> None:
    newest = _newest(meeting, t.alignment_runs)
    meeting.db.execute(t.alignment_runs.delete().where(t.alignment_runs.c.id == newest))


def _newest(meeting: MeetingRows, table: sa.Table, *where: sa.ColumnElement[bool]) -> int | None:
    found: int | None = meeting.db.scalar(
        sa.select(sa.func.max(table.c.id)).where(table.c.slug == meeting.slug, *where)
    )
    return found


_PARTS = (
    (_check_state, _remove_state),
    (_check_notes, _remove_notes),
    (_check_recording, _remove_recording),
    (_check_redactions, _remove_redactions),
    (_check_clock, _remove_clock),
    (_check_transcript, _remove_transcript),
    (_check_links, _remove_links),
)
"""What is read of a meeting, each part with what removes it; a later part needs those before it."""
