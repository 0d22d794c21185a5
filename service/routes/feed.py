"""The search from elsewhere: an OpenSearch description, so that a browser can add it, and an Atom feed of a query."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, render_template, request

from pipeline.records import Hit
from pipeline.search import search as find
from service.views.search_results import Finding, findings
from service.web.store import store

blueprint = Blueprint("feed", __name__)

_SHOWN = 50  # meetings
_MOMENTS = 20  # of a meeting
_RANKED = 500  # hits that say in which of the older meetings to look
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0, even escaped


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting in the feed. `updated` is when it came here."""

    name: str
    updated: str
    finding: Finding


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    return _xml("opensearch.xml", "application/opensearchdescription+xml")


@blueprint.get("/search.atom")
def atom() -> Response:
    """The meetings a query is found in, the newest here first, each with its moments."""
    query = request.args.get("q", "").strip()
    since = store().since()
    entries = [
        Entry(_name(query, slug, since[slug]), since[slug].isoformat(timespec="seconds"), *findings(hits))
        for slug, hits in islice(_found(query, since), _SHOWN)
    ]
    # Atom wants every feed to have changed at some time.
    latest = max(since.values(), default=datetime.now(UTC)).isoformat(timespec="seconds")
    updated = entries[0].updated if entries else latest
    response = _xml("search.atom.xml", "application/atom+xml", query=query, entries=entries, updated=updated)
    response.add_etag(weak=True)  # it may go compressed
    response.make_conditional(request)
    return response


def _found(query: str, since: Mapping[str, datetime]) -> Iterator[tuple[str, tuple[Hit, ...]]]:
    """The meetings that came last are each looked through, so that none is missed; of older ones, those of the best."""
    newest = sorted(since, key=since.__getitem__, reverse=True)
    best = {hit.slug for hit in find(store(), query, limit=_RANKED, whole=True)}
    for slug in newest[:_SHOWN] + [slug for slug in newest[_SHOWN:] if slug in best]:
        if hits := find(store(), query, slug=slug, limit=_MOMENTS, whole=True):
            yield slug, hits


def _name(query: str, slug: str, came: datetime) -> str:
    """A name for good: by another address of the server the entry is still the same, for another query it is not."""
    return uuid5(NAMESPACE_URL, f"jumpnotes:{came.isoformat()}:{slug}:{query}").urn


def _xml(template: str, mimetype: str, **context: object) -> Response:
    # The readers of these resolve no relative addresses.
    made = render_template(template, root=request.host_url.rstrip("/"), **context)
    return Response(_UNWRITABLE.sub("", made), mimetype=mimetype)
