"""What of the log a run shows: what is told once is told once, and to those who want quiet only what is wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown_log(note_told: Callable[[str], bool], *, quiet: bool) -> Iterator[None]:
    """While the context lasts, records with the attribute `once` pass if `note_told` says that their message is new.

    With `quiet`, all others pass only from ERROR on.
    """

    def passes(record: logging.LogRecord) -> bool:
        if getattr(record, "once", False):
            return note_told(record.getMessage())
        return not quiet or record.levelno >= logging.ERROR

    handlers = list(logging.getLogger().handlers)
    for handler in handlers:
        handler.addFilter(passes)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(passes)
