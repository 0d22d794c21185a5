"""What the notes mark as decided, or as to be done, as JSON."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Blueprint, request, url_for
from msgspec import UNSET, Meta, UnsetType

from pipeline.records import MarkKind
from pipeline.topics.listed_marks import MarkFilter, newest_first, placed
from service.views.decision_json import MarksJson, marks_json
from service.web.caching import cached
from service.web.openapi import Operation, described
from service.web.request_data import asked_day, query_as
from service.web.store import search_index
from service.web.topics import shown_topics
from service.web.unread import require_index
from service.web.versions import of_archive

blueprint = Blueprint("api_decisions", __name__, url_prefix="/api/v1/decisions")

_MAX_CURSOR = 1_000_000
_DAY = r"^(\d{4}(-\d{1,2}){0,2})?$"


class DecisionsRequest(msgspec.Struct):
    """Which decisions or actions, and how many of them."""

    kind: Annotated[MarkKind, Meta(description="Only these; without it, both.")] | UnsetType = UNSET
    state: Annotated[
        str, Meta(max_length=200, description="Those that the notes mark with this word, in any case: approved.")
    ] = ""
    series: Annotated[str, Meta(max_length=300, description="Of meetings of this series.")] = ""
    person: Annotated[str, Meta(max_length=200, description="Actions that name this person.")] = ""
    after: Annotated[str, Meta(pattern=_DAY, description="Of this day or later: a year, month or day.")] = ""
    before: Annotated[str, Meta(pattern=_DAY, description="Of before this day: a year, month or day.")] = ""
    done: Annotated[bool, Meta(description="Those with a box that is ticked, or is not.")] | UnsetType = UNSET
    q: Annotated[str, Meta(max_length=200, description="Words that all stand in it.")] = ""
    limit: Annotated[int, Meta(ge=1, le=1_000, description="The number on a page, at most.")] = 100
    cursor: Annotated[int, Meta(ge=0, le=_MAX_CURSOR, description="Where the page begins; `next` has it.")] = 0


@blueprint.get("")
@cached(of_archive)
@described(Operation(problems=(400,), query=DecisionsRequest))
def decisions() -> MarksJson:
    """What the notes mark as decided, or as to be done, newest meeting first, with its moment."""
    asked = query_as(DecisionsRequest)
    marks = newest_first(shown_topics(), _filter(asked))
    require_index()
    end = asked.cursor + asked.limit
    given: dict[str, Any] = {
        name: request.args[name] for name in DecisionsRequest.__struct_fields__ if name in request.args
    }
    next_url = url_for("api_decisions.decisions", **given | {"cursor": end}) if end < len(marks) else None
    return marks_json(placed(search_index(), marks[asked.cursor : end]), len(marks), next_url)


def _filter(asked: DecisionsRequest) -> MarkFilter:
    """Raises BadRequest."""
    return MarkFilter(
        kind=asked.kind if isinstance(asked.kind, MarkKind) else None,
        state=asked.state,
        series=asked.series,
        person=asked.person,
        done=asked.done if isinstance(asked.done, bool) else None,
        words=asked.q,
        after=asked_day("after", asked.after),
        before=asked_day("before", asked.before),
    )
