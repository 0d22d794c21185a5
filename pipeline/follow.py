"""Follows a database that other machines write, too: the index of this one is brought up to date soon after each write.

A search does not rely on it, and brings in by itself what is missing; but after this, little is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from pipeline.errors import StoreError
from pipeline.refresh import Archive

PAUSE_SECONDS = 1.0
"""Between two looks, each of which is one question for a number while there is nothing new."""

_END_SECONDS = 5.0

_log = logging.getLogger(__name__)


@contextmanager
def following(archive: Archive, *, pause_seconds: float = PAUSE_SECONDS) -> Iterator[None]:
    """Follow the database in a thread beside whatever is done here; where it is a file, nobody has to.

    That the database cannot be reached is logged once, and passes.
    """
    if not archive.store.is_shared:
        yield
        return
    stopping = Event()
    thread = Thread(target=_follow, args=(archive, stopping, pause_seconds), name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(_END_SECONDS)


def _follow(archive: Archive, stopping: Event, pause_seconds: float) -> None:
    seen: int | None = None
    is_told = False
    while not stopping.wait(pause_seconds):
        try:
            change = archive.store.last_change()
            if change != seen and not archive.missing():
                seen = change
            is_told = False
        except StoreError as error:
            (_log.info if is_told else _log.warning)("the search index does not follow the database: %s", error)
            is_told, seen = True, None  # it may be another one when it is back
