"""Rows ↔ records: what more than one method of the store needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline import untrusted
from pipeline.errors import CorrectionNotFound, MeetingDamaged, MeetingNotFound
from pipeline.file_names import is_text
from pipeline.records import (
    Alignment,
    Basis,
    Failure,
    FurtherMoment,
    MeetingVersions,
    Mishearing,
    Notes,
    Recording,
    Seconds,
    SectionSpan,
    TranscriptClock,
    UncoveredSpan,
    Verdict,
)
from pipeline.store import tables as t
from pipeline.store.expressions import as_written, in_whole_seconds, kind_of
from pipeline.untrusted import MAX_SECONDS

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


@contextmanager
def damage_told(slug: str, place: str) -> Iterator[None]:
    """Raise MeetingDamaged where the block that turns rows into records finds what it cannot be.

    A disk, another program or an older version may have left anything in a row, and SQLite holds text in a column of
    numbers.
    """
    try:
        yield
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise MeetingDamaged(slug, f"{place} ({error})") from error
    except sa.exc.OperationalError as error:
        if "decode" not in str(error.orig):  # bytes that are no UTF-8, in a column of text
            raise
        raise MeetingDamaged(slug, f"{place} (not UTF-8)") from error


class MeetingRows:
    """The newest rows of one meeting within one transaction, each read when it is first needed and never twice.

    Everything that is read may raise MeetingDamaged.
    """

    def __init__(self, db: Connection, slug: str) -> None:
        if not is_text(slug):  # and so no meeting's; SQLite would fail on it
            raise MeetingNotFound(slug)
        self.db = db
        self.slug = slug

    @property
    def path(self) -> str:
        """Where its notes are."""
        return str(self.db.scalar(sa.select(t.meetings.c.path).where(t.meetings.c.slug == self.slug)) or "")

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
        return notes_of(self.notes_row)

    @cached_property
    def recording_row(self) -> Row | None:
        return latest(self.db, t.recordings, self.slug)

    @cached_property
    def recording(self) -> Recording | None:
        return recording_of(self.recording_row) if self.recording_row else None

    @property
    def recording_key(self) -> str | None:
        return self.recording_row.key if self.recording_row else None

    @cached_property
    def transcript_row(self) -> Row | None:
        """The newest transcript of the newest recording; without a recording, that of a meeting that has none."""
        of_recording = t.transcripts.c.recording_key.is_not_distinct_from(self.recording_key)
        return latest(self.db, t.transcripts, self.slug, of_recording)

    @cached_property
    def clock(self) -> TranscriptClock | None:
        """By which the transcript is read."""
        with damage_told(self.slug, "clock"):
            return clock_of(self.transcript_row) if self.transcript_row else None

    @cached_property
    def alignment_run(self) -> Row | None:
        """The newest alignment run, None where it is of another transcript."""
        run = latest(self.db, t.alignment_runs, self.slug)
        current = run is not None and self.transcript_row is not None and run.transcript_id == self.transcript_row.id
        return run if current else None

    @cached_property
    def corrections(self) -> Sequence[Row]:
        """The newest correction of each block for each recording, oldest first; `moved`: it is another block's now.

        They are as many as there are blocks, however often people corrected them. One that cannot be read is left
        out: a run does not make them anew, so none is worth a meeting.
        """
        moved = is_moved(t.corrections).label("moved")
        columns = t.corrections.c
        current = sa.select(t.corrections, moved).where(
            columns.slug == self.slug, columns.superseded.is_(False), *READABLE_CORRECTION
        )
        with damage_told(self.slug, "corrections"):
            # Sorted here: for the sake of the order, SQLite would read all of them by another index.
            return sorted(self.db.execute(current).all(), key=lambda row: row.id)

    def correction(self, correction_id: int) -> Row:
        """One of the corrections.

        Raises:
            CorrectionNotFound: there is no such correction of the meeting.
        """
        columns = t.corrections.c
        wanted = sa.select(t.corrections).where(
            columns.slug == self.slug, columns.id == correction_id, *READABLE_CORRECTION
        )
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
    def recording_duration(self) -> float | None:
        """Length of the recording in seconds, as its file or its host says."""
        if self.recording_row is None or not self.recording_row.duration:
            return None
        with damage_told(self.slug, "recording"):
            return untrusted.seconds(self.recording_row.duration, "recordings.duration")

    @cached_property
    def duration(self) -> float | None:
        """Length of the recording in seconds, as well as it is known."""
        if (known := self.recording_duration) is not None:
            return known
        if self.transcript_row is None:
            return None
        last = sa.select(sa.func.max(t.segments.c.end)).where(t.segments.c.transcript_id == self.transcript_row.id)
        end = self.transcript_row.duration or self.db.scalar(last)
        with damage_told(self.slug, "transcript"):
            return None if end is None else spoken_seconds(end, self.clock)

    @property
    def failure(self) -> Failure | None:
        """Why the last run ended early, if it did."""
        with damage_told(self.slug, "last run"):
            found = self.db.scalar(sa.select(t.meetings.c.failure).where(t.meetings.c.slug == self.slug))
            return msgspec.json.decode(found, type=Failure) if found else None

    @cached_property
    def speaker_names(self) -> dict[str, str]:
        """What people call the speakers, by what transcripts call them."""
        with damage_told(self.slug, "names of speakers"):
            return {
                untrusted.text(row.label, "speaker"): untrusted.text(row.name, "speaker")
                for row in self.db.execute(sa.select(t.speaker_names).where(t.speaker_names.c.slug == self.slug))
            }

    @cached_property
    def redactions(self) -> Sequence[Row]:
        """The passages that people took out of this meeting's recordings, whichever it has now."""
        with damage_told(self.slug, "passages that were taken out"):
            of_meeting = sa.select(t.redactions).where(t.redactions.c.slug == self.slug)
            return self.db.execute(of_meeting.order_by(t.redactions.c.id)).all()

    @property
    def versions(self) -> MeetingVersions:
        runs = self.notes_row, self.transcript_row, self.alignment_run
        names = json.dumps(sorted(self.speaker_names.items())) if self.speaker_names else None
        if self.redactions:  # the transcript is another, though its number is the same
            names = f"{names} without {[row.id for row in self.redactions]}"
        notes, transcript, alignment = (run.id if run else None for run in runs)
        return MeetingVersions(notes, transcript, alignment, names)

    @property
    def mishearings(self) -> tuple[Mishearing, ...]:
        run = self.alignment_run
        with damage_told(self.slug, "misheard words"):
            return msgspec.json.decode(run.mishearings, type=tuple[Mishearing, ...]) if run else ()

    @property
    def uncovered(self) -> tuple[UncoveredSpan, ...]:
        run = self.alignment_run
        with damage_told(self.slug, "stretches not in the notes"):
            return msgspec.json.decode(run.uncovered, type=tuple[UncoveredSpan, ...]) if run else ()


