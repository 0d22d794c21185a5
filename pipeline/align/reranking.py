"""Choose among the best few places of a block: a second look, with what only a comparison of whole places can tell.

The true moment is among the five best peaks of the posterior far more often than it is the best. A conditional logit
(McFadden, "Conditional logit analysis of qualitative choice behavior", 1974) gives the peaks new shares, and the
probability around each is scaled to its share. Every feature is the rank among the block's own peaks, so that nothing
depends on the scale that a kind of meeting has; it is fitted on peaks of weights that had seen neither that kind nor
one more (`tests/bench/fit_aligner.py`), because an emission that knows its meetings is too sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pipeline.align.features import (
    BURST,
    CUE_START,
    FEATURES,
    FIRST_MENTION,
    HEADINGS_AROUND,
    PAUSE,
    TOPIC_BOUNDARY,
    TOPIC_PHRASE,
    TURN_LENGTH,
    Feature,
    Matching,
    Measure,
    Side,
    window_feature,
)
from pipeline.align.masses import unrelated_mass
from pipeline.align.outline import Outline
from pipeline.align.worth import expected_worth
from pipeline.arrays import BoolArray, Float32Array, FloatArray, IntArray

MAX_PEAKS = 6  # of a block
PEAK_BEFORE_SECONDS, PEAK_AFTER_SECONDS = 40.0, 50.0  # around a peak, that belong to it
ONSET_SECONDS = 15.0  # on either side of a peak, in which a pause or a turn is its own
PASSAGE_RADIUS_SECONDS = 22.0
CROWD_RADIUS_SECONDS = 30.0
SECTION_RADIUS_SECONDS = 150.0
MIN_MASS = 1e-4  # smaller probabilities are taken for the same
MAX_SCALE = 1e4  # of the probability around a peak


class PeakFeature(StrEnum):
    """What is known of a peak, in the order of the columns."""

    POSTERIOR = "posterior"  # within PASSAGE_RADIUS_SECONDS
    EMISSION = "emission"  # the same by the block's own evidence ...
    CONTEXT = "context"  # ... and by its neighbours alone
    COVERAGE_AFTER = "exact_coverage_next_30s"
    EVIDENCE_BEFORE = "exact_evidence_previous_120s"
    FUZZY_COVERAGE_AFTER = "fuzzy_coverage_next_30s"
    FUZZY_BEFORE = "fuzzy_relative_previous_30s"
    FIRST_MENTION = "first_mention_next_15s"
    BURST = "burst_next_15s"
    HEADINGS_AROUND = "headings_around_300s"
    TOPIC_BOUNDARY = "topic_boundary"
    TURN_LENGTH = "turn_length"  # the longest within ONSET_SECONDS, as the next three
    PAUSE = "pause_before"
    CUE_START = "cue_start"
    TOPIC_PHRASE = "topic_phrase"
    CROWD = "crowd"  # of unrelated blocks, within CROWD_RADIUS_SECONDS
    IN_ORDER = "in_order"  # the block before it starts earlier, and the one after it later
    SECTION = "section"  # how much of its section's other blocks is within SECTION_RADIUS_SECONDS
    TIME = "time"


_OF_TABLE: dict[PeakFeature, Feature] = {
    PeakFeature.COVERAGE_AFTER: window_feature(Matching.EXACT, Measure.COVERAGE, Side.NEXT, 30),
    PeakFeature.EVIDENCE_BEFORE: window_feature(Matching.EXACT, Measure.EVIDENCE, Side.PREVIOUS, 120),
    PeakFeature.FUZZY_COVERAGE_AFTER: window_feature(Matching.FUZZY, Measure.COVERAGE, Side.NEXT, 30),
    PeakFeature.FUZZY_BEFORE: window_feature(Matching.FUZZY, Measure.RELATIVE, Side.PREVIOUS, 30),
    PeakFeature.FIRST_MENTION: FIRST_MENTION,
    PeakFeature.BURST: BURST,
    PeakFeature.HEADINGS_AROUND: HEADINGS_AROUND,
    PeakFeature.TOPIC_BOUNDARY: TOPIC_BOUNDARY,
}
_NEAREST: dict[PeakFeature, Feature] = {
    PeakFeature.TURN_LENGTH: TURN_LENGTH,
    PeakFeature.PAUSE: PAUSE,
    PeakFeature.CUE_START: CUE_START,
    PeakFeature.TOPIC_PHRASE: TOPIC_PHRASE,
}


@dataclass(frozen=True, slots=True)
class ChoiceWeights:
    """Of the logarithm of a peak's worth, and of the ranks of its features, by name."""

    worth: float
    ranks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Peaks:
    """The best places of the S blocks in a slab, the best first."""

    units: IntArray  # S × MAX_PEAKS
    exists: BoolArray  # S × MAX_PEAKS; some blocks have fewer
    worth: FloatArray  # S × MAX_PEAKS: the expected worth of a link there
    ranks: Mapping[str, FloatArray]  # of each feature, S × MAX_PEAKS: -0.5 (least) to 0.5 (most)


