"""The process that does a job gets its order on stdin: no list of processes shows a secret."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import Busy
from pipeline.jobs import child
from pipeline.jobs.child import JobOrder
from pipeline.records import Claim, Job, JobKind, JobRequest, JobState
from pipeline.refresh import Archive


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


def test_a_server_that_has_no_connection_left_is_asked_again(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others have them for a moment; the job is not put off for that."""
    answers: list[Archive | Busy] = [Busy("server"), Busy("server"), archive]

    def opened(*_: object, **__: object) -> Archive:
        answer = answers.pop(0)
        if isinstance(answer, Busy):
            raise answer
        return answer

    monkeypatch.setattr(Archive, "open", opened)
    monkeypatch.setattr(child, "_OPEN_PAUSES_SECONDS", (0.0, 0.0))
    number = archive.store.jobs.put(JobKind.RUN, "a", JobRequest(notes="/a.md"), "Ana").id
    claim = Claim(archive.store.jobs.job(number), "token")

    assert child._opened(JobOrder(Settings(data_dir=tmp_path), claim)) is archive
