"""The videos of a channel, a playlist or another list, and the notes that they may belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

VideoStatus = Literal["recorded", "upcoming", "live", "processing", "private", "unavailable"]
"""Whether a video can be had: only what is "recorded" can."""


@dataclass(frozen=True, slots=True)
class ListedVideo:
    """A video of a list."""

    url: str
    id: str  # of YouTube; elsewhere the URL
    title: str
    at: datetime | None  # of its stream or release, else of its upload; UTC
    has_time: bool  # `at` is a time; otherwise only its day is known
    duration: float | None  # in seconds
    status: VideoStatus
    description: str = ""


@dataclass(frozen=True, slots=True)
class NotesWithoutRecording:
    """Notes of the archive that link no recording and were given none."""

    slug: str
    path: str
    title: str
    date: date | None
    alone: bool = True  # in their file: a recording can be given only for a whole file


@dataclass(frozen=True, slots=True)
class Match:
    """A video that may be the recording of some notes. `score` is 0..1.

    `unique`: it fits these notes and no others, no other video fits them, and nothing speaks against it. `dated`: at
    least their dates agree, nothing speaks against it, and it could be taken.
    """

    video: ListedVideo
    notes: NotesWithoutRecording
    reasons: tuple[str, ...]  # in words; what speaks against it begins with "but"
    score: float
    unique: bool = False
    dated: bool = False


class MatchState(StrEnum):
    """What became of a match: it is proposed until somebody decides, or it no longer applies."""

    PROPOSED = "proposed"
    TAKEN = "taken"
    REFUSED = "refused"
    SUPERSEDED = "superseded"  # the notes have a recording by now, the video is another's, or another fits better


class CaptionsVerdict(StrEnum):
    """What the captions of a video say when the notes are aligned with them."""

    AGREE = "agree"
    UNCLEAR = "unclear"
    DIFFER = "differ"
    NONE = "none"  # there are none, or none in the language of the notes


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """A match with its number, as it is kept."""

    id: int
    match: Match
    state: MatchState
    captions: CaptionsVerdict | None = None  # None: they were not asked for
    captions_score: float | None = None  # 0..1, as `pipeline.matching.by_captions` measures it
    author: str | None = None  # who decided
    job: int | None = None  # that was put when it was taken
