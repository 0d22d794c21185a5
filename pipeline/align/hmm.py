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

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

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
_MAX_EXPONENT = 300.0  # of a running sum, on either side of where its time counts as 0
_KERNELS_AHEAD = 4  # of a step: near, forward, far, evenly; the others lead back

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
        self._duration, self._topical_headings = duration, topical_headings
        self._transitions = Transitions(time)
        self._compare_orders()

    def again(self, emission: Float32Array) -> OrderModel:
        """The model of the same blocks with another `emission`."""
        other = copy(self)
        other._emission = emission
        other._compare_orders()
        return other

    def _compare_orders(self) -> None:
        self._kept: tuple[FloatArray, FloatArray] | None = None
        chronological_evidence, topic_evidence = self._go_forward()
        blocks, units = self._emission.shape
        unordered_evidence = -blocks * np.log(units)
        scores = np.array(
            [
                ORDER_EVIDENCE_EXPONENT * chronological_evidence,
                ORDER_EVIDENCE_EXPONENT * topic_evidence,
                ORDER_EVIDENCE_EXPONENT * unordered_evidence + UNORDERED_LOG_PRIOR,
            ]
        )
        scores[0] += TOPICAL_HEADING_LOG_ODDS * min(MAX_TOPICAL_HEADINGS, self._topical_headings)
        self._share = _normalized(np.exp(scores - scores.max()))
        self.chronological, self.by_topic = float(self._share[0]), float(self._share[1])

    def posteriors(self) -> Iterator[tuple[slice, FloatArray]]:
        """Every slab of blocks with its posterior, S × T, the last first; rows sum to 1."""
        first_child: FloatArray | None = None
        after_slab: FloatArray | None = None
        after_body: FloatArray | None = None
        to_child = self._transitions[Step(_CHILD, MIN_STRIDE_SECONDS)]
        for part in range(len(self._slabs) - 1, -1, -1):
            rows = self._slabs[part]
            own, in_order = self._kept or self._evidence(rows)
            chronological, after_slab = self._chronological.posterior(part, in_order, after_slab)
            parents, by_topic = self._parents[rows], own.copy()
            by_topic[~parents], after_body = self._by_topic.posterior(part, own[~parents], after_body)
            for row in np.flatnonzero(parents)[::-1].tolist():
                child = by_topic[row + 1] if row + 1 < len(own) else first_child
                if child is not None and _first_child(self._outline, rows.start + row) is not None:
                    before_child = _normalized(own[row] * to_child.backward(child))  # there or just before
                    by_topic[row] = AT_FIRST_CHILD_PROBABILITY * before_child
                    by_topic[row] += (1 - AT_FIRST_CHILD_PROBABILITY) * own[row]
            first_child = by_topic[0]
            yield rows, self._share[0] * chronological + self._share[1] * by_topic + self._share[2] * own

    def _go_forward(self) -> tuple[float, float]:
        """Log evidence if the notes are in the order of the meeting, and if they are within each section only."""
        time, parents, known, duration = self._time, self._parents, self._transitions, self._duration
        uniform, body = np.full(len(time), 1 / len(time)), np.flatnonzero(~parents)
        steps = chronological_steps(self._outline, duration)
        start = 0.8 * _normalized(np.exp((time[0] - time) / steps[0].stride)) + 0.2 * uniform
        self._chronological = ForwardBackward(known, steps[1:], start)
        self._by_topic = ForwardBackward(
            known, topic_steps(self._outline, body, duration) if len(body) else [], uniform
        )
        # As evidence the words of a heading's children, which are in their own rows, are counted once.
        counted_once = ForwardBackward(known, steps[1:], start) if parents.any() else self._chronological
        for rows in self._slabs:
            own, in_order = self._evidence(rows)
            self._chronological.add(in_order)
            self._by_topic.add(own[~parents[rows]])
            if counted_once is not self._chronological:
                counted_once.add(np.where(parents[rows, None], uniform, own))
            if len(self._slabs) == 1:
                self._kept = own, in_order
        # The rows of the parents are uniform, as they are for the evidence of the other orders.
        return counted_once.evidence, self._by_topic.evidence - np.count_nonzero(parents) * np.log(len(time))

    def _evidence(self, rows: slice) -> tuple[FloatArray, FloatArray]:
        """What speaks for each unit: of the blocks on their own, and where the next block follows in time."""
        share = _normalized(np.asarray(self._emission[rows].astype(np.float64) ** EMISSION_EXPONENT))
        parents, miss = self._parents[rows], self._miss[rows]
        own = _with_floor(share, miss)
        in_order = own.copy()
        in_order[parents] = _with_floor(share[parents], np.maximum(miss[parents], PARENT_HEADING_MISS_PROBABILITY))
        return own, in_order


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
    """Forward-backward over blocks that are added a part at a time. `evidence` is its logarithm.

    Of more than one part only the last forward row is kept, and the others are computed again where they are needed:
    all of them would take as much memory again as the emission.
    """

    def __init__(self, transitions: Transitions, steps: Sequence[Step], start: FloatArray) -> None:
        """`steps` are those between B blocks, B - 1, and `start` is the prior of the first one."""
        self._steps, self._start = [transitions[step] for step in steps], start
        self._firsts = [0]  # the first block of each part
        self._before: list[FloatArray | None] = [None]  # the forward row before each part
        self._kept: FloatArray | None = None
        self.evidence = 0.0

    def add(self, emission: FloatArray) -> None:
        """Go forward over the next blocks, whose `emission` are rows of B × T."""
        part = len(self._firsts) - 1
        forward, evidence = self._forward(part, emission)
        self._kept = None if part else forward
        self._firsts.append(self._firsts[part] + len(emission))
        self._before.append(forward[-1].copy() if len(forward) else self._before[part])
        self.evidence += evidence

    def posterior(
        self, part: int, emission: FloatArray, following: FloatArray | None
    ) -> tuple[FloatArray, FloatArray | None]:
        """The posterior of the blocks of a part, and what the part before it needs as `following`; None: the last."""
        forward = self._forward(part, emission)[0] if self._kept is None else self._kept
        posterior = np.empty_like(emission)
        for row in range(len(emission) - 1, -1, -1):
            if following is None:
                posterior[row] = 1.0
            else:
                backward = self._steps[self._firsts[part] + row].backward(following)
                np.divide(backward, backward.sum(), out=posterior[row])
            following = posterior[row] * emission[row]
        posterior *= forward
        posterior /= posterior.sum(axis=1, keepdims=True)
        return posterior, following

    def _forward(self, part: int, emission: FloatArray) -> tuple[FloatArray, float]:
        forward, totals, last = np.empty_like(emission), np.empty(len(emission)), self._before[part]
        for row, own in enumerate(emission):
            prior = self._start if last is None else self._steps[self._firsts[part] + row - 1].forward(last)
            last = np.multiply(prior, own, out=forward[row])
            totals[row] = last.sum()
            last /= totals[row]
        return forward, float(np.log(totals).sum())


