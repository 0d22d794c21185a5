"""What is understood of a draft: what looking at it answers, and what people are shown before anything runs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import msgspec

from pipeline.records import JobFailure, Notes

MAX_PREVIEW_BYTES = 2_000_000
"""Notes that take more as JSON are not shown as a preview."""


@dataclass(frozen=True, slots=True)
class UnderstoodRecording:
    """The recording of a meeting. `url`: where it is, None for a file that was uploaded; `duration` in seconds."""

    url: str | None
    kind: Literal["youtube", "link", "file", "none"]
    title: str | None = None
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class UnderstoodSection:
    """A heading of the notes."""

    title: str
    level: int


@dataclass(frozen=True, slots=True)
class UnderstoodMeeting:
    """One meeting of the notes. `date` is ISO; it is known where somebody wrote it, and not where it is the host's."""

    title: str
    date: str | None
    date_is_known: bool
    recording: UnderstoodRecording | None
    sections: tuple[UnderstoodSection, ...]
    blocks: int


@dataclass(frozen=True, slots=True)
class SameRecording:
    """A meeting of the archive with the same recording."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What is understood of a draft. `notes` are for the preview, and empty where they are too long for one.

    `makes_notes`: there are none, so they are made of what the host says of the recording, and its chapters.
    `failures`: why hosts said nothing of recordings.
    """

    meetings: tuple[UnderstoodMeeting, ...]
    duration: float | None  # of the recording, or of its transcript, in seconds
    warnings: tuple[str, ...] = ()
    notes: tuple[Notes, ...] = ()
    same_recording: tuple[SameRecording, ...] = ()
    makes_notes: bool = False
    failures: tuple[JobFailure, ...] = ()


def encode(understood: Understood) -> str:
    """As the result of a job."""
    return msgspec.json.encode(understood).decode()


def decode(result: str) -> Understood | None:
    """What the result of a job says; None: another version of jumpnotes wrote it."""
    with suppress(msgspec.MsgspecError):
        return msgspec.json.decode(result, type=Understood)
    return None
