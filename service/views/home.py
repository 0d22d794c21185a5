"""The first page: the newest meeting with its topics, and the latest ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Meeting, MeetingSummary
from service.views.meeting_list import MeetingRow, meeting_row
from service.views.topic_links import TopicLinks, topic_links

MAX_LATEST = 10
"""Meetings that are listed below the newest one."""

_MAX_TOPICS = 12


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the first page shows of an archive of `total` meetings; `newest` is None of an empty one."""

    newest: MeetingRow | None
    topics: TopicLinks
    latest: tuple[MeetingRow, ...]
    total: int

    @property
    def has_more(self) -> bool:
        """Whether there are meetings that the page does not list."""
        return self.total > len(self.latest) + 1


def home_page(summaries: Sequence[MeetingSummary], newest: Meeting | None, *, for_editors: bool) -> HomePage:
    """The first page of the meetings `summaries`, which come newest first.

    Args:
        newest: the first of them in full, None where it cannot be shown.
        for_editors: whether to say what whoever runs the meetings has to do.
    """
    rows = tuple(meeting_row(each, for_editors=for_editors) for each in summaries[: MAX_LATEST + 1])
    topics = topic_links(newest, _MAX_TOPICS) if newest else TopicLinks()
    return HomePage(rows[0] if rows else None, topics, rows[1:], len(summaries))
