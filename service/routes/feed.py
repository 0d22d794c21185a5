"""The search from elsewhere: an OpenSearch description, so that a browser can add it, and an Atom feed of a query."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request

from pipeline.search.by_meeting import search_by_meeting
from service.views.feed_entries import feed_entry, timestamp
from service.web.caching import cached
from service.web.store import not_searched, search_index, store
from service.web.versions import of_archive, of_program

blueprint = Blueprint("feed", __name__)

_MAX_MEETINGS = 50  # in a feed
_MAX_MOMENTS = 5  # of a meeting
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0, even escaped


@blueprint.get("/opensearch.xml")
@cached(of_program)
def opensearch() -> Response:
    return _xml("opensearch.xml", "application/opensearchdescription+xml")


@blueprint.get("/search.atom")
@cached(of_archive)
def atom() -> Response:
    """The meetings a query is found in, the latest to be added first, each with its best moments."""
    query = request.args.get("q", "").strip()
    added = store().first_stored()
    latest_first = sorted(added, key=added.__getitem__, reverse=True)
    found = search_by_meeting(
        search_index(), query, latest_first, meetings=_MAX_MEETINGS, moments=_MAX_MOMENTS, without=not_searched()
    )
    entries = [feed_entry(query, slug, added[slug], hits) for slug, hits in found.items()]
    # Atom wants every feed to have a date.
    latest = timestamp(max(added.values(), default=datetime.now(UTC)))
    return _xml(
        "search.atom.xml",
        "application/atom+xml",
        query=query,
        entries=entries,
        updated=entries[0].updated if entries else latest,
    )


def _xml(template: str, mimetype: str, **context: object) -> Response:
    # Feed readers resolve no relative addresses.
    rendered = render_template(template, root=request.host_url.rstrip("/"), **context)
    return Response(_NOT_XML.sub("", rendered), mimetype=mimetype)