def _is_time(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a column has seconds within a week, or nothing."""
    kind = kind_of(column)
    return sa.or_(kind == "null", sa.and_(kind.in_(["real", "integer"]), column.between(0.0, MAX_SECONDS)))


READABLE_CORRECTION = (
    _is_time(t.corrections.c.start),
    _is_time(t.corrections.c.duration),
    t.corrections.c.verdict.in_(list(Verdict)),
    (t.corrections.c.verdict == Verdict.TIME) == t.corrections.c.start.is_not(None),
    kind_of(t.corrections.c.nth) == "integer",
    as_written(t.corrections.c.at).like("____-__-__ %"),
    in_whole_seconds(t.corrections.c.at).is_not(None),
)
"""What an unreadable correction lacks."""


def notes_of(row: Row) -> Notes:
    """The notes of a row. Raises MeetingDamaged."""
    with damage_told(row.slug, "notes"):
        notes = msgspec.json.decode(row.document, type=Notes)
        for block in notes.blocks:
            if block.hint:
                untrusted.seconds(block.hint.start, f"the time of {block.id}")
        for video in notes.recordings:
            untrusted.seconds(video.start, "the start of the recording")
        return notes


def recording_of(row: Row) -> Recording:
    """The recording of a row. Raises MeetingDamaged."""
    with damage_told(row.slug, "recording"):
        recording = msgspec.json.decode(row.document, type=Recording)
        for seconds in (row.duration, recording.duration):
            if seconds is not None:
                untrusted.seconds(seconds, "duration")
        for chapter in recording.chapters:
            for seconds in (chapter.start, chapter.end):
                untrusted.seconds(seconds, "chapters")
        for part in recording.parts:
            for seconds in (part.start, part.duration):
                untrusted.seconds(seconds, "parts")
        return recording


def insert(db: Connection, table: sa.Table, **values: object) -> int:
    """Add a row, dated now where the table has dates. Returns its id."""
    if "created_at" in table.c:
        values["created_at"] = now()
    return int(db.scalar(table.insert().values(**values).returning(table.c.id)))


def now() -> datetime:
    """The time as it is stored: UTC, without saying so."""
    return datetime.now(UTC).replace(tzinfo=None)


def latest(db: Connection, table: sa.Table, slug: str, *where: sa.ColumnElement[bool]) -> Row | None:
    newest_first = sa.select(table).where(table.c.slug == slug, *where).order_by(table.c.id.desc())
    with damage_told(slug, table.name):
        return db.execute(newest_first.limit(1)).one_or_none()


def is_moved(corrections: sa.FromClause) -> sa.Exists:
    """Whether a correction went on to the block that its own was reworded to."""
    later = t.corrections.alias()
    return sa.exists().where(later.c.carried_from == corrections.c.id)


def clock_of(row: Row) -> TranscriptClock | None:
    """The clock by which the transcript of a row is read. Raises msgspec.ValidationError and InvalidInput."""
    if row.clock is None:
        return None
    clock = msgspec.json.decode(untrusted.text(row.clock, "clock"), type=TranscriptClock)
    if not clock.pieces:
        raise untrusted.InvalidInput("has a clock without pieces")
    for piece in clock.pieces:
        untrusted.seconds(piece.start, "the start of a piece")
        untrusted.number(piece.offset, "the offset of a clock", low=-MAX_SECONDS, high=MAX_SECONDS)
        untrusted.number(piece.drift, "the drift of a clock", low=-1.0, high=1.0)
    return clock


def spoken_seconds(end: object, clock: TranscriptClock | None) -> float:
    """When in the recording a transcript ends that by its own clock ends at `end`. Raises InvalidInput."""
    seconds = untrusted.seconds(end, "transcripts.duration")
    return seconds if clock is None else max(clock.pieces[-1].moved(seconds), 0.0)


def alignment_row(alignment: Alignment) -> dict[str, object]:
    return asdict(alignment) | {
        "evidence": msgspec.json.encode(alignment.evidence).decode(),
        "also": msgspec.json.encode([astuple(moment) for moment in alignment.also]).decode(),
    }


def alignments(db: Connection, run: Row) -> dict[str, Alignment]:
    """The alignments of a run, by block id. Raises MeetingDamaged."""
    with damage_told(run.slug, "links"):
        found = db.execute(sa.select(t.alignments).where(t.alignments.c.run_id == run.id))
        return {row.block_id: _alignment_of(row) for row in found}


def encode_spans(spans: Iterable[SectionSpan]) -> str:
    return msgspec.json.encode([astuple(span) for span in spans]).decode()


def spans_within(run: Row) -> dict[str, SectionSpan]:
    """The spans in which a run found blocks without a link, by block id. Raises MeetingDamaged."""
    with damage_told(run.slug, "links"):
        return {row[0]: SectionSpan(*row) for row in _decode_spans(run.within)}


_decode_moments = msgspec.json.Decoder(list[tuple[Seconds, Seconds, float]]).decode
_decode_spans = msgspec.json.Decoder(list[tuple[str, Seconds, Seconds, float]]).decode
_decode_evidence = msgspec.json.Decoder(tuple[str, ...]).decode


def _alignment_of(row: Row) -> Alignment:
    if not (0.0 <= row.start <= MAX_SECONDS and 0.0 <= row.end <= MAX_SECONDS and 0.0 <= row.confidence <= 1.0):
        raise untrusted.InvalidInput(f"{row.block_id}: {row.start} to {row.end}, {row.confidence}")
    also = tuple(FurtherMoment(*moment) for moment in _decode_moments(row.also))
    evidence = _decode_evidence(row.evidence)
    return Alignment(row.block_id, row.start, row.end, row.confidence, Basis(row.basis), evidence, also)


def pins_of(run: Row) -> set[str]:
    """The blocks whose starts people had set before an alignment run. Raises MeetingDamaged."""
    with damage_told(run.slug, "links"):
        return set(msgspec.json.decode(run.pins, type=dict[str, float | None]))
