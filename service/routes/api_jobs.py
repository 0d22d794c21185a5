"""Jobs as JSON: ask for something, see how far it is, cancel it, have it tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from flask import Blueprint
from msgspec import UNSET, Meta, UnsetType
from werkzeug.exceptions import UnprocessableEntity

from pipeline import links
from pipeline.errors import DraftNotFound, JobKeyTaken, MeetingNotFound, NotesGone
from pipeline.export.jobs import HeardJson, JobJson, JobsJson, heard_json
from pipeline.file_names import path_of
from pipeline.jobs import drafts, own_notes, understood
from pipeline.jobs.drafts import Draft, DraftCorrections
from pipeline.records import Job, JobKind, JobRequest, JobState
from service.views.job_json import job_json, jobs_json
from service.web import auth
from service.web.caching import conditional
from service.web.openapi import Operation, Problem, described
from service.web.request_data import Author, body_as, headers_as, query_as
from service.web.settings import settings
from service.web.store import store, writing

blueprint = Blueprint("jobs_api", __name__, url_prefix="/api/v1/jobs")

MAX_KEY_CHARS = 200
_MAX_JOBS = 1_000
_MAX_WAITING = 1_000
_KINDS = (JobKind.RUN, JobKind.SCAN, JobKind.NOTIFY)  # a look is of interest to whoever waits for it
_UNFINISHED = (JobState.QUEUED, JobState.RUNNING)
_MAX_TITLES = 3  # of a file with the notes of several meetings
_REFUSALS = (400, 401, 403, 413, 415, 422, 429)
_READ_REFUSALS = (401, 403, 429)

Stage = Literal["fetch", "transcribe", "align"]
StateName = Literal["queued", "running", "done", "failed", "cancelled"]
KindName = Literal["run", "look", "scan", "notify"]


class NewJobRequest(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be done: one of `draft`, `link` and `meeting`."""

    draft: Annotated[str | None, Meta(description="The id of a draft that is to become a meeting.")] = None
    link: Annotated[str | None, Meta(description="The address of a recording that is to become a meeting.")] = None
    meeting: Annotated[str | None, Meta(description="The slug of a meeting whose notes are to be run again.")] = None
    force: Annotated[Stage | None, Meta(description="The stage to redo, with those after it, for `meeting`.")] = None
    author: Author = None


class KeyHeader(msgspec.Struct):
    """The header by which a request can be sent again safely."""

    key: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=MAX_KEY_CHARS,
                description="Chosen by you: whoever sends the same request with the same key again gets the same job.",
            ),
        ]
        | UnsetType
    ) = msgspec.field(name="Idempotency-Key", default=UNSET)


class JobsRequest(msgspec.Struct):
    """Which jobs."""

    state: Annotated[StateName, Meta(description="Those in this state.")] | UnsetType = UNSET
    kind: Annotated[KindName, Meta(description="Those that do this; without, all but `look`.")] | UnsetType = UNSET
    reason: Annotated[str, Meta(description="Those that failed for this reason.")] | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=_MAX_JOBS, description="How many of them, at most.")] = 100


class HeardRequest(msgspec.Struct):
    """Which lines."""

    skip: Annotated[int, Meta(ge=0, le=10_000_000, description="How many to leave out; `next` has it.")] = 0


class RetryRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Which jobs are to be tried again."""

    reason: Annotated[str | None, Meta(description="Those that failed for this reason; null: for any.")] = None


@blueprint.get("")
@conditional
@described(Operation(problems=(400, *_READ_REFUSALS), query=JobsRequest, restricted=True))
def jobs() -> JobsJson:
    """The jobs, newest first, without their results."""
    auth.require_access()
    asked = query_as(JobsRequest)
    found = store().jobs.jobs(
        states=(JobState(asked.state),) if isinstance(asked.state, str) else (),
        kinds=(JobKind(asked.kind),) if isinstance(asked.kind, str) else _KINDS,
        reason=asked.reason if isinstance(asked.reason, str) else None,
        limit=asked.limit,
    )
    return jobs_json(found)


@blueprint.post("")
@described(
    Operation(
        202,
        (*_REFUSALS, 404, 409, 507),
        body=NewJobRequest,
        headers=KeyHeader,
        located=True,
        conflict=Problem,
    )
)
def put() -> tuple[JobJson, int, dict[str, str]]:
    """Ask for a draft, a link or a stored meeting to be taken through all stages.

    What is queued for the same already is the answer, too.
    """
    access = auth.require_write()
    asked, key = body_as(NewJobRequest), headers_as(KeyHeader).key or None
    if sum(each is not None for each in (asked.draft, asked.link, asked.meeting)) != 1:
        raise UnprocessableEntity("Give one of `draft`, `link` and `meeting`.")
    author = auth.author_of(access, asked.author)
    with _key_of_a_request(key) as kept:
        if asked.link is not None:
            made = _put_link(asked.link, author, kept)
        elif asked.draft is not None:
            made = _put_draft(asked.draft, author, kept)
        else:
            made = _put_meeting(asked.meeting or "", asked.force, author, kept)
    answer = job_json(made)
    return answer, 202, {"Location": answer["links"]["self"]}


@blueprint.get("/<int:job>")
@conditional
@described(Operation(problems=(404, *_READ_REFUSALS), restricted=True))
def job(job: int) -> JobJson:
    """One job. Whoever sends back its ETag as If-None-Match gets 304 while nothing has changed."""
    auth.require_access()
    return job_json(store().jobs.job(job))


@blueprint.get("/<int:job>/heard")
@conditional
@described(Operation(problems=(400, 404, *_READ_REFUSALS), query=HeardRequest, restricted=True))
def heard(job: int) -> HeardJson:
    """What a job that is running has heard so far."""
    auth.require_access()
    asked = query_as(HeardRequest)
    found = store().jobs.job(job)
    return heard_json(store().jobs.heard(found.id, skip=asked.skip), asked.skip)


@blueprint.post("/<int:job>/cancel")
@described(Operation(problems=(401, 403, 404, 429), restricted=True))
def cancel(job: int) -> JobJson:
    """Cancel a job; one that has come to an end stays as it is."""
    auth.require_write()
    with writing() as archive:
        return job_json(archive.jobs.cancel(job))


@blueprint.post("/<int:job>/retry")
@described(Operation(problems=(401, 403, 404, 429), restricted=True))
def retry(job: int) -> JobJson:
    """Queue a job again that failed, was cancelled or waits to be tried again; others stay as they are."""
    auth.require_write()
    with writing() as archive:
        return job_json(archive.jobs.retry(job))


@blueprint.post("/retry")
@described(Operation(problems=_REFUSALS, body=RetryRequest))
def retry_failed() -> JobsJson:
    """Queue all jobs again that failed, or wait to be tried again, for a reason or for any."""
    auth.require_write()
    asked = body_as(RetryRequest)
    with writing() as archive:
        return jobs_json(archive.jobs.retry_failed(asked.reason))


@contextmanager
def _key_of_a_request(key: str | None) -> Iterator[str | None]:
    """The key under which a request is kept: none that jumpnotes gives to jobs of its own.

    Raises:
        JobKeyTaken: as whoever sent it knows it.
    """
    try:
        yield None if key is None else f"api {key}"
    except JobKeyTaken as error:
        raise JobKeyTaken(key or "") from error


def _put_draft(draft_id: str, author: str, key: str | None) -> Job:
    known = store().jobs.keyed(key) if key is not None else None
    wanted = drafts.load(settings(), draft_id)
    if known is None and wanted.link and not wanted.files and (same := _unfinished(wanted.link, wanted.corrections)):
        return same
    draft = drafts.submit(settings(), draft_id)
    with writing() as archive:
        return archive.jobs.put(JobKind.RUN, _title(draft), JobRequest(draft=draft.id), author, key=key)


def _unfinished(link: str, corrections: DraftCorrections) -> Job | None:
    """The job that waits or runs for a draft of nothing but this link."""
    for job in store().jobs.jobs(kinds=(JobKind.RUN,), states=_UNFINISHED, limit=_MAX_WAITING):
        with suppress(DraftNotFound):
            draft = drafts.load(settings(), job.request.draft or "")
            if (draft.link, draft.corrections, draft.files) == (link, corrections, ()):
                return job
    return None


def _title(draft: Draft) -> str:
    """What a draft is called: as somebody says, as it was understood, or else by what there is of it."""
    if draft.corrections.title:
        return draft.corrections.title
    looks = store().jobs.jobs(kinds=(JobKind.LOOK,), states=(JobState.DONE,))
    look = next((job for job in looks if job.request.draft == draft.id), None)
    found = understood.decode(store().jobs.job(look.id).result or "") if look else None
    if found and found.meetings:
        return ", ".join(meeting.title for meeting in found.meetings[:_MAX_TITLES])
    notes = draft.file("notes")
    return notes.name if notes else links.without_credentials(draft.link or "")


def _put_link(link: str, author: str, key: str | None) -> Job:
    """The draft of a link is made here, so a request that is sent again is known by its key alone."""
    if key is not None and (known := store().jobs.keyed(key)):
        return _same_link(known, link, key)
    if key is None and (same := _unfinished(links.tidy(link), DraftCorrections())):
        return same
    draft = drafts.submit(settings(), drafts.create(settings(), author, link=link).id)
    try:
        with writing() as archive:
            title = links.without_credentials(draft.link or "")
            return archive.jobs.put(JobKind.RUN, title, JobRequest(draft=draft.id), author, key=key)
    except JobKeyTaken:  # the same request was sent twice at once, and the other one came first
        drafts.discard(settings(), draft.id)
        known = store().jobs.keyed(key or "")
        if known is None:
            raise
        return _same_link(known, link, key or "")


def _same_link(known: Job, link: str, key: str) -> Job:
    """Raises JobKeyTaken: it was put for something else."""
    if known.request.draft is None or known.title != links.without_credentials(links.tidy(link)):
        raise JobKeyTaken(key)
    return known


def _put_meeting(slug: str, force: str | None, author: str, key: str | None) -> Job:
    path = store().notes_path(slug)
    if path is None:
        raise MeetingNotFound(slug)
    if not Path(path).is_file():
        raise NotesGone(slug)
    own_notes.check_place(settings(), path_of(path))
    request = JobRequest(notes=path, force=force)
    with writing() as archive:
        return archive.jobs.put(JobKind.RUN, store().notes(slug).title, request, author, key=key)
