"""How far what an answer shows has changed: one meeting, the whole archive, or nothing but the program.

The database numbers every write, whichever process made it, so one look tells whether an answer is still right.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock

from flask import Flask, current_app

from pipeline.records import Recording
from pipeline.store import FORGOTTEN
from service.web.media_files import playable_parts
from service.web.store import archive_of, search_index, store

_KEY = "jumpnotes.versions"


@dataclass(frozen=True, slots=True)
class Version:
    """What an answer is made from: equal tokens, equal answers. `since` is when this server first saw it, in whole
    seconds since 1970; no two versions of the same thing have the same.
    """

    token: tuple[object, ...]
    since: int


class Versions:
    """The versions that were seen last, by what they are of."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[str, Version] = {}
        self._recordings: dict[str, tuple[int, Recording | None]] = {}  # with the number of the meeting's last write

    def seen(self, name: str, *token: object) -> Version:
        """The version of something that is known by its `name`."""
        with self._lock:
            seen = self._seen.get(name)
            if seen is None or seen.token != token:
                now = int(time.time())
                seen = self._seen[name] = Version(token, max(now, seen.since + 1) if seen else now)
            return seen

    def forget(self, slug: str) -> None:
        """Keep nothing of a meeting that is not there."""
        with self._lock:
            self._seen.pop(f"/{slug}", None)
            self._seen.pop(f"/{slug}/", None)
        self._recordings.pop(slug, None)

    def recording(self, slug: str, number: int) -> Recording | None:
        """The recording of a meeting whose last write has this number."""
        known, recording = self._recordings.get(slug, (0, None))
        if known != number or (recording is not None and not all(playable_parts(recording))):  # it may be elsewhere now
            stored = store().recording(slug)
            recording = stored.record if stored else None
            self._recordings[slug] = number, recording
        return recording


def register(app: Flask) -> None:
    """Let `app` know what has changed."""
    app.extensions[_KEY] = Versions()


def of_program() -> Version:
    """The version of what no meeting is shown in."""
    return _versions().seen("")


def of_archive() -> Version:
    """The version of all that is stored, and of the search index, which follows it."""
    indexed = search_index().content_version()  # first: who searches brings it up to date
    archive = archive_of(current_app)
    views = archive.topics.views.generation, archive.speakers.views.generation
    return _versions().seen("*", store().last_change(), store().damaged, indexed, views)


def of_meeting(slug: str) -> Version | None:
    """The version of one meeting, None where there is none. That its recording's file is gone is a change, too."""
    return of_meeting_beside(slug)


def of_meeting_beside(slug: str, *beside: object) -> Version | None:
    """The version of one meeting, and of what else is shown with it."""
    number = store().last_change(slug)
    if not number:
        _versions().forget(slug)
        return None
    recording = _versions().recording(slug, number)
    name = f"/{slug}/" if beside else f"/{slug}"
    return _versions().seen(name, number, *playable_parts(recording), *beside)


def forgettings() -> int:
    """What rises whenever meetings are forgotten, whose names must then be in no answer that is kept."""
    return store().last_change(FORGOTTEN)


def _versions() -> Versions:
    found: Versions = current_app.extensions[_KEY]
    return found
