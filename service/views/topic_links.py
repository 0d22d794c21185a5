"""The topics of a meeting that have a moment, as links into its page."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Certainty, Meeting
from service.views.moment_links import MomentLinks


@dataclass(frozen=True, slots=True)
class TopicLink:
    """A topic, and when it was discussed."""

    title: str
    clock: str
    href: str


@dataclass(frozen=True, slots=True)
class TopicLinks:
    """The first topics, in the order of the notes; `more` others have a moment, too."""

    shown: tuple[TopicLink, ...] = ()
    more: int = 0


def topic_links(meeting: Meeting, limit: int) -> TopicLinks:
    """Up to `limit` topics of a meeting."""
    links = MomentLinks.of(meeting.notes.slug, part_starts=meeting.part_starts)
    found = [
        TopicLink(topic.title, links.clock(link.start), links.to_block(topic.id, link.start))
        for topic in meeting.notes.topics
        if (link := meeting.alignments.get(topic.id)) and link.certainty is not Certainty.NOT_FOUND
    ]
    return TopicLinks(tuple(found[:limit]), max(0, len(found) - limit))
