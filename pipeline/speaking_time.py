"""Who speaks in a transcript, how long and how often."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from pipeline.records import Transcript


@dataclass(frozen=True, slots=True)
class SpeakingTime:
    """What one person says: `seconds` in all, in so many turns, each until somebody else speaks."""

    speaker: str
    seconds: float
    turns: int


def speaking_times(transcript: Transcript) -> tuple[SpeakingTime, ...]:
    """Of everybody whom the transcript names, who speaks longest first."""
    seconds: dict[str, float] = {}
    turns: dict[str, int] = {}
    for speaker, turn in groupby(transcript.heard, key=lambda segment: segment.speaker):
        if speaker is not None:
            turns[speaker] = turns.get(speaker, 0) + 1
            seconds[speaker] = seconds.get(speaker, 0.0) + sum(segment.end - segment.start for segment in turn)
    times = (SpeakingTime(speaker, round(seconds[speaker], 3), turns[speaker]) for speaker in seconds)
    return tuple(sorted(times, key=lambda time: (-time.seconds, time.speaker)))
