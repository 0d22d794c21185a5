"""The pages that an archive has only if there is something to show on them, and which every page then leads to."""

from __future__ import annotations

from flask import Flask, current_app

from pipeline.errors import StoreError
from service.web.published import hidden
from service.web.store import archive_of

DECISIONS, SPEAKERS = "decisions", "speakers"


def register(app: Flask) -> None:
    """Let the templates of `app` ask for `places()`."""
    app.jinja_env.globals["places"] = places


def places() -> frozenset[str]:
    """The pages that have something to show to the sender of this request; none where that cannot be told now.

    Nobody waits for it: what another process has just written is led to a moment later.
    """
    try:
        without = hidden()
        archive = archive_of(current_app)
        marked, spoken = archive.topics.views.at_hand(without), archive.speakers.views.at_hand(without)
    except StoreError:  # the page may have nothing to do with it
        return frozenset()
    shown = {DECISIONS: marked and marked.marks, SPEAKERS: spoken and spoken.speakers}
    return frozenset(name for name, there in shown.items() if there)
