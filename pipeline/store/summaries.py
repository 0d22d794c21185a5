"""What is asked of all meetings at once. A damaged row costs its own meeting only: whatever it has that is none is left
out.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, date, datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline import untrusted
from pipeline.records import Failure, MeetingSummary, RunKey
from pipeline.store import changes
from pipeline.store import tables as t
from pipeline.store.expressions import any_text, as_number, as_written, kind_of, may_have
from pipeline.store.rows import Row, clock_of, spoken_seconds
from pipeline.untrusted import InvalidInput

MAX_TOPICS = 10_000_000


def _newest(table: sa.Table) -> sa.ScalarSelect[int]:
    runs = table.alias()
    of_meeting = sa.select(sa.func.max(runs.c.id)).where(runs.c.slug == t.meetings.c.slug)
    return of_meeting.correlate(t.meetings).scalar_subquery()


_SUMMARIES = sa.select(
    t.meetings.c.slug,
    t.meetings.c.failure,
    t.meetings.c.linked.label("corrected"),
    t.notes.c.title,
    t.notes.c.date,
    t.notes.c.topics,
    as_number(t.notes.c.has_video).label("has_video"),
    as_number(t.notes.c.published).label("published"),
    t.recordings.c.duration,
    t.transcripts.c.duration.label("spoken"),
    t.transcripts.c.id.label("transcript_id"),
    t.transcripts.c.clock,
    t.alignment_runs.c.linked,
    changes.SHOWN_AT.label("updated_at"),
).select_from(
    t.meetings.outerjoin(t.changes, t.changes.c.slug == t.meetings.c.slug)
    .join(t.notes, t.notes.c.id == _newest(t.notes))
    .outerjoin(t.recordings, t.recordings.c.id == _newest(t.recordings))
    .outerjoin(
        t.transcripts,
        sa.and_(
            t.transcripts.c.id == _newest(t.transcripts),
            t.transcripts.c.recording_key.is_not_distinct_from(t.recordings.c.key),
        ),
    )
    .outerjoin(
        t.alignment_runs,
        sa.and_(
            t.alignment_runs.c.id == _newest(t.alignment_runs), t.alignment_runs.c.transcript_id == t.transcripts.c.id
        ),
    )
)


def summaries(db: Connection, slug: str | None = None) -> list[MeetingSummary]:
    """A summary of every meeting that has notes, or of this one, in no particular order."""
    wanted = _SUMMARIES if slug is None else _SUMMARIES.where(t.notes.c.slug == slug)
    with any_text(db):
        return [_summary(row) for row in db.execute(wanted)]


def _summary(row: Row) -> MeetingSummary:
    updated_at = changes.time_of(row.updated_at)
    with suppress(InvalidInput, msgspec.MsgspecError, ValueError):
        linked = row.linked or 0 if row.corrected is None else row.corrected
        clock = clock_of(row)
        spoken = None if row.spoken is None else spoken_seconds(row.spoken, clock)
        length = spoken if row.duration is None else untrusted.seconds(row.duration, "duration")
        return MeetingSummary(
            slug=row.slug,
            title=untrusted.text(row.title, "title"),
            date=date.fromisoformat(untrusted.text(row.date, "date")) if row.date else None,
            duration=length,
            topics=untrusted.whole_number(row.topics, "topics", high=MAX_TOPICS),
            linked=untrusted.whole_number(linked, "linked", high=MAX_TOPICS),
            failure=msgspec.json.decode(untrusted.text(row.failure, "failure"), type=Failure) if row.failure else None,
            has_video=bool(untrusted.whole_number(row.has_video, "has_video", high=1)),
            has_transcript=row.transcript_id is not None,
            clock=clock,
            updated_at=updated_at,
            published=row.published == 1,
        )
    title = row.title if isinstance(row.title, str) else row.slug
    return MeetingSummary(
        row.slug, title, _day(row.date), None, 0, 0, damaged=True, updated_at=updated_at, published=row.published == 1
    )


def _day(written: object) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(written) if isinstance(written, str) else None
    return None


def run_keys(db: Connection) -> dict[str, RunKey]:
    """What the last run of each meeting was made from, by slug, where that run did not fail."""
    done = sa.select(t.meetings.c.slug, t.meetings.c.run_key).where(
        t.meetings.c.run_key.is_not(None), t.meetings.c.failure.is_(None)
    )
    decode = msgspec.json.Decoder(RunKey).decode
    found = {}
    with any_text(db):
        for row in db.execute(done):
            with suppress(msgspec.MsgspecError, TypeError):
                found[row.slug] = decode(row.run_key)
    return found


def unpublished(db: Connection) -> frozenset[str]:
    """The meetings whose notes say that they are part of no published site, by slug."""
    refused = as_number(t.notes.c.published).is_distinct_from(1)
    latest = t.meetings.join(t.notes, t.notes.c.id == _newest(t.notes))
    with any_text(db):
        return frozenset(db.scalars(sa.select(t.meetings.c.slug).select_from(latest).where(refused)))


def is_published(db: Connection, slug: str) -> bool:
    """Whether there is such a meeting, with notes that let it be published."""
    newest = sa.select(sa.func.max(t.notes.c.id)).where(t.notes.c.slug == slug).scalar_subquery()
    published = as_number(t.notes.c.published)
    return db.scalar(sa.select(published).where(t.notes.c.id == newest)) == 1


class _Media(msgspec.Struct):
    """What a stored recording, or a part of one, says of its file."""

    media: str | None = None
    parts: tuple[_Media, ...] = ()


def media(db: Connection, texts: Collection[str] | None = None) -> dict[str, frozenset[str]]:
    """The media files that each meeting's recordings, earlier ones included, are in, by slug.

    Args:
        texts: of recordings alone that may have one of these in them; those of all others are not read.
    """
    decode = msgspec.json.Decoder(_Media).decode
    found: dict[str, set[str]] = {}
    wanted = sa.select(t.recordings.c.slug, t.recordings.c.document)
    if texts is not None:
        wanted = wanted.where(may_have(t.recordings.c.document, texts))
    for slug, document in db.execute(wanted):
        with suppress(msgspec.MsgspecError, TypeError):
            found.setdefault(slug, set()).update(_files(decode(document)))
    return {slug: frozenset(files) for slug, files in found.items()}


def _files(recording: _Media) -> frozenset[str]:
    return frozenset(file for file in (recording.media, *(part.media for part in recording.parts)) if file)


def media_files(db: Connection, recording: int) -> frozenset[str] | None:
    """The files that a stored recording is in; None: that cannot be read."""
    with suppress(msgspec.MsgspecError, TypeError):
        document = db.scalar(sa.select(t.recordings.c.document).where(t.recordings.c.id == recording))
        return _files(msgspec.json.decode(document or b"", type=_Media))
    return None


def first_stored(db: Connection) -> dict[str, datetime]:
    """When the notes of each meeting were first stored, by slug; UTC."""
    first = sa.select(t.notes.c.slug, sa.func.min(as_written(t.notes.c.created_at)).label("at"))
    first = first.where(kind_of(t.notes.c.created_at) == "text")
    found = {}
    with any_text(db):
        for row in db.execute(first.group_by(t.notes.c.slug)):
            with suppress(ValueError):
                found[row.slug] = datetime.fromisoformat(row.at).replace(tzinfo=UTC)
    return found
