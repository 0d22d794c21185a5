"""The pages that an archive has only if there is something to show on them, and which every page then leads to."""

from __future__ import annotations

from flask import Flask, current_app

from pipeline.errors import StoreError
from service.web.published import hidden
from service.web.store import archive_of, not_searched, search_index

DECISIONS, SPEAKERS = "decisions", "speakers"

_KEY = "jumpnotes.places"
_MAX_KNOWN = 8


def register(app: Flask) -> None:
    """Let the templates of `app` ask for `places()`."""
    app.extensions[_KEY] = {}
    app.jinja_env.globals["places"] = places


def places() -> frozenset[str]:
    """The pages that have something to show to the sender of this request; none where the index cannot be read."""
    try:
        without = not_searched() | hidden()
        key = search_index().content_version(), without
        known: dict[object, frozenset[str]] = current_app.extensions[_KEY]
        if (found := known.get(key)) is None:
            if len(known) >= _MAX_KNOWN:
                known.clear()
            archive = archive_of(current_app)
            shown = {
                DECISIONS: archive.topics.topics(without).marks,
                SPEAKERS: archive.speakers.speakers(without).speakers,
            }
            found = known[key] = frozenset(name for name, there in shown.items() if there)
    except StoreError:  # the page may have nothing to do with it
        return frozenset()
    return found
