"""The search from elsewhere: an OpenSearch description, so that a browser can add it, and an Atom feed of a query."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request

from pipeline.search import search as find
from service import present
from service.database import store

blueprint = Blueprint("feed", __name__)

_RANKED, _SHOWN = 500, 50  # of so many of the best hits, the newest meetings
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0, even escaped


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    return _xml("opensearch.xml", "application/opensearchdescription+xml")


@blueprint.get("/search.atom")
def atom() -> Response:
    """The meetings a query is found in, the newest here first, each with its moments."""
    query = request.args.get("q", "").strip()
    since = store().since()
    hits = [hit for hit in find(store(), query, limit=_RANKED) if hit.slug in since]
    newest = sorted(dict.fromkeys(hit.slug for hit in hits), key=since.__getitem__, reverse=True)[:_SHOWN]
    entries = [
        (since[slug].isoformat(timespec="seconds"), finding)
        for slug in newest
        for finding in present.findings(hit for hit in hits if hit.slug == slug)
    ]
    # Atom wants every feed to have changed at some time.
    updated = entries[0][0] if entries else max(since.values(), default=datetime.now(UTC)).isoformat(timespec="seconds")
    return _xml("search.atom.xml", "application/atom+xml", query=query, entries=entries, updated=updated)


def _xml(template: str, mimetype: str, **context: object) -> Response:
    # The readers of these resolve no relative addresses.
    made = render_template(template, root=request.host_url.rstrip("/"), **context)
    return Response(_UNWRITABLE.sub("", made), mimetype=mimetype)
