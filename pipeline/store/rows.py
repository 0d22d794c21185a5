"""Rows ↔ records: what more than one method of the store needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.errors import CorrectionNotFound, MeetingNotFound
from pipeline.records import (
    Alignment,
    Basis,
    Failure,
    FurtherMoment,
    MeetingSummary,
    MeetingVersions,
    Mishearing,
    Notes,
    Origin,
    Recording,
    RunKey,
    Segment,
    Transcript,
    UncoveredSpan,
    Word,
)
from pipeline.store import tables as t

Row = sa.Row[Any]
Record = TypeVar("Record")

_MAX_ID = 2**63 - 1  # that SQLite can be asked for


@dataclass(frozen=True, slots=True)
class Stored(Generic[Record]):
    """A record with the number of its run and the key of what it was made from."""

    id: int
    key: str
    record: Record


@dataclass(frozen=True, slots=True)
class AlignmentInputs:
    """What an alignment run was made from: versions of the notes, the transcript, the aligner and the corrections."""

    notes_id: int
    transcript_id: int
    aligner: str
    pins: str = "{}"  # JSON of the starts that people had set, its keys in order


class MeetingRows:
    """The newest rows of one meeting within one transaction, each read when it is first needed and never twice."""

    def __init__(self, db: Connection, slug: str) -> None:
        self.db = db
        self.slug = slug

    @cached_property
    def notes_row(self) -> Row | None:
        return latest(self.db, t.notes, self.slug)

    @cached_property
    def notes(self) -> Notes:
        """The newest notes.

        Raises:
            MeetingNotFound: there is no such meeting, or it has no notes.
        """
        if self.notes_row is None:
            raise MeetingNotFound(self.slug)
        return msgspec.json.decode(self.notes_row.document, type=Notes)

    @cached_property
    def recording_row(self) -> Row | None:
        return latest(self.db, t.recordings, self.slug)

    @cached_property
    def recording(self) -> Recording | None:
        return msgspec.json.decode(self.recording_row.document, type=Recording) if self.recording_row else None

    @property
    def recording_key(self) -> str | None:
        return self.recording_row.key if self.recording_row else None

    @cached_property
    def transcript_row(self) -> Row | None:
        """The newest transcript of the newest recording; without a recording, that of a meeting that has none."""
        of_recording = t.transcripts.c.recording_key.is_not_distinct_from(self.recording_key)
        return latest(self.db, t.transcripts, self.slug, of_recording)

    @cached_property
    def alignment_run(self) -> Row | None:
        """The newest alignment run, None where it is of another transcript."""
        run = latest(self.db, t.alignment_runs, self.slug)
        current = run is not None and self.transcript_row is not None and run.transcript_id == self.transcript_row.id
        return run if current else None

    @cached_property
    def corrections(self) -> Sequence[Row]:
        """The newest correction of each block for each recording, oldest first; `moved`: it is another block's now.

        They are as many as there are blocks, however often people corrected them.
        """
        moved = is_moved(t.corrections).label("moved")
        columns = t.corrections.c
        current = sa.select(t.corrections, moved).where(columns.slug == self.slug, columns.superseded.is_(False))
        # Sorted here: for the sake of the order, SQLite would read all of them by another index.
        return sorted(self.db.execute(current).all(), key=lambda row: row.id)

    def correction(self, correction_id: int) -> Row:
        """One of the corrections.

        Raises:
            CorrectionNotFound: there is no such correction of the meeting.
        """
        columns = t.corrections.c
        wanted = sa.select(t.corrections).where(columns.slug == self.slug, columns.id == correction_id)
        found = self.db.execute(wanted).one_or_none() if correction_id <= _MAX_ID else None
        if found is None:
            raise CorrectionNotFound(self.slug, correction_id)
        return found

    @property
    def corrections_version(self) -> str | None:
        """What changes with every correction; None: there are none."""
        newest = sa.select(sa.func.max(t.corrections.c.id)).where(t.corrections.c.slug == self.slug)
        found = self.db.scalar(newest)
        return None if found is None else str(found)

    @cached_property
    def duration(self) -> float | None:
        """Length of the recording in seconds, as well as it is known."""
        if self.recording_row and self.recording_row.duration:
            return float(self.recording_row.duration)
        if self.transcript_row is None or self.transcript_row.duration:
            return float(self.transcript_row.duration) if self.transcript_row else None
        last = sa.select(sa.func.max(t.segments.c.end)).where(t.segments.c.transcript_id == self.transcript_row.id)
        end = self.db.scalar(last)
        return None if end is None else float(end)

    @property
    def versions(self) -> MeetingVersions:
        runs = self.notes_row, self.transcript_row, self.alignment_run
        return MeetingVersions(*(run.id if run else None for run in runs))

    @property
    def mishearings(self) -> tuple[Mishearing, ...]:
        run = self.alignment_run
        return msgspec.json.decode(run.mishearings, type=tuple[Mishearing, ...]) if run else ()

    @property
    def uncovered(self) -> tuple[UncoveredSpan, ...]:
        run = self.alignment_run
        return msgspec.json.decode(run.uncovered, type=tuple[UncoveredSpan, ...]) if run else ()


def insert(db: Connection, table: sa.Table, **values: object) -> int:
    """Add a row, dated now where the table has dates. Returns its id."""
    if "created_at" in table.c:
        values["created_at"] = datetime.now(UTC).replace(tzinfo=None)
    return int(db.scalar(table.insert().values(**values).returning(table.c.id)))


def latest(db: Connection, table: sa.Table, slug: str, *where: sa.ColumnElement[bool]) -> Row | None:
    newest_first = sa.select(table).where(table.c.slug == slug, *where).order_by(table.c.id.desc())
    return db.execute(newest_first.limit(1)).one_or_none()


def is_moved(corrections: sa.FromClause) -> sa.Exists:
    """Whether a correction went on to the block that its own was reworded to."""
    later = t.corrections.alias()
    return sa.exists().where(later.c.carried_from == corrections.c.id)


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


def transcript(db: Connection, row: Row, *, segments: bool = True) -> Transcript:
    """The transcript of a row; without `segments` it has none."""
    columns = (t.segments.c[name] for name in ("start", "end", "text", "words", "speaker", "suspect"))
    of_transcript = sa.select(*columns).where(t.segments.c.transcript_id == row.id).order_by(t.segments.c.position)
    found: Iterable[Any] = db.execute(of_transcript) if segments else ()
    decode = msgspec.json.Decoder(tuple[Word, ...]).decode
    return Transcript(
        language=row.language,
        origin=Origin(row.origin),
        model=row.model,
        duration=row.duration,
        segments=tuple(
            Segment(start, end, text, decode(words), speaker, suspect)
            for start, end, text, words, speaker, suspect in found
        ),
    )


def alignment_row(alignment: Alignment) -> dict[str, object]:
    return asdict(alignment) | {
        "evidence": msgspec.json.encode(alignment.evidence).decode(),
        "also": msgspec.json.encode([astuple(moment) for moment in alignment.also]).decode(),
    }


def alignments(db: Connection, run: int) -> dict[str, Alignment]:
    """The alignments of a run, by block id."""
    found = db.execute(sa.select(t.alignments).where(t.alignments.c.run_id == run))
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
        for row in found
    }


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
    """A summary of every meeting that has notes, in no particular order."""
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


def finished(db: Connection) -> dict[str, tuple[str, RunKey]]:
    """By path of the notes: the slug, and what its last run was made from, unless that failed."""
    done = sa.select(t.meetings.c.path, t.meetings.c.slug, t.meetings.c.run_key).where(
        t.meetings.c.run_key.is_not(None), t.meetings.c.failure.is_(None)
    )
    decode = msgspec.json.Decoder(RunKey).decode
    return {row.path: (row.slug, decode(row.run_key)) for row in db.execute(done)}


def first_stored(db: Connection) -> dict[str, datetime]:
    """When the notes of each meeting were first stored, by slug; UTC."""
    first = sa.select(t.notes.c.slug, sa.func.min(t.notes.c.created_at).label("at")).group_by(t.notes.c.slug)
    return {row.slug: row.at.replace(tzinfo=UTC) for row in db.execute(first)}
