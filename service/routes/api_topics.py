"""What comes back across meetings, as JSON."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, url_for
from msgspec import UNSET, Meta, UnsetType

from pipeline.errors import TopicNotFound
from pipeline.records import TopicKind
from pipeline.topics.moments import spoken_moments, written_moments
from service.views.topic_json import FullTopicJson, TopicsJson, full_topic_json, topic_json
from service.web.caching import cached
from service.web.openapi import Operation, described
from service.web.published import hidden
from service.web.request_data import query_as
from service.web.store import not_searched, search_index
from service.web.topics import shown_topics
from service.web.unread import require_index
from service.web.versions import Version, of_archive

blueprint = Blueprint("api_topics", __name__, url_prefix="/api/v1/topics")


class TopicsRequest(msgspec.Struct):
    """Which topics, and how many of them."""

    q: Annotated[str, Meta(max_length=200, description="Words that all stand in the name.")] = ""
    kind: Annotated[TopicKind, Meta(description="Those of this kind.")] | UnsetType = UNSET
    min_meetings: Annotated[int, Meta(ge=1, description="Those that so many meetings name, or more.")] = 2
    limit: Annotated[int, Meta(ge=1, le=1_000, description="The number of topics on a page, at most.")] = 100
    cursor: Annotated[int, Meta(ge=0, description="Where the page begins; `next` has it.")] = 0


def _version(topic: str) -> Version:  # noqa: ARG001 - all of the archive have the same
    return of_archive()


@blueprint.get("")
@cached(of_archive)
@described(Operation(problems=(400,), query=TopicsRequest))
def topics() -> TopicsJson:
    """What comes back across the notes of meetings: issues, standards, repositories, versions, names in code, terms."""
    asked, found = query_as(TopicsRequest), shown_topics()
    require_index()
    words = asked.q.casefold().split()
    listed = [
        topic
        for topic in found.named_most
        if len(topic.mentions) >= asked.min_meetings
        and (asked.kind is UNSET or topic.kind is asked.kind)
        and all(word in topic.name.casefold() for word in words)
    ]
    end = asked.cursor + asked.limit
    kind = asked.kind.value if isinstance(asked.kind, TopicKind) else None
    given = {"q": asked.q or None, "kind": kind, "min_meetings": asked.min_meetings, "limit": asked.limit}
    next_url = url_for("api_topics.topics", cursor=end, **given) if end < len(listed) else None  # type: ignore[arg-type]
    return {"topics": [topic_json(found, topic) for topic in listed[asked.cursor : end]], "next": next_url}


@blueprint.get("/<path:topic>")
@cached(_version)
@described(Operation(problems=(404,)))
def one_topic(topic: str) -> FullTopicJson:
    """A topic by its id, or by its name: every block of notes that names it, and where it was said."""
    found = shown_topics()
    if (asked := found.named(topic)) is None:
        require_index()
        raise TopicNotFound(topic)
    spoken = spoken_moments(search_index(), found, asked, without=not_searched() | hidden())
    return full_topic_json(found, asked, written_moments(search_index(), found, asked), spoken)
