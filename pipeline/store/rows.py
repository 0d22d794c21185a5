"""Rows ↔ records: the queries that more than one method of the store makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.records import (
    Alignment,
    Basis,
    Failure,
    FurtherMoment,
    MeetingSummary,
    Mishearing,
    Origin,
    Segment,
    Transcript,
    Word,
)
from pipeline.store import tables as t


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What an alignment run was made from: runs of the notes and the transcript, the aligner's version, corrections."""

    notes_id: int
    transcript_id: int
    aligner: str
    pins: str = "{}"  # JSON of what people had set, its keys in order


def insert(db: Connection, table: sa.Table, **values: object) -> int:
    if "created_at" in table.c:
        values["created_at"] = datetime.now(UTC).replace(tzinfo=None)
    return int(db.scalar(table.insert().values(**values).returning(table.c.id)))


def latest(db: Connection, table: sa.Table, slug: str, *where: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    newest_first = sa.select(table).where(table.c.slug == slug, *where).order_by(table.c.id.desc())
    return db.execute(newest_first.limit(1)).one_or_none()


def heard_in(db: Connection, slug: str, recording: sa.Row[Any] | None) -> sa.Row[Any] | None:
    """The latest transcript of this recording; of none, that of a meeting that has only a transcript."""
    key = recording.key if recording else None
    return latest(db, t.transcripts, slug, t.transcripts.c.recording_key.is_not_distinct_from(key))


def segment_row(segment: Segment, position: int) -> dict[str, object]:
    words = [(round(w.start, 3), round(w.end, 3), w.text, round(w.probability, 3)) for w in segment.words]
    return {
        "position": position,
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
        "speaker": segment.speaker,
        "suspect": segment.suspect,
        "words": msgspec.json.encode(words),
    }


def transcript(db: Connection, row: sa.Row[Any], *, segments: bool = True) -> Transcript:
    rows: Iterable[sa.Row[Any]] = (
        ()
        if not segments
        else db.execute(
            sa.select(t.segments).where(t.segments.c.transcript_id == row.id).order_by(t.segments.c.position)
        )
    )
    decode = msgspec.json.Decoder(list[tuple[float, float, str, float]]).decode
    return Transcript(
        language=row.language,
        origin=Origin(row.origin),
        model=row.model,
        duration=row.duration,
        segments=tuple(
            Segment(s.start, s.end, s.text, tuple(Word(*word) for word in decode(s.words)), s.speaker, s.suspect)
            for s in rows
        ),
    )


def alignment_row(alignment: Alignment) -> dict[str, object]:
    return asdict(alignment) | {
        "evidence": msgspec.json.encode(alignment.evidence).decode(),
        "also": msgspec.json.encode([astuple(moment) for moment in alignment.also]).decode(),
    }


def alignments(db: Connection, run: int) -> dict[str, Alignment]:
    rows = db.execute(sa.select(t.alignments).where(t.alignments.c.run_id == run))
    moments = msgspec.json.Decoder(list[tuple[float, float, float]]).decode
    return {
        row.block_id: Alignment(
            row.block_id,
            row.start,
            row.end,
            row.confidence,
            Basis(row.basis),
            tuple(msgspec.json.decode(row.evidence)),
            tuple(FurtherMoment(*moment) for moment in moments(row.also)),
        )
        for row in rows
    }


def hearings(db: Connection, slug: str) -> tuple[Mishearing, ...]:
    """What the latest alignment found misheard; nothing if it was of another transcript than the newest."""
    run, heard = latest(db, t.alignment_runs, slug), heard_in(db, slug, latest(db, t.recordings, slug))
    if run is None or heard is None or run.transcript_id != heard.id:
        return ()
    return msgspec.json.decode(run.hearings, type=tuple[Mishearing, ...])


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
    t.notes.c.has_video,
    sa.func.coalesce(t.recordings.c.duration, t.transcripts.c.duration).label("duration"),
    t.transcripts.c.id.label("transcript_id"),
    t.alignment_runs.c.linked,
).select_from(
    t.meetings.join(t.notes, t.notes.c.id == _newest(t.notes))
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


def summaries(db: Connection) -> list[MeetingSummary]:
    return [
        MeetingSummary(
            slug=row.slug,
            title=row.title,
            date=date.fromisoformat(row.date) if row.date else None,
            duration=row.duration,
            topics=row.topics,
            linked=row.linked or 0 if row.corrected is None else row.corrected,
            failure=msgspec.json.decode(row.failure, type=Failure) if row.failure else None,
            has_video=bool(row.has_video),
            has_transcript=row.transcript_id is not None,
        )
        for row in db.execute(_SUMMARIES)
    ]


def straight(db: Connection, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
    """Straight from the driver: a search asks much and gets little, so that SQLAlchemy would be half of its time."""
    driver = db.connection.driver_connection
    assert driver is not None
    return driver.execute(statement, values)  # type: ignore[no-any-return]
