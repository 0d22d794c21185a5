"""Jobs as the API answers with them: their addresses are those of this server."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from pipeline.export import jobs
from pipeline.export.jobs import JobJson, JobsJson
from pipeline.records import Job
from service.web.site import site


def job_json(job: Job) -> JobJson:
    """A job."""
    return jobs.job_json(job, site=site().address, root=request.script_root)


def jobs_json(found: Iterable[Job]) -> JobsJson:
    """Jobs, in their order."""
    return {"jobs": [job_json(job) for job in found]}
