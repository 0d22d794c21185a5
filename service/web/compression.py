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


def is_accepted() -> bool:
    """Whether the client takes compressed text."""
    return bool(request.accept_encodings["gzip"])


def is_worthwhile(content_type: str, size: int) -> bool:
    """Whether to compress so many bytes of this type."""
    return size >= _MIN_BYTES and content_type.startswith(_TEXT_TYPES)


def compress(body: bytes) -> bytes:
    """The same bytes for the same text, whenever it is."""
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


def decompress(body: bytes) -> bytes:
    return gzip.decompress(body)


def _compress(response: Response) -> Response:
    if response.direct_passthrough or response.is_streamed or not (response.mimetype or "").startswith(_TEXT_TYPES):
        return response
    response.vary.add("Accept-Encoding")
    if session.get("csrf"):  # a secret beside what a stranger may choose to search for (the BREACH attack)
        return response
    if "Content-Encoding" in response.headers or not is_accepted():
        return response
    body = response.get_data()
    if is_worthwhile(response.mimetype or "", len(body)):
        response.set_data(compress(body))
        response.headers["Content-Encoding"] = "gzip"
    return response
