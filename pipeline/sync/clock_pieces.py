"""The clock of a transcript as straight pieces: fitted to what is said at one time in it, at another in the recording.

Each point is something said in both: `times` in the transcript, `lags` by how much later it is in the recording.
Points are in order, some are wrong, and a jump of the lag is a pause that was cut out on either side.

A drift shows as a slope that most pairs of points have, as in the estimator of Theil and Sen, but the mode of the
slopes is taken, because pairs with a jump between them have any. Without the drift the lags of a piece are one level:
levels are peaks of a histogram, and the way through them that explains most points with few jumps is found as in
Viterbi decoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.arrays import BoolArray, FloatArray, IntArray

MAX_DRIFT = 0.12  # seconds a second; the frame rates of film, television and computers differ by at most 4.3 %
FIT_SECONDS = 1.5  # a point that is farther from its piece is wrong
MIN_PIECE_POINTS = 8.0  # fewer points that agree are an accident, or a name that is called again

_SLOPE_SPANS_SECONDS = (60.0, 600.0)  # between the points of a pair, from rough to fine: few pairs have a jump
_ROUNDS = 3  # the drift measured over whole pieces is finer still, and gives better pieces
_MAX_SLOPE_PAIRS = 8000
_SLOPE_ERROR_SECONDS = 1.0  # of the lag between two points of a pair
_BIN_SECONDS = 0.25
_MAX_LEVELS = 48
_SWITCH_COST = 8.0  # wrong points that a jump must save
_TRUSTED_SECONDS = 0.4  # of doubt; a point of more counts for less
_MIN_JUMP_SECONDS = 0.6
_MIN_DRIFT_SECONDS = 0.4  # over all points; less is measuring error


@dataclass(frozen=True, slots=True)
class FittedLine:
    """Points `first` to `last`, which is not included, have the lag `level + drift * time`, but for a few."""

    first: int
    last: int
    level: float
    drift: float

    def lag(self, time: float) -> float:
        """Seconds by which the recording is later, at `time` in the transcript."""
        return self.level + self.drift * time


def fit_pieces(times: FloatArray, lags: FloatArray, doubts: FloatArray) -> list[FittedLine]:
    """The pieces of the clock, in order; none where the points agree on no lag.

    `doubts` is by how many seconds a lag is probably off.
    """
    if not len(times):
        return []
    found = [_settled(drift, times, lags, doubts) for drift in sorted({0.0, _drift(times, lags, doubts)}, key=abs)]
    return min(found, key=lambda pieces: _cost(pieces, times, lags, doubts))


def _settled(drift: float, times: FloatArray, lags: FloatArray, doubts: FloatArray) -> list[FittedLine]:
    """The pieces, and their drift measured anew, until it stays."""
    pieces: list[FittedLine] = []
    for _ in range(_ROUNDS):
        pieces = _pieces_of_drift(drift, times, lags, doubts)
        if not pieces or pieces[0].drift == drift:
            break
        drift = pieces[0].drift
    return pieces


def _cost(pieces: Sequence[FittedLine], times: FloatArray, lags: FloatArray, doubts: FloatArray) -> float:
    """What the points cost that are off, and the pieces: a ramp may be a drift, or a few jumps."""
    off = np.ones(len(times))
    for piece in pieces:
        here = slice(piece.first, piece.last)
        errors = np.abs(lags[here] - piece.level - piece.drift * times[here])
        off[here] = np.minimum(errors / FIT_SECONDS, 1.0)
    return float(point_weights(doubts) @ off) + _SWITCH_COST * len(pieces)


def _pieces_of_drift(drift: float, times: FloatArray, lags: FloatArray, doubts: FloatArray) -> list[FittedLine]:
    weights = point_weights(doubts)
    levels = _levels(lags - drift * times, weights)
    if not len(levels):
        return []
    distances = np.abs((lags - drift * times)[:, None] - levels)
    costs = np.minimum(distances / (FIT_SECONDS + 2 * doubts[:, None]), 1.0) * weights[:, None]
    states = _best_way(costs)
    bounds = np.flatnonzero(np.diff(states)) + 1
    runs = zip([0, *bounds.tolist()], [*bounds.tolist(), len(times)], strict=True)
    pieces = [FittedLine(first, last, float(levels[states[first]]), drift) for first, last in runs]
    return _with_common_drift(_merged(pieces, times, lags, doubts), times, lags, doubts)


def point_weights(doubts: FloatArray) -> FloatArray:
    """How much each point counts, 0..1."""
    return np.minimum(_TRUSTED_SECONDS / doubts, 1.0) ** 2


def _drift(times: FloatArray, lags: FloatArray, doubts: FloatArray) -> float:
    """The slope that most pairs of points have."""
    trusted = doubts <= max(_TRUSTED_SECONDS, float(np.median(doubts)))
    times, lags = times[trusted], lags[trusted]
    drift, width = 0.0, MAX_DRIFT
    for span in _SLOPE_SPANS_SECONDS:
        later = np.searchsorted(times, times + span)
        pairs = np.flatnonzero(later < len(times))
        if len(pairs) < MIN_PIECE_POINTS or times[-1] - times[0] < 3 * span:
            break
        pairs = pairs[:: len(pairs) // _MAX_SLOPE_PAIRS + 1]
        ahead = later[pairs]
        slopes = (lags[ahead] - lags[pairs]) / (times[ahead] - times[pairs]) - drift
        slopes = slopes[np.abs(slopes) <= width]
        width = _SLOPE_ERROR_SECONDS / span
        drift += _mode(slopes, width)
    return drift


def _mode(values: FloatArray, width: float) -> float:
    """The median of the values within `width` of where most are; 0 of no values."""
    ordered = np.sort(values)
    if not len(ordered):
        return 0.0
    counts = np.searchsorted(ordered, ordered + width) - np.searchsorted(ordered, ordered - width)
    best = float(ordered[int(counts.argmax())])
    return float(np.median(ordered[np.abs(ordered - best) <= width]))


def _levels(lags: FloatArray, weights: FloatArray) -> FloatArray:
    """The lags at which many points are, most frequent first."""
    bins = np.round(lags / _BIN_SECONDS).astype(np.int64)
    known, numbers = np.unique(bins, return_inverse=True)
    reach = round(1.0 / _BIN_SECONDS)
    totals = np.concatenate([[0.0], np.cumsum(np.bincount(numbers, weights))])
    votes = totals[np.searchsorted(known, known + reach, "right")] - totals[np.searchsorted(known, known - reach)]
    found: list[int] = []
    for at in np.argsort(-votes, kind="stable").tolist():
        if votes[at] < MIN_PIECE_POINTS or len(found) == _MAX_LEVELS:
            break
        if all(abs(int(known[at]) - other) > reach for other in found):
            found.append(int(known[at]))
    near = [np.flatnonzero(np.abs(lags - level * _BIN_SECONDS) <= 1.0) for level in found]
    return np.array([_weighted_median(lags[points], weights[points]) for points in near], dtype=np.float64)


def _best_way(costs: FloatArray) -> IntArray:
    """The state of each point, such that the points' costs and those of the switches between states are least."""
    total = costs[0]
    back = np.zeros(costs.shape, dtype=np.int64)
    stay = np.arange(costs.shape[1])
    for at in range(1, len(costs)):
        best = int(total.argmin())
        switched = total[best] + _SWITCH_COST
        back[at] = np.where(total <= switched, stay, best)
        total = np.minimum(total, switched) + costs[at]
    states = np.zeros(len(costs), dtype=np.int64)
    states[-1] = int(total.argmin())
    for at in range(len(costs) - 1, 0, -1):
        states[at - 1] = back[at, states[at]]
    return states


