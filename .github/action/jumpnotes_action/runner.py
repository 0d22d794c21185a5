"""What the runner hears and is given: commands on stdout, and files that it names.

Every text passes through here, and none of it can begin a command of its own.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

MAX_SUMMARY_BYTES = 1_000_000
"""The runner refuses more than 1 MiB of a step."""


class ActionError(Exception):
    """The action cannot go on. The message says what happened and what to do."""


def work_folder() -> Path:
    """Where the steps keep what they hand on."""
    folder = Path(os.environ["RUNNER_TEMP"], "jumpnotes")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def set_output(name: str, value: str) -> None:
    """Set an output of the step. No line of the value can set another: what ends it cannot be guessed."""
    end = secrets.token_hex(16)
    _append("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")


def add_summary(markdown: str) -> None:
    """Add to what the page of the job shows."""
    shown = markdown.encode(errors="replace")[:MAX_SUMMARY_BYTES].decode(errors="ignore")
    _append("GITHUB_STEP_SUMMARY", f"{shown}\n")


def _append(variable: str, text: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(text)


def annotate(level: Literal["error", "warning", "notice"], message: str, file: str = "", line: int = 0) -> None:
    """A message on the page of the job, and beside a line of a file.

    >>> annotate("error", "50 %\\nmore", file="a:b,c.md", line=3)
    ::error file=a%3Ab%2Cc.md,line=3::50 %25%0Amore
    """
    places = [f"file={_property(file)}"] * bool(file) + [f"line={line}"] * bool(line)
    _print(f"::{level}{' ' * bool(places)}{','.join(places)}::{_data(message)}")


def mask(secret: str) -> None:
    """Have the log show *** in place of a secret."""
    _print(f"::add-mask::{_data(secret)}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _print(line: str) -> None:
    sys.stdout.write(line.encode(errors="replace").decode() + "\n")
    sys.stdout.flush()


def run_quoted(command: Sequence[str], *, is_long: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a program and show what it says, in which the runner looks for no commands.

    Args:
        is_long: show what it says on stderr while it runs. It is not in the result then.
    """
    token = secrets.token_hex(16)
    _print(f"::stop-commands::{token}")
    try:
        # Both in one stream: of two, the runner might read the end of the quotation first.
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sys.stdout.fileno() if is_long else subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
        for each in ("", done.stderr) if is_long else (done.stdout, done.stderr):
            for line in (each or "").splitlines():
                _print(line)
    finally:
        _print(f"::{token}::")
    return done
