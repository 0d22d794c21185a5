"""How far a command has come, on stderr."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


class ConsoleReporter(AbstractContextManager["ConsoleReporter"]):
    """A run's Reporter: a bar on a terminal, a line at every tenth elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._label = ""
        self._bar: ProgressBar[int] | None = None
        self._tenth = 0

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        self._end_bar()
        self._label, self._tenth = stage, 0
        if not (self._terminal and unit):
            click.echo(f"{title}: {stage} …", err=True)
        else:
            click.echo(title, err=True)

    def progress(self, done: float, total: float) -> None:
        if total <= 0:
            return
        if self._terminal:
            self._draw(done, total)
        elif (tenth := int(10 * done / total)) > self._tenth:
            self._tenth = tenth
            click.echo(f"  {self._label} {tenth * 10} %", err=True)

    def say(self, text: str) -> None:
        self._end_bar()
        click.echo(text, err=True)

    def _draw(self, done: float, total: float) -> None:
        if self._bar is None:
            self._bar = click.progressbar(length=int(total), label=f"  {self._label}", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(int(min(done, total)) - self._bar.pos)

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_bar()
