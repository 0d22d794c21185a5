"""Who speaks in a transcript, how long and how often."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.records import Transcript
from pipeline.topics.speaker_identity import speaker_key


@dataclass(frozen=True, slots=True)
class SpeakingTime:
    """What one person says: `seconds` in all, in so many turns, each until somebody else speaks."""

    speaker: str
    seconds: float
    turns: int


def speaking_times(transcript: Transcript) -> tuple[SpeakingTime, ...]:
    """Of everybody whom the transcript names, who speaks longest first. The spellings of a name are one person."""
    transcript = in_one_spelling(transcript)
    seconds: dict[str, float] = {}
    turns: dict[str, int] = {}
    for speaker, turn in groupby(transcript.heard, key=lambda segment: segment.speaker):
        if speaker is not None:
            turns[speaker] = turns.get(speaker, 0) + 1
            seconds[speaker] = seconds.get(speaker, 0.0) + sum(segment.end - segment.start for segment in turn)
    times = (SpeakingTime(speaker, round(seconds[speaker], 3), turns[speaker]) for speaker in seconds)
    return tuple(sorted(times, key=lambda time: (-time.seconds, time.speaker)))


def in_one_spelling(transcript: Transcript) -> Transcript:
    """The transcript with one spelling of each name: that in which they speak longest."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    heard: Counter[str] = Counter()
    for segment in transcript.heard:
        if segment.speaker is not None:
            heard[segment.speaker] += round((segment.end - segment.start) * 1000)
    for speaker, length in heard.items():
        spellings[speaker_key(speaker)][speaker] = length
    usual = {key: max(of.items(), key=lambda item: (item[1], item[0]))[0] for key, of in spellings.items()}
    names = {speaker: usual[key] for key, of in spellings.items() for speaker in of if speaker != usual[key]}
    if not names:
        return transcript
    segments = (replace(each, speaker=names.get(each.speaker or "", each.speaker)) for each in transcript.segments)
    return replace(transcript, segments=tuple(segments))
