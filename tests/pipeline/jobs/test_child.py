"""The process that does a job gets its order on stdin: no list of processes shows a secret."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipeline.config import Settings
from pipeline.jobs.child import JobOrder
from pipeline.records import Claim, Job, JobKind, JobRequest, JobState


def test_an_order_arrives_as_it_was_given() -> None:
    """On one line, every setting in its type, also those that the worker was given on its command line."""
    settings = Settings(
        data_dir=Path("/srv/meetings"),
        model_dir=Path("/srv/models"),
        allow_hosts=frozenset({"media.example"}),
        site_links={"Chat": "https://chat.example"},
        cookies=Path("/etc/cookies\ntxt"),
        token="trowel-and-rain-barrel",
    )
    job = Job(7, JobKind.RUN, "Gärten", JobRequest(notes="/a\nb.md"), "Ana", JobState.RUNNING, datetime.now(UTC))
    order = JobOrder(settings, Claim(job, "token"))
    line = order.encode()

    assert line.count(b"\n") == 1
    assert JobOrder.decode(line) == order
