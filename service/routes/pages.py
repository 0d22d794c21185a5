"""The pages: all meetings, one meeting, the results of a search, and what the API's errors mean."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from pipeline.search import search as find
from pipeline.search.spelling import suggest
from service.views.meeting import meeting_page
from service.views.meeting_list import meeting_list
from service.views.search_results import hits_by_meeting, partial_heading
from service.web import auth, errors
from service.web.caching import cached
from service.web.media_files import playable_parts
from service.web.nearest import nearest
from service.web.store import not_searched, search_index, store
from service.web.versions import of_archive, of_meeting, of_program

blueprint = Blueprint("pages", __name__)

_MAX_HITS = 50  # on a page


@blueprint.get("/")
@cached(of_archive)
def meetings() -> str:
    return render_template("meetings.html", years=meeting_list(store().meetings()))


@blueprint.get("/meetings/<slug>")
@cached(of_meeting)
def meeting(slug: str) -> str:
    stored = store().meeting(slug)
    files = playable_parts(stored.recording)
    asked, section_id = request.args.get("t", ""), request.args.get("section", "")
    page = meeting_page(stored, files=files, asked=asked, section_id=section_id, for_editors=auth.may_write().allowed)
    return render_template("meeting.html", page=page)


@blueprint.get("/search")
@cached(of_archive)
def search() -> str:
    query = request.args.get("q", "").strip()
    missing = not_searched() if query else frozenset()
    hits = find(search_index(), query, limit=_MAX_HITS + 1, without=missing, nearest=nearest()) if query else ()
    has_more, hits = len(hits) > _MAX_HITS, hits[:_MAX_HITS]
    complete, partial = [hit for hit in hits if not hit.missing], [hit for hit in hits if hit.missing]
    return render_template(
        "search.html",
        query=query,
        complete=hits_by_meeting(complete),
        partial=hits_by_meeting(partial),
        partial_heading=partial_heading(partial, has_complete=bool(complete)),
        has_feed=any(hit.has_all for hit in hits),
        has_more=has_more,
        max_hits=_MAX_HITS,
        suggestion=None
        if not query or any(not hit.similar for hit in complete)
        else suggest(search_index(), query, without=missing),
        not_searched=len(missing),
    )


@blueprint.get("/problems")
@cached(of_program)
def problems() -> str:
    return render_template("problems.html", problems=errors.documented())
