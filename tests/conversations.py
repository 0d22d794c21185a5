"""Meetings laid out of utterances at known times, and transcripts of them as people have them.

A meeting here is what the detection of speech makes of it: the utterances keep the stretches that were found in them,
so that any number of meetings with an exact truth costs no sound.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.records import Segment, SpeechActivity

Stretch = tuple[float, float]

MAX_CUE_SECONDS = 30.0
GAP_PROBABILITIES = {"usual": 0.7, "overlapping": 0.2, "thinking": 0.1}


@dataclass(frozen=True, slots=True)
class SpokenClip:
    """Something somebody said once: where in it the voice is, in seconds from its start."""

    text: str
    seconds: float
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A clip at its time in a meeting."""

    start: float
    clip: SpokenClip

    @property
    def end(self) -> float:
        return self.start + self.clip.seconds


@dataclass(frozen=True, slots=True)
class Manners:
    """How somebody's transcripts are made. Times in seconds."""

    jitter: float = 0.0  # each start is up to this early or late
    late: float = 0.0  # all cues are, as live captions
    missing: float = 0.0  # share of the cues
    whole_seconds: bool = False
    merged: float = 0.0  # cues closer than this become one, of up to MAX_CUE_SECONDS
    filled: bool = False  # each lasts until the next one begins
    captions: bool = False  # cut every dozen words, wherever that is in a sentence


def conversation(clips: Sequence[SpokenClip], seconds: float, draw: random.Random, *, pace: float = 1.0) -> list[Said]:
    """People who speak one after the other for about so long, now and then at the same time or after some thought.

    `pace` above 1 makes every pause longer.
    """
    said: list[Said] = []
    now = draw.uniform(0.5, 5.0)
    kinds = list(GAP_PROBABILITIES)
    while now < seconds:
        clip = draw.choice(clips)
        said.append(Said(now, clip))
        kind = draw.choices(kinds, list(GAP_PROBABILITIES.values()))[0]
        gap = {"usual": draw.uniform(0.15, 1.2), "overlapping": draw.uniform(-2.0, 0.0)}.get(kind)
        if gap is None:
            gap = min(draw.expovariate(1 / 6.0) + 1.0, 60.0)
        now = max(now + 0.5, now + clip.seconds + (gap * pace if gap > 0 else gap))
    return said


def heard(said: Sequence[Said], draw: random.Random, *, missed: float = 0.03) -> list[Stretch]:
    """Where a detector hears speech in it: it misses a stretch now and then."""
    found = [
        (each.start + start, each.start + end)
        for each in said
        for start, end in each.clip.stretches
        if draw.random() >= missed
    ]
    return joined(found)


def joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """In order, and those that touch as one."""
    whole: list[Stretch] = []
    for start, end in sorted(stretches):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def music(seconds: float, draw: random.Random) -> list[Stretch]:
    """What a detector takes for speech in music: a little, here and there."""
    found: list[Stretch] = []
    now = draw.expovariate(1 / 15.0)
    while now < seconds:
        found.append((now, min(now + draw.uniform(0.2, 3.0), seconds)))
        now = found[-1][1] + draw.expovariate(1 / 15.0)
    return found


def moved(stretches: Sequence[Stretch], by: float) -> list[Stretch]:
    return [(start + by, end + by) for start, end in stretches]


@dataclass(frozen=True, slots=True)
class Cut:
    """Of the meeting, `start` to `end` is not in the recording."""

    start: float
    end: float


def recorded(
    stretches: Sequence[Stretch], seconds: float, cuts: Sequence[Cut] = ()
) -> tuple[SpeechActivity, Callable[[float], float | None]]:
    """The speech of a recording that lacks `cuts`, and when in it is what was in the meeting at a time."""

    def place(time: float) -> float | None:
        if any(cut.start <= time < cut.end for cut in cuts) or not 0.0 <= time <= seconds:
            return None
        return time - sum(cut.end - cut.start for cut in cuts if cut.end <= time)

    edges = [0.0, *(edge for cut in cuts for edge in (cut.start, cut.end)), seconds]
    kept: list[Stretch] = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        by = (place(first) or 0.0) - first
        kept += [
            (max(start, first) + by, min(end, last) + by) for start, end in stretches if start < last and end > first
        ]
    length = seconds - sum(cut.end - cut.start for cut in cuts)
    return SpeechActivity(tuple(joined(kept)), length), place


def transcript(
    said: Sequence[Said], manners: Manners, draw: random.Random, clock: Callable[[float], float] = lambda time: time
) -> list[Segment]:
    """Cues of it, by another clock. Nothing stands before zero there."""
    cues = [Segment(each.start, each.end, each.clip.text) for each in said]
    if manners.merged:
        cues = _merged(cues, manners.merged)
    if manners.captions:
        cues = [part for cue in cues for part in _caption_lines(cue)]
    cues = [cue for cue in cues if draw.random() >= manners.missing]
    if manners.filled:
        cues = [
            replace(one, end=max(one.start + 0.5, min(two.start, one.start + MAX_CUE_SECONDS)))
            for one, two in pairwise(cues)
        ]
    made = []
    for cue in cues:
        by = manners.late + draw.uniform(-manners.jitter, manners.jitter)
        start, end = clock(cue.start) + by, clock(cue.end) + by + draw.uniform(0.0, manners.jitter)
        if manners.whole_seconds:
            start, end = round(start), max(round(end), round(start) + 1)
        if start >= 0.0:
            made.append(Segment(start, end, cue.text))
    return sorted(made, key=lambda cue: cue.start)


def _merged(cues: Sequence[Segment], gap: float) -> list[Segment]:
    whole: list[Segment] = []
    for cue in cues:
        last = whole[-1] if whole else None
        if last and cue.start - last.end < gap and cue.end - last.start < MAX_CUE_SECONDS:
            whole[-1] = Segment(last.start, max(cue.end, last.end), f"{last.text} {cue.text}")
        else:
            whole.append(cue)
    return whole


def _caption_lines(cue: Segment, words: int = 12) -> list[Segment]:
    text = cue.text.split()
    pace = (cue.end - cue.start) / max(len(text), 1)
    return [
        Segment(cue.start + pace * at, cue.start + pace * min(at + words, len(text)), " ".join(text[at : at + words]))
        for at in range(0, len(text), words)
    ]
