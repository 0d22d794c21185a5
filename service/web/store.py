"""The archive of the app: its store and its search index, opened once and used by every request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from flask import Flask, current_app

from pipeline.errors import Busy
from pipeline.refresh import Archive
from pipeline.search import SearchIndex
from pipeline.store import Store

MAX_WRITES_AT_ONCE = 6
"""Requests that write, or wait until another process has written. More of them would leave no thread to readers."""

_KEY = "jumpnotes.archive"
_WRITES_KEY = "jumpnotes.writes"
_MAX_QUEUE_SECONDS = 0.25  # many writes take no longer; behind a locked database, waiting is in vain


def attach(app: Flask, archive: Archive) -> None:
    """Give `app` its archive."""
    app.extensions[_KEY] = archive
    app.extensions[_WRITES_KEY] = BoundedSemaphore(MAX_WRITES_AT_ONCE)


def archive_of(app: Flask) -> Archive:
    """The archive of `app`, for whoever has to close it."""
    archive: Archive = app.extensions[_KEY]
    return archive


def store() -> Store:
    """The store of the app that answers this request."""
    return archive_of(current_app).store


@contextmanager
def writing() -> Iterator[Store]:
    """The store, for a request that writes.

    Raises:
        Busy: as many others wait for the database already.
    """
    with writing_archive() as archive:
        yield archive.store


@contextmanager
def writing_archive() -> Iterator[Archive]:
    """The archive, for a request that writes to its store and has to look things up for that.

    Raises:
        Busy: as many others wait for the database already.
    """
    slots: BoundedSemaphore = current_app.extensions[_WRITES_KEY]
    if not slots.acquire(timeout=_MAX_QUEUE_SECONDS):
        raise Busy(store().place)
    try:
        yield archive_of(current_app)
    finally:
        slots.release()


def not_searched() -> frozenset[str]:
    """The meetings whose last change a search does not know, and which are not to be found; see `Archive.missing`."""
    return archive_of(current_app).missing()


def search_index() -> SearchIndex:
    """The search index of the app that answers this request."""
    return archive_of(current_app).index
