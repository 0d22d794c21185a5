"""Places that are watched for new meetings, and what was found there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.records.jobs import JobFailure


class WatchKind(StrEnum):
    """What is at the address that is watched."""

    FOLDER = "folder"  # on a disk of this machine, or on a share
    REPOSITORY = "repository"  # of git
    LISTING = "listing"  # a channel, a playlist or another list of recordings


class ItemState(StrEnum):
    """What has become of something that was found in a watched place."""

    WAITING = "waiting"  # looked at again: it is being written or broadcast, or has not begun
    DONE = "done"  # a job was put, or a meeting has it already
    OPEN = "open"  # a recording without notes
    UNAVAILABLE = "unavailable"  # private or removed: noted, and not tried
    GONE = "gone"  # it was there once


@dataclass(frozen=True, slots=True)
class Watch:
    """A watched place, and how the looks at it went. `cursor` is JSON that only its kind understands."""

    id: int
    kind: WatchKind
    address: str  # a path or a URL; it may have a password in it
    every: float  # seconds between two looks
    author: str  # who wants it watched
    created_at: datetime  # UTC, as all times
    next_at: datetime
    cursor: str = "{}"
    scanned_at: datetime | None = None  # the last look that did not fail
    failure: JobFailure | None = None  # of the last look
    failures: int = 0  # looks in a row that failed
    configured: bool = False  # a settings file names it
    makes_notes: bool = False  # of recordings that have none


@dataclass(frozen=True, slots=True)
class WatchedItem:
    """Notes or a recording, found in a watched place.

    `fingerprint` changes when the content does; of notes it covers the recording and the transcript beside them.
    """

    key: str  # a path from the watched folder on, or the id of a recording
    state: ItemState
    fingerprint: str = ""  # of what the last job was put for; "": there was none
    title: str = ""
    url: str = ""  # of a recording
    at: datetime | None = None  # of a recording, UTC
    has_time: bool = False  # `at` is a time; otherwise only its day is known
    duration: float | None = None  # of a recording, in seconds
    detail: str = ""  # of a recording its description; of notes JSON of how the files looked last
