"""The order of the notes as weak evidence: a hidden Markov model over blocks whose states are the units.

Forward-backward with scaling as in L. Rabiner, "A tutorial on hidden Markov models", 1989. Notes are rarely in
strict order, so a step may go anywhere; how much it usually goes forward depends on how the notes were written. Three
orders are run beside each other and weighted by how well they explain the evidence:

    chronological  one pass through the meeting
    by topic       sections in any order, forward within a section
    unordered      every block on its own

Every kernel is an exponential or a constant, so a step over T units costs O(T) by a running sum, not O(T²).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.align.outline import Outline
from pipeline.align.sparse import slabs
from pipeline.arrays import Float32Array, FloatArray, IntArray

EMISSION_EXPONENT = 1.1  # the emission is a little too flat once neighbours confirm it
MISS_PROBABILITY = 0.06  # that a block's evidence misleads: it is then placed by its neighbours
UNHEARD_MISS_PROBABILITY = 0.6  # added where nothing of the block and its section is heard: left out, or misheard
PARENT_HEADING_MISS_PROBABILITY = 0.7  # of headings with blocks under them: their evidence contains their children's
NEAR_SECONDS, BACKWARD_SECONDS = 15.0, 90.0  # scales of the kernels
MIN_STRIDE_SECONDS = 20.0  # between successive blocks
ORDER_EVIDENCE_EXPONENT = 0.15  # evidence for an order is overconfident, because blocks are not independent
TOPICAL_HEADING_LOG_ODDS = -4.0  # against chronological order, for each of MAX_TOPICAL_HEADINGS like "Decisions"
MAX_TOPICAL_HEADINGS = 2
UNORDERED_LOG_PRIOR = -2.0  # most notes have an order
AT_FIRST_CHILD_PROBABILITY = 0.8  # in notes by topic, that a heading begins where the first block under it does
_MAX_EXPONENT = 300.0  # of a running sum before it is restarted

# shares of a step: near, forward, forward 4x, anywhere, back, forward uniform
_CHILD = (0.84, 0.13, 0.01, 0.015, 0.005, 0.0)
_SIBLING = (0.02, 0.70, 0.22, 0.02, 0.02, 0.02)
_SECTION = (0.01, 0.68, 0.24, 0.03, 0.01, 0.03)
_WITHIN = (0.03, 0.40, 0.25, 0.25, 0.03, 0.04)
_ACROSS = (0.0, 0.05, 0.0, 0.95, 0.0, 0.0)
_UNIFORM = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class OrderPosterior:
    """`posterior` is B × T, rows sum to 1. `chronological` and `by_topic` are the weights 0..1 of these orders."""

    posterior: Float32Array
    chronological: float
    by_topic: float


@dataclass(frozen=True, slots=True)
class Step:
    """How the next block's start depends on the last one's: shares of the kernels, and the stride in seconds."""

    shares: tuple[float, float, float, float, float, float]
    stride: float


class OrderModel:
    """The posterior of each block's start given its own evidence and its neighbours'.

    `chronological` and `by_topic` are the weights 0..1 of these orders.
    """

    def __init__(
        self,
        emission: Float32Array,
        time: FloatArray,
        duration: float,
        outline: Outline,
        *,
        topical_headings: int = 0,
        unheard: FloatArray | None = None,
        external_error: Mapping[int, float] | None = None,
    ) -> None:
        """Compare the orders.

        `emission` is B × T with rows summing to 1, `time` the T unit starts. `topical_headings` counts the headings
        such as "Decisions" or "Action items" that group the notes by kind rather than by time. `unheard`, 0..1, is how
        little of each block and its section is heard anywhere. `external_error` has the blocks that are placed by more
        than their words, with the probability that this is wrong: such a heading has evidence of its own.
        """
        external_error = external_error or {}
        blocks, units = emission.shape
        self._emission, self._time, self._outline = emission, time, outline
        self._miss = np.full(blocks, MISS_PROBABILITY)
        if unheard is not None:
            self._miss = MISS_PROBABILITY + UNHEARD_MISS_PROBABILITY * unheard
        self._miss[list(external_error)] = list(external_error.values())
        known = np.isin(np.arange(blocks), list(external_error))
        self._parents = np.array(outline.heading_has_children, dtype=np.bool_) & ~known
        self._slabs = slabs(blocks, units)
        self._chronological, chronological_evidence = self._run_chronological(duration)
        self._by_topic, topic_evidence = self._run_by_topic(duration)
        unordered_evidence = -blocks * np.log(units)
        scores = np.array(
            [
                ORDER_EVIDENCE_EXPONENT * chronological_evidence,
                ORDER_EVIDENCE_EXPONENT * topic_evidence,
                ORDER_EVIDENCE_EXPONENT * unordered_evidence + UNORDERED_LOG_PRIOR,
            ]
        )
        scores[0] += TOPICAL_HEADING_LOG_ODDS * min(MAX_TOPICAL_HEADINGS, topical_headings)
        self._share = _normalized(np.exp(scores - scores.max()))
        self.chronological, self.by_topic = float(self._share[0]), float(self._share[1])

    def posteriors(self) -> Iterator[tuple[slice, FloatArray]]:
        """Every slab of blocks with its posterior, S × T, the last first; rows sum to 1."""
        following: FloatArray | None = None
        to_child = Transition(Step(_CHILD, MIN_STRIDE_SECONDS), self._time)
        by_topic_slabs = self._by_topic.posteriors()
        for rows, chronological in zip(reversed(self._slabs), self._chronological.posteriors(), strict=True):
            own = self._own(rows)
            by_topic, parents = own.copy(), self._parents[rows]
            by_topic[~parents] = next(by_topic_slabs)
            for row in np.flatnonzero(parents)[::-1].tolist():
                child = by_topic[row + 1] if row + 1 < len(own) else following
                if child is not None and _first_child(self._outline, rows.start + row) is not None:
                    before_child = _normalized(own[row] * to_child.backward(child))  # there or just before
                    by_topic[row] = AT_FIRST_CHILD_PROBABILITY * before_child
                    by_topic[row] += (1 - AT_FIRST_CHILD_PROBABILITY) * own[row]
            following = by_topic[0]
            yield rows, self._share[0] * chronological + self._share[1] * by_topic + self._share[2] * own

    def _own(self, rows: slice) -> FloatArray:
        return _with_floor(self._emission[rows], self._miss[rows])

    def _run_chronological(self, duration: float) -> tuple[ForwardBackward, float]:
        """The posterior and the log evidence if the notes are in the order of the meeting."""
        time, parents = self._time, self._parents
        steps = chronological_steps(self._outline, duration)
        miss = np.where(parents, np.maximum(self._miss, PARENT_HEADING_MISS_PROBABILITY), self._miss)
        start = 0.8 * _normalized(np.exp((time[0] - time) / steps[0].stride)) + 0.2 / len(time)

        def emission(rows: slice) -> FloatArray:
            return _with_floor(self._emission[rows], miss[rows])

        def counted_once(rows: slice) -> FloatArray:  # the words of a heading's children are in their own rows
            return np.where(parents[rows, None], 1 / len(time), emission(rows))

        model = ForwardBackward(emission, self._slabs, time, steps[1:], start)
        if not parents.any():
            return model, model.evidence
        return model, ForwardBackward(counted_once, self._slabs, time, steps[1:], start).evidence

    def _run_by_topic(self, duration: float) -> tuple[ForwardBackward, float]:
        """The same if the notes are in order within each section only; of all blocks but the parents."""
        body = np.flatnonzero(~self._parents)
        edges = np.searchsorted(body, [*(rows.start for rows in self._slabs), len(self._parents)])
        parts = [slice(first, last) for first, last in pairwise(edges.tolist())]
        uniform = np.full(len(self._time), 1 / len(self._time))
        steps = topic_steps(self._outline, body, duration) if len(body) else []

        def emission(rows: slice) -> FloatArray:
            here = body[rows]
            return _with_floor(self._emission[here], self._miss[here])

        model = ForwardBackward(emission, parts, self._time, steps, uniform)
        # The rows of the parents are uniform, as they are for the evidence of the other orders.
        return model, model.evidence - np.count_nonzero(self._parents) * np.log(len(self._time))


def chronological_steps(outline: Outline, duration: float) -> list[Step]:
    """One step into each block, for notes written in the order of the meeting; the first is only a stride."""
    headings = sum(outline.is_heading)
    stride = max(MIN_STRIDE_SECONDS, duration / max(len(outline), 1))
    section = max(stride, min(duration / (headings + 1), 3 * stride))
    steps = [Step(_UNIFORM, stride)]
    for b in range(1, len(outline)):
        if outline.parent[b] == b - 1 and outline.is_heading[b - 1]:
            steps.append(Step(_CHILD, section if outline.is_heading[b] else stride))
        elif outline.is_heading[b]:
            steps.append(Step(_SECTION, section))
        else:
            steps.append(Step(_SIBLING, stride))
    return steps


def topic_steps(outline: Outline, body: IntArray, duration: float) -> list[Step]:
    """One step between successive blocks of `body`: forward within a section, anywhere between two."""
    sections = np.array(outline.section)[body]
    _, sizes = np.unique(sections, return_counts=True)
    within = Step(_WITHIN, max(MIN_STRIDE_SECONDS, duration / (2 * float(np.median(sizes)) + 1)))
    across = Step(_ACROSS, within.stride)
    return [within if a == b else across for a, b in pairwise(sections)]


class ForwardBackward:
    """Forward-backward over blocks in `parts`, successive slices of them.

    Of more than one part only the last forward row is kept, and the others are computed again where they are needed:
    all of them would take as much memory again as the emission. `evidence` is its logarithm.
    """

    def __init__(
        self,
        emission: Callable[[slice], FloatArray],
        parts: Sequence[slice],
        time: FloatArray,
        steps: Sequence[Step],
        start: FloatArray,
    ) -> None:
        """Go forward. `emission` gives rows of B × T, `steps` has B - 1 entries, `start` is the first block's prior."""
        self._emission, self._parts, self._time, self._steps, self._start = emission, parts, time, steps, start
        self._transitions: dict[Step, Transition] = {}
        self._before: list[FloatArray | None] = []  # the forward row before each part
        self._kept: tuple[FloatArray, FloatArray] | None = None
        self.evidence = 0.0
        last: FloatArray | None = None
        for part in parts:
            self._before.append(last)
            rows = emission(part)
            forward, evidence = self._forward(part, rows, last)
            for each in evidence:
                self.evidence += each
            last = forward[-1].copy() if len(forward) else last
            if len(parts) == 1:
                self._kept = rows, forward

    def posteriors(self) -> Iterator[FloatArray]:
        """The posterior of the blocks of each part, the last part first."""
        following: FloatArray | None = None  # backward times emission of the next block
        for part, before in zip(reversed(self._parts), reversed(self._before), strict=True):
            rows, forward = self._kept or (self._emission(part), None)
            if forward is None:
                forward, _ = self._forward(part, rows, before)
            posterior = np.empty_like(rows)
            for row in range(len(rows) - 1, -1, -1):
                backward = np.ones(len(self._time))
                if following is not None:
                    backward = self._transition(part.start + row).backward(following)
                    backward /= backward.sum()
                following = backward * rows[row]
                posterior[row] = forward[row] * backward
            yield posterior / posterior.sum(axis=1, keepdims=True)

    def _forward(self, part: slice, rows: FloatArray, last: FloatArray | None) -> tuple[FloatArray, list[float]]:
        forward, evidence = np.empty_like(rows), []
        for row, b in enumerate(range(part.start, part.stop)):
            prior = self._start if last is None else self._transition(b - 1).forward(last)
            forward[row] = prior * rows[row]
            total = forward[row].sum()
            forward[row] /= total
            evidence.append(float(np.log(total)))
            last = forward[row]
        return forward, evidence

    def _transition(self, step: int) -> Transition:
        """From the block with this index to the next."""
        kind = self._steps[step]
        if kind not in self._transitions:
            self._transitions[kind] = Transition(kind, self._time)
        return self._transitions[kind]


