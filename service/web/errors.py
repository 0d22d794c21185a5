"""What a reader is told when something fails: one table from error class to status and words.

People get a page; programs, under /api/, get a problem of RFC 9457.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from pipeline import export
from pipeline.errors import (
    BlockNotFound,
    Busy,
    ConflictError,
    CorrectionNotFound,
    InvalidCorrection,
    InvalidQuery,
    JumpnotesError,
    MeetingNotFound,
    SchemaMismatch,
    StoreError,
)

PROBLEM = "application/problem+json"
"""The media type of an error of the API."""

_RETRY_SECONDS = "5"
_NO_TYPE = "about:blank"  # the problem is what its status says, and nothing more (RFC 9457, section 4.2.1)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a class of errors is answered. `said` is shown in place of a message that names files of the server.

    `name` is what programs tell the problem by: once given, it stays.
    """

    name: str
    status: int
    title: str
    said: str | None = None


ANSWERS: dict[type[JumpnotesError], Answer] = {
    MeetingNotFound: Answer("meeting-not-found", 404, "No such meeting"),
    InvalidQuery: Answer("invalid-query", 400, "Nothing to search for"),
    BlockNotFound: Answer("block-not-found", 404, "No such block"),
    CorrectionNotFound: Answer("correction-not-found", 404, "No such correction"),
    InvalidCorrection: Answer("invalid-correction", 422, "This cannot be"),
    ConflictError: Answer("conflict", 409, "Somebody else was faster"),
    Busy: Answer("busy", 503, "Busy", "The database is being written to."),
    SchemaMismatch: Answer("update-needed", 503, "Update needed", "The database was written by a newer jumpnotes."),
    StoreError: Answer("database-failed", 500, "The database failed", "The server's log says which file and why."),
    JumpnotesError: Answer("failed", 500, "Something failed", "The server's log says what."),
}

_HTTP_HINTS = {
    401: "Log in at /login, or send the server's token as Authorization: Bearer TOKEN.",
    404: "The first page lists every meeting.",
    405: "Only corrections are written here, under /api/v1/.",
    413: "A correction is a few hundred bytes.",
    415: 'Send {"block": …, "verdict": "time", "start": 83.2, "seen": null}.',
    416: "Ask for bytes within the length of the recording.",
    500: "The server's log says where. Please report it if it happens again.",
}


def register(app: Flask) -> None:
    """Answer our errors and HTTP's own, as a page or, under /api/, as a problem."""
    app.register_error_handler(JumpnotesError, _ours)
    app.register_error_handler(HTTPException, _http)


def type_of(answer: Answer) -> str:
    """The URI reference that names a problem; it leads to the page that lists them."""
    return url_for("pages.problems", _anchor=answer.name)


def _ours(error: JumpnotesError) -> Response:
    answer = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    if answer.status >= 500:
        current_app.logger.error("%s", error, exc_info=error)
    detail = answer.said or _sentence(str(error))
    if _is_for_programs():
        more: dict[str, object] = {}
        if isinstance(error, ConflictError):
            more["correction"] = export.correction_json(error.theirs) if error.theirs else None
        response = _problem(type_of(answer), answer.title, answer.status, detail, error.hint, more)
    else:
        query = error.query if isinstance(error, InvalidQuery) else ""
        response = _page(answer.title, answer.status, detail, error.hint, query)
    if error.retryable:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _http(error: HTTPException) -> Response:
    assert error.code is not None  # Flask answers redirects itself
    detail, hint = error.description or "", _HTTP_HINTS.get(error.code, "")
    if _is_for_programs():
        response = _problem(_NO_TYPE, error.name, error.code, detail, hint, {})
    else:
        response = _page(error.name, error.code, detail, hint, "")
    # Allow of a 405 and Content-Range of a 416 say what would have worked.
    response.headers.extend((name, value) for name, value in error.get_headers() if name.lower() != "content-type")
    return response


def _is_for_programs() -> bool:
    return request.path.startswith("/api/")


def _problem(kind: str, title: str, status: int, detail: str, hint: str, more: dict[str, object]) -> Response:
    told = {"type": kind, "title": title, "status": status, "detail": detail, "hint": hint}
    return Response(current_app.json.dumps(told | more), status, mimetype=PROBLEM)


def _page(title: str, status: int, detail: str, hint: str, query: str) -> Response:
    return make_response(render_template("failure.html", title=title, message=detail, hint=hint, query=query), status)


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "!", "?")) else ".")
