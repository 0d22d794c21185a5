"""The passages that people took out of a meeting's recordings, and what is stored of it without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline import redacted, transcript_clock, untrusted
from pipeline.errors import MeetingDamaged
from pipeline.part_clock import is_beginning
from pipeline.records import (
    Alignment,
    Keyword,
    Mishearing,
    Origin,
    Redaction,
    RemovedPassage,
    TranscriptClock,
    UncoveredSpan,
)
from pipeline.store import tables as t
from pipeline.store.effective_links import is_of_recording, utc
from pipeline.store.expressions import as_number
from pipeline.store.rows import MeetingRows, Row, damage_told
from pipeline.untrusted import MAX_SECONDS


def history(meeting: MeetingRows, duration: float | None = None) -> tuple[Redaction, ...]:
    """What was taken out, in time order; also of recordings that the meeting no longer has. Raises MeetingDamaged.

    Args:
        duration: see `is_of_recording`.
    """
    with damage_told(meeting.slug, "passages that were taken out"):
        found = [_redaction(row, meeting, duration) for row in meeting.redactions]
    return tuple(sorted(found, key=lambda each: (each.passage.start, each.id)))


def _redaction(row: Row, meeting: MeetingRows, duration: float | None = None) -> Redaction:
    start, end = untrusted.seconds(row.start, "start"), untrusted.seconds(row.end, "end")
    if row.duration is not None:
        untrusted.seconds(row.duration, "duration")
    for seconds in (row.own_start, row.own_end) if row.transcript_key is not None else ():
        untrusted.number(seconds, "a time by the transcript's clock", low=-2 * MAX_SECONDS, high=2 * MAX_SECONDS)
    return Redaction(
        row.id,
        RemovedPassage(start, end, untrusted.text(row.reason, "reason")),
        untrusted.text(row.author, "author"),
        utc(row.at),
        unfinished=bool(row.unfinished),
        applies=is_of_recording(row, meeting, duration),
    )


def in_force(
    meeting: MeetingRows, key: str | None = None, *, duration: float | None = None
) -> tuple[RemovedPassage, ...]:
    """The passages that are not to be in the newest recording, or in the one with this key, in time order.

    Args:
        duration: see `is_of_recording`.
    """
    if not meeting.redactions:
        return ()
    unknown = {row.id for row in meeting.redactions if key and not is_beginning(row.recording_key or key, key)}
    return redacted.joined(
        each.passage
        for each in history(meeting, duration)
        if (each.applies if key is None else each.id not in unknown)
        and each.passage.start < each.passage.end  # else its transcript's clock has it outside of the recording
    )


def by_transcript(meeting: MeetingRows, start: float, end: float) -> dict[str, object]:
    """The columns of a passage that is chosen in the newest transcript, if somebody gave that."""
    row = meeting.transcript_row
    if row is None or row.origin != Origin.IMPORT:
        return {}
    return _own(row.key, meeting.clock, start, end)


def _own(key: str, clock: TranscriptClock | None, start: float, end: float) -> dict[str, object]:
    own_start, own_end = (transcript_clock.to_transcript(clock, seconds) for seconds in (start, end))
    return {"transcript_key": key, "own_start": own_start, "own_end": own_end}


def follow_clock(
    meeting: MeetingRows, key: str, clock: TranscriptClock | None, duration: float | None
) -> tuple[RemovedPassage, ...]:
    """Let the passages that were chosen in a given transcript be where its words are by the clock it is now read by.

    Args:
        key: of the transcript that is about to be stored. One with another key is read by what was taken out so far.
        duration: see `is_of_recording`.

    Returns:
        Those that were chosen in this one, by its own clock.
    """
    chosen = {each.id: each.passage for each in history(meeting, duration) if each.applies}
    found = []
    for row in meeting.redactions:
        if row.id not in chosen or row.transcript_key is None:
            continue
        if row.transcript_key == key:
            found.append(RemovedPassage(row.own_start, row.own_end))
            start, end = (transcript_clock.to_recording(clock, own) for own in (row.own_start, row.own_end))
            values: dict[str, object] = {"start": _within(start), "end": _within(end)}
        else:
            values = _own(key, clock, row.start, row.end)
        meeting.db.execute(t.redactions.update().where(t.redactions.c.id == row.id).values(**values))
    meeting.__dict__.pop("redactions", None)
    return tuple(found)


def _within(seconds: float) -> float:
    return min(max(seconds, 0.0), MAX_SECONDS)


def unreadable(meeting: MeetingRows) -> list[int]:
    """The numbers of the rows that cannot be read."""
    of_meeting = sa.select(t.redactions.c.id).where(t.redactions.c.slug == meeting.slug)
    found = []
    for number in meeting.db.scalars(of_meeting).all():
        try:
            with damage_told(meeting.slug, "passages that were taken out"):
                row = meeting.db.execute(sa.select(t.redactions).where(t.redactions.c.id == number)).one()
                _redaction(row, meeting)
        except MeetingDamaged:
            found.append(number)
    return found


def unfinished(db: Connection) -> tuple[str, ...]:
    """The meetings of which passages were taken out that may still be in some files."""
    is_unfinished = as_number(t.redactions.c.unfinished).is_distinct_from(0)
    return tuple(sorted(db.scalars(sa.select(t.redactions.c.slug).where(is_unfinished).distinct())))


def slugs(db: Connection) -> tuple[str, ...]:
    """The meetings of which anything was taken out."""
    return tuple(sorted(db.scalars(sa.select(t.redactions.c.slug).distinct())))


def finish(meeting: MeetingRows, ids: Iterable[int]) -> None:
    """Note that no file has the words of these any more."""
    here = t.redactions.c.slug == meeting.slug, t.redactions.c.id.in_(tuple(ids))
    meeting.db.execute(t.redactions.update().where(*here).values(unfinished=False))


def without_evidence(alignment: Alignment, passages: Sequence[RemovedPassage]) -> Alignment:
    """The alignment, without the words that were heard for it where one of its moments is in a passage."""
    spans = [(alignment.start, alignment.end), *((each.start, each.end) for each in alignment.also)]
    is_in_one = any(start < each.end and end > each.start for start, end in spans for each in passages)
    return replace(alignment, evidence=()) if is_in_one and alignment.evidence else alignment


def without_mishearings(misheard: Sequence[Mishearing], passages: Sequence[RemovedPassage]) -> tuple[Mishearing, ...]:
    """Those of the misheard words that were not heard in a passage."""
    return tuple(each for each in misheard if not any(each.start < p.end and each.end > p.start for p in passages))


def without_keywords(
    uncovered: Sequence[UncoveredSpan], passages: Sequence[RemovedPassage]
) -> tuple[UncoveredSpan, ...]:
    """The stretches that the notes do not cover, without the words that stand for a passage."""

    def is_kept(keyword: Keyword) -> bool:
        return not any(each.start <= keyword.start < each.end for each in passages)

    return tuple(replace(each, keywords=tuple(filter(is_kept, each.keywords))) for each in uncovered)