class Transitions(dict[Step, "Transition"]):
    """The transition of each step over the same T units, made when it is first needed."""

    def __init__(self, time: FloatArray) -> None:
        super().__init__()
        self._time = time

    def __missing__(self, step: Step) -> Transition:
        self[step] = Transition(step, self._time)
        return self[step]


class Transition:
    """One step's transition matrix, applied without being written down.

    Entry (i, j) is Σ share_k · kernel_k(time_j - time_i) / norm_k(i), each row summing to 1. What a kernel e^(-t/scale)
    brings to j from the units before it is a running sum, e^(-t_j/scale) · Σ mass_i/norm_k(i) · e^(t_i/scale), and
    behind it one from the end. So that the exponents stay small, the time is cut into parts, and counted from the
    middle of each.
    """

    def __init__(self, step: Step, time: FloatArray) -> None:
        near, forward, far, anywhere, back, ahead_evenly = step.shares
        shares = np.array([near, forward, far, ahead_evenly, near, back])[:, None]
        scales = np.array([NEAR_SECONDS, step.stride, 4 * step.stride, np.inf, NEAR_SECONDS, BACKWARD_SECONDS])[:, None]
        number = (time - time[0]) // (2 * _MAX_EXPONENT * scales.min())
        firsts = np.flatnonzero(np.diff(number, prepend=-1.0))
        lasts = np.append(firsts[1:], len(time))
        middles = (time[firsts] + time[lasts - 1]) / 2
        exponents: FloatArray = (time - np.repeat(middles, lasts - firsts)) / scales
        exponents[_KERNELS_AHEAD:] *= -1
        self._into, self._out = np.exp(exponents), np.exp(-exponents)
        self._sums = np.empty_like(exponents)
        fades = np.exp(-np.diff(middles) / scales)  # from each part to the next
        ahead, behind = slice(0, _KERNELS_AHEAD), slice(_KERNELS_AHEAD, None)
        self._pieces = [  # of a step, and of its transposed matrix
            [
                *_pieces(self._sums[from_start], firsts, fades[from_start]),
                *_pieces(self._sums[from_end, ::-1], len(time) - lasts[::-1], fades[from_end, ::-1]),
            ]
            for from_start, from_end in ((ahead, behind), (behind, ahead))
        ]
        spread = self._into * self._running_sums(np.ones(len(time)), self._out, transposed=True)
        spread[[0, _KERNELS_AHEAD]] = spread[0] + spread[_KERNELS_AHEAD] - 1  # the kernel that goes both ways
        self._into *= shares / spread
        self._near, self._anywhere = near / spread[0], anywhere / len(time)

    def forward(self, mass: FloatArray) -> FloatArray:
        """Mass over the last block's units → over the next one's."""
        return self._apply(mass, self._into, self._out, transposed=False)

    def backward(self, value: FloatArray) -> FloatArray:
        """Value over the next block's units → over the last one's: the transposed matrix."""
        return self._apply(value, self._out, self._into, transposed=True)

    def _apply(self, mass: FloatArray, into: FloatArray, out: FloatArray, *, transposed: bool) -> FloatArray:
        reached: FloatArray = np.einsum("kt,kt->t", self._running_sums(mass, into, transposed=transposed), out)
        reached -= self._near * mass  # what stays is in the sums of both sides
        reached += self._anywhere * mass.sum()
        return reached

    def _running_sums(self, mass: FloatArray, into: FloatArray, *, transposed: bool) -> FloatArray:
        """A row for each kernel: of what is before each unit, and of what is behind it; the other way if transposed."""
        np.multiply(mass, into, out=self._sums)
        for piece in self._pieces[transposed]:
            if piece.before is not None:
                last, left = piece.before
                np.add(piece.first, last * left, out=piece.first)
            np.add.accumulate(piece.rows, axis=1, out=piece.rows)
        return self._sums


class _Piece(NamedTuple):
    """Some sums over one part of the time, and what they have from the part before: what is left of its last units'."""

    rows: FloatArray
    first: FloatArray
    before: tuple[FloatArray, FloatArray] | None  # the last sums of the part before, and how much of them is left


def _pieces(sums: FloatArray, firsts: IntArray, fades: FloatArray) -> Iterator[_Piece]:
    """Of `sums` in parts that begin at `firsts`, with what is left from each to the next."""
    edges = [*firsts.tolist(), sums.shape[1]]
    for number, (first, last) in enumerate(pairwise(edges)):
        before = (sums[:, first - 1], fades[:, number - 1]) if number else None
        yield _Piece(sums[:, first:last], sums[:, first], before)


def _first_child(outline: Outline, block: int) -> int | None:
    following = block + 1
    return following if following < len(outline) and outline.parent[following] == block else None


def _with_floor(share: FloatArray, miss: FloatArray) -> FloatArray:
    return np.asarray((1 - miss[:, None]) * share + miss[:, None] / share.shape[1])


def _normalized(weights: FloatArray) -> FloatArray:
    total: FloatArray = weights / weights.sum(axis=-1, keepdims=True)
    return total
