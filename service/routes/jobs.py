"""The pages of those who may write: a new meeting, the jobs, and the notes that are ours to edit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from pipeline import cues
from pipeline.errors import DraftNotFound, JobNotFound, MeetingDamaged, MeetingNotFound
from pipeline.jobs import drafts, own_notes, understood
from pipeline.jobs.presence import find_abilities, find_workers
from pipeline.jobs.queue import at_a_glance
from pipeline.jobs.understood import Understood
from pipeline.records import Job, JobKind, JobState, Origin
from service.views.failures import failure_words
from service.views.formatting import number as number_words
from service.views.jobs import MadeMeeting, job_list, job_view
from service.views.queue_overview import queue_overview
from service.views.understood import preview as notes_preview
from service.views.understood import understood_page, worker_notices
from service.web import auth
from service.web.caching import conditional
from service.web.settings import settings
from service.web.store import store

blueprint = Blueprint("jobs", __name__)

_KINDS = (JobKind.RUN, JobKind.SCAN, JobKind.NOTIFY)  # people see those by their page alone that look at a draft
_MAX_JOBS = 100
_MAX_FAILED = 500

Arguments = ParamSpec("Arguments")


def for_writers(
    route: Callable[Arguments, ResponseReturnValue],
) -> Callable[Arguments, ResponseReturnValue]:
    """Show a page to those who may write, and to everybody else how to become one of them."""

    @wraps(route)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        auth.require_knowing()
        access = auth.may_write()
        if access.allowed:
            auth.mark_personal()
            return route(*args, **kwargs)
        response = make_response(
            render_template("no_access.html", read_only=auth.READ_ONLY), 401 if access.can_log_in else 403
        )
        if access.can_log_in:
            response.headers["WWW-Authenticate"] = auth.CHALLENGE.to_header()
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


@blueprint.get("/new")
@for_writers
@conditional
def new() -> str:
    kinds = {"notes": drafts.NOTES_SUFFIXES, "recording": drafts.RECORDING_SUFFIXES, "transcript": cues.SUFFIXES}
    notices = worker_notices(find_abilities(store().jobs, settings().data_dir))
    most = settings().upload_mb
    most_words = number_words(int(most)) if most.is_integer() else str(most)
    return render_template("new.html", notices=notices, kinds=kinds, upload_mb=most, upload_mb_words=most_words)


@blueprint.get("/jobs")
@for_writers
@conditional
def jobs() -> str:
    glance = at_a_glance(store().jobs, _KINDS, limit=_MAX_JOBS)
    failed = store().jobs.jobs(kinds=_KINDS, states=(JobState.FAILED,), limit=_MAX_FAILED)
    shown = list({job.id: job for job in (*glance, *failed)}.values())
    return render_template("jobs.html", page=job_list(shown, _titles(*shown)))


@blueprint.get("/jobs/queue")
@for_writers
@conditional
def queue() -> str:
    workers, is_shared = find_workers(store().jobs, settings().data_dir), store().is_shared
    return render_template("queue.html", page=queue_overview(store().jobs.figures(), workers, is_shared=is_shared))


@blueprint.get("/jobs/<int:number>")
@for_writers
@conditional
def job(number: int) -> str:
    found = store().jobs.job(number)
    running = store().jobs.jobs(kinds=(found.kind,), states=(JobState.RUNNING,))
    return render_template("job.html", page=job_view(found, _titles(found), running, _made(found)))


@blueprint.get("/jobs/<int:number>/understood")
@for_writers
@conditional
def understood_of(number: int) -> str:
    """What was understood of a draft, as a form to put into the page for new meetings."""
    found, draft = store().jobs.job(number), None
    with suppress(DraftNotFound):
        draft = drafts.load(settings(), found.request.draft or "")
    return render_template("_understood.html", page=understood_page(found, _understood(found), draft))


@blueprint.get("/jobs/<int:number>/words")
@for_writers
@conditional
def words(number: int) -> str:
    """What there is to say to whoever waits for a job: why it failed, or that nobody is there to do it."""
    found = store().jobs.job(number)
    notices = () if found.state.is_final else worker_notices(find_abilities(store().jobs, settings().data_dir))
    return render_template(
        "_job_words.html",
        stopped=next((each for each in notices if each.stops), None),
        failure=failure_words(found.failure, found.kind) if found.failure and found.is_in_trouble else None,
        is_cancelled=found.state is JobState.CANCELLED,
    )


@blueprint.get("/jobs/<int:number>/notes")
@for_writers
@conditional
def preview(number: int) -> str:
    """The notes of a draft as their page will show them, to be put into another page."""
    return render_template("_preview.html", previews=notes_preview(_understood(store().jobs.job(number))))


@blueprint.get("/meetings/<slug>/edit")
@for_writers
@conditional
def edit(slug: str) -> str:
    path = store().notes_path(slug)
    if path is None:
        raise MeetingNotFound(slug)
    notes = own_notes.read(settings(), Path(path))
    versions = [
        replace(each, author=auth.author_in_words(each.author))
        for each in own_notes.versions(settings(), Path(path))[::-1]
        if each.digest != notes.digest
    ]
    title = store().notes(slug).title
    return render_template("edit_notes.html", slug=slug, title=title, notes=notes, versions=versions)


def _understood(job: Job) -> Understood:
    """Raises JobNotFound: it did not look at a draft, has not done so yet, or was another version of jumpnotes'."""
    found = understood.decode(job.result) if job.kind is JobKind.LOOK and job.result is not None else None
    if found is None:
        raise JobNotFound(job.id)
    return found


def _made(job: Job) -> dict[str, MadeMeeting]:
    """What there is of the meetings of a job that is done, by slug."""
    made = {}
    for slug in job.slugs if job.state is JobState.DONE else ():
        with suppress(MeetingNotFound, MeetingDamaged):
            meeting, path = store().meeting(slug, segments=False), store().notes_path(slug)
            was_heard = meeting.transcript is not None and meeting.transcript.origin is Origin.ASR
            has_own_notes = path is not None and own_notes.is_own(settings(), Path(path))
            made[slug] = MadeMeeting(meeting.recording is not None, was_heard, has_own_notes)
    return made


def _titles(*jobs: Job) -> dict[str, str]:
    """The titles of the meetings of jobs, by slug."""
    titles = {}
    for slug in {slug for job in jobs for slug in job.slugs}:
        with suppress(MeetingNotFound, MeetingDamaged):
            titles[slug] = store().notes(slug).title
    return titles
