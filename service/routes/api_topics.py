"""What comes back across meetings, as JSON."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Blueprint, request, url_for
from msgspec import UNSET, Meta, UnsetType

from pipeline.errors import TopicNotFound
from pipeline.records import TopicKind
from pipeline.topics.moments import spoken_moments, written_moments
from service.views.topic_json import FullTopicJson, TopicsJson, full_topic_json, topic_json
from service.web.caching import cached
from service.web.openapi import Operation, described
from service.web.published import hidden
from service.web.request_data import asked_day, query_as
from service.web.store import not_searched, search_index
from service.web.topics import shown_topics
from service.web.unread import require_index
from service.web.versions import Version, of_archive

_DAY = r"^(\d{4}(-\d{1,2}){0,2})?$"

blueprint = Blueprint("api_topics", __name__, url_prefix="/api/v1/topics")


class TopicsRequest(msgspec.Struct):
    """Which topics, and how many of them."""

    q: Annotated[str, Meta(max_length=200, description="Words that all stand in the name.")] = ""
    kind: Annotated[TopicKind, Meta(description="Those of this kind.")] | UnsetType = UNSET
    after: Annotated[
        str, Meta(pattern=_DAY, description="Named on this day or later, and how often since: a year, month or day.")
    ] = ""
    before: Annotated[str, Meta(pattern=_DAY, description="Named before this day: a year, month or day.")] = ""
    min_meetings: Annotated[int, Meta(ge=1, description="Those that so many meetings name, or more.")] = 2
    limit: Annotated[int, Meta(ge=1, le=1_000, description="The number of topics on a page, at most.")] = 100
    cursor: Annotated[int, Meta(ge=0, description="Where the page begins; `next` has it.")] = 0


class TopicRequest(msgspec.Struct):
    """How much of one topic."""

    limit: Annotated[int, Meta(ge=1, le=1_000, description="The meetings whose notes are told, at most.")] = 100
    cursor: Annotated[int, Meta(ge=0, le=1_000_000, description="The meetings to skip; `next` has it.")] = 0


def _version(topic: str) -> Version:  # noqa: ARG001 - all of the archive have the same
    return of_archive()


@blueprint.get("")
@cached(of_archive)
@described(Operation(problems=(400,), query=TopicsRequest))
def topics() -> TopicsJson:
    """What comes back across the notes of meetings: issues, standards, repositories, versions, names in code, terms."""
    asked, found = query_as(TopicsRequest), shown_topics()
    after, before = asked_day("after", asked.after), asked_day("before", asked.before)
    kinds = (asked.kind,) if isinstance(asked.kind, TopicKind) else ()
    listed = found.matching(asked.q, kinds, least=asked.min_meetings, after=after, before=before)
    require_index()
    end = asked.cursor + asked.limit
    given: dict[str, Any] = {
        name: request.args[name] for name in TopicsRequest.__struct_fields__ if name in request.args
    }
    next_url = url_for("api_topics.topics", **given | {"cursor": end}) if end < len(listed) else None
    return {
        "topics": [topic_json(found, topic, after=after) for topic in listed[asked.cursor : end]],
        "next": next_url,
    }


@blueprint.get("/<path:topic>")
@cached(_version)
@described(Operation(problems=(400, 404), query=TopicRequest))
def one_topic(topic: str) -> FullTopicJson:
    """A topic by its id, or by its name: the blocks that name it; on the first page, also where it was said."""
    found, wanted = shown_topics(), query_as(TopicRequest)
    if (asked := found.named(topic)) is None:
        require_index()
        raise TopicNotFound(topic)
    end = wanted.cursor + wanted.limit
    newest = sorted(asked.mentions, key=found.newness)
    written = written_moments(search_index(), found, asked, newest[wanted.cursor : end])
    without = not_searched() | hidden()
    spoken = () if wanted.cursor else spoken_moments(search_index(), found, asked, without=without)
    more = {"topic": topic, "limit": wanted.limit, "cursor": end}
    next_url = url_for("api_topics.one_topic", **more) if end < len(newest) else None  # type: ignore[arg-type]
    return full_topic_json(found, asked, written, spoken, next_url)
