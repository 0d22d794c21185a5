"""A job that a request has put, as the API answers with it: where it is followed."""

from __future__ import annotations

from typing import Annotated, TypedDict

from flask import request
from msgspec import Meta

from pipeline.records import Job


class PutJobLinksJson(TypedDict):
    """Where a job is followed."""

    self: Annotated[str, Meta(description="The job, as JSON.")]
    page: Annotated[str, Meta(description="The page on which people follow it.")]


class PutJobJson(TypedDict):
    """What was asked for."""

    id: Annotated[int, Meta(description="The number of the job.")]
    state: Annotated[str, Meta(description="Where it is on its way.")]
    links: Annotated[PutJobLinksJson, Meta(description="Where it is followed.")]


def put_job_json(job: Job) -> PutJobJson:
    """A job."""
    links: PutJobLinksJson = {
        "self": f"{request.script_root}/api/v1/jobs/{job.id}",
        "page": f"{request.script_root}/jobs/{job.id}",
    }
    return {"id": job.id, "state": job.state.value, "links": links}
