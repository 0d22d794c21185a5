"""Follows a database that other machines write, too: the index of this one is brought up to date soon after each write.

A search does not rely on it, and brings in by itself what is missing; but after this, little is.
"""

from __future__ import annotations

import logging
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from pipeline.errors import StoreError
from pipeline.refresh import Archive

PAUSE_SECONDS = 1.0
"""Between two looks, each of which is one question for a number while there is nothing new."""

_REMAKING_PAUSE_SECONDS = 3_600.0
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


class _Follower:
    """What it has seen, and the process that makes the index anew where texts are gone that old parts of it still have.

    On other machines nobody knows of this index, so who removes something there cannot see to that.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._seen: int | None = None
        self._is_told = False
        self._remaking: subprocess.Popen[bytes] | None = None
        self._next_remaking = 0.0  # on the monotonic clock

    def look(self) -> None:
        try:
            change = self._archive.store.last_change()
            if change != self._seen and not self._archive.missing():
                self._seen = change
            if self._seen == change:
                self._leave_nothing_behind()
            self._is_told = False
        except StoreError as error:
            (_log.info if self._is_told else _log.warning)("the search index does not follow the database: %s", error)
            self._is_told, self._seen = True, None  # it may be another one when it is back

    def _leave_nothing_behind(self) -> None:
        if self._remaking is not None and self._remaking.poll() is None:
            return
        if time.monotonic() >= self._next_remaking and self._archive.has_gone_texts():
            self._remaking = self._archive.remake_elsewhere()
            self._next_remaking = time.monotonic() + _REMAKING_PAUSE_SECONDS

    def end(self) -> None:
        if self._remaking is not None and self._remaking.poll() is None:
            self._remaking.terminate()  # which leaves the old index as it is
            self._remaking.wait(_END_SECONDS)


def _follow(archive: Archive, stopping: Event, pause_seconds: float) -> None:
    follower = _Follower(archive)
    while not stopping.wait(pause_seconds):
        follower.look()
    follower.end()
