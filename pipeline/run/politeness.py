"""Manners towards hosts: pauses between downloads, and no more requests to one that asked us to slow down or that is
not there.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from pipeline.errors import CaptionsRateLimited, NoNetwork, RateLimited
from pipeline.links import youtube_id
from pipeline.progress import Progress

PAUSE_SECONDS = (5.0, 15.0)
"""Between two downloads from YouTube: at least and at most."""

Fetched = TypeVar("Fetched")

_YOUTUBE = "YouTube"


@dataclass(slots=True)
class PoliteFetcher:
    """Fetches from YouTube with pauses, and from any host for as long as it is there and lets us."""

    progress: Progress
    _downloaded: bool = False
    _received: bool = False  # anything by the fetch in hand
    _refusals: dict[str, NoNetwork | RateLimited] = field(default_factory=dict)  # by host

    def fetch(self, address: str, get: Callable[[], Fetched]) -> Fetched:
        """What `get` fetches from `address`, after a pause where one is due.

        Raises:
            RateLimited: YouTube asked us to slow down, now or earlier in this run.
            NoNetwork: the host cannot be reached, now or earlier in this run.
            FetchError: as `get` does.
        """
        host = _host_of(address)
        match self._refusals.get(host):
            case RateLimited():
                raise RateLimited(address, "skipped, as YouTube asked us to slow down")
            case NoNetwork() as error:
                raise NoNetwork(address, error.problem, hint=error.hint)
        if host == _YOUTUBE and self._downloaded:
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - jitter, not a secret
        self._received = False
        try:
            return get()
        except CaptionsRateLimited:  # the sound may still be had
            raise
        except RateLimited as error:
            if host == _YOUTUBE:
                self._refusals[host] = error
            raise
        except NoNetwork as error:
            # Not for what is about one recording: the host stopped answering, broke off or failed in the middle of it.
            if type(error) is NoNetwork and host and not self._received:
                self._refusals[host] = error
            raise

    def note_progress(self, done: float, total: float) -> None:
        """Hear of bytes that came: the next download is not the first."""
        self._downloaded = self._received = True
        self.progress(done, total)


def _host_of(address: str) -> str:
    """Whom an address asks; "" for a file."""
    if youtube_id(address) is not None:
        return _YOUTUBE
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower() if "://" in address else ""
    except ValueError:
        return ""
