"""Text is sent gzipped to browsers that take it: the page of a long meeting is a fifth of its size then."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request, session

_GZIP_LEVEL = 4
"""Levels above take twice the time and more, and save 5 %."""

_MIN_BYTES = 1_000
"""Below, the header costs more than is saved."""

_TEXT_TYPES = ("text/", "application/json", "application/problem+json", "application/atom+xml")


def register(app: Flask) -> None:
    """Compress what `app` makes itself; files are sent as they are, so that players can ask for pieces of them."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.direct_passthrough or response.is_streamed or not (response.mimetype or "").startswith(_TEXT_TYPES):
        return response
    response.vary.add("Accept-Encoding")
    if session.get("csrf"):  # a secret beside what a stranger may choose to search for (the BREACH attack)
        return response
    body = response.get_data()
    if len(body) >= _MIN_BYTES and request.accept_encodings["gzip"] and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(body, _GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
