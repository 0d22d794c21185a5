"""What is close in meaning to a query, asked of a process of its own: nothing of the model is loaded here."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from flask import Flask, current_app

from pipeline.config import Settings
from pipeline.meaning.client import MeaningClient
from pipeline.meaning.near import Near
from pipeline.search.by_meaning import Nearest
from service.web.caching import do_not_keep

_KEY = "jumpnotes.nearest"


def register(app: Flask, settings: Settings) -> None:
    """Let `app` search by meaning, unless the settings forbid it. The process is started by the first such search."""
    app.extensions[_KEY] = MeaningClient(settings.vector_dir) if settings.meaning else None


def close(app: Flask) -> None:
    """End the process."""
    client: MeaningClient | None = app.extensions[_KEY]
    if client:
        client.close()


def nearest() -> Nearest | None:
    """What a search may ask while this request is answered; None: words only."""
    client: MeaningClient | None = current_app.extensions[_KEY]
    return partial(_asked, client) if client else None


def _asked(client: MeaningClient, query: str, limit: int, keys: Collection[str] | None = None) -> list[Near] | None:
    found = client.nearest(query, limit, keys)
    if found is None and client.is_of_use():  # the model still loads: in a moment, the answer is another
        do_not_keep()
    return found
