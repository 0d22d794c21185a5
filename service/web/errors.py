"""What a reader gets to see when something fails: one table from the class of an error to a status and words.

People get a page; programs, under /api/, get a problem as RFC 9457 has it.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from werkzeug.exceptions import BadRequest, HTTPException

from pipeline import export
from pipeline.errors import (
    BlockNotFound,
    Busy,
    ConflictError,
    CorrectionNotFound,
    DatabaseDamaged,
    DiskFull,
    DraftError,
    DraftNotFound,
    IndexDamaged,
    IndexUnfinished,
    InvalidCorrection,
    InvalidQuery,
    InvalidSubscription,
    JobKeyTaken,
    JobNotFound,
    JumpnotesError,
    MeetingDamaged,
    MeetingNotFound,
    NobodyOfThatName,
    NoChapters,
    NotesChanged,
    NotesElsewhere,
    NotesError,
    NotesGone,
    ReadOnly,
    RenamingStopped,
    SchemaMismatch,
    StoreError,
    SubscriptionNotFound,
    TopicNotFound,
    UploadOffset,
    VersionNotFound,
)
from pipeline.whole_files import is_for_want_of_room
from service.web.language import N_, _
from service.web.sentences import sentence

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROBLEM_MEDIA_TYPE = "application/problem+json"

_HOST = re.compile(
    r"(?=.{1,260}$)([\w-]{1,63}\.)*[\w-]{1,63}\.?(:\d{0,5})?|\[[\da-f:.]{2,45}\](:\d{0,5})?", re.ASCII | re.IGNORECASE
)
_NO_HOST = "jumpnotes.no_host"  # in the environ: what the client called us was no host

_RETRY_SECONDS = "5"
_NO_TYPE = "about:blank"  # the problem is what its status says, and nothing more (RFC 9457, section 4.2.1)


@dataclass(frozen=True, slots=True)
class ProblemType:
    """How a class of errors is answered. Programs know it by `name`, which never changes.

    `detail` and `hint` are shown in place of the error's own, which may name files of the server or commands that a
    reader of the page cannot run.
    """

    name: str
    status: int
    title: str
    detail: str | None = None
    hint: str | None = None


_LATER = N_("Try again in a minute. Meetings can be read meanwhile.")
_SEE_LOG = N_("See the server's log for details.")
PROBLEM_TYPES: dict[type[JumpnotesError], ProblemType] = {
    MeetingNotFound: ProblemType(
        "meeting-not-found",
        404,
        N_("No such meeting"),
        N_("There is no meeting at this address."),
        N_("It may have been renamed."),
    ),
    MeetingDamaged: ProblemType(
        "meeting-damaged",
        409,
        N_("Damaged meeting"),
        N_("What is stored of this meeting is damaged and cannot be shown."),
        N_("Run its notes again: `jumpnotes run NOTES.md`. What cannot be read is then made anew."),
    ),
    NoChapters: ProblemType(
        "no-chapters", 404, N_("No chapters"), N_("No topic of this recording has a link."), N_("It may get one later.")
    ),
    TopicNotFound: ProblemType(
        "topic-not-found",
        404,
        N_("No such topic"),
        N_("No notes name this topic."),
        N_("Look through all topics, or search for it."),
    ),
    NobodyOfThatName: ProblemType(
        "speaker-not-found", 404, N_("No such speaker"), N_("Nobody here is called so."), N_("Search for the name.")
    ),
    RenamingStopped: ProblemType("renaming-stopped", 503, N_("Renamed in some meetings only")),
    JobNotFound: ProblemType(
        "job-not-found", 404, N_("No such job"), N_("There is no job with this number."), N_("/jobs lists all jobs.")
    ),
    SubscriptionNotFound: ProblemType(
        "subscription-not-found", 404, N_("No such subscription"), hint=N_("/subscriptions lists them all.")
    ),
    InvalidSubscription: ProblemType("invalid-subscription", 422, N_("This cannot be followed")),
    JobKeyTaken: ProblemType("job-key-taken", 409, N_("Key taken")),
    NotesGone: ProblemType("notes-gone", 409, N_("Notes are gone")),
    InvalidQuery: ProblemType("invalid-query", 400, N_("Nothing to search for")),
    BlockNotFound: ProblemType("block-not-found", 404, N_("No such block")),
    CorrectionNotFound: ProblemType("correction-not-found", 404, N_("No such correction")),
    InvalidCorrection: ProblemType("invalid-correction", 422, N_("Invalid correction")),
    ConflictError: ProblemType("conflict", 409, N_("Edited by somebody else")),
    DraftNotFound: ProblemType("draft-not-found", 404, N_("No such draft"), N_("There is no such draft.")),
    UploadOffset: ProblemType("upload-offset", 409, N_("Not the next piece")),
    DraftError: ProblemType("invalid-draft", 422, N_("Invalid draft")),
    NotesElsewhere: ProblemType("notes-elsewhere", 409, N_("Notes elsewhere")),
    NotesChanged: ProblemType("notes-changed", 409, N_("Notes edited by somebody else")),
    NotesError: ProblemType("invalid-notes", 422, N_("Invalid notes")),
    VersionNotFound: ProblemType("version-not-found", 404, N_("No such version")),
    Busy: ProblemType("busy", 503, N_("Busy"), N_("The database is busy."), N_("Try again in a few seconds.")),
    ReadOnly: ProblemType(
        "read-only",
        403,
        N_("Read-only"),
        N_("Nothing can be corrected here."),
        N_("The server only shows what it has."),
    ),
    DiskFull: ProblemType(
        "disk-full",
        507,
        N_("Disk full"),
        N_("The server's disk is full. Nothing was changed."),
        N_("Try again later."),
    ),
    SchemaMismatch: ProblemType(
        "update-needed",
        503,
        N_("Update needed"),
        N_("The database was written by a newer version of jumpnotes."),
    ),
    DatabaseDamaged: ProblemType(
        "database-damaged",
        503,
        N_("Damaged database"),
        N_("What is stored here is damaged, and this part of it cannot be read."),
        N_(
            "The notes and recordings are in files of their own. Whoever runs the server finds in its log what is "
            "damaged; `jumpnotes doctor` shows more."
        ),
    ),
    IndexDamaged: ProblemType(
        "index-damaged",
        503,
        N_("Search is being repaired"),
        N_("The search index was damaged, and is being made anew."),
        _LATER,
    ),
    IndexUnfinished: ProblemType(
        "index-unfinished", 503, N_("Not ready yet"), N_("The meetings are still being added to the search."), _LATER
    ),
    StoreError: ProblemType("database-failed", 500, N_("Database error"), _SEE_LOG),
    JumpnotesError: ProblemType("failed", 500, N_("Something went wrong"), _SEE_LOG),
}

_HINTS_OF_ERRORS = (
    N_("Type one or more words."),
    N_("The notes may have been edited. Reload the page."),
    N_("Reload the page."),
    N_("Give another name, or send the token that has this one."),
    N_("Give a time within the recording, or say that the block was not discussed."),
    N_("Reload the page, and correct the link again if theirs is wrong."),
    N_("Send the same request again, or another key."),
    N_("Run the notes from where they are now: jumpnotes run NOTES.md."),
    N_("Correct it, and try again."),
    N_("Drafts that nobody goes on with are removed after two days. Begin again."),
    N_("Go on from there."),
    N_("Edit them there; they are read again with the next run."),
    N_("Reload the page, and put your changes in again."),
    N_("Update jumpnotes, or choose another folder with --data-dir. The database was not touched."),
)
"""What the errors of the pipeline say themselves, to be translated."""

_TEXTS_OF_DRAFTS = (
    N_("the notes are empty, or not valid Unicode"),
    N_("Write the notes first."),
    N_("this is no link to a recording"),
    N_("Paste the address of a video, with https://."),
    N_("this is a page on YouTube, but not a video"),
    N_("Open the video, and paste its address."),
    N_("the title is empty, or has characters that nobody sees"),
    N_("Type it anew."),
    N_("there is no such day"),
    N_("Give it as 2024-03-05."),
    N_("no files are taken here"),
    N_("JUMPNOTES_UPLOAD_MB on the server sets the limit."),
    N_("there is more than one file of a kind"),
    N_("Send one of each: notes, recording, transcript."),
    N_("there is nothing in it"),
    N_("Give a link, or notes."),
    N_("the draft is becoming a meeting already"),
    N_("Edit the notes of the meeting."),
    N_("the draft has become a meeting already"),
    N_("Open the meeting, and edit its notes."),
    N_("there is nothing to make notes of"),
    N_("Choose another file."),
    N_("Rename it."),
    N_("Send the rest of it first."),
    N_("Notes are text files: one per meeting."),
    N_("Its sound alone is smaller, and enough. JUMPNOTES_UPLOAD_MB on the server sets the limit."),
    N_("Send a transcript of this recording alone."),
    N_("Split them."),
    N_("Give a shorter one."),
    N_("Link each recording below the heading of its meeting, or split the file."),
    N_("Correct it in the file, or split it: one file per meeting."),
    N_("Correct it in the file, and send it again."),
)
"""What is said of drafts that cannot be taken, to be translated; what names a file is not."""

_HTTP_HINTS = {
    400: N_("Check the address and what was sent."),
    401: N_("Log in at /login, or send a token as Authorization: Bearer TOKEN."),
    404: N_("/meetings/ lists all meetings."),
    405: N_("What can be written is under /api/v1/, and /api/v1/openapi.json lists it."),
    413: N_("A correction is a few hundred bytes. Files are sent in pieces of up to 1 MB."),
    415: N_("/api/v1/openapi.json says what to send."),
    416: N_("Ask for bytes within the length of the recording."),
    429: N_("Wait for as many seconds as Retry-After says. Whoever is logged in need not."),
    500: N_("The server's log has the details. Please report it if it happens again."),
}

_HTTP_WORDS = (
    N_("Bad Request"),
    N_("Unauthorized"),
    N_("Forbidden"),
    N_("Not Found"),
    N_(
        "The requested URL was not found on the server. If you entered the URL manually please check your spelling and"
        " try again."
    ),
    N_("Method Not Allowed"),
    N_("The method is not allowed for the requested URL."),
    N_("Request Entity Too Large"),
    N_("The data value transmitted exceeds the capacity limit."),
    N_("Requested Range Not Satisfiable"),
    N_("The server cannot provide the requested range."),
    N_("Internal Server Error"),
    N_(
        "The server encountered an internal error and was unable to complete your request. Either the server is"
        " overloaded or there is an error in the application."
    ),
)
"""What Werkzeug says of the failures that a page can meet, to be translated."""


def register(app: Flask) -> None:
    """Answer our errors and HTTP's own, as a page or, under /api/, as a problem."""
    app.register_error_handler(JumpnotesError, _answer_ours)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OSError, _answer_disk)
    app.wsgi_app = _with_a_host(app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.before_request(_refuse_no_host)


def _with_a_host(wsgi_app: WSGIApplication) -> WSGIApplication:
    """Routing and the addresses in pages need a host: where the client sends none that could be one, we are it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        if host and not _could_be_a_host(host):
            environ["HTTP_HOST"], environ[_NO_HOST] = "localhost", True
        return wsgi_app(environ, start_response)

    return answer


def _could_be_a_host(host: str) -> bool:
    if not _HOST.fullmatch(host):
        return False
    try:
        host.partition(":")[0].encode().decode("idna")  # "xn--a" stands for nothing
    except UnicodeError:
        return False
    return True


def _refuse_no_host() -> None:
    if _NO_HOST in request.environ:
        raise BadRequest(N_("The header Host names no host."))


def type_uri(problem: ProblemType) -> str:
    """The URI reference that names a type of problem; it leads to the page that lists them."""
    return url_for("pages.problems", _anchor=problem.name)


def documented() -> list[ProblemType]:
    """Every type of problem with its hint, in the order of the table, in the language of the reader."""
    return [
        replace(
            problem,
            title=_(problem.title),
            detail=problem.detail and _(problem.detail),
            hint=_(_hint(problem, error.hint)),
        )
        for error, problem in PROBLEM_TYPES.items()
    ]


def _answer_ours(error: JumpnotesError) -> Response:
    problem = next(PROBLEM_TYPES[kind] for kind in type(error).__mro__ if kind in PROBLEM_TYPES)
    if problem.status >= 500:
        # What a user can act on is one line; -vv shows where it happened.
        current_app.logger.error(
            "%s", error, exc_info=error if current_app.logger.isEnabledFor(logging.DEBUG) else None
        )
    title, detail, hint = _(problem.title), _detail(problem, error), _(_hint(problem, error.hint))
    if _is_api_request():
        response = _problem(type_uri(problem), title, problem.status, detail, hint, _members(error))
    else:
        query = error.query if isinstance(error, InvalidQuery) else ""
        response = _page(title, problem.status, detail, hint, query)
    if error.retryable:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _answer_disk(error: OSError) -> Response:
    """What the disk refuses while somebody writes; anything else is a bug, which the log has in full."""
    if not is_for_want_of_room(error):
        raise error
    return _answer_ours(DiskFull(Path(os.fsdecode(error.filename or current_app.root_path))))


def _members(error: JumpnotesError) -> dict[str, object]:
    """What programs need of a problem, beside the words."""
    match error:
        case ConflictError():
            return {"correction": export.correction_json(error.theirs) if error.theirs else None}
        case UploadOffset():
            return {"received": error.received}
        case NotesChanged():
            return {"digest": error.digest}
    return {}


def _answer_http(error: HTTPException) -> Response:
    assert error.code is not None  # Flask answers redirects itself
    detail, hint = error.description or "", _HTTP_HINTS.get(error.code, "")
    title, detail, hint = _(error.name), _(detail), _(hint)
    if _is_api_request():
        response = _problem(_NO_TYPE, title, error.code, detail, hint, {})
    else:
        response = _page(title, error.code, detail, hint, "")
    # Allow of a 405 and Content-Range of a 416 say what would have worked.
    response.headers.extend((name, value) for name, value in error.get_headers() if name.lower() != "content-type")
    return response


def _detail(problem: ProblemType, error: JumpnotesError) -> str:
    if problem.detail is not None:
        return _(problem.detail)
    if isinstance(error, InvalidQuery) and not _is_api_request():
        return _("There are no words in “%(query)s”.", query=error.query)
    return sentence(_(str(error)))


def _hint(problem: ProblemType, hint: str) -> str:
    return hint if problem.hint is None else problem.hint


def _is_api_request() -> bool:
    return request.path.startswith("/api/")


def _problem(kind: str, title: str, status: int, detail: str, hint: str, members: dict[str, object]) -> Response:
    problem = {"type": kind, "title": title, "status": status, "detail": detail, "hint": hint}
    return Response(current_app.json.dumps(problem | members), status, mimetype=PROBLEM_MEDIA_TYPE)


def _page(title: str, status: int, detail: str, hint: str, query: str) -> Response:
    return make_response(render_template("failure.html", title=title, message=detail, hint=hint, query=query), status)
