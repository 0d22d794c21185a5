"""The pages: all meetings, one meeting, what a search found, and what the API's problems mean."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from pipeline.search import search as find
from pipeline.search.spelling import suggestion
from service.routes import media
from service.views import meeting as view
from service.views.search_results import findings
from service.web import errors
from service.web.store import store

blueprint = Blueprint("pages", __name__)

_SHOWN = 50  # hits on a page


@blueprint.get("/")
def meetings() -> str:
    return render_template("meetings.html", shelves=view.shelves(store().meetings()))


@blueprint.get("/meetings/<slug>")
def meeting(slug: str) -> str:
    stored = store().meeting(slug)
    has_file = media.file_of(stored.recording) is not None
    return render_template(
        "meeting.html", page=view.meeting(stored, has_file=has_file, asked=request.args.get("t", ""))
    )


@blueprint.get("/search")
def search() -> str:
    query = request.args.get("q", "").strip()
    hits = find(store(), query, limit=_SHOWN + 1) if query else ()
    more, hits = len(hits) > _SHOWN, hits[:_SHOWN]
    whole = [hit for hit in hits if not hit.missing]
    return render_template(
        "search.html",
        query=query,
        found=findings(whole),
        partly=findings(hit for hit in hits if hit.missing),
        feed=any(not (hit.missing or hit.heard) for hit in hits),
        more=more,
        better=suggestion(store(), query) if query and not whole else None,
    )


@blueprint.get("/problems")
def problems() -> str:
    return render_template("problems.html", problems=[(answer, kind.hint) for kind, answer in errors.ANSWERS.items()])
