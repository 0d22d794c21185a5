"""The line at the bottom of a terminal that shows how far a stage is. The only importer of rich."""

from __future__ import annotations

import logging
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from pipeline import timecode

_REDRAWS_PER_SECOND = 4  # the speech model needs the processor
_MIN_SECONDS_TO_JUDGE = 5.0  # how fast a stage is


class LiveLine:
    """Names a stage as soon as it begins, and draws a bar once it says how far it is."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[amount]}", markup=False),
            console=self._console,
            refresh_per_second=_REDRAWS_PER_SECOND,
            transient=True,
            redirect_stdout=False,
        )
        self._task: TaskID | None = None
        self._unit = ""
        self._first: tuple[float, float] | None = None  # when progress was told first, and how much it was

    def begin(self, text: str, unit: str) -> None:
        """Show a stage in place of the one before. `unit` is what its progress counts: "bytes", "seconds" or ""."""
        self._remove()
        self._unit, self._first = unit, None
        self._task = self._progress.add_task(text, total=None, amount="")
        if not self._progress.live.is_started:
            before = sys.stderr
            self._progress.start()
            _redirect_logs(before)

    def update(self, done: float, total: float) -> None:
        if self._task is not None:
            amount = _amount(done, total, self._unit) + self._left(done, total)
            self._progress.update(self._task, completed=done, total=total, amount=amount)

    def _left(self, done: float, total: float) -> str:
        """How long the rest of the stage takes, once that can be told: a stage comes on in leaps."""
        now = time.monotonic()
        self._first = self._first or (now, done)
        worked, came = now - self._first[0], done - self._first[1]
        if worked < _MIN_SECONDS_TO_JUDGE or came <= 0:
            return ""
        return f", {timecode.clock(worked / came * (total - done))} left"

    def print(self, text: str) -> None:
        """Print lines above."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def end(self) -> None:
        """Take the line away."""
        self._remove()
        if self._progress.live.is_started:
            drawn = sys.stderr
            self._progress.stop()
            _redirect_logs(drawn)

    def _remove(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None


def _redirect_logs(before: object) -> None:
    """Let the log, which keeps a stream of its own, write where stderr now leads: above the line while there is one."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is before:
            handler.setStream(sys.stderr)


def _amount(done: float, total: float, unit: str) -> str:
    match unit:
        case "seconds":
            return f"{timecode.clock(done)} of {timecode.clock(total)}"
        case "bytes":
            return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"
    return f"{done:.0f} of {total:.0f}"
