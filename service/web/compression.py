"""Text is sent gzipped to browsers that take it: the page of a long meeting is a fifth of its size then."""

from __future__ import annotations

import gzip
from functools import lru_cache
from http import HTTPStatus

from flask import Flask, Response, request, session

_GZIP_LEVEL = 4
"""Levels above take twice the time and more, and save 5 %."""

_MIN_BYTES = 1_000
"""Below, the header costs more than is saved."""

_MAX_FILES = 64
"""Of the pages, kept compressed: more than there are."""

_TEXT_TYPES = ("text/", "application/json", "application/problem+json", "application/atom+xml")


def register(app: Flask) -> None:
    """Compress what `app` makes itself, its styles and scripts; recordings are sent as they are, for players ask for
    pieces of them.
    """
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


@lru_cache(maxsize=_MAX_FILES)
def _compressed_once(body: bytes) -> bytes:
    return compress(body)


def _compress_file(response: Response) -> Response:
    """One of the page's own files: there are few, so each is compressed once."""
    response.vary.add("Accept-Encoding")
    if response.status_code == HTTPStatus.OK and is_accepted():
        response.direct_passthrough = False
        body = response.get_data()
        if is_worthwhile(response.mimetype or "", len(body)):
            response.set_data(_compressed_once(body))
            response.headers["Content-Encoding"] = "gzip"
    tag, _is_weak = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)  # the same for both forms
    return response


def _compress(response: Response) -> Response:
    if request.endpoint == "static" and (response.mimetype or "").startswith(_TEXT_TYPES):
        return _compress_file(response)
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
