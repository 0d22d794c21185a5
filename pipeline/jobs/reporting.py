"""What a run says of itself, told on as the progress of a job."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pipeline.errors import JumpnotesError
from pipeline.records import HeardLine, JobHeard, JobProgress
from pipeline.run.estimate import Pacemeter
from pipeline.run.inputs import stored_path
from pipeline.run.memory import RunMemory
from pipeline.store import Store

Tell = Callable[[JobProgress | JobHeard], None]

_PERIOD_SECONDS = 1.0  # between two reports of progress


class JobReporter:
    """A run's Reporter: it tells how far the job is, about once a second.

    Args:
        path: of the notes, whose meetings the job is at; None: that was told before.
    """

    def __init__(self, store: Store, path: Path | None, memory: RunMemory, model: str, tell: Tell) -> None:
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
            places = self._store.places(stored_path(self._path)) if self._path else ()
            slugs = tuple(each.slug for each in places if each.anchor is not None)
        self._tell_heard()
        self._progress = JobProgress(stage, unit=unit, slugs=slugs, pace=self._memory.pace(self._model))
        self._anew = self._anew or unit == "seconds"
        self._tell_now()

    def progress(self, done: float, total: float) -> None:
        pace = self._progress.pace
        if self._progress.unit == "seconds":
            self._pacemeter.note(done)
            pace = self._pacemeter.pace or pace
        self._note(done, total, pace)

    def helped(self, done: float, total: float) -> None:
        """As `progress`, by what others have done: how fast that goes says nothing of this machine."""
        self._pacemeter.begin()
        self._note(done, total, self._progress.pace)

    def _note(self, done: float, total: float, pace: float | None) -> None:
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
