"""Where in a transcript the words are that were heard in a few excerpts of its recording.

An excerpt is short and a transcript long, so a run that both have may be an accident. Runs of one excerpt that lie on
one diagonal, at about the same distance from each other in both texts, are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.arrays import BoolArray, FloatArray, IntArray
from pipeline.records import Segment, TranscriptClock
from pipeline.sync.anchors import run_length, shared_runs, token_numbers
from pipeline.sync.spoken_tokens import SpokenTokens, spoken_tokens

Stretch = tuple[float, float]
"""Seconds of the recording."""

_DIAGONAL_TOKENS = 12  # by how many words an excerpt may be heard longer or shorter than it is written
_MIN_TOKENS = 6  # that agree on one diagonal: two runs, or one of six
_MIN_LEAD = 1.5  # times as many as on any other diagonal: a prayer or a formula is said again
_MAX_OCCURRENCES = 8  # of a run in the transcript
_MIN_EXPECTED_TOKENS = 5  # where they are expected; runs may be shorter by one there,
_MAX_EXPECTED_OCCURRENCES = 60  # and more usual
_EXPECTED_REACH_SECONDS = 8.0
_NATS_A_TOKEN, _FREE_TOKENS, _MAX_NATS = 2.0, 2, 24.0  # by which an excerpt's place is likelier than any other
_CUE_DOUBT_SECONDS = 0.7  # of the start of a cue


@dataclass(frozen=True, slots=True)
class SaidPlace:
    """What a cue has at `time` is said `lag` seconds later in the recording."""

    time: float  # seconds of the transcript
    lag: float
    doubt: float  # standard deviation of the lag, seconds
    nats: float  # by which this is likelier than any other place


@dataclass(frozen=True, slots=True)
class HeardExcerpt:
    """A stretch of the recording that was listened to. `places`: nothing of it is in the transcript, if empty."""

    stretch: Stretch
    words: int
    known_words: int  # of them, that are anywhere in the transcript
    places: tuple[SaidPlace, ...] = ()

    @property
    def time(self) -> float:
        """Seconds of the transcript."""
        return float(np.median([place.time for place in self.places]))

    @property
    def lag(self) -> float:
        """Seconds by which it is later in the recording."""
        return float(np.average([place.lag for place in self.places], weights=[p.nats for p in self.places]))


def find_places(
    given: SpokenTokens,
    heard: Sequence[Segment],
    stretches: Sequence[Stretch],
    by_sound: TranscriptClock | None = None,
) -> list[HeardExcerpt]:
    """What was heard in each of the stretches, which are in order, and where that is in the transcript.

    Less has to agree where the offset is as the sound tells, or as it is found in the nearest stretches.
    """
    theirs = spoken_tokens(heard)
    left, right = token_numbers(given.texts, theirs.texts)
    length = run_length(given.texts)
    runs = shared_runs(left, right, length, _MAX_OCCURRENCES)
    shorter = shared_runs(left, right, length - 1, _MAX_EXPECTED_OCCURRENCES)
    middles = (theirs.starts + theirs.ends) / 2
    excerpt_of = np.searchsorted([start for start, _ in stretches], middles, "right") - 1
    known = np.isin(right, left)
    found = []
    for number, stretch in enumerate(stretches):
        own = excerpt_of == number
        pairs = _on_best_diagonal(*_within(own, *runs, length), length, _MIN_TOKENS)
        places = _places(given, theirs, *pairs) if pairs else ()
        found.append(HeardExcerpt(stretch, int(own.sum()), int(known[own].sum()), places))
    lags = theirs.starts[shorter[1]] - given.starts[shorter[0]]
    sound_lags = _lags(by_sound, given.starts)[shorter[0]]
    for number, each in enumerate(found):
        nearest = [next((e.lag for e in side if e.places), np.nan) for side in (found[number::-1], found[number:])]
        expected = np.abs(lags[:, None] - np.stack([sound_lags, *(np.full(len(lags), lag) for lag in nearest)], axis=1))
        near = (expected <= _EXPECTED_REACH_SECONDS).any(axis=1)
        if not each.places and near.any():
            own = excerpt_of == number
            inside = _within(own, shorter[0][near], shorter[1][near], length - 1)
            pairs = _on_best_diagonal(*inside, length - 1, _MIN_EXPECTED_TOKENS)
            if pairs:
                found[number] = replace(each, places=_places(given, theirs, *pairs))
    return found


def _within(own: BoolArray, here: IntArray, there: IntArray, length: int) -> tuple[IntArray, IntArray]:
    """The runs whose tokens are all in one excerpt, its `own`."""
    inside = own[there] & own[there + length - 1]
    return here[inside], there[inside]


def _lags(clock: TranscriptClock | None, times: FloatArray) -> FloatArray:
    if clock is None:
        return np.full(len(times), np.nan)
    starts, offsets, drifts = np.array([(p.start, p.offset, p.drift) for p in clock.pieces]).T
    piece = np.maximum(np.searchsorted(starts, times, "right") - 1, 0)
    return np.asarray(offsets[piece] + drifts[piece] * (times - starts[piece]))


def _on_best_diagonal(here: IntArray, there: IntArray, length: int, least: int) -> tuple[IntArray, IntArray] | None:
    """The pairs of equal tokens of the runs on the diagonal that has most; None where that may be an accident."""
    if not len(here):
        return None
    steps = np.arange(length)
    pairs = np.unique(np.stack([(here[:, None] + steps).ravel(), (there[:, None] + steps).ravel()]), axis=1)
    diagonals = pairs[0] - pairs[1]
    levels = np.unique(diagonals)
    counts = np.array([_distinct(pairs[1], diagonals, level) for level in levels.tolist()])
    best = int(counts.argmax())
    away = np.abs(levels - levels[best]) > 2 * _DIAGONAL_TOKENS
    if counts[best] < least or counts[best] < _MIN_LEAD * int(counts[away].max(initial=0)):
        return None
    near = (diagonals >= levels[best]) & (diagonals <= levels[best] + _DIAGONAL_TOKENS)
    _, first = np.unique(pairs[1][near], return_index=True)
    return pairs[0][near][first], pairs[1][near][first]


def _distinct(there: IntArray, diagonals: IntArray, level: int) -> int:
    """How many tokens of the excerpt have an equal one on the diagonals from `level` on."""
    return len(np.unique(there[(diagonals >= level) & (diagonals <= level + _DIAGONAL_TOKENS)]))


def _places(given: SpokenTokens, theirs: SpokenTokens, here: IntArray, there: IntArray) -> tuple[SaidPlace, ...]:
    """One place for each of the transcript's segments, as each may be early or late by itself."""
    nats = min(_NATS_A_TOKEN * (len(here) - _FREE_TOKENS), _MAX_NATS) / len(here)
    lags = theirs.starts[there] - given.starts[here]
    doubts = given.doubts[here]
    found = []
    for segment in np.unique(given.segments[here]):
        own = given.segments[here] == segment
        lag, doubt = _mean(lags[own], doubts[own])
        surest = here[own][int(doubts[own].argmin())]
        found.append(
            SaidPlace(
                float(given.starts[surest]), lag, float(np.hypot(doubt, _CUE_DOUBT_SECONDS)), nats * int(own.sum())
            )
        )
    return tuple(found)


def _mean(lags: FloatArray, doubts: FloatArray) -> tuple[float, float]:
    """Of lags that are off by about their doubts, all into one direction."""
    weights = doubts**-2
    return float(np.average(lags, weights=weights)), float(doubts.min())
