"""What machines ask of a site: what crawlers may read, and which pages there are."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from pipeline.page_addresses import meeting_page, speaker_page, topic_page
from service.web.caching import cached
from service.web.published import shown_meetings
from service.web.settings import settings
from service.web.site import site
from service.web.speakers import shown_speakers
from service.web.topics import shown_topics
from service.web.versions import of_archive, of_program

blueprint = Blueprint("site_files", __name__)

_MAX_PAGES = 50_000
"""In a sitemap, as the protocol has it."""


@blueprint.get("/robots.txt")
@cached(of_program)
def robots() -> Response:
    """Crawlers may read everything but the API, which says the same as the pages, and the log-in; of what is private,
    nothing.
    """
    if site().static:
        sitemap_line = f"\nSitemap: {site().address}/sitemap.xml\n" if site().url else ""
        return Response(f"User-agent: *\nDisallow:\n{sitemap_line}", mimetype="text/plain")
    if settings().private:
        return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
    path = request.script_root
    rules = f"User-agent: *\nDisallow: {path}/api/\nDisallow: {path}/login\n"
    return Response(f"{rules}\nSitemap: {site().address}/sitemap.xml\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@cached(of_archive)
def sitemap() -> Response:
    """The first page, that of every meeting with the day it last changed, those of topics that come back and of who
    speaks, and the lists.
    """
    address = site().address
    meetings = [(meeting_page(each.slug, address), each.updated_at) for each in shown_meetings()[: _MAX_PAGES - 4]]
    topics = [topic_page(each.id, address) for each in shown_topics().recurring]
    speakers = [speaker_page(each, address) for each in shown_speakers().speakers]
    left = _MAX_PAGES - 4 - len(meetings)
    others = {"topics": topics[:left], "speakers": speakers[: max(left - len(topics), 0)]}
    shown = render_template("sitemap.xml", meetings=meetings, **others)
    return Response(shown, mimetype="application/xml")
