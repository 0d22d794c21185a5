"""Versions of the notes of a meeting: a new one only where they say something else."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256

import msgspec

from pipeline.errors import MeetingDamaged
from pipeline.records import Notes, Section
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.rows import MeetingRows

_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def add(meeting: MeetingRows, notes: Notes) -> int:
    """Add a version. Returns its run number."""
    return rows.insert(
        meeting.db,
        t.notes,
        slug=notes.slug,
        title=notes.title,
        date=notes.date.isoformat() if notes.date else None,
        topics=len(notes.topics),
        has_video=notes.video is not None,
        published=notes.published,
        **stored_form(as_stored(notes, meeting)),
    )


def as_stored(notes: Notes, meeting: MeetingRows) -> Notes:
    """The notes as they are stored: without a transcript that stands in them; see `Notes.without_speech`.

    Where a passage was taken out of the recording, its words are not kept in the source of the notes either.
    """
    return blanked(notes) if meeting.redactions else notes.without_speech


def blanked(notes: Notes) -> Notes:
    """The notes with blank lines for those of the transcript in them."""
    if notes.transcript is None:
        return notes
    lines = _LINES.findall(notes.source)
    first, end = (line - notes.line for line in (notes.transcript.line, notes.transcript.end_line))
    lines[first:end] = ["\n"] * len(lines[first:end])
    return replace(notes.without_speech, source="".join(lines))


def stored_form(notes: Notes) -> dict[str, object]:
    """The columns that have all of the notes."""
    document = msgspec.json.encode(notes)
    return {"sha256": sha256(document).hexdigest(), "document": document}


def update(meeting: MeetingRows, notes: Notes) -> bool:
    """Keep the lines and the warnings of `notes` with the latest version, if these are the same notes; whether so.

    Notes move within their file whenever something above them changes. They say the same, and so nothing that was found
    for them does.
    """
    latest, notes = meeting.notes_row, as_stored(notes, meeting)
    values = stored_form(notes)
    if latest is None:
        return False
    if latest.sha256 != values["sha256"]:
        try:
            stored = meeting.notes
        except MeetingDamaged:
            return False
        if _without_lines(stored) != _without_lines(notes):
            return False
        here = t.notes.c.id == latest.id
        meeting.db.execute(t.notes.update().where(here).values(published=notes.published, **values))
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