class Reranker:
    """Gives the places of B blocks new shares, a slab of blocks at a time, the last first."""

    def __init__(self, outline: Outline, time: FloatArray, emission: Float32Array, posterior: Float32Array) -> None:
        """`emission` and `posterior` are B × T; their rows sum to 1."""
        self._outline, self._time, self._emission, self._posterior = outline, time, emission, posterior
        self._section = np.array(outline.section, dtype=np.int64)

    def crowds(self, parts: Sequence[slice]) -> Iterator[tuple[slice, FloatArray]]:
        """Each slab in `parts`, the last first, with how much of unrelated blocks is around each unit: S × T."""
        return unrelated_mass(self._posterior, self._outline, self._time, CROWD_RADIUS_SECONDS, parts)

    def peaks(self, rows: slice, crowd: FloatArray, table: Float32Array) -> Peaks:
        """The peaks of the blocks `rows`.

        `crowd` is what `crowds` gives with them, `table` has their features (F × S × T).
        """
        posterior, time = self._posterior[rows], self._time
        worth = expected_worth(posterior, time)
        units, exists = _find_peaks(worth, time)
        each = np.arange(len(posterior))[:, None]
        features = {
            PeakFeature.POSTERIOR: np.log(self._near(posterior, units, PASSAGE_RADIUS_SECONDS) + MIN_MASS),
            PeakFeature.EMISSION: np.log(self._near(self._emission[rows], units, PASSAGE_RADIUS_SECONDS) + MIN_MASS),
            PeakFeature.CONTEXT: np.log(self._context(rows, units) + MIN_MASS),
            PeakFeature.CROWD: crowd[each, units],
            PeakFeature.IN_ORDER: self._in_order(rows, units),
            PeakFeature.SECTION: self._section_mass(rows, units),
            PeakFeature.TIME: time[units],
        }
        columns: dict[str, FloatArray | Float32Array] = {name.value: value for name, value in features.items()}
        columns |= {name.value: table[FEATURES.index(f), each, units] for name, f in _OF_TABLE.items()}
        columns |= {name.value: self._best_near(table[FEATURES.index(f), 0])[units] for name, f in _NEAREST.items()}
        ranks = {name: _ranks(value, exists) for name, value in columns.items()}
        return Peaks(units, exists, worth[each, units], ranks)

    def reweighted(self, rows: slice, peaks: Peaks, weights: ChoiceWeights) -> FloatArray:
        """S × T: the posterior of the blocks `rows` with the new shares of their `peaks`; rows sum to 1."""
        posterior, time = self._posterior[rows].astype(np.float64), self._time
        share = choice_probabilities(peaks, weights)
        nearest = np.full(posterior.shape, MAX_PEAKS, dtype=np.int64)  # the peak each unit belongs to; the last: none
        distance = np.full(posterior.shape, np.inf)
        for number in range(MAX_PEAKS):
            late = time[None, :] - time[peaks.units[:, number]][:, None]
            closer = (late > -PEAK_BEFORE_SECONDS) & (late < PEAK_AFTER_SECONDS) & (np.abs(late) < distance)
            closer &= peaks.exists[:, number][:, None]
            nearest[closer], distance[closer] = number, np.abs(late[closer])
        each = np.arange(len(posterior))[:, None]
        place = each * (MAX_PEAKS + 1) + nearest
        mass = np.bincount(place.ravel(), posterior.ravel(), minlength=len(posterior) * (MAX_PEAKS + 1))
        held = mass.reshape(len(posterior), MAX_PEAKS + 1)[:, :MAX_PEAKS]
        scale = np.ones((len(posterior), MAX_PEAKS + 1))
        wanted = share * held.sum(axis=1, keepdims=True) / np.maximum(held, 1e-9)
        scale[:, :MAX_PEAKS] = np.where(peaks.exists, np.minimum(wanted, MAX_SCALE), 1.0)
        posterior *= scale[each, nearest]
        return np.asarray(posterior / posterior.sum(axis=1, keepdims=True))

    def _near(self, mass: FloatArray | Float32Array, units: IntArray, radius: float) -> FloatArray:
        """S × peaks: `mass` (S × T, or T for all) within `radius` seconds of the peaks."""
        sums = np.zeros((*mass.shape[:-1], len(self._time) + 1))
        np.cumsum(mass, axis=-1, out=sums[..., 1:])
        low = np.searchsorted(self._time, self._time[units] - radius, side="left")
        high = np.searchsorted(self._time, self._time[units] + radius, side="right")
        if mass.ndim == 1:
            return np.asarray(sums[high] - sums[low])
        return np.asarray(np.take_along_axis(sums, high, axis=1) - np.take_along_axis(sums, low, axis=1))

    def _context(self, rows: slice, units: IntArray) -> FloatArray:
        """What the order of the notes says of the peaks, without the block's own evidence."""
        context = self._posterior[rows] / np.maximum(self._emission[rows].astype(np.float64), 1e-9)
        context /= np.maximum(context.sum(axis=1, keepdims=True), 1e-12)
        return self._near(context, units, PASSAGE_RADIUS_SECONDS)

    def _in_order(self, rows: slice, units: IntArray) -> FloatArray:
        first, last = max(rows.start - 1, 0), min(rows.stop + 1, len(self._posterior))
        until = np.cumsum(self._posterior[first:last], axis=1, dtype=np.float64)
        numbers = np.arange(rows.start, rows.stop)
        before, after = np.ones(units.shape), np.ones(units.shape)
        has_before, has_after = numbers > 0, numbers + 1 < len(self._posterior)
        before[has_before] = until[numbers[has_before, None] - 1 - first, units[has_before]]
        after[has_after] = 1 - until[numbers[has_after, None] + 1 - first, units[has_after]]
        return before * after

    def _section_mass(self, rows: slice, units: IntArray) -> FloatArray:
        own = self._near(self._posterior[rows], units, SECTION_RADIUS_SECONDS)
        out = np.zeros(units.shape)
        sections = self._section[rows]
        for section in np.unique(sections).tolist():
            members = np.flatnonzero(self._section == section)
            here = sections == section
            if len(members) > 1:
                together = self._posterior[members].sum(axis=0, dtype=np.float64)
                near = self._near(together, units[here], SECTION_RADIUS_SECONDS)
                out[here] = (near - own[here]) / (len(members) - 1)
        return out

    def _best_near(self, values: Float32Array) -> FloatArray:
        """T-vector: the largest of `values` within ONSET_SECONDS of each unit."""
        low = np.searchsorted(self._time, self._time - ONSET_SECONDS, side="left")
        high = np.searchsorted(self._time, self._time + ONSET_SECONDS, side="right")
        best = values.astype(np.float64)
        for step in range(1, int((high - low).max(initial=1))):
            at = np.minimum(low + step - 1, high - 1)
            best = np.maximum(best, values[at])
        return np.maximum(best, values[high - 1])


