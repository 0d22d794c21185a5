"""Jobs as JSON."""

from __future__ import annotations

from typing import Annotated, TypedDict

from msgspec import Meta

from pipeline import export, page_addresses
from pipeline.records import Job, JobFailure


class JobFailureJson(TypedDict):
    """Why a job failed, or what it waits for."""

    reason: Annotated[str, Meta(description="The kind of failure, such as no-network.")]
    message: Annotated[str, Meta(description="What went wrong, for people.")]
    hint: Annotated[str, Meta(description="What can be done about it.")]
    stage: Annotated[str, Meta(description="What it was at.")]


class JobProgressJson(TypedDict):
    """How far a job is."""

    stage: Annotated[str, Meta(description="What it is at, such as transcribing; empty before the first stage.")]
    done: Annotated[float, Meta(description="In `unit`.")]
    total: Annotated[float, Meta(description="In `unit`; 0 where nothing is counted.")]
    unit: Annotated[str, Meta(description="bytes, seconds (of the recording), or empty.")]


class JobJson(TypedDict):
    """What was asked for, and how far it is."""

    id: int
    kind: Annotated[str, Meta(description="run, look, scan or notify.")]
    title: Annotated[str, Meta(description="What it is about.")]
    state: Annotated[str, Meta(description="queued, running, done, failed or cancelled.")]
    author: Annotated[str, Meta(description="Who asked for it.")]
    place: Annotated[int | None, Meta(description="In the queue, 1: the next; null unless it is waiting for its turn.")]
    progress: JobProgressJson
    attempts: Annotated[int, Meta(description="How many were begun.")]
    seconds_left: Annotated[float | None, Meta(description="An estimate, or null where none can be made.")]
    created_at: Annotated[str, Meta(description="UTC.")]
    started_at: Annotated[str | None, Meta(description="The last attempt; UTC.")]
    finished_at: Annotated[str | None, Meta(description="UTC.")]
    retry_at: Annotated[str | None, Meta(description="When it is tried again; UTC.")]
    failure: JobFailureJson | None
    remarks: Annotated[list[str], Meta(description="What was noticed, for people.")]
    meetings: Annotated[list[str], Meta(description="The addresses of the meetings' pages.")]
    url: Annotated[str, Meta(description="Its page.")]


def job_json(job: Job, *, site: str = "") -> JobJson:
    """A job as everybody gets it. `site` is where the pages are served."""
    return {
        "id": job.id,
        "kind": job.kind.value,
        "title": job.title,
        "state": job.state.value,
        "author": job.author,
        "place": job.place,
        "progress": {"stage": job.stage, "done": job.done, "total": job.total, "unit": job.unit},
        "attempts": job.attempts,
        "seconds_left": job.seconds_left,
        "created_at": export.instant(job.created_at) or "",
        "started_at": export.instant(job.started_at),
        "finished_at": export.instant(job.finished_at),
        "retry_at": export.instant(job.not_before),
        "failure": _failure_json(job.failure) if job.failure else None,
        "remarks": list(job.remarks),
        "meetings": [page_addresses.meeting_page(slug, site) for slug in job.slugs],
        "url": page_addresses.job_page(job.id, site),
    }


def _failure_json(failure: JobFailure) -> JobFailureJson:
    return {"reason": failure.reason, "message": failure.message, "hint": failure.hint, "stage": failure.stage}
