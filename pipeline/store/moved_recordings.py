"""A recording that is known by another key keeps what was heard in it and what people said of it."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import sqlalchemy as sa

from pipeline.records import Recording, RunKey
from pipeline.store import tables as t
from pipeline.store.rows import MeetingRows


def move(meeting: MeetingRows, recording: Recording, old_key: str, key: str) -> None:
    """Let the latest recording be known by `key`, with all that refers to it by its old one."""
    row, slug = meeting.recording_row, meeting.slug
    if row is None or row.key != old_key:
        return
    of_row = t.recordings.c.id == row.id
    values = {"key": key, "document": msgspec.json.encode(recording)}
    meeting.db.execute(t.recordings.update().where(of_row).values(**values))
    for table in (t.transcripts, t.corrections, t.redactions):
        of_recording = sa.and_(table.c.slug == slug, table.c.recording_key == old_key)
        meeting.db.execute(table.update().where(of_recording).values(recording_key=key))


def move_run_key(meeting: MeetingRows, source: str, old_key: str, key: str) -> None:
    """Let the last run have been asked for `key`, where it was asked for `old_key`."""
    of_meeting = t.meetings.c.slug == meeting.slug
    written = meeting.db.scalar(sa.select(t.meetings.c.run_key).where(of_meeting))
    if written:
        known = msgspec.json.decode(written, type=RunKey)
        if known.media == old_key:
            known = replace(known, media=key, source=source)
        if known.link == old_key:
            known = replace(known, link=key)
        encoded = msgspec.json.encode(known).decode()
        meeting.db.execute(t.meetings.update().where(of_meeting).values(run_key=encoded))
