"""Progress on a real terminal."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import pty
import re
import select
import struct
import sys
import termios
from collections.abc import Iterator

import pytest

from pipeline.cli.render.live_line import LiveLine
from pipeline.cli.render.progress import ConsoleReporter

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The other end of a terminal that is stderr meanwhile."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._drawn = b""

    @property
    def drawn(self) -> str:
        """Everything so far."""
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._end, 65_536):
                self._drawn += data
        return self._drawn.decode()

    @property
    def seen(self) -> str:
        """Everything that was drawn so far, without colours and movements."""
        return _CONTROL.sub("", self.drawn)

    def wait_for(self, text: str) -> None:
        """A moving line is drawn a few times a second."""
        while text not in self.seen:
            assert select.select([self._end], [], [], 10)[0], f"{text} is not drawn"


@contextlib.contextmanager
def terminal(kind: str = "xterm-256color") -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with pytest.MonkeyPatch.context() as patch, os.fdopen(theirs, "w", buffering=1) as stderr:
        patch.setenv("TERM", kind)
        patch.delenv("COLUMNS", raising=False)
        patch.setattr(sys, "stderr", stderr)
        yield Terminal(ours)
    os.close(ours)


def test_a_stage_is_named_as_soon_as_it_begins() -> None:
    """Before it says how far it is; the title stands above, once, whatever is in it."""
    title = "[b]Call[/b]\x1b[2J"
    with terminal() as screen, ConsoleReporter() as reporter:
        reporter.begin("3 of 40  ")
        reporter.stage(title, "fetching", unit="bytes")
        reporter.stage(title, "transcribing", unit="seconds")
        assert "transcribing" in screen.seen
        reporter.progress(750, 3723)
        screen.wait_for("12:30 of 1:02:03")
        reporter.stage(title, "aligning")
        reporter.end_stage()
        assert screen.seen.count("3 of 40") == 1
        assert r"3 of 40  [b]Call[/b]\x1b[2J" in screen.seen
        assert "aligning" in screen.seen


def test_what_is_said_stands_above_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log, too, and both whole: a line is not broken at the terminal's edge. Afterwards the log has its stream."""
    long = "x" * 150
    with terminal() as screen:
        before, handler = sys.stderr, logging.StreamHandler(sys.stderr)
        monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
        with ConsoleReporter() as reporter:
            reporter.stage("Call", "transcribing", unit="seconds")
            reporter.say(long)
            logging.getLogger("pipeline").warning("the model is small")
        lines = re.split(r"[\r\n]+", screen.seen)
        assert sys.stderr is before
        assert handler.stream is before

    assert long in lines
    assert "the model is small" in lines


def test_the_terminal_is_left_as_it_was() -> None:
    """Also when the run is interrupted: the cursor is shown again and the line is gone."""

    def interrupted() -> None:
        with ConsoleReporter() as reporter:
            reporter.stage("Call", "transcribing", unit="seconds")
            raise KeyboardInterrupt

    with terminal() as screen:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        drawn = screen.drawn

    assert drawn.rindex("\x1b[?25h") > drawn.rindex("\x1b[?25l")
    assert drawn.rindex("\x1b[2K") > drawn.rindex("transcribing")


def test_a_terminal_that_cannot_move_gets_lines() -> None:
    """TERM=dumb: an editor's window, say."""
    with terminal("dumb") as screen:
        with ConsoleReporter() as reporter:
            reporter.stage("Call", "transcribing", unit="seconds")
            reporter.progress(1, 2)
        assert screen.seen.splitlines() == ["Call: transcribing …"]


def test_how_long_a_stage_takes_is_told_once_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by its first leaps; and what an earlier run did is not counted."""
    clock = iter([100.0, 101.0, 110.0, 120.0])
    monkeypatch.setattr("pipeline.cli.render.live_line.time.monotonic", lambda: next(clock))
    line = LiveLine()

    assert [line._left(done, 2000.0) for done in (600.0, 700.0, 800.0, 1000.0)] == [
        "",
        "",
        ", 1:00 left",
        ", 0:50 left",
    ]
