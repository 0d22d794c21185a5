"""A job that takes notes through all stages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline import meaning, shared_recordings
from pipeline.config import Settings
from pipeline.errors import ExchangeUnavailable
from pipeline.file_names import path_of
from pipeline.jobs.adopting import adopt, uploaded_files
from pipeline.jobs.handing_over import Handover
from pipeline.jobs.reporting import JobReporter, Tell
from pipeline.jobs.retrying import after_failure
from pipeline.records import Claim, Failure, JobDone, JobFailed, JobFailure, JobHandedOn, JobProgress
from pipeline.redact import finish_all
from pipeline.refresh import Archive
from pipeline.run.memory import RunMemory
from pipeline.run.plan import RunOptions, Stage
from pipeline.run.runner import FINISHED, Runner, RunOutcome, RunState

_MAX_REMARKS = 20


def perform(claim: Claim, archive: Archive, settings: Settings, tell: Tell) -> JobDone | JobFailed | JobHandedOn:
    """Run the notes of a job, as `jumpnotes run` does; what is done already is not done again.

    Where the queue is shared, what is to be fetched or heard is handed on.

    Raises:
        JumpnotesError: the draft cannot be used that the notes are to be made of.
    """
    request = claim.job.request
    path, media, transcript = path_of(request.notes or ""), request.media, request.transcript
    if request.draft:
        tell(JobProgress("reading"))
        path = adopt(settings, request.draft)
        sent = uploaded_files(settings, request.draft)
        media, transcript = _text(sent.recording) or media, _text(sent.transcript) or transcript
    options = RunOptions(
        media=media,
        transcript=transcript,
        force=Stage(request.force) if request.force else None,
        meaning=settings.meaning and meaning.is_installed(),
    )
    reporter = JobReporter(archive.store, path, RunMemory.of(settings.data_dir), settings.model or "default", tell)
    handover = Handover(claim.job, archive.store, settings) if archive.store.is_shared else None
    with archive.store.telling_once():
        outcomes = tuple(Runner(archive.store, settings, options, reporter, handover).run([path]))
    reporter.remember_pace()
    remarks = tuple(dict.fromkeys((*claim.job.remarks, *reporter.remarks)))[:_MAX_REMARKS]
    if handover and (handed_on := handover.next(remarks)):
        return handed_on
    if handover and not settings.keep_audio:
        finished = [each.slug for each in outcomes if each.slug and each.state in FINISHED]
        with suppress(ExchangeUnavailable):  # it is found when that is tidied
            shared_recordings.drop_spent(archive.store, settings, finished)
    finish_all(archive, settings)
    if not archive.store.is_shared:
        archive.tidy()
    report = _report(claim, outcomes, remarks)
    return replace(report, orders=handover.kept()) if handover and isinstance(report, JobFailed) else report


def _text(path: Path | None) -> str | None:
    return str(path) if path else None


def _report(claim: Claim, outcomes: Sequence[RunOutcome], remarks: tuple[str, ...]) -> JobDone | JobFailed:
    troubled = [each for each in outcomes if each.state in {RunState.FAILED, RunState.BUSY}]
    for outcome in sorted(troubled, key=lambda each: each.state is RunState.BUSY):  # what failed says more
        assert outcome.failure
        return replace(_failed(claim, outcome.failure), remarks=remarks)
    return JobDone(tuple(each.slug for each in outcomes if each.slug), remarks)


def _failed(claim: Claim, failure: Failure) -> JobFailed:
    return after_failure(
        JobFailure(failure.reason, failure.message, failure.hint, failure.stage),
        datetime.now(UTC),
        retryable=failure.retryable,
        attempts=claim.job.attempts,
        since=claim.job.created_at,
        ready_at=failure.ready_at,
    )
