"""Which excerpts of a recording to listen to next: first all over it, then where something was cut out.

What is said in a row has one offset. Where two excerpts agree about it there is nothing to look for between them; where
they do not, the next one is in the middle, as in a binary search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.arrays import FloatArray
from pipeline.records import SpeechActivity
from pipeline.sync.said_places import HeardExcerpt, Stretch
from pipeline.sync.speech_clock import RATES

EXCERPT_SECONDS = 14.0  # two of them in what a speech model hears at a time

_FIRST_EXCERPTS = 8  # of a recording of up to 40 minutes
_FIRST_EVERY_SECONDS = 300.0  # of a longer one

_END_SHARE = 0.02  # of all, before the first one and after the last
_MIN_SPEECH_SECONDS = 7.0  # in an excerpt
_EVERY_SECONDS = 5.0  # an excerpt may begin, where nobody stops for breath
_AGREEING_SECONDS = 2.5  # between the offsets of two excerpts
_CUT_WEIGHT, _UNKNOWN_WEIGHT = 3.0, 2.0  # of a gap in which something was cut out, or beside which nothing was found
_MIN_CUT_GAP_SECONDS = 20.0  # in which no excerpt is sought any more
_MIN_GAP_SECONDS = 60.0  # where less is to be found out
_MIN_UNKNOWN_GAP_SHARE, _MIN_GAP_SHARE = 1 / 40, 1 / 14  # of the recording: beside nothing, and between two that agree


@dataclass(frozen=True, slots=True)
class _Gap:
    """Seconds of the recording between excerpts."""

    start: float
    end: float
    weight: float

    @property
    def worth(self) -> float:
        return self.weight * (self.end - self.start)


def candidates(speech: SpeechActivity) -> list[Stretch]:
    """All excerpts that begin with somebody speaking, and in which it goes on."""
    starts = [
        at
        for start, end in speech.stretches
        for at in np.arange(start, max(end - _EVERY_SECONDS, start + 0.1), _EVERY_SECONDS).tolist()
    ]
    edges = np.array(speech.stretches, dtype=np.float64).reshape(-1, 2)
    spoken = np.concatenate([[0.0], np.cumsum(edges[:, 1] - edges[:, 0])])
    found = []
    for start in starts:
        first = int(np.searchsorted(edges[:, 1], start, "right"))
        last = int(np.searchsorted(edges[:, 0], start + EXCERPT_SECONDS))
        end = min(float(edges[last - 1, 1]), start + EXCERPT_SECONDS)
        before = start - float(edges[first, 0])
        beyond = float(edges[last - 1, 1]) - end
        if spoken[last] - spoken[first] - before - beyond >= _MIN_SPEECH_SECONDS:
            found.append((float(start), end))
    return found


def first_count(end: float) -> int:
    """How many excerpts of a recording of `end` seconds are heard in any case."""
    return max(_FIRST_EXCERPTS, round(end / _FIRST_EVERY_SECONDS))


def next_excerpts(usable: Sequence[Stretch], heard: Sequence[HeardExcerpt], end: float, count: int) -> list[Stretch]:
    """Up to `count` more of the `usable` excerpts of a recording of `end` seconds, in order; none: that is enough."""
    starts = np.array([start for start, _ in usable], dtype=np.float64)
    if not heard:
        wanted = np.linspace(_END_SHARE * len(usable), (1 - _END_SHARE) * len(usable), count).astype(int)
        return _apart([usable[at] for at in np.unique(wanted).tolist() if at < len(usable)])
    gaps = list(_gaps(sorted(heard, key=lambda each: each.stretch), end))
    chosen: list[Stretch] = []
    while len(chosen) < count and gaps:
        gap = max(gaps, key=lambda each: each.worth)
        gaps.remove(gap)
        stretch = _in_the_middle(usable, starts, gap) if _is_worthwhile(gap, end) else None
        if stretch:
            chosen.append(stretch)
            gaps += [_Gap(gap.start, stretch[0], gap.weight), _Gap(stretch[1], gap.end, gap.weight)]
    return sorted(chosen)


def _apart(stretches: Sequence[Stretch]) -> list[Stretch]:
    kept = list(stretches[:1])
    for stretch in stretches[1:]:
        if stretch[0] >= kept[-1][1]:
            kept.append(stretch)
    return kept


def _is_worthwhile(gap: _Gap, end: float) -> bool:
    share = {_CUT_WEIGHT: 0.0, _UNKNOWN_WEIGHT: _MIN_UNKNOWN_GAP_SHARE}.get(gap.weight, _MIN_GAP_SHARE)
    least = max(_MIN_CUT_GAP_SECONDS if gap.weight == _CUT_WEIGHT else _MIN_GAP_SECONDS, share * end)
    return gap.end - gap.start > least


def _in_the_middle(usable: Sequence[Stretch], starts: FloatArray, gap: _Gap) -> Stretch | None:
    """The excerpt nearest to the middle of a gap, cut off where the gap ends."""
    middle = (gap.start + gap.end - EXCERPT_SECONDS) / 2
    first, last = np.searchsorted(starts, [gap.start, gap.end - _MIN_SPEECH_SECONDS])
    if first >= last:
        return None
    start, stop = usable[int(first + np.abs(starts[first:last] - middle).argmin())]
    return start, min(stop, gap.end)


def _gaps(heard: Sequence[HeardExcerpt], end: float) -> Iterator[_Gap]:
    drift = usual_drift(heard)
    edges = [0.0, *(edge for each in heard for edge in each.stretch), end]
    for number, (start, stop) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
        before = next((each for each in reversed(heard[:number]) if each.places), None)
        after = next((each for each in heard[number:] if each.places), None)
        weight = 1.0
        if before and after and not agree(before, after, drift):
            weight = _CUT_WEIGHT
        elif not all(each.places for each in heard[max(number - 1, 0) : number + 1]):
            weight = _UNKNOWN_WEIGHT
        yield _Gap(start, stop, weight)


def usual_drift(heard: Sequence[HeardExcerpt]) -> float:
    """The slope of the offsets, in seconds of the recording's clock, at which most neighbours agree; best none."""
    located = [each for each in heard if each.places]

    def agreeing(rate: float) -> int:
        return sum(agree(before, after, 1 - 1 / rate) for before, after in pairwise(located))

    return 1 - 1 / max(RATES, key=lambda rate: (agreeing(rate), -abs(rate - 1)))


def agree(before: HeardExcerpt, after: HeardExcerpt, drift: float) -> bool:
    """Whether the places of two excerpts are known, and nothing was cut out between them."""
    if not before.places or not after.places:
        return False
    change = after.lag - before.lag - drift * (after.stretch[0] - before.stretch[0])
    doubts = [min(place.doubt for place in each.places) for each in (before, after)]
    return abs(change) <= _AGREEING_SECONDS + max(doubts)
