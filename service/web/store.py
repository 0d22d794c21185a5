"""The archive of the app: its store and its search index, opened once and used by every request."""

from __future__ import annotations

from flask import Flask, current_app

from pipeline.refresh import Archive
from pipeline.search import SearchIndex
from pipeline.store import Store

_KEY = "jumpnotes.archive"


def attach(app: Flask, archive: Archive) -> None:
    """Give `app` its archive."""
    app.extensions[_KEY] = archive


def archive_of(app: Flask) -> Archive:
    """The archive of `app`, for whoever has to close it."""
    archive: Archive = app.extensions[_KEY]
    return archive


def store() -> Store:
    """The store of the app that answers this request."""
    return archive_of(current_app).store


def search_index() -> SearchIndex:
    """The search index of the app that answers this request."""
    return archive_of(current_app).index
