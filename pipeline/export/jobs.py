"""Jobs as JSON, in the same shape on the command line and in the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, TypedDict

import msgspec
from msgspec import Meta

from pipeline import page_addresses
from pipeline.export import schema
from pipeline.records import HeardLine, Job, JobFailure, JobKind, JobState


class JobFailureJson(TypedDict):
    """Why an attempt failed."""

    reason: Annotated[str, Meta(description="The kind of failure, as programs know it, such as `no-network`.")]
    message: Annotated[str, Meta(description="What went wrong, for people.")]
    hint: Annotated[str, Meta(description="What can be done about it.")]
    stage: Annotated[str, Meta(description="What it was at.")]


class JobMeetingJson(TypedDict):
    """A meeting that a job made or found."""

    slug: schema.Slug
    url: schema.PageUrl


class JobLinksJson(TypedDict):
    """Where there is more of a job."""

    self: Annotated[str, Meta(description="The job, as JSON.")]
    page: Annotated[str, Meta(description="The page on which people follow it.")]
    heard: Annotated[str, Meta(description="What it has heard so far.")]
    meetings: Annotated[list[JobMeetingJson], Meta(description="The meetings that it made or found.")]


class JobJson(TypedDict):
    """What was asked for, and how far it is."""

    id: Annotated[int, Meta(description="The number of the job.")]
    kind: Annotated[JobKind, Meta(description="What it does.")]
    title: Annotated[str, Meta(description="What it is about, for people.")]
    author: Annotated[str, Meta(description="Who asked for it.")]
    state: Annotated[JobState, Meta(description="Where it is on its way.")]
    created_at: Annotated[str, Meta(description="When it was asked for, in UTC.")]
    started_at: Annotated[str | None, Meta(description="When its last attempt began; null: it has not begun.")]
    finished_at: Annotated[str | None, Meta(description="When it came to an end; null: it has not.")]
    retry_at: Annotated[str | None, Meta(description="When it is tried again by itself; null: it is not.")]
    stage: Annotated[str, Meta(description='What it is at, such as "transcribing"; "": nothing yet.')]
    done: Annotated[float, Meta(description="How much of the stage is done, in `unit`.")]
    total: Annotated[float, Meta(description="How much there is to do, in `unit`; 0: not known.")]
    unit: Annotated[str, Meta(description='"seconds" of the recording, "bytes", or "": nothing is counted.')]
    attempts: Annotated[int, Meta(description="How often it was begun.")]
    place: Annotated[int | None, Meta(description="Its place in the queue, 1: it is the next; null: not queued.")]
    pace: Annotated[
        float | None, Meta(description="Seconds of work for one of the recording, as measured; null: not known.")
    ]
    seconds_left: Annotated[
        float | None, Meta(description="About how many seconds of hearing the recording are left; null: not known.")
    ]
    failure: Annotated[JobFailureJson | None, Meta(description="Why its last attempt failed; null: it did not.")]
    remarks: Annotated[list[str], Meta(description="What it has to say, for people.")]
    result: Annotated[Any, Meta(description="What a job of the kinds `look` and `scan` found out; else null.")]
    links: Annotated[JobLinksJson, Meta(description="Where there is more of it.")]


class JobsJson(TypedDict):
    """Jobs, the newest first."""

    jobs: Annotated[list[JobJson], Meta(description="Those that are asked for.")]


class HeardLineJson(TypedDict):
    """A piece of a transcript in the making."""

    start: Annotated[float, Meta(description="Its second of the recording.")]
    text: Annotated[str, Meta(description="What was said.")]


class HeardJson(TypedDict):
    """What has been heard so far."""

    lines: Annotated[list[HeardLineJson], Meta(description="In the order in which they were heard.")]
    next: Annotated[int, Meta(description="How many to skip to get those that follow.")]


def job_json(job: Job, *, site: str = "", root: str = "") -> JobJson:
    """A job.

    Args:
        site: where the pages are served, for the addresses of meetings; "": these begin at the root of the site.
        root: the path that comes before all others on the server that is asked.
    """
    page, itself = page_addresses.job_page(job.id, root), f"{root}/api/v1/jobs/{job.id}"
    return {
        "id": job.id,
        "kind": job.kind.value,  # type: ignore[typeddict-item] # what JSON has of it
        "title": job.title,
        "author": job.author,
        "state": job.state.value,  # type: ignore[typeddict-item]
        "created_at": _instant(job.created_at),
        "started_at": _instant(job.started_at) if job.started_at else None,
        "finished_at": _instant(job.finished_at) if job.finished_at else None,
        "retry_at": _instant(job.not_before) if job.not_before else None,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "unit": job.unit,
        "attempts": job.attempts,
        "place": job.place,
        "pace": job.pace,
        "seconds_left": job.seconds_left,
        "failure": _failure_json(job.failure) if job.failure else None,
        "remarks": list(job.remarks),
        "result": msgspec.json.decode(job.result) if job.result else None,
        "links": {
            "self": itself,
            "page": page,
            "heard": f"{itself}/heard",
            "meetings": [{"slug": slug, "url": page_addresses.meeting_page(slug, site)} for slug in job.slugs],
        },
    }


def heard_json(lines: Iterable[HeardLine], skipped: int) -> HeardJson:
    """Lines, of which as many were left out before."""
    made: list[HeardLineJson] = [{"start": line.start, "text": line.text} for line in lines]
    return {"lines": made, "next": skipped + len(made)}


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _failure_json(failure: JobFailure) -> JobFailureJson:
    return {"reason": failure.reason, "message": failure.message, "hint": failure.hint, "stage": failure.stage}
