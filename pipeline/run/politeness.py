"""Manners towards hosts: pauses between downloads, and no more requests to one that asked us to slow down."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline.errors import CaptionsRateLimited, RateLimited
from pipeline.links import youtube_id
from pipeline.progress import Progress

PAUSE_SECONDS = (5.0, 15.0)
"""Between two downloads from YouTube: at least and at most."""

Fetched = TypeVar("Fetched")


@dataclass(slots=True)
class PoliteFetcher:
    """Fetches from YouTube with pauses, for as long as YouTube lets us. Other hosts are the user's own choice."""

    progress: Progress
    _downloaded: bool = False
    _limited: bool = False

    def fetch(self, address: str, get: Callable[[], Fetched]) -> Fetched:
        """What `get` fetches from `address`, after a pause where one is due.

        Raises:
            RateLimited: YouTube asked us to slow down, now or earlier in this run.
            FetchError: as `get` does.
        """
        on_youtube = youtube_id(address) is not None
        if on_youtube and self._limited:
            raise RateLimited(address, "skipped, as YouTube asked us to slow down")
        if on_youtube and self._downloaded:
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - jitter, not a secret
        try:
            return get()
        except CaptionsRateLimited:  # the sound may still be had
            raise
        except RateLimited:
            self._limited = on_youtube
            raise

    def note_progress(self, done: float, total: float) -> None:
        """Hear of bytes that came: the next download is not the first."""
        self._downloaded = True
        self.progress(done, total)
