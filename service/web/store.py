"""The store of the app: opened once, used by every request."""

from __future__ import annotations

from flask import Flask, current_app

from pipeline.store import Store

_KEY = "jumpnotes.store"


def attach(app: Flask, store: Store) -> None:
    """Give `app` its store."""
    app.extensions[_KEY] = store


def store_of(app: Flask) -> Store:
    """The store of `app`, for whoever has to close it."""
    store: Store = app.extensions[_KEY]
    return store


def store() -> Store:
    """The store of the app that answers this request."""
    return store_of(current_app)
