"""Meetings as entries of a feed: new ones, and those a query is found in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from flask import url_for

from pipeline.records import Hit, Meeting, MeetingSummary
from pipeline.topics.listed_marks import PlacedMark
from service.views.decisions import MarkRow, mark_row
from service.views.formatting import day, duration
from service.views.search_results import MeetingHits, hits_by_meeting
from service.views.topic_links import TopicLinks, topic_links

_MAX_TOPICS = 50


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A meeting in the feed of a query. `updated` is when it was added here."""

    id: str
    updated: str
    meeting: MeetingHits


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """A meeting in the feed of new ones. `facts` are its date and length, as far as they are known."""

    id: str
    updated: str
    href: str
    title: str
    facts: tuple[str, ...]
    topics: TopicLinks


@dataclass(frozen=True, slots=True)
class MarkEntry:
    """What was decided in a meeting, or is to be done."""

    id: str
    updated: str
    meeting: str
    meeting_href: str
    date: str
    row: MarkRow


def feed_entry(query: str, slug: str, added: datetime, hits: Iterable[Hit]) -> FeedEntry:
    """The entry of the meeting `slug`, in which `query` was found."""
    # The id lasts: by another address of the server the entry is the same, for another query it is not.
    urn = uuid5(NAMESPACE_URL, f"jumpnotes:{added.isoformat()}:{slug}:{query}").urn
    return FeedEntry(urn, timestamp(added), *hits_by_meeting(hits))


def meeting_entry(meeting: Meeting, added: datetime) -> MeetingEntry:
    """The entry of a new meeting."""
    notes = meeting.notes
    return MeetingEntry(
        id=uuid5(NAMESPACE_URL, f"jumpnotes:{added.isoformat()}:{notes.slug}").urn,
        updated=timestamp(added),
        href=url_for("pages.meeting", slug=notes.slug),
        title=notes.title,
        facts=tuple(filter(None, (day(notes.date), duration(meeting.duration)))),
        topics=topic_links(meeting, _MAX_TOPICS),
    )


def mark_entry(mark: PlacedMark, added: datetime) -> MarkEntry:
    """The entry of what was decided, or is to be done, in a meeting that was `added` then."""
    meeting, found = mark.found.meeting, mark.found.mark
    name = f"jumpnotes:{added.isoformat()}:{meeting.slug}:{found.block_id}:{found.text}"
    return MarkEntry(
        id=uuid5(NAMESPACE_URL, name).urn,
        updated=timestamp(added),
        meeting=meeting.title,
        meeting_href=url_for("pages.meeting", slug=meeting.slug),
        date=day(meeting.date),
        row=mark_row(mark),
    )


def latest_added(
    summaries: Sequence[MeetingSummary], added: Mapping[str, datetime], limit: int
) -> tuple[MeetingSummary, ...]:
    """Those that were added last; of one day, the meetings that took place last: years of them may come in at once.

    Args:
        added: when each was added, by slug.
    """
    known = [each for each in summaries if each.slug in added]
    known.sort(key=lambda each: (added[each.slug].date(), each.date or date.min, added[each.slug]), reverse=True)
    return tuple(known[:limit])


def timestamp(at: datetime) -> str:
    """As Atom writes it, to the second."""
    return at.isoformat(timespec="seconds")
