"""Versions of the notes of a meeting: a new one only where they say something else."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import msgspec

from pipeline.errors import MeetingDamaged
from pipeline.records import Notes, Section
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.rows import MeetingRows


def add(meeting: MeetingRows, notes: Notes) -> int:
    """Add a version. Returns its run number."""
    document = msgspec.json.encode(notes.without_speech)
    return rows.insert(
        meeting.db,
        t.notes,
        slug=notes.slug,
        sha256=sha256(document).hexdigest(),
        title=notes.title,
        date=notes.date.isoformat() if notes.date else None,
        topics=len(notes.topics),
        has_video=notes.video is not None,
        document=document,
        published=notes.published,
    )


def update(meeting: MeetingRows, notes: Notes) -> bool:
    """Keep the lines and the warnings of `notes` with the latest version, if these are the same notes; whether so.

    Notes move within their file whenever something above them changes. They say the same, and so nothing that was found
    for them does.
    """
    latest, document = meeting.notes_row, msgspec.json.encode(notes.without_speech)
    digest = sha256(document).hexdigest()
    if latest is None:
        return False
    if latest.sha256 != digest:
        try:
            stored = meeting.notes
        except MeetingDamaged:
            return False
        if _without_lines(stored) != _without_lines(notes.without_speech):
            return False
        here = t.notes.c.id == latest.id
        meeting.db.execute(
            t.notes.update().where(here).values(sha256=digest, document=document, published=notes.published)
        )
    return True


def _without_lines(notes: Notes) -> Notes:
    """The notes with nothing that depends on where in their file they stand."""
    written = notes.transcript
    return replace(
        notes,
        warnings=(),
        line=0,
        sections=tuple(map(_section_without_lines, notes.sections)),
        transcript=written and replace(written, line=0, end_line=0),
    )


def _section_without_lines(section: Section) -> Section:
    return replace(section, line=0, blocks=tuple(replace(block, line=0, end_line=0) for block in section.blocks))
