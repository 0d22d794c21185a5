"""Topics as the API tells them, as types and as what makes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, TypedDict

from msgspec import Meta

from pipeline import export
from pipeline.export import schema
from pipeline.page_addresses import topic_page
from pipeline.records import Hit
from pipeline.topics.archive import ArchiveTopics
from pipeline.topics.making import Topic
from service.web.site import site


class TopicJson(TypedDict):
    """Something that the notes of meetings name."""

    id: Annotated[str, Meta(description="What it is known by: its kind and its key.")]
    kind: Annotated[str, Meta(description="issue, standard, repository, version, code or term.")]
    name: Annotated[str, Meta(description="As people write it.")]
    about: Annotated[str | None, Meta(description="What the headings over an issue say of it, if they say anything.")]
    meetings: Annotated[schema.Count, Meta(description="In the notes of how many meetings it is named.")]
    first: Annotated[schema.Day | None, Meta(description="The day of the first of them; null: none has a date.")]
    last: Annotated[schema.Day | None, Meta(description="The day of the last of them; null: none has a date.")]
    new: Annotated[
        bool | None,
        Meta(description="Whether no meeting before `after` names it; null where that is not given."),
    ]
    tracker: Annotated[str | None, Meta(description="Where it is published, if that can be told.")]
    url: Annotated[str, Meta(description="Its page.")]


class TopicsJson(TypedDict):
    """Topics that come back, those of the most meetings first."""

    topics: Annotated[list[TopicJson], Meta(description="All that were asked for, or a page of them.")]
    next: schema.NextUrl


class TopicBlockJson(schema.HitJson):
    """A block of notes that names a topic."""

    state: Annotated[str | None, Meta(description="The word that the notes mark it with, as decided or to be done.")]


class FullTopicJson(TopicJson):
    """A topic, and its moments."""

    written: Annotated[
        list[TopicBlockJson], Meta(description="The blocks that name it, those of the newest meeting first.")
    ]
    spoken: Annotated[
        list[schema.HitJson],
        Meta(
            description="Where it was said in the newest meetings, a few moments of each; `heard` is what stands in "
            "the transcript where it was probably misheard. Empty for a name that means something else too often."
        ),
    ]
    next: schema.NextUrl


def topic_json(topics: ArchiveTopics, topic: Topic, *, after: date | None = None) -> TopicJson:
    """One topic."""
    days = [day.isoformat() for slug in topic.mentions if (day := topics.meetings[slug].date)]
    return {
        "id": topic.id,
        "kind": topic.kind.value,
        "name": topic.name,
        "about": topic.about or None,
        "meetings": len(topic.mentions),
        "first": days[0] if days else None,
        "last": days[-1] if days else None,
        "new": None if after is None else topics.is_new(topic.id, after),
        "tracker": topic.url,
        "url": topic_page(topic.id, site().address),
    }


def full_topic_json(
    topics: ArchiveTopics, topic: Topic, written: Iterable[Hit], spoken: Iterable[Hit], next_url: str | None
) -> FullTopicJson:
    """One topic with its moments."""
    address, marked = site().address, topics.marked(topic)
    return {
        **topic_json(topics, topic),
        "written": [
            {
                **export.hit_json(hit, site=address),
                "state": mark.state if (mark := marked.get((hit.slug, hit.block_id or ""))) else None,
            }
            for hit in written
        ],
        "spoken": [export.hit_json(hit, site=address) for hit in spoken],
        "next": next_url,
    }
