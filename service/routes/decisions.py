"""What the notes mark as decided, or as to be done: the page, and its feed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from pipeline.records import MarkKind
from pipeline.topics.listed_marks import MarkFilter, newest_first, placed
from service.routes.feed import added_meetings, marks_feed
from service.views.decisions import decisions_page, whole_decisions_page
from service.web.caching import cached
from service.web.request_data import page_number
from service.web.site import site
from service.web.store import search_index
from service.web.topics import shown_topics
from service.web.unread import require_index, unread_meetings
from service.web.versions import of_archive

blueprint = Blueprint("decisions", __name__)

_MAX_IN_FEED = 100
_DONE = {"yes": True, "no": False}


@blueprint.get("/decisions/")
@cached(of_archive)
def decisions() -> str:
    if site().static:
        page = whole_decisions_page(shown_topics(), search_index())
    else:
        page = decisions_page(shown_topics(), search_index(), _wanted(), page_number())
    return render_template("decisions.html", page=page, unread=unread_meetings())


@blueprint.get("/decisions.atom")
@cached(of_archive)
def feed() -> Response:
    """The newest decisions, or what else is asked for as on the page; an entry each."""
    wanted, topics = _wanted(), shown_topics()
    require_index()
    marks = placed(search_index(), newest_first(topics, wanted)[:_MAX_IN_FEED])
    return marks_feed(marks, wanted.kind or MarkKind.DECISION, added_meetings())


def _wanted() -> MarkFilter:
    asked = {name: value.strip() for name, value in request.args.items()}
    return MarkFilter(
        kind=MarkKind.ACTION if asked.get("kind") == MarkKind.ACTION.value else MarkKind.DECISION,
        state=asked.get("state", ""),
        series=asked.get("series", ""),
        year=asked.get("year", ""),
        person=asked.get("person", ""),
        done=_DONE.get(asked.get("done", "")),
        words=asked.get("q", ""),
    )
