"""Bodies of requests that are larger than a correction: pieces of files, and notes.

A server reads a whole body before the app sees it, so it asks here first, when it has the headers: only who knows the
id of a draft, or may write, is read. What every other request may send stays as small as it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from pipeline.config import Settings
from pipeline.jobs import drafts
from service.web import auth

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_LARGE_BODY_BYTES = drafts.MAX_PIECE_BYTES + 65_536
"""A piece of a file, or as much of notes, with the JSON around them."""

_KEY = "jumpnotes.large_bodies"
_PIECE = re.compile(r"/api/v1/drafts/(?P<draft>[^/]+)/files/[^/]+")
_NOTES = {"POST": re.compile(r"/api/v1/drafts"), "PUT": re.compile(r"/api/v1/meetings/[^/]+/notes")}


class LargeBodies:
    """Says which requests may have a large body."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    def may_have(self, environ: WSGIEnvironment) -> bool:
        """Whether this request, of which only the headers are there, may have one."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if method == "PUT" and (found := _PIECE.fullmatch(path)):
            return drafts.exists(self._settings, found["draft"])
        return method in _NOTES and bool(_NOTES[method].fullmatch(path)) and self._may_write(environ)

    def _may_write(self, environ: WSGIEnvironment) -> bool:
        try:
            with self._app.request_context(environ):
                return auth.may_write().allowed
        except (HTTPException, ValueError):  # too many wrong tokens; a host that is none
            return False


def register(app: Flask, settings: Settings) -> None:
    """Let a server ask `app`."""
    app.extensions[_KEY] = LargeBodies(app, settings)


def of(app: object) -> LargeBodies | None:
    """Whom a server asks that serves `app`; None: nobody, and no body is large."""
    found = getattr(app, "extensions", {}).get(_KEY)
    return found if isinstance(found, LargeBodies) else None


def read_large_body(limit_bytes: int = MAX_LARGE_BODY_BYTES) -> bytes:
    """The body of this request.

    Raises:
        RequestEntityTooLarge: it is larger.
    """
    data = get_input_stream(request.environ, max_content_length=limit_bytes).read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise RequestEntityTooLarge
    return data
