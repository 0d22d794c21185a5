"""Jobs as a table."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import timecode, ytdlp_age
from pipeline.cli.render.inventory import file_size
from pipeline.cli.render.table import MAX_TITLE_CHARS, shortened, table
from pipeline.file_names import printable
from pipeline.records import Job, JobKind, JobState, RunStage
from pipeline.run.estimate import in_words

_TURNS = {RunStage.FETCH: "to be fetched", RunStage.TRANSCRIBE: "to be transcribed"}


def jobs_table(jobs: Sequence[Job]) -> str:
    """A line for each job, and below it why it failed; below all of them, whether yt-dlp is too old for them."""
    rows = [
        (str(job.id), job.state.value, _how_far(job), f"{job.created_at:%Y-%m-%d %H:%M}", job.author, _title(job))
        for job in jobs
    ]
    head, *lines = table(("job", "state", "", "asked (UTC)", "by", "what"), rows, right=[0]).splitlines()
    shown = [head]
    for job, line in zip(jobs, lines, strict=True):
        shown += [line, *_problems(job)]
    if told := ytdlp_age.explanation(job.failure.reason for job in jobs if job.failure and job.is_in_trouble):
        shown.append(told)
    return "\n".join(shown)


def _title(job: Job) -> str:
    return shortened(printable(job.title), MAX_TITLE_CHARS)


def _how_far(job: Job) -> str:
    if job.state is JobState.QUEUED:
        if job.not_before:
            return f"again at {job.not_before:%Y-%m-%d %H:%M}"
        place = f"{job.place} in the queue" if job.place else ""
        return ", ".join(filter(None, (place, _TURNS.get(job.turn, "") if job.kind is JobKind.RUN else "")))
    if job.state is not JobState.RUNNING:
        return ""
    stage = job.stage or "starting"
    if job.unit == "seconds" and job.total:
        left = f", about {in_words(job.seconds_left)} left" if job.seconds_left is not None else ""
        return f"{stage} {timecode.clock(job.done)} of {timecode.clock(job.total)}{left}"
    if job.unit == "bytes" and job.total:
        return f"{stage} {file_size(job.done)} of {file_size(job.total)}"
    return stage


def _problems(job: Job) -> list[str]:
    if job.failure is None or not job.is_in_trouble:  # it may have failed before it began again
        return []
    hint = [f"      hint: {job.failure.hint}"] if job.failure.hint else []
    return [f"      {job.failure.reason}: {job.failure.message}", *hint]
