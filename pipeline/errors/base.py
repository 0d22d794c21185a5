"""What all errors are."""

from __future__ import annotations

from typing import Self

from pipeline.file_names import printable


class JumpnotesError(Exception):
    """Something a user can act on. `str()` is one sentence; `hint` is the next step."""

    hint: str = ""
    retryable: bool = False

    def __init__(self, message: str, *, hint: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(printable(message))  # of what is outside: names of files, what a host said
        if hint is not None:
            self.hint = hint
        if retryable is not None:
            self.retryable = retryable

    def within(self, place: str) -> Self:
        """The same error, its sentence led by where it happened."""
        self.args = (f"{place}: {self}",)
        return self


class ConfigError(JumpnotesError):
    """A setting has a value that cannot be used."""
