"""How far a command has come, on stderr."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

import click

from pipeline.cli.render.table import MAX_TITLE_CHARS, shortened
from pipeline.file_names import printable

if TYPE_CHECKING:
    from pipeline.cli.render.live_line import LiveLine


class ConsoleReporter(AbstractContextManager["ConsoleReporter"]):
    """A line that moves on a terminal; elsewhere, a line for each stage. With `quiet`, only warnings are shown."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._heading = ""  # of the meeting, once it is shown
        self._place = ""
        self._line: LiveLine | None = None
        if not quiet and _is_terminal():
            from pipeline.cli.render.live_line import LiveLine  # where nobody looks, it need not be loaded

            self._line = LiveLine()

    def begin(self, place: str) -> None:
        """The next notes begin; `place` stands before their title, such as "3 of 40  "."""
        self.end_stage()
        self._heading, self._place = "", place

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        if self._quiet:
            return
        heading = f"{self._place}{shortened(printable(title), MAX_TITLE_CHARS)}"
        if self._line is None:
            click.echo(f"{heading}: {stage} …", err=True)
            return
        if heading != self._heading:
            self._heading = heading
            self._line.print(heading)
        self._line.begin(f" {stage}", unit)

    def progress(self, done: float, total: float) -> None:
        if self._line and total > 0:
            self._line.update(done, total)

    def say(self, text: str) -> None:
        """What is good to know."""
        if not self._quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """What somebody should do something about."""
        if self._line:
            self._line.print(text)
        else:
            click.echo(text, err=True)

    def end_stage(self) -> None:
        """The terminal is somebody else's now."""
        if self._line:
            self._line.end()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_stage()


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
