"""What the pages show, as JSON for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from flask import Blueprint, current_app, request, url_for
from msgspec import UNSET, Meta, UnsetType
from werkzeug.exceptions import BadRequest

from pipeline.errors import MeetingNotFound
from pipeline.meeting_list import MeetingFilter, page_of
from pipeline.search import search as find
from pipeline.search.facets import facets
from pipeline.search.query import first_day
from service.views import api_json
from service.views.api_json import FullMeetingJson, MeetingsJson, SearchResultsJson
from service.web import openapi
from service.web.caching import cached
from service.web.nearest import nearest
from service.web.openapi import Operation, described
from service.web.published import hidden, shown_meetings
from service.web.request_data import query_as
from service.web.speakers import shown_speakers
from service.web.store import not_searched, search_index, store
from service.web.versions import of_archive, of_meeting, of_program

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

_MAX_HITS = 1_000
"""Of one search; to see others, narrow it down."""

_DAY = r"^(\d{4}(-\d{1,2}){0,2})?$"

_QUERY = """\
One or more words, in any of their forms. First come the moments that have all of them, then those with a word that \
was probably misheard and, where these are few, those that have some of the words or, with the sentence model, say it \
in other words. "quoted phrase" keeps words in \
order, sched* matches words that begin with sched, -word excludes a word, OR between two words matches either. \
meeting:office only searches meetings with this in their title or name (two of them: either), series:"office hours" \
those of a series, which is what titles share but for dates and numbers; after:2024-03 those on this day or later, \
before:2025 those before it (a year, a month or a day), year:2024 those of a year; in:notes and in:transcript only \
what was written or said, speaker:ana what was said by somebody with this name. Anything else is taken as words. A \
query without a letter or digit is a 400."""


class SearchRequest(msgspec.Struct):
    """The parameters of a search."""

    q: Annotated[str, Meta(description=_QUERY)]
    limit: Annotated[int, Meta(ge=1, le=100, description="The number of hits on a page, at most.")] = 50
    cursor: Annotated[int, Meta(ge=0, le=_MAX_HITS, description="Where the page begins; `next` has it.")] = 0
    whole: Annotated[bool, Meta(description="Only moments that have all of the words, none of them misheard.")] = False
    facets: Annotated[bool, Meta(description="Also count the meetings by year, series, speaker and source.")] = False


class MeetingsRequest(msgspec.Struct):
    """Which meetings, and how many of them."""

    q: Annotated[
        str,
        Meta(max_length=200, description="Words that all stand in the title or the date: 2024-03-05, or 5 March 2024."),
    ] = ""
    series: Annotated[str, Meta(description="Those of this series, as `series` has it.")] | UnsetType = UNSET
    speaker: Annotated[
        str, Meta(max_length=200, description="Those in which somebody of this name speaks, in any spelling.")
    ] = ""
    after: Annotated[str, Meta(pattern=_DAY, description="Those on this day or later: a year, month or day.")] = ""
    before: Annotated[str, Meta(pattern=_DAY, description="Those before this day: a year, month or day.")] = ""
    updated_since: (
        Annotated[
            datetime,
            Meta(
                tz=True,
                description="Those whose `updated_at` is this time or later: whoever sends the latest they have seen "
                "gets what has changed since.",
            ),
        ]
        | UnsetType
    ) = UNSET
    has: (
        Annotated[Literal["recording", "transcript"], Meta(description="Those with a recording, or a transcript.")]
        | UnsetType
    ) = UNSET
    limit: (
        Annotated[int, Meta(ge=1, le=1_000, description="The number of meetings on a page, at most; without it: all.")]
        | UnsetType
    ) = UNSET
    cursor: Annotated[str, Meta(description="Where the page begins; `next` has it.")] = ""


@blueprint.get("/openapi.json")
@cached(of_program)
@described(Operation())
def description() -> dict[str, Any]:
    """This description."""
    return openapi.document(current_app, request.script_root)


@blueprint.get("/meetings")
@cached(of_archive)
@described(Operation(problems=(400,), query=MeetingsRequest))
def meetings() -> MeetingsJson:
    """The meetings, newest first: all of them, or those that are asked for, in pages if there is a limit."""
    asked = query_as(MeetingsRequest)
    try:
        page = page_of(
            shown_meetings(),
            _filter(asked),
            limit=asked.limit if isinstance(asked.limit, int) else None,
            cursor=asked.cursor or None,
        )
    except MeetingNotFound as error:
        raise BadRequest("There is nothing to go on from at this cursor any more. Begin again without one.") from error
    given: dict[str, Any] = {
        name: request.args[name] for name in MeetingsRequest.__struct_fields__ if name in request.args
    }
    next_url = url_for("api.meetings", **given | {"cursor": page.cursor}) if page.cursor else None
    return api_json.meetings_json(page.meetings, next_url)


@blueprint.get("/meetings/<slug>")
@cached(of_meeting)
@described(Operation(problems=(404,)))
def meeting(slug: str) -> FullMeetingJson:
    """One meeting: its notes with the moment of each block, and its transcript."""
    return api_json.full_meeting_json(store().meeting(slug))


@blueprint.get("/search")
@cached(of_archive)
@described(Operation(problems=(400,), query=SearchRequest))
def search() -> SearchResultsJson:
    """Search everything said and written."""
    asked = query_as(SearchRequest, q="")
    end = asked.cursor + asked.limit
    missing, kept_back = not_searched(), hidden()
    hits = find(
        search_index(),
        asked.q,
        skip=asked.cursor,
        limit=end + 1,
        whole=asked.whole,
        without=missing | kept_back,
        nearest=nearest(),
    )
    whole = "true" if asked.whole else None
    counted = "true" if asked.facets else None
    has_more = len(hits) > asked.limit and end <= _MAX_HITS
    next_url = url_for("api.search", q=asked.q, limit=asked.limit, cursor=end, whole=whole, facets=counted)
    found = facets(search_index(), asked.q, without=missing | kept_back) if asked.facets else None
    return api_json.search_results_json(
        asked.q, hits[: asked.limit], next_url if has_more else None, len(missing), found
    )


def _filter(asked: MeetingsRequest) -> MeetingFilter:
    """Raises BadRequest."""
    days = {name: first_day(written) for name, written in (("after", asked.after), ("before", asked.before)) if written}
    if wrong := next((name for name, day in days.items() if day is None), None):
        raise BadRequest(f"There is no such day - at `$.{wrong}`.")
    return MeetingFilter(
        words=asked.q,
        series=asked.series if isinstance(asked.series, str) else None,
        after=days.get("after"),
        before=days.get("before"),
        updated_since=asked.updated_since if isinstance(asked.updated_since, datetime) else None,
        has=asked.has if isinstance(asked.has, str) else None,
        slugs=shown_speakers().slugs_of(asked.speaker) if asked.speaker else None,
    )
