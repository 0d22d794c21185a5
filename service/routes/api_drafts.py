"""Drafts, as JSON: make one, send its files in pieces, have it looked at, correct what was understood."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

import msgspec
from flask import Blueprint, request
from msgspec import UNSET, Meta, UnsetType
from werkzeug.exceptions import UnsupportedMediaType

from pipeline import links
from pipeline.errors import DraftError
from pipeline.export.jobs import JobJson
from pipeline.jobs import drafts
from pipeline.jobs.drafts import MAX_PIECE_BYTES, Draft, DraftCorrections
from pipeline.records import JobKind, JobRequest, JobState
from service.views.job_json import job_json
from service.web import auth
from service.web.large_bodies import read_large_body
from service.web.openapi import BYTES_MEDIA_TYPE, Operation, Problem, described
from service.web.request_data import Author, body_as, query_as
from service.web.settings import settings
from service.web.store import writing

blueprint = Blueprint("drafts", __name__, url_prefix="/api/v1/drafts")

_ALL = 1_000_000
_REFUSALS = (400, 401, 403, 413, 415, 422, 429)

Role = Annotated[
    Literal["notes", "recording", "transcript"], Meta(description="What it is; of each there is one at most.")
]
FileName = Annotated[str, Meta(description="What its owner calls it, for people. Its ending tells its format.")]
FileSize = Annotated[int, Meta(description="How many bytes it has.")]
Title = Annotated[str | None, Meta(description="The title of the meeting; null: as it was understood.")]
Day = Annotated[str | None, Meta(description="Its day, such as 2024-03-05; null: as it was understood.")]
RecordingLink = Annotated[str | None, Meta(description="The address of its recording; null: as it was understood.")]


class NewFile(msgspec.Struct, forbid_unknown_fields=True):
    """A file that is going to be sent."""

    role: Role
    name: FileName
    size: FileSize


class NewDraftRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What is to become a meeting: a link, or notes, or both, or a recording."""

    link: Annotated[str | None, Meta(description="The address of the recording.")] = None
    text: Annotated[str | None, Meta(description="Notes in Markdown, up to 1 MB; longer ones are sent as a file.")] = (
        None
    )
    files: Annotated[list[NewFile], Meta(max_length=3, description="Files that are going to be sent.")] = []
    author: Author = None


class DraftChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is otherwise than it was understood. What is left out stays as it was said before."""

    title: Title | UnsetType = UNSET
    date: Day | UnsetType = UNSET
    recording: RecordingLink | UnsetType = UNSET


class PieceRequest(msgspec.Struct):
    """Where in the file a piece stands."""

    offset: Annotated[int, Meta(ge=0, description="How many bytes of the file come before this piece.")] = 0


class LookRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants to know."""

    author: Author = None


class DraftFileJson(TypedDict):
    """A file of a draft."""

    role: Role
    name: FileName
    size: FileSize
    received: Annotated[int, Meta(description="How many bytes of it have arrived: the next piece begins there.")]


class DraftCorrectionsJson(TypedDict):
    """What somebody said otherwise than it was understood."""

    title: Title
    date: Day
    recording: RecordingLink


class DraftJson(TypedDict):
    """What is to become a meeting."""

    id: Annotated[str, Meta(description="Its id, which is a secret: whoever knows it may send its files.")]
    author: Annotated[str, Meta(description="Who made it.")]
    created_at: Annotated[str, Meta(description="When, in UTC.")]
    link: Annotated[str | None, Meta(description="The address of the recording, if one was given.")]
    files: Annotated[list[DraftFileJson], Meta(description="Its files; notes that were written are one, too.")]
    corrections: Annotated[DraftCorrectionsJson, Meta(description="What is otherwise than it was understood.")]
    adopted: Annotated[bool, Meta(description="Whether it has become notes of the archive.")]


class PieceJson(TypedDict):
    """How far a file is."""

    received: Annotated[int, Meta(description="How many bytes of it have arrived.")]


class NotNextPiece(Problem):
    """Another piece is expected."""

    received: Annotated[int, Meta(description="How many bytes of the file have arrived: go on from there.")]


@blueprint.post("")
@described(Operation(201, (*_REFUSALS, 507), body=NewDraftRequest))
def create() -> tuple[DraftJson, int]:
    """Begin a draft.

    Its files are then sent in pieces. Drafts that nobody goes on with are removed after two days.
    """
    access = auth.require_write()
    asked = body_as(NewDraftRequest, large=True)
    made = drafts.create(
        settings(),
        auth.author_of(access, asked.author),
        link=asked.link,
        text=asked.text,
        files=[(each.role, each.name, each.size) for each in asked.files],
    )
    return _draft_json(made), 201


