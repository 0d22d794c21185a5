"""The list of meetings, by year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import url_for

from pipeline.records import MeetingSummary
from service.views.formatting import day, duration, iso_day, topics_linked

_MIN_MEETINGS_UNFOLDED = 40
"""Years are folded once so many meetings are listed."""


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One line of the list of meetings. `remark` says what is missing."""

    href: str
    title: str
    date: str
    iso_date: str
    duration: str
    topics_linked: str
    remark: str
    failed: bool


@dataclass(frozen=True, slots=True)
class YearGroup:
    """The meetings of one year. The latest years are `open`, the others folded."""

    title: str
    rows: tuple[MeetingRow, ...]
    open: bool


def meeting_list(summaries: Iterable[MeetingSummary]) -> tuple[YearGroup, ...]:
    """Group `summaries`, which come newest first, by year."""
    groups: list[YearGroup] = []
    listed = 0
    for year, in_year in groupby(summaries, key=lambda summary: summary.date.year if summary.date else None):
        rows = tuple(map(_row, in_year))
        groups.append(YearGroup(str(year) if year else "No date", rows, open=listed < _MIN_MEETINGS_UNFOLDED))
        listed += len(rows)
    return tuple(groups)


def _row(summary: MeetingSummary) -> MeetingRow:
    remark = ""
    if summary.damaged:
        remark = "damaged: run its notes again"
    elif summary.failure:
        remark = "last run failed"
    elif not summary.has_transcript:
        remark = "not transcribed yet" if summary.has_video else "no recording"
    return MeetingRow(
        href=url_for("pages.meeting", slug=summary.slug),
        title=summary.title,
        date=day(summary.date),
        iso_date=iso_day(summary.date),
        duration=duration(summary.duration),
        topics_linked=topics_linked(summary.linked, summary.topics) if summary.has_transcript else "",
        remark=remark,
        failed=summary.damaged or summary.failure is not None,
    )
