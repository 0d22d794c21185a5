"""The pages: the first one, all meetings, one meeting, the results of a search, and what the API's errors mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from pipeline.errors import MeetingDamaged, MeetingNotFound
from pipeline.jobs import own_notes
from pipeline.records import Meeting, MeetingSummary
from pipeline.search import search as find
from pipeline.search.by_meeting import search_by_meeting
from pipeline.search.facets import Facets, facets
from pipeline.search.query import Query, only_filters
from pipeline.search.spelling import suggest
from pipeline.topics.beside import AlsoDiscussed
from service.views.home import home_page
from service.views.meant_speakers import meant_speakers
from service.views.meant_topic import meant_topic
from service.views.meeting import MeetingPage, meeting_page
from service.views.meeting_list import ListNarrowing, meeting_list, meeting_row
from service.views.narrowed_meetings import narrowed_meetings
from service.views.search_filters import search_filters
from service.views.search_results import (
    NEWEST_FIRST,
    SearchPage,
    hits_by_meeting,
    meetings_heading,
    order_links,
    partial_heading,
    results_heading,
    search_help,
    with_speakers,
)
from service.web import auth, errors
from service.web.caching import cached
from service.web.language import N_
from service.web.media_files import playable_parts
from service.web.nearest import nearest
from service.web.published import hidden, shown_meetings
from service.web.request_data import page_number
from service.web.settings import settings
from service.web.site import site
from service.web.speakers import shown_speakers
from service.web.store import not_searched, search_index, store
from service.web.topics import of_meeting_page, shown_topics, topics_beside
from service.web.versions import of_archive, of_meeting, of_program

blueprint = Blueprint("pages", __name__)

_MAX_HITS = 50  # on a page
_MAX_PAGES = 20
_MAX_MEETINGS = 20  # on a page, newest first
_MAX_MOMENTS = 3  # of a meeting there


@blueprint.get("/")
@cached(of_archive)
def home() -> str:
    summaries = shown_meetings()
    page = home_page(summaries, _newest(summaries), for_editors=auth.may_write().allowed)
    return render_template("home.html", page=page)


def _newest(summaries: Sequence[MeetingSummary]) -> Meeting | None:
    """The newest meeting, unless it is damaged or was forgotten in this moment."""
    for summary in summaries[:1]:
        with suppress(MeetingDamaged, MeetingNotFound):
            return store().meeting(summary.slug, segments=False)
    return None


@blueprint.get("/meetings/")
@cached(of_archive)
def meetings() -> str:
    asked = ListNarrowing(*(request.args.get(name, "") for name in ("year", "series", "speaker")))
    page = meeting_list(shown_meetings(), asked, speakers=shown_speakers(), for_editors=auth.may_write().allowed)
    return render_template("meetings.html", page=page)


@blueprint.get("/meetings/<slug>")
@cached(of_meeting_page)
def meeting(slug: str) -> str:
    also = topics_beside(slug)
    return render_template("meeting.html", page=_meeting_page(slug, for_editors=auth.may_write().allowed, also=also))


@blueprint.get("/meetings/<slug>/")
def meeting_folder(slug: str) -> Response:
    """Where the page is on a site of files: links from there lead here, too."""
    return _moved(url_for("pages.meeting", slug=slug))


@blueprint.get("/embed/<slug>")
@cached(of_meeting)
def embedded(slug: str) -> str:
    """The same for a frame of another site: without what is ours alone, and to be read only."""
    if not site().frames:
        raise NotFound(N_("Meetings cannot be shown on other sites (JUMPNOTES_SITE_FRAMES is not set)."))
    return render_template("embedded.html", page=_meeting_page(slug, for_editors=False))


def _meeting_page(
    slug: str, *, for_editors: bool, also: Mapping[str, tuple[AlsoDiscussed, ...]] = MappingProxyType({})
) -> MeetingPage:
    stored = store().meeting(slug)
    files = playable_parts(stored.recording)
    asked, section_id = request.args.get("t", ""), request.args.get("section", "")
    static = site().static is not None
    made = meeting_page(
        stored,
        files=files,
        asked=asked,
        section_id=section_id,
        for_editors=for_editors,
        static=static,
        also=also,
    )
    return replace(made, edit_href=url_for("jobs.edit", slug=slug)) if for_editors and _has_own_notes(slug) else made


def _has_own_notes(slug: str) -> bool:
    path = store().notes_path(slug)
    return path is not None and own_notes.is_own(settings(), Path(path))


@blueprint.get("/search/")
def search_folder() -> Response:
    """Where the search is on a site of files."""
    return _moved(url_for("pages.search"))


def _moved(address: str) -> Response:
    query = request.query_string.decode(errors="replace")
    return redirect(f"{address}?{query}" if query else address, 301)


@blueprint.get("/search")
@cached(of_archive)
def search() -> str:
    if site().static:
        return render_template("site_search.html")
    query = request.args.get("q", "").strip()
    if not query:
        return render_template("search.html", page=SearchPage(help=search_help()))
    if (narrowed := only_filters(query)) is not None:
        return render_template("search.html", page=_without_words(query, narrowed))
    number, missing = page_number(_MAX_PAGES), not_searched()
    counted = cache(lambda narrowed: facets(search_index(), narrowed, without=missing | hidden()))
    page = _newest_first(query, number, missing, counted) if request.args.get("order") == NEWEST_FIRST else None
    page = page or _best_first(query, number, missing, counted)
    page = with_speakers(page, meant_speakers(query, shown_speakers()))
    return render_template("search.html", page=replace(page, topic=meant_topic(query, shown_topics())))


def _without_words(query: str, narrowed: Query) -> SearchPage:
    """The meetings that filters alone narrow down to."""
    speakers, may_edit = shown_speakers(), auth.may_write().allowed
    found = narrowed_meetings(shown_meetings(), narrowed, speakers)
    return SearchPage(
        query=query,
        heading=meetings_heading(len(found)),
        speakers=meant_speakers(query, speakers),
        meetings=tuple(meeting_row(each, for_editors=may_edit) for each in found),
    )


def _best_first(query: str, number: int, missing: frozenset[str], counted: Callable[[str], Facets]) -> SearchPage:
    skipped, without = (number - 1) * _MAX_HITS, missing | hidden()
    hits = find(search_index(), query, skip=skipped, limit=skipped + _MAX_HITS + 1, without=without, nearest=nearest())
    has_more, hits = len(hits) > _MAX_HITS, hits[:_MAX_HITS]
    complete, partial = [hit for hit in hits if not hit.missing], [hit for hit in hits if hit.missing]
    is_exact = any(not hit.similar for hit in complete)
    return SearchPage(
        query=query,
        orders=order_links(query, "", counted(query).meetings),
        heading=results_heading(complete, partial, counted(query).meetings, skipped=skipped, more=has_more),
        complete=hits_by_meeting(complete),
        partial=hits_by_meeting(partial),
        partial_heading=partial_heading(partial, has_complete=True) if complete and partial else "",
        filters=search_filters(query, counted),
        has_feed=any(hit.has_all for hit in hits),
        previous_href=_results_href(query, number - 1) if number > 1 else "",
        next_href=_results_href(query, number + 1) if has_more and number < _MAX_PAGES else "",
        suggestion="" if is_exact else suggest(search_index(), query, without=without) or "",
        not_searched=len(missing),
    )


def _newest_first(
    query: str, number: int, missing: frozenset[str], counted: Callable[[str], Facets]
) -> SearchPage | None:
    """The meetings that have all of the words, by their days, each with its best places; None if none has."""
    skipped, slugs = (number - 1) * _MAX_MEETINGS, [each.slug for each in shown_meetings()]
    limit, without = skipped + _MAX_MEETINGS, missing | hidden()
    found = search_by_meeting(search_index(), query, slugs, meetings=limit + 1, moments=_MAX_MOMENTS, without=without)
    shown = list(found.values())[skipped:limit]
    if not shown:
        return None
    meetings = counted(query).meetings
    return SearchPage(
        query=query,
        order=NEWEST_FIRST,
        orders=order_links(query, NEWEST_FIRST, meetings),
        heading=meetings_heading(meetings),
        complete=hits_by_meeting(chain.from_iterable(shown)),
        filters=search_filters(query, counted, order=NEWEST_FIRST),
        has_feed=True,
        previous_href=_results_href(query, number - 1, NEWEST_FIRST) if number > 1 else "",
        next_href=_results_href(query, number + 1, NEWEST_FIRST) if len(found) > limit and number < _MAX_PAGES else "",
        not_searched=len(missing),
    )


def _results_href(query: str, number: int, order: str = "") -> str:
    return url_for("pages.search", q=query, order=order or None, page=number if number > 1 else None)


@blueprint.get("/problems")
@cached(of_program)
def problems() -> str:
    return render_template("problems.html", problems=errors.documented())
