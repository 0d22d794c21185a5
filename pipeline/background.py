"""A command of jumpnotes in a process of its own, for what would keep whoever asks for it waiting too long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_MAIN = "from pipeline.cli import main; main()"


def start(data_dir: Path, *arguments: str, database: str | None = None) -> subprocess.Popen[bytes]:
    """Begin `jumpnotes ARGUMENTS` for the archive in `data_dir`. It is silent, and outlives its caller.

    Args:
        database: the address of its database, if that is on a server. It is handed over where nobody else sees it.
    """
    command = [sys.executable, "-P", "-c", _MAIN, *arguments, "--data-dir", str(data_dir)]
    root = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": root} | ({"JUMPNOTES_DATABASE": database} if database else {}),
        start_new_session=True,
    )
