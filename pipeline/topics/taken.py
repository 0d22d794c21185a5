"""Which parts of a text have been read as something already."""

from __future__ import annotations


class Taken:
    """The spans of a text that something was found in, so that nothing else is found there."""

    def __init__(self, length: int) -> None:
        self._marks = bytearray(length)

    def add(self, start: int, end: int) -> None:
        self._marks[start:end] = b"\1" * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing was found in a span."""
        return not any(self._marks[start:end])
