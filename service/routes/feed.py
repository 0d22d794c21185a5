"""The search from elsewhere: an OpenSearch description, so that a browser can add it, and an Atom feed of a query."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from flask import Blueprint, Response, render_template, request

from pipeline.records import Hit
from pipeline.search import search as find
from service.views.feed_entries import feed_entry, timestamp
from service.web.caching import cached
from service.web.store import search_index, store
from service.web.versions import of_archive, of_program

blueprint = Blueprint("feed", __name__)

_MAX_MEETINGS = 50  # in a feed
_MAX_MOMENTS = 20  # of a meeting
_MAX_RANKED_HITS = 500  # they decide which of the older meetings are searched
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0, even escaped


@blueprint.get("/opensearch.xml")
@cached(of_program)
def opensearch() -> Response:
    return _xml("opensearch.xml", "application/opensearchdescription+xml")


@blueprint.get("/search.atom")
@cached(of_archive)
def atom() -> Response:
    """The meetings a query is found in, the latest to be added first, each with its moments."""
    query = request.args.get("q", "").strip()
    added = store().first_stored()
    found = islice(_hits_by_slug(query, added), _MAX_MEETINGS)
    entries = [feed_entry(query, slug, added[slug], hits) for slug, hits in found]
    # Atom wants every feed to have a date.
    latest = timestamp(max(added.values(), default=datetime.now(UTC)))
    return _xml(
        "search.atom.xml",
        "application/atom+xml",
        query=query,
        entries=entries,
        updated=entries[0].updated if entries else latest,
    )


def _hits_by_slug(query: str, added: Mapping[str, datetime]) -> Iterator[tuple[str, tuple[Hit, ...]]]:
    """Each of the latest meetings is searched, so that none is missed; of older ones, those with the best hits."""
    newest = sorted(added, key=added.__getitem__, reverse=True)
    best = {hit.slug for hit in find(search_index(), query, limit=_MAX_RANKED_HITS, whole=True)}
    for slug in newest[:_MAX_MEETINGS] + [slug for slug in newest[_MAX_MEETINGS:] if slug in best]:
        if hits := find(search_index(), query, slug=slug, limit=_MAX_MOMENTS, whole=True):
            yield slug, hits


def _xml(template: str, mimetype: str, **context: object) -> Response:
    # Feed readers resolve no relative addresses.
    rendered = render_template(template, root=request.host_url.rstrip("/"), **context)
    return Response(_NOT_XML.sub("", rendered), mimetype=mimetype)
