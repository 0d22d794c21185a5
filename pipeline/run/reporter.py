"""Who hears how a run progresses."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Reporter(Protocol):
    """Hears how a run progresses."""

    def begin(self, path: Path) -> None:
        """A notes file begins, whether there is something to do for it or not."""

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        """A stage of a meeting begins. `unit` is what its progress counts: "bytes", "seconds" or ""."""

    def progress(self, done: float, total: float) -> None: ...

    def heard(self, start: float, text: str) -> None:
        """What is said from this second of the recording on, while it is being transcribed."""

    def say(self, text: str) -> None:
        """What is good to know."""

    def warn(self, text: str) -> None:
        """What somebody should do something about."""
