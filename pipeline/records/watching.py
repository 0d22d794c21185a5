"""The videos of a channel, a playlist or another list, as whoever lists them tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
