"""The meetings that a query without words narrows down to: `after:2024-03`, `speaker:ana year:2024`."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import MeetingSummary
from pipeline.search.query import Query
from pipeline.series import series_of
from pipeline.topics.speakers import ArchiveSpeakers


def narrowed_meetings(
    summaries: Sequence[MeetingSummary], asked: Query, speakers: ArchiveSpeakers
) -> list[MeetingSummary]:
    """Those of the `summaries` that meet all filters, of which there may be several values: any of these will do."""
    named = [speaker for name in asked.speakers for speaker in speakers.beginning(name)]
    spoken = {each.meeting.slug for speaker in named for each in speaker.in_all_notes}
    return [each for each in summaries if _is_asked_for(each, asked) and (not asked.speakers or each.slug in spoken)]


def _is_asked_for(meeting: MeetingSummary, asked: Query) -> bool:
    day, title = meeting.date, meeting.title.casefold()
    if (asked.after or asked.before or asked.years) and day is None:
        return False
    if day and ((asked.after and day < asked.after) or (asked.before and day >= asked.before)):
        return False
    if day and asked.years and day.year not in asked.years:
        return False
    if asked.meetings and not any(part in title or part in meeting.slug.casefold() for part in asked.meetings):
        return False
    return not asked.series or series_of(meeting.title).casefold() in asked.series
