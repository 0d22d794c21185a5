"""The passages that people took out of a meeting's recordings, and what is stored of it without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline import redacted, untrusted
from pipeline.errors import MeetingDamaged
from pipeline.part_clock import is_beginning
from pipeline.records import (
    Alignment,
    Keyword,
    Mishearing,
    Redaction,
    RemovedPassage,
    UncoveredSpan,
)
from pipeline.store import tables as t
from pipeline.store.effective_links import is_of_recording, utc
from pipeline.store.rows import MeetingRows, Row, damage_told


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
    if key is None:
        return redacted.joined(each.passage for each in history(meeting, duration) if each.applies)
    unknown = {row.id for row in meeting.redactions if not is_beginning(row.recording_key or key, key)}
    return redacted.joined(each.passage for each in history(meeting) if each.id not in unknown)


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
    is_unfinished = sa.type_coerce(t.redactions.c.unfinished, sa.Integer).is_distinct_from(0)
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
