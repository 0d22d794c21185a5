"""A job that takes notes through all stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline import meaning
from pipeline.config import Settings
from pipeline.errors import JumpnotesError
from pipeline.file_names import path_of
from pipeline.jobs.adopting import adopt, uploaded_files
from pipeline.jobs.retrying import after_failure
from pipeline.records import Claim, Failure, HeardLine, JobDone, JobFailed, JobFailure, JobHeard, JobProgress
from pipeline.redact import finish_all
from pipeline.refresh import Archive
from pipeline.run.estimate import Pacemeter
from pipeline.run.inputs import stored_path
from pipeline.run.memory import RunMemory
from pipeline.run.plan import RunOptions, Stage
from pipeline.run.runner import Runner, RunOutcome, RunState
from pipeline.store import Store

Tell = Callable[[JobProgress | JobHeard], None]

_MAX_REMARKS = 20
_PERIOD_SECONDS = 1.0  # between two reports of progress


def perform(claim: Claim, archive: Archive, settings: Settings, tell: Tell) -> JobDone | JobFailed:
    """Run the notes of a job, as `jumpnotes run` does; what is done already is not done again.

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
    with archive.store.telling_once():
        outcomes = tuple(Runner(archive.store, settings, options, reporter).run([path]))
    reporter.remember_pace()
    finish_all(archive, settings)
    if not archive.store.is_shared:
        archive.tidy()
    return _report(claim, outcomes, reporter.remarks)


def _text(path: Path | None) -> str | None:
    return str(path) if path else None


def _report(claim: Claim, outcomes: Sequence[RunOutcome], remarks: Sequence[str]) -> JobDone | JobFailed:
    remarks = tuple(remarks[:_MAX_REMARKS])
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


class JobReporter:
    """A run's Reporter: it tells how far the job is, about once a second."""

    def __init__(self, store: Store, path: Path, memory: RunMemory, model: str, tell: Tell) -> None:
        self.remarks: list[str] = []
        self._store = store
        self._path = path
        self._memory = memory
        self._model = model
        self._tell = tell
        self._pacemeter = Pacemeter()
        self._progress = JobProgress("")
        self._told = 0.0  # when, on the monotonic clock
        self._lines: list[HeardLine] = []  # not told yet
        self._anew = True  # what was told before is of another recording

    def begin(self, path: Path) -> None: ...

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:  # noqa: ARG002 - the job has a title
        self._pacemeter.begin()
        slugs: tuple[str, ...] = ()
        with suppress(JumpnotesError):  # the run says what is wrong
            slugs = tuple(each.slug for each in self._store.places(stored_path(self._path)) if each.anchor is not None)
        self._tell_heard()
        self._progress = JobProgress(stage, unit=unit, slugs=slugs, pace=self._memory.pace(self._model))
        self._anew = self._anew or unit == "seconds"
        self._tell_now()

    def progress(self, done: float, total: float) -> None:
        pace = self._progress.pace
        if self._progress.unit == "seconds":
            self._pacemeter.note(done)
            pace = self._pacemeter.pace or pace
        self._progress = replace(self._progress, done=done, total=total, pace=pace)
        if time.monotonic() - self._told >= _PERIOD_SECONDS:
            self._tell_now()

    def heard(self, start: float, text: str) -> None:
        self._lines.append(HeardLine(start, text))

    def say(self, text: str) -> None:
        self.remarks.append(text)

    def warn(self, text: str) -> None:
        self.remarks.append(text)

    def remember_pace(self) -> None:
        """Keep how fast this machine is, for the estimates of later runs."""
        if (pace := self._pacemeter.pace) is not None:
            self._memory.note_pace(self._model, pace)

    def _tell_now(self) -> None:
        self._told = time.monotonic()
        self._tell(self._progress)
        self._tell_heard()

    def _tell_heard(self) -> None:
        if self._lines:
            lines, self._lines = self._lines, []
            self._tell(JobHeard(tuple(lines), anew=self._anew))
            self._anew = False
