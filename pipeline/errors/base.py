"""What all errors are."""

from __future__ import annotations

import re
from typing import Self

from pipeline.file_names import printable

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


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

    @property
    def reason(self) -> str:
        """The kind of failure, as programs know it: "no-network" for NoNetwork."""
        return _WORD_START.sub("-", type(self).__name__).lower()

    def within(self, place: str) -> Self:
        """The same error, its sentence led by where it happened."""
        self.args = (f"{place}: {self}",)
        return self


class ConfigError(JumpnotesError):
    """A setting has a value that cannot be used."""


class WebhookRefused(JumpnotesError):
    """A program that wanted to be told did not take it.

    `is_uncertain`: the connection was lost after the request had been sent, so it may have been taken.
    """

    hint = "Check JUMPNOTES_WEBHOOKS and the program that listens there."
    retryable = True

    def __init__(self, url: str, problem: str, *, retryable: bool | None = None, is_uncertain: bool = False) -> None:
        super().__init__(f"{url} {problem}", retryable=retryable)
        self.is_uncertain = is_uncertain
