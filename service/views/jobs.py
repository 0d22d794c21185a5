"""Jobs as the pages show them: what is done, what waits for what, and what went wrong, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from pipeline import timecode
from pipeline.records import Job, JobKind, JobState, RunStage
from service.views.failures import failure_words, reason_words
from service.views.formatting import number, ordinal
from service.web.auth import author_in_words
from service.web.language import N_, _, ngettext

STEPS = ("fetching", "transcribing", "aligning")
"""The stages of a run that people wait for, in their order."""

_MB = 1_000_000
_MINUTE_SECONDS = 60
_MAX_MINUTES = 90  # that are not told in hours
_ANNOUNCED_PERCENT = 10  # a screen reader is told of no smaller progress

_STAGES = {
    "reading": N_("Reading"),
    "fetching": N_("Fetching"),
    "transcribing": N_("Transcribing"),
    "aligning": N_("Linking"),
    "look": N_("Looking"),
    "scan": N_("Looking for what is new"),
}
_STATES = {
    JobState.QUEUED: N_("Waiting"),
    JobState.RUNNING: N_("Running"),
    JobState.DONE: N_("Done"),
    JobState.FAILED: N_("Failed"),
    JobState.CANCELLED: N_("Cancelled"),
}
_RETRIED = (JobKind.RUN, JobKind.NOTIFY)  # those that failed for a reason, at once
_KINDS = {JobKind.SCAN: N_("Looking for new meetings"), JobKind.NOTIFY: N_("Notifying another program")}


@dataclass(frozen=True, slots=True)
class JobStep:
    """A stage that people wait for: `state` is "done", "current", "failed", or "" where it is still to come."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class JobMeeting:
    """A meeting that a job made."""

    title: str
    href: str
    lacks_recording: bool = False  # as far as that is known
    edit_href: str = ""  # "": its notes are not edited here


@dataclass(frozen=True, slots=True)
class MadeMeeting:
    """What there is of a meeting that a job made."""

    has_recording: bool
    was_heard: bool  # its transcript was not given, but made
    has_own_notes: bool  # they are edited here


@dataclass(frozen=True, slots=True)
class JobView:
    """A job on a page. Times are ISO 8601, "" where there is none; what is said of it is "" where nothing is known."""

    number: int
    href: str
    title: str
    kind: str  # "" for a run
    author: str
    state: str  # as programs know it
    state_words: str
    stage: str
    steps: tuple[JobStep, ...]
    is_at_step: bool
    at: str  # the last thing that happened to it
    done: float
    total: float
    measured: str  # "12:30 of 58:00 heard"
    place: str
    left: str
    failure: str  # of the last attempt, while it counts
    hint: str
    failure_detail: str
    retry_at: str
    attempts: str
    remarks: tuple[str, ...]
    meetings: tuple[JobMeeting, ...]
    announcement: str  # for those who do not see the bar
    is_final: bool
    is_done: bool
    is_waiting: bool  # queued
    can_retry: bool
    hears: bool  # a transcript may appear
    version: int  # rises with every change, also of what is heard


@dataclass(frozen=True, slots=True)
class FailedGroup:
    """Jobs that failed, or wait to be tried again, for the same reason."""

    reason: str  # as programs know it
    words: str
    jobs: tuple[JobView, ...]
    can_retry: bool  # all at once; a place is looked through again by its own schedule


@dataclass(frozen=True, slots=True)
class JobList:
    """All jobs: those that failed, by their reasons and the newest first, and the others in their order."""

    failed: tuple[FailedGroup, ...]
    others: tuple[JobView, ...]
    is_moving: bool  # something may change by itself


def job_list(jobs: Sequence[Job], titles: Mapping[str, str]) -> JobList:
    """The list of `jobs`. `titles` are those of meetings, by slug."""
    groups: dict[str, list[Job]] = {}
    for job in sorted((job for job in jobs if job.is_in_trouble), key=lambda job: job.id, reverse=True):
        groups.setdefault(job.failure.reason if job.failure else "", []).append(job)
    return JobList(
        failed=tuple(_failed_group(reason, found, titles) for reason, found in groups.items()),
        others=tuple(job_view(job, titles, jobs) for job in jobs if not job.is_in_trouble),
        is_moving=any(not job.state.is_final for job in jobs),
    )


def _failed_group(reason: str, jobs: Sequence[Job], titles: Mapping[str, str]) -> FailedGroup:
    return FailedGroup(
        reason,
        reason_words(reason),
        tuple(job_view(job, titles) for job in jobs),
        can_retry=any(job.kind in _RETRIED for job in jobs),
    )


def job_view(
    job: Job, titles: Mapping[str, str], others: Iterable[Job] = (), made: Mapping[str, MadeMeeting] | None = None
) -> JobView:
    """One job.

    Args:
        titles: those of meetings, by slug.
        others: the jobs that are running, from which a waiting one knows when it is its turn.
        made: what there is of the meetings of a job that is done, by slug.
    """
    is_run, made = job.kind is JobKind.RUN, made or {}
    steps = _steps(job, made) if is_run else ()
    failure = failure_words(job.failure, job.kind) if job.failure and job.is_in_trouble else None
    return JobView(
        number=job.id,
        href=url_for("jobs.job", number=job.id),
        title=job.title or _("Job %(number)s", number=job.id),
        kind="" if is_run else _(_KINDS.get(job.kind, "")) or job.kind.value,
        author=author_in_words(job.author),
        state=job.state.value,
        state_words=_state_words(job),
        stage=_stage(job.stage) if job.state is JobState.RUNNING else "",
        steps=steps,
        is_at_step=any(step.state == "current" for step in steps),
        at=_iso(job.finished_at or job.started_at or job.created_at),
        done=job.done,
        total=job.total,
        measured=_measured(job),
        place=_place(job),
        left=_left(job, others),
        failure=failure.text if failure else "",
        hint=failure.hint if failure else "",
        failure_detail=failure.detail if failure else "",
        retry_at=_iso(job.not_before) if job.not_before else "",
        attempts=ngettext("%(num)s attempt", "%(num)s attempts", job.attempts) if job.attempts > 1 else "",
        remarks=job.remarks,
        meetings=tuple(_meeting(slug, titles[slug], made.get(slug)) for slug in job.slugs if slug in titles),
        announcement=_announcement(job),
        is_final=job.state.is_final,
        is_done=job.state is JobState.DONE,
        is_waiting=job.state is JobState.QUEUED,
        can_retry=job.state in (JobState.FAILED, JobState.CANCELLED) or job.not_before is not None,
        hears=is_run,
        version=job.version,
    )