class Transition:
    """One step's transition matrix, applied without being written down.

    Entry (i, j) is Σ share_k · kernel_k(time_j - time_i) / norm_k(i), each row summing to 1.
    """

    def __init__(self, step: Step, time: FloatArray) -> None:
        near, forward, far, anywhere, back, ahead_evenly = step.shares
        scales = np.array([NEAR_SECONDS, step.stride, 4 * step.stride])
        self._forward_sums = ExponentialSums(time, scales)
        self._backward_sums = ExponentialSums(-time[::-1], np.array([NEAR_SECONDS, BACKWARD_SECONDS]))
        count = len(time)
        ones = np.ones(count)
        spread = self._forward_sums.suffix_sums(np.broadcast_to(ones, (3, count)))
        behind = self._backward_sums.suffix_sums(np.broadcast_to(ones, (2, count)))[:, ::-1]
        self._near = near / (spread[0] + behind[0] - 1)
        self._ahead = np.stack([forward / spread[1], far / spread[2]])
        self._behind = back / behind[1]
        self._anywhere = anywhere / count
        self._anywhere_ahead = ahead_evenly / np.arange(count, 0, -1)

    def forward(self, mass: FloatArray) -> FloatArray:
        """Mass over the last block's units → over the next one's."""
        near = mass * self._near
        ahead = self._forward_sums.prefix_sums(np.stack([near, *(mass * self._ahead)]))
        behind = self._backward_sums.prefix_sums(np.stack([near, mass * self._behind])[:, ::-1])[:, ::-1]
        reached: FloatArray = ahead.sum(axis=0) + behind.sum(axis=0) - near
        reached += self._anywhere * mass.sum() + np.cumsum(mass * self._anywhere_ahead)
        return reached

    def backward(self, value: FloatArray) -> FloatArray:
        """Value over the next block's units → over the last one's: the transposed matrix."""
        ahead = self._forward_sums.suffix_sums(np.broadcast_to(value, (3, len(value))))
        behind = self._backward_sums.suffix_sums(np.broadcast_to(value[::-1], (2, len(value))))[:, ::-1]
        expected: FloatArray = self._near * (ahead[0] + behind[0] - value) + (self._ahead * ahead[1:]).sum(axis=0)
        expected += self._behind * behind[1] + self._anywhere * value.sum()
        expected += self._anywhere_ahead * np.cumsum(value[::-1])[::-1]
        return expected


