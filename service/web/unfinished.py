"""What a request begins and another process ends: it takes minutes, and needs what the web does without."""

from __future__ import annotations

import subprocess
from threading import Lock

from flask import Flask

from pipeline.background import start
from pipeline.config import Settings

_KEY = "jumpnotes.unfinished"


class _Finisher:
    """At most one process that overwrites what passages have left in files."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._lock:
            if self._process is None or self._process.poll() is not None:  # one that runs looks again before it ends
                self._process = start(self._settings.data_dir, "redact", database=self._settings.database)


def register(app: Flask, settings: Settings) -> None:
    """Let `app` have work finished."""
    app.extensions[_KEY] = _Finisher(settings)


def finish(app: Flask) -> None:
    """Overwrite what passages that were taken out have left in files, soon. Nothing shows them meanwhile."""
    finisher: _Finisher = app.extensions[_KEY]
    finisher.start()
