"""The transcripts of a meeting: kept as they were given, read on the clock of their recording."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline import transcript_clock, untrusted
from pipeline.records import Origin, Segment, Transcript, TranscriptClock, Word
from pipeline.redacted import without_passages
from pipeline.store import redactions, rows
from pipeline.store import tables as t
from pipeline.store.rows import MeetingRows, Row, damage_told
from pipeline.untrusted import MAX_SECONDS


def add(meeting: MeetingRows, transcript: Transcript, key: str, clock: TranscriptClock | None, *, of_part: bool) -> int:
    """Add a transcript of the latest recording, or of a part of it, without what was taken out. Returns its run number.

    Where something was, one of a part is not kept, and 0 returned: nobody knows yet where in the whole the part is.
    """
    if of_part and meeting.redactions:
        return 0
    duration = _duration(transcript, clock)
    if transcript.origin is Origin.IMPORT and meeting.redactions:
        transcript = without_passages(transcript, redactions.follow_clock(meeting, key, clock, duration))
    passages = redactions.in_force(meeting, duration=duration)
    transcript = without_passages(transcript, passages, transcript_clock.in_recording(clock))
    run = rows.insert(
        meeting.db,
        t.transcripts,
        slug=meeting.slug,
        recording_key=f"part {key}" if of_part else meeting.recording_key,  # which no recording has
        key=key,
        language=transcript.language,
        origin=transcript.origin.value,
        model=transcript.model,
        duration=transcript.duration,
        clock=None if clock is None else msgspec.json.encode(clock).decode(),
        warnings=msgspec.json.encode(transcript.warnings).decode(),
        doubts=msgspec.json.encode(transcript.doubts).decode(),
    )
    _insert_segments(meeting.db, run, transcript)
    for name in ("transcript_row", "clock", "duration", "alignment_run"):
        meeting.__dict__.pop(name, None)
    return run


def _duration(transcript: Transcript, clock: TranscriptClock | None) -> float | None:
    """How long a recording is of which nothing but this transcript tells it, in seconds: see `MeetingRows.duration`."""
    end = transcript.duration or max((each.end for each in transcript.segments), default=None)
    return None if end is None else rows.spoken_seconds(end, clock)


def replace_segments(db: Connection, run: int, transcript: Transcript) -> None:
    """Let the transcript with this number have other segments."""
    db.execute(t.segments.delete().where(t.segments.c.transcript_id == run))
    _insert_segments(db, run, transcript)


def _insert_segments(db: Connection, run: int, transcript: Transcript) -> None:
    segments = [_row_of(segment, position) for position, segment in enumerate(transcript.segments)]
    if segments:
        db.execute(t.segments.insert(), [segment | {"transcript_id": run} for segment in segments])


def newest(meeting: MeetingRows, *, segments: bool = True, as_given: bool = False) -> Transcript | None:
    """The newest transcript of the newest recording. Raises MeetingDamaged.

    Args:
        segments: otherwise it has none.
        as_given: on its own clock, with its own names for speakers.
    """
    if (row := meeting.transcript_row) is None:
        return None
    given = of_row(meeting.db, row, segments=segments)
    if as_given:
        return given
    # An older jumpnotes noted the length of a transcript as that of the recording, where that was not here.
    length = None if meeting.recording_duration == given.duration else meeting.recording_duration
    read = _with_names(transcript_clock.apply(given, meeting.clock, length), meeting.speaker_names)
    return replace(read, removed=redactions.in_force(meeting))


def made(meeting: MeetingRows) -> Transcript | None:
    """The newest transcript of the newest recording that was made from it. Raises MeetingDamaged."""
    if meeting.recording_key is None:
        return None
    where = t.transcripts.c.recording_key == meeting.recording_key, t.transcripts.c.origin != Origin.IMPORT.value
    row = rows.latest(meeting.db, t.transcripts, meeting.slug, *where)
    return of_row(meeting.db, row) if row else None


def _with_names(transcript: Transcript, names: Mapping[str, str]) -> Transcript:
    if not names:
        return transcript
    segments = (
        replace(segment, speaker=name) if (name := names.get(segment.speaker or "")) else segment
        for segment in transcript.segments
    )
    return replace(transcript, segments=tuple(segments))


def _row_of(segment: Segment, position: int) -> dict[str, object]:
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


def of_row(db: Connection, row: Row, *, segments: bool = True) -> Transcript:
    """The transcript of a row as it was given; without `segments` it has none. Raises MeetingDamaged."""
    columns = (t.segments.c[name] for name in ("start", "end", "text", "words", "speaker", "suspect"))
    of_transcript = sa.select(*columns).where(t.segments.c.transcript_id == row.id).order_by(t.segments.c.position)
    with damage_told(row.slug, "transcript"):
        found: Sequence[Any] = db.execute(of_transcript).all() if segments else ()  # one by one takes longer
        return Transcript(
            language=untrusted.text(row.language, "language"),
            origin=Origin(row.origin),
            model=row.model,
            duration=None if row.duration is None else untrusted.seconds(row.duration, "duration"),
            segments=tuple(itertools.starmap(_segment, found)),
            warnings=msgspec.json.decode(row.warnings, type=tuple[str, ...]),
            doubts=msgspec.json.decode(row.doubts, type=tuple[str, ...]),
        )


_decode_words = msgspec.json.Decoder(tuple[Word, ...]).decode


def _segment(start: float, end: float, text: str, words: str, speaker: str | None, suspect: bool) -> Segment:  # noqa: FBT001 - a row
    if not (0.0 <= start <= MAX_SECONDS and 0.0 <= end <= MAX_SECONDS and type(text) is str):
        raise untrusted.InvalidInput(f"a segment from {start} to {end}")
    return Segment(start, end, text, _decode_words(words), speaker, suspect)