class ExponentialSums:
    """Sums with exponential decay over rising `time`, one row per scale in seconds, in O(T) each.

    prefix_sums(a)[j] = Σ_{i ≤ j} a_i e^{-(t_j - t_i)/scale}, suffix_sums(a)[i] = Σ_{j ≥ i} a_j e^{-(t_j - t_i)/scale}.
    A cumulative sum of a·e^{t/scale} would overflow, so it restarts every _MAX_EXPONENT scales: the time is cut into P
    parts, which are summed side by side as rows of one matrix and then joined.
    """

    def __init__(self, time: FloatArray, scales: FloatArray) -> None:
        exponent = (time - time[0]) / scales[:, None]
        part = (exponent.max(axis=0) // _MAX_EXPONENT).astype(np.int64)
        edges = np.flatnonzero(np.diff(part)) + 1
        low, high = np.array([0, *edges]), np.array([*edges, len(time)])
        number, longest = np.repeat(np.arange(len(low)), high - low), int((high - low).max())
        self._shape = len(scales), len(low), longest
        self._place = number * longest + np.arange(len(time)) - low[number]
        self._unit = np.zeros(len(low) * longest, dtype=np.int64)
        self._unit[self._place] = np.arange(len(time))
        self._grow = np.exp(exponent - exponent[:, low[number]])
        # By parts, where the shorter ones are filled so that nothing is added there.
        self._growing = self._fill(0.0)
        self._shrinking = self._fill(np.inf)
        self._hop = np.exp(exponent[:, low[:-1]] - exponent[:, low[1:]])  # from each part to the next

    def prefix_sums(self, mass: FloatArray) -> FloatArray:
        sums = np.cumsum(self._in_parts(mass) * self._growing, axis=2)
        if self._shape[1] > 1:
            sums += _carried(sums[:, :, -1], self._hop)[:, :, None]
        return np.asarray(self._joined(sums) / self._grow)

    def suffix_sums(self, value: FloatArray) -> FloatArray:
        sums = np.cumsum((self._in_parts(value) / self._shrinking)[:, :, ::-1], axis=2)[:, :, ::-1]
        if self._shape[1] > 1:
            sums += _carried(sums[:, ::-1, 0], self._hop[:, ::-1])[:, ::-1, None]
        return np.asarray(self._joined(sums) * self._grow)

    def _fill(self, rest: float) -> FloatArray:
        out = np.full((len(self._grow), len(self._unit)), rest)
        out[:, self._place] = self._grow
        return out.reshape(self._shape)

    def _in_parts(self, row: FloatArray) -> FloatArray:
        """Rows × T → rows × P × the longest part."""
        return (row if self._shape[1] == 1 else np.take(row, self._unit, axis=1)).reshape(self._shape)

    def _joined(self, parts: FloatArray) -> FloatArray:
        if self._shape[1] == 1:
            return parts[:, 0]
        return np.asarray(np.take(parts.reshape(len(parts), -1), self._place, axis=1))


def _carried(totals: FloatArray, hop: FloatArray) -> FloatArray:
    """What the parts before each one add to it: rows × P. `totals` are the sums of the parts, `hop` how they fade."""
    rows = []
    for parts, fades in zip(totals.tolist(), hop.tolist(), strict=True):
        carried = [0.0]
        for total, fade in zip(parts, fades, strict=False):
            carried.append((total + carried[-1]) * fade)
        rows.append(carried)
    return np.array(rows)


def _first_child(outline: Outline, block: int) -> int | None:
    following = block + 1
    return following if following < len(outline) and outline.parent[following] == block else None


def _with_floor(emission: Float32Array, miss: FloatArray) -> FloatArray:
    share = _normalized(emission.astype(np.float64) ** EMISSION_EXPONENT)
    return np.asarray((1 - miss[:, None]) * share + miss[:, None] / emission.shape[1])


def _normalized(weights: FloatArray) -> FloatArray:
    total: FloatArray = weights / weights.sum(axis=-1, keepdims=True)
    return total