@blueprint.get("/<draft>")
@described(Operation(problems=(401, 403, 404, 429), restricted=True))
def draft(draft: str) -> DraftJson:
    """A draft, and how much of its files has arrived."""
    auth.require_access()
    return _draft_json(drafts.load(settings(), draft))


@blueprint.patch("/<draft>")
@described(Operation(problems=(*_REFUSALS, 404, 507), body=DraftChange))
def correct(draft: str) -> DraftJson:
    """Say what is otherwise than it was understood. It will stand in the notes."""
    auth.require_write()
    asked = body_as(DraftChange)
    known = drafts.load(settings(), draft).corrections
    changed = DraftCorrections(
        title=known.title if isinstance(asked.title, UnsetType) else asked.title,
        date=known.date if isinstance(asked.date, UnsetType) else asked.date,
        recording=known.recording if isinstance(asked.recording, UnsetType) else asked.recording,
    )
    return _draft_json(drafts.correct(settings(), draft, changed))


@blueprint.delete("/<draft>")
@described(Operation(problems=(401, 403, 404, 422, 429), restricted=True))
def discard(draft: str) -> DraftJson:
    """Remove a draft, its files and what was understood of it, unless it is becoming a meeting or has become one."""
    auth.require_write()
    found = drafts.load(settings(), draft)
    if found.stem is not None:
        raise DraftError("the draft has become a meeting", hint="jumpnotes forget deletes the meeting.")
    with writing() as archive:
        waiting = archive.jobs.jobs(states=(JobState.QUEUED, JobState.RUNNING), kinds=(JobKind.RUN,), limit=_ALL)
        if any(each.request.draft == draft for each in waiting):
            raise DraftError("the draft is becoming a meeting: cancel its job first")
        archive.jobs.drop_looks([draft])
    drafts.discard(settings(), draft)
    return _draft_json(found)


@blueprint.put("/<draft>/files/<role>")
@described(Operation(problems=(*_REFUSALS, 404, 409, 507), query=PieceRequest, takes_bytes=True, conflict=NotNextPiece))
def receive(draft: str, role: str) -> PieceJson:
    """Send the next piece of a file, of up to 1 MB (1,048,576 bytes).

    Where the connection was lost, the draft says how much has arrived, and so does the 409 for a piece that is not the
    next one.
    """
    auth.require_write()
    if request.mimetype != BYTES_MEDIA_TYPE:  # another site cannot send this type without asking first
        raise UnsupportedMediaType(f"Send bytes, with Content-Type: {BYTES_MEDIA_TYPE}.")
    offset = query_as(PieceRequest).offset
    found = drafts.receive(settings(), draft, role, offset, read_large_body(MAX_PIECE_BYTES))
    return {"received": next(each.received for each in found.files if each.role == role)}


@blueprint.post("/<draft>/look")
@described(Operation(202, (*_REFUSALS, 404), body=LookRequest, body_required=False, located=True))
def look(draft: str) -> tuple[JobJson, int, dict[str, str]]:
    """Have a draft looked at: a job says what is understood of it. Nothing is stored, and no recording is fetched."""
    access = auth.require_write()
    asked = body_as(LookRequest) if request.content_length else LookRequest()
    found = drafts.load(settings(), draft)
    drafts.check_whole(found)
    author = auth.author_of(access, asked.author)
    with writing() as archive:
        made = archive.jobs.put(JobKind.LOOK, _title(found), JobRequest(draft=found.id), author)
    answer = job_json(made)
    return answer, 202, {"Location": answer["links"]["self"]}


def _title(draft: Draft) -> str:
    file = draft.file("notes") or draft.file("recording") or draft.file("transcript")
    return file.name if file else links.without_credentials(draft.link or "")


def _draft_json(draft: Draft) -> DraftJson:
    return {
        "id": draft.id,
        "author": draft.author,
        "created_at": draft.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "link": draft.link,
        "files": [
            {"role": each.role, "name": each.name, "size": each.size, "received": each.received} for each in draft.files
        ],
        "corrections": {
            "title": draft.corrections.title,
            "date": draft.corrections.date,
            "recording": draft.corrections.recording,
        },
        "adopted": draft.notes_path is not None,
    }
