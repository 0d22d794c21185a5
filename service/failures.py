"""What a reader is told when something fails: one table from error class to status and words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
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

_RETRY_SECONDS = "5"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a class of errors is answered. `said` is shown in place of a message that names files of the server."""

    status: int
    title: str
    said: str | None = None


ANSWERS: dict[type[JumpnotesError], Answer] = {
    MeetingNotFound: Answer(404, "No such meeting"),
    InvalidQuery: Answer(400, "Nothing to search for"),
    BlockNotFound: Answer(404, "No such block"),
    CorrectionNotFound: Answer(404, "No such correction"),
    InvalidCorrection: Answer(422, "This cannot be"),
    ConflictError: Answer(409, "Somebody else was faster"),
    Busy: Answer(503, "Busy", "The database is being written to."),
    SchemaMismatch: Answer(503, "Update needed", "The database was written by a newer jumpnotes."),
    StoreError: Answer(500, "The database failed", "The server's log says which file and why."),
    JumpnotesError: Answer(500, "Something failed", "The server's log says what."),
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
    """Answer our errors and HTTP's own, as a page or, under /api/, as `{"error", "hint"}`."""
    app.register_error_handler(JumpnotesError, _ours)
    app.register_error_handler(HTTPException, _http)


def _ours(error: JumpnotesError) -> Response:
    answer = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    if answer.status >= 500:
        current_app.logger.error("%s", error, exc_info=error)
    query = error.query if isinstance(error, InvalidQuery) else ""
    response = _reply(answer.status, answer.title, answer.said or _sentence(str(error)), error.hint, query)
    if isinstance(error, ConflictError) and response.is_json:
        theirs = export.correction(error.theirs) if error.theirs else None
        response.set_data(current_app.json.dumps((response.get_json() or {}) | {"correction": theirs}))
    if error.retryable:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _http(error: HTTPException) -> Response:
    assert error.code is not None  # Flask answers redirects itself
    response = _reply(error.code, error.name, error.description or "", _HTTP_HINTS.get(error.code, ""))
    # Allow of a 405 and Content-Range of a 416 say what would have worked.
    response.headers.extend((name, value) for name, value in error.get_headers() if name.lower() != "content-type")
    return response


def _reply(status: int, title: str, message: str, hint: str, query: str = "") -> Response:
    if request.path.startswith("/api/"):
        response = jsonify(error=message, hint=hint)
    else:
        response = make_response(render_template("failure.html", title=title, message=message, hint=hint, query=query))
    response.status_code = status
    return response


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "!", "?")) else ".")
