"""Notes that are ours to edit, as JSON: their text, another one in its place, and what they were before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NotRequired, TypedDict

import msgspec
from flask import Blueprint
from msgspec import Meta

from pipeline.errors import MeetingNotFound
from pipeline.export.jobs import JobJson
from pipeline.file_names import path_of
from pipeline.jobs import own_notes
from pipeline.records import JobKind, JobRequest
from service.views.job_json import job_json
from service.web import auth
from service.web.openapi import Operation, Problem, described
from service.web.request_data import Author, body_as
from service.web.settings import settings
from service.web.store import store, writing

blueprint = Blueprint("notes_api", __name__, url_prefix="/api/v1/meetings/<slug>/notes")

_READ_REFUSALS = (401, 403, 404, 409, 422, 429)
_REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422, 429, 507)

NotesText = Annotated[str, Meta(description="The whole file, in Markdown, up to 1 MB.")]
Digest = Annotated[str, Meta(description="The sha256 of the file, by which this version is known.")]


class NotesRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Notes as they are to be."""

    text: NotesText
    seen: Annotated[str, Meta(description="The digest of the version that you know.")]
    author: Author = None


class NotesTextJson(TypedDict):
    """Notes as they are."""

    text: NotesText
    digest: Digest


class SavedNotesJson(TypedDict):
    """What has become of notes."""

    digest: Digest
    job: Annotated[JobJson, Meta(description="The job that finds their links anew.")]


class NotesVersionJson(TypedDict):
    """A version of notes."""

    number: Annotated[int, Meta(description="Its number; the first one is 1.")]
    at: Annotated[str, Meta(description="When it came, in UTC.")]
    author: Annotated[str, Meta(description="Whose it is; empty where the file was edited by itself.")]
    digest: Digest


class NotesVersionsJson(TypedDict):
    """The versions of notes."""

    versions: Annotated[list[NotesVersionJson], Meta(description="The first one first.")]


class NotesVersionTextJson(TypedDict):
    """The text of a version."""

    number: Annotated[int, Meta(description="Its number.")]
    text: Annotated[str, Meta(description="The whole file as it was.")]


class NotesConflict(Problem):
    """The notes are not ours to edit, or somebody else has edited them."""

    digest: NotRequired[Annotated[str, Meta(description="That of what they are now, where somebody has.")]]


@blueprint.get("")
@described(Operation(problems=_READ_REFUSALS, restricted=True, conflict=NotesConflict))
def notes(slug: str) -> NotesTextJson:
    """The notes of a meeting, where they are kept here and not in a file elsewhere."""
    auth.require_access()
    found = own_notes.read(settings(), _path(slug))
    return {"text": found.text, "digest": found.digest}


@blueprint.put("")
@described(Operation(202, _REFUSALS, body=NotesRequest, located=True, conflict=NotesConflict))
def write(slug: str) -> tuple[SavedNotesJson, int, dict[str, str]]:
    """Put another text in the place of notes, and have its links found. What it was is kept."""
    access = auth.require_write()
    asked = body_as(NotesRequest, large=True)
    author, path = auth.author_of(access, asked.author), _path(slug)
    written = own_notes.write(settings(), path, asked.text, seen=asked.seen, author=author)
    with writing() as archive:
        title = archive.notes(slug).title
        made = archive.jobs.put(JobKind.RUN, title, JobRequest(notes=str(path)), author)
    job = job_json(made)
    return {"digest": written.digest, "job": job}, 202, {"Location": job["links"]["self"]}


@blueprint.get("/versions")
@described(Operation(problems=_READ_REFUSALS, restricted=True, conflict=NotesConflict))
def versions(slug: str) -> NotesVersionsJson:
    """What the notes of a meeting were, and are."""
    auth.require_access()
    path = _path(slug)
    own_notes.read(settings(), path)
    made: list[NotesVersionJson] = [
        {
            "number": each.number,
            "at": each.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "author": each.author,
            "digest": each.digest,
        }
        for each in own_notes.versions(settings(), path)
    ]
    return {"versions": made}


@blueprint.get("/versions/<int:version>")
@described(Operation(problems=_READ_REFUSALS, restricted=True, conflict=NotesConflict))
def version(slug: str, version: int) -> NotesVersionTextJson:
    """One version of the notes of a meeting."""
    auth.require_access()
    path = _path(slug)
    own_notes.read(settings(), path)
    return {"number": version, "text": own_notes.version(settings(), path, version)}


def _path(slug: str) -> Path:
    """Raises MeetingNotFound."""
    found = store().notes_path(slug)
    if found is None:
        raise MeetingNotFound(slug)
    return path_of(found)