def fits(piece: FittedLine, times: FloatArray, lags: FloatArray) -> BoolArray:
    """Which of the piece's points are near it."""
    here = slice(piece.first, piece.last)
    return np.abs(lags[here] - piece.level - piece.drift * times[here]) <= FIT_SECONDS


def _merged(pieces: Sequence[FittedLine], times: FloatArray, lags: FloatArray, doubts: FloatArray) -> list[FittedLine]:
    """The same with each level measured anew, without pieces of few points, and those without a jump joined."""
    weights = point_weights(doubts)
    supported = [
        piece for piece in pieces if weights[piece.first : piece.last] @ fits(piece, times, lags) >= MIN_PIECE_POINTS
    ]
    joined: list[FittedLine] = []
    for piece in (_levelled(piece, times, lags, doubts) for piece in supported):
        last = joined[-1] if joined else None
        doubt = float(np.median(doubts[piece.first : piece.last]))
        if last and abs(piece.level - last.level) < _MIN_JUMP_SECONDS + doubt:
            both = FittedLine(last.first, piece.last, last.level, last.drift)
            joined[-1] = _levelled(both, times, lags, doubts)
        else:
            joined.append(piece)
    return joined


def _levelled(piece: FittedLine, times: FloatArray, lags: FloatArray, doubts: FloatArray) -> FittedLine:
    """The same, from its first point that fits to its last, with the level measured at those."""
    near = np.flatnonzero(fits(piece, times, lags)) + piece.first
    if not len(near):
        return piece
    level = _weighted_median(lags[near] - piece.drift * times[near], 1 / doubts[near] ** 2)
    return FittedLine(int(near[0]), int(near[-1]) + 1, level, piece.drift)


def _with_common_drift(
    pieces: Sequence[FittedLine], times: FloatArray, lags: FloatArray, doubts: FloatArray
) -> list[FittedLine]:
    """The pieces with the drift that all their points together have, by weighted least squares; none if it is small."""
    if not pieces:
        return []
    near = np.concatenate([np.flatnonzero(fits(piece, times, lags)) + piece.first for piece in pieces])
    owners = np.concatenate(
        [np.full(int(fits(piece, times, lags).sum()), number) for number, piece in enumerate(pieces)]
    )
    weights = 1 / doubts[near] ** 2
    centred = [times[near].copy(), lags[near].copy()]
    for values in centred:
        sums = np.bincount(owners, weights * values) / np.bincount(owners, weights)
        values -= sums[owners]
    spread = float(weights @ centred[0] ** 2)
    drift = float(weights @ (centred[0] * centred[1])) / spread if spread else 0.0
    longest = max(float(times[piece.last - 1] - times[piece.first]) for piece in pieces)
    if abs(drift) * longest < _MIN_DRIFT_SECONDS:
        drift = 0.0
    return list(_refitted(pieces, drift, times, lags, doubts))


def _refitted(
    pieces: Sequence[FittedLine], drift: float, times: FloatArray, lags: FloatArray, doubts: FloatArray
) -> Iterator[FittedLine]:
    for piece in pieces:
        middle = float(times[piece.first] + times[piece.last - 1]) / 2
        level = piece.lag(middle) - drift * middle
        yield _levelled(FittedLine(piece.first, piece.last, level, drift), times, lags, doubts)


def _weighted_median(values: FloatArray, weights: FloatArray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order[int(np.searchsorted(total, total[-1] / 2))]])