def choice_probabilities(peaks: Peaks, weights: ChoiceWeights) -> FloatArray:
    """S × MAX_PEAKS: the share of each peak; rows sum to 1, or to 0 where a block has none."""
    score = weights.worth * np.log(np.where(peaks.exists, peaks.worth, 1.0))
    for name, weight in weights.ranks.items():
        score += weight * peaks.ranks[name]
    score = np.where(peaks.exists, score, -np.inf)
    grown = np.exp(score - np.maximum(score.max(axis=1, keepdims=True), -1e300))
    return np.asarray(grown / np.maximum(grown.sum(axis=1, keepdims=True), 1e-300))


def _find_peaks(worth: FloatArray, time: FloatArray) -> tuple[IntArray, BoolArray]:
    """S × MAX_PEAKS units of the greatest worth, each apart from those before it, and which of them exist."""
    left = worth.copy()
    each = np.arange(len(worth))
    units = np.zeros((len(worth), MAX_PEAKS), dtype=np.int64)
    exists = np.zeros((len(worth), MAX_PEAKS), dtype=np.bool_)
    low = np.searchsorted(time, time - PEAK_BEFORE_SECONDS, side="right")
    high = np.searchsorted(time, time + PEAK_AFTER_SECONDS, side="left")
    numbers = np.arange(len(time))
    for number in range(MAX_PEAKS):
        best = left.argmax(axis=1)
        exists[:, number] = left[each, best] > 0
        units[:, number] = best
        near = (numbers >= low[best][:, None]) & (numbers < high[best][:, None])
        left[near] = -1.0
    return units, exists


def _ranks(values: FloatArray | Float32Array, exists: BoolArray) -> FloatArray:
    """Average ranks of the `values` (S × peaks) among those of their row that exist, -0.5 to 0.5."""
    both = exists[:, :, None] & exists[:, None, :]
    below = ((values[:, None, :] < values[:, :, None]) & both).sum(axis=2)
    ties = ((values[:, None, :] == values[:, :, None]) & both).sum(axis=2) - 1
    count = exists.sum(axis=1, keepdims=True)
    return np.where(exists, (below + ties / 2) / np.maximum(count - 1, 1) - 0.5, 0.0)
