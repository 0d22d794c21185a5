"""Jobs on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline import ytdlp_age
from pipeline.cli.render.jobs import jobs_table
from pipeline.records import Job, JobFailure, JobKind, JobRequest, JobState

AT = datetime(2026, 3, 6, tzinfo=UTC)


def failed(number: int, state: JobState, reason: str = "no-java-script") -> Job:
    return Job(number, JobKind.RUN, "call.md", JobRequest(), "Ana", state, AT, failure=JobFailure(reason, "no sound"))


def test_an_old_yt_dlp_is_told_once_below_the_jobs_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not told of jobs that were done in the end, or failed for what it does not explain."""
    monkeypatch.setattr(ytdlp_age, "age_days", lambda: 75)
    told = ytdlp_age.explanation(["no-java-script"])

    assert jobs_table([failed(1, JobState.FAILED), failed(2, JobState.FAILED)]).endswith(f": no sound\n{told}")
    assert jobs_table([failed(1, JobState.FAILED), failed(2, JobState.FAILED)]).count("yt-dlp is") == 1
    assert "yt-dlp" not in jobs_table([failed(1, JobState.DONE), failed(2, JobState.FAILED, "not-found")])