def _state_words(job: Job) -> str:
    if job.state is JobState.QUEUED and job.not_before is not None:
        return _("To be tried again")
    return _(_STATES[job.state])


def _stage(stage: str) -> str:
    """A stage in words; one that nobody has words for as it is."""
    return _(_STAGES[first]) if (first := stage.partition(" ")[0]) in _STAGES else stage


def _meeting(slug: str, title: str, made: MadeMeeting | None) -> JobMeeting:
    can_edit = made is not None and made.has_own_notes
    return JobMeeting(
        title,
        url_for("pages.meeting", slug=slug),
        lacks_recording=made is not None and not made.has_recording,
        edit_href=url_for("jobs.edit", slug=slug) if can_edit else "",
    )


def _steps(job: Job, made: Mapping[str, MadeMeeting]) -> tuple[JobStep, ...]:
    """The stages, and which of them are behind the job; of one that is done those that there were."""
    at = job.stage or (job.failure.stage if job.failure and job.state is JobState.FAILED else "")
    names = [*STEPS]
    first = at.partition(" ")[0]
    reached = names.index(first) if first in names else -1
    if job.state is JobState.DONE:
        return tuple(JobStep(_stage(name), "done") for name in names[: reached + 1] if _happened(name, job, made))
    here = {JobState.RUNNING: "current", JobState.FAILED: "failed"}.get(job.state, "")
    states = ["done" if place < reached else here if place == reached else "" for place in range(len(names))]
    return tuple(JobStep(_stage(name), state) for name, state in zip(names, states, strict=True))


def _happened(step: str, job: Job, made: Mapping[str, MadeMeeting]) -> bool:
    """Whether a job that is done took this step. One for notes that were stored may have found earlier ones done."""
    if step == job.stage.partition(" ")[0]:
        return True
    if job.request.draft is None:
        return False
    return any(each.was_heard if step == "transcribing" else each.has_recording for each in made.values())


def _measured(job: Job) -> str:
    if job.state is not JobState.RUNNING or not job.unit:
        return ""
    if job.unit == "seconds" and job.total > 0:
        return _("%(done)s of %(total)s heard", done=timecode.clock(job.done), total=timecode.clock(job.total))
    if job.unit == "seconds":
        return _("%(done)s heard", done=timecode.clock(job.done))
    if job.unit == "bytes" and job.total > 0:
        return _("%(done)s of %(total)s MB", done=_megabytes(job.done), total=_megabytes(job.total))
    return _("%(done)s MB", done=_megabytes(job.done)) if job.unit == "bytes" else ""


def _megabytes(size: float) -> str:
    return number(round(size / _MB))


def _place(job: Job) -> str:
    """Where it is in the queue, and what it waits for where the parts of a job wait for workers of their own."""
    if job.place is None:
        return ""
    place = _("next in the queue") if job.place == 1 else _("%(ordinal)s in the queue", ordinal=ordinal(job.place))
    waits_for = {RunStage.FETCH: _("waits to be fetched"), RunStage.TRANSCRIBE: _("waits to be transcribed")}
    turn = waits_for.get(job.turn, "") if job.kind is JobKind.RUN else ""
    return ", ".join(filter(None, (place, turn)))


def _left(job: Job, others: Iterable[Job]) -> str:
    """How long it may still take; "" where that would be a guess. Only of the next one is known what it waits for."""
    if (left := job.seconds_left) is not None:
        return _left_words(left)
    if job.place != 1:
        return ""
    running = [each.seconds_left for each in others if each.state is JobState.RUNNING and each.kind is job.kind]
    if len(running) != 1 or running[0] is None:
        return ""
    return _("begins in about %(time)s", time=_about(running[0]))


def _left_words(seconds: float) -> str:
    if seconds < _MINUTE_SECONDS:
        return _("less than a minute left")
    return _("about %(time)s left", time=_about(seconds))


def _about(seconds: float) -> str:
    minutes = max(round(seconds / _MINUTE_SECONDS), 1)
    if minutes <= _MAX_MINUTES:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    hours, rest = divmod(round(minutes / 10) * 10, _MINUTE_SECONDS)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def _announcement(job: Job) -> str:
    """What has changed, in steps: who listens is not to be told of every second."""
    if job.state is not JobState.RUNNING:
        return ", ".join(filter(None, (_state_words(job), _place(job))))
    if not job.total or not job.unit:
        return _stage(job.stage)
    percent = int(100 * min(job.done / job.total, 1.0) / _ANNOUNCED_PERCENT) * _ANNOUNCED_PERCENT
    return _("%(stage)s, %(percent)s percent", stage=_stage(job.stage), percent=percent)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
