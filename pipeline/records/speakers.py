"""Who speaks in a meeting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeardSpeaker:
    """Somebody whom the transcript names: how long they speak, in how many turns, and when they first do (seconds)."""

    name: str
    seconds: float
    turns: int
    start: float


@dataclass(frozen=True, slots=True)
class WrittenSpeaker:
    """Somebody whom only the notes name as speaking: in so many blocks, the first of which has this id."""

    name: str
    blocks: int
    block_id: str


@dataclass(frozen=True, slots=True)
class MeetingSpeakers:
    """Those who speak in one meeting, by names; labels such as `SPEAKER_00` are none."""

    heard: tuple[HeardSpeaker, ...] = ()
    written: tuple[WrittenSpeaker, ...] = ()
    recording: str = ""  # as that of `MeetingTopics`
