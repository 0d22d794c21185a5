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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.align.outline import Outline
from pipeline.arrays import BoolArray, FloatArray, IntArray

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

    posterior: FloatArray
    chronological: float
    by_topic: float


@dataclass(frozen=True, slots=True)
class Step:
    """How the next block's start depends on the last one's: shares of the kernels, and the stride in seconds."""

    shares: tuple[float, float, float, float, float, float]
    stride: float


def infer_posterior(
    emission: FloatArray,
    time: FloatArray,
    duration: float,
    outline: Outline,
    *,
    topical_headings: int = 0,
    unheard: FloatArray | None = None,
    external_error: Mapping[int, float] | None = None,
) -> OrderPosterior:
    """Posterior of each block's start given its own evidence and its neighbours'.

    `emission` is B × T with rows summing to 1, `time` the T unit starts. `topical_headings` counts the headings such as
    "Decisions" or "Action items" that group the notes by kind rather than by time. `unheard`, 0..1, is how little of
    each block and its section is heard anywhere. `external_error` has the blocks that are placed by more than their
    words, with the probability that this is wrong: such a heading has evidence of its own.
    """
    external_error = external_error or {}
    blocks, units = emission.shape
    miss = np.full(blocks, MISS_PROBABILITY)
    if unheard is not None:
        miss = MISS_PROBABILITY + UNHEARD_MISS_PROBABILITY * unheard
    miss[list(external_error)] = list(external_error.values())
    own = _with_floor(emission**EMISSION_EXPONENT, miss)
    parents = np.array(outline.heading_has_children, dtype=np.bool_) & ~np.isin(np.arange(blocks), list(external_error))
    chronological, chronological_evidence = _chronological(emission, miss, time, duration, outline, parents)
    by_topic, topic_evidence = _by_topic(own, time, duration, outline, parents)
    unordered_evidence = -blocks * np.log(units)
    scores = np.array(
        [
            ORDER_EVIDENCE_EXPONENT * chronological_evidence,
            ORDER_EVIDENCE_EXPONENT * topic_evidence,
            ORDER_EVIDENCE_EXPONENT * unordered_evidence + UNORDERED_LOG_PRIOR,
        ]
    )
    scores[0] += TOPICAL_HEADING_LOG_ODDS * min(MAX_TOPICAL_HEADINGS, topical_headings)
    share = _normalized(np.exp(scores - scores.max()))
    posterior = share[0] * chronological + share[1] * by_topic + share[2] * own
    return OrderPosterior(posterior, float(share[0]), float(share[1]))


def _chronological(
    emission: FloatArray, miss: FloatArray, time: FloatArray, duration: float, outline: Outline, parents: BoolArray
) -> tuple[FloatArray, float]:
    """Posterior and log evidence if the notes are in the order of the meeting."""
    steps = chronological_steps(outline, duration)
    parent_miss = np.where(parents, np.maximum(miss, PARENT_HEADING_MISS_PROBABILITY), miss)
    rows = _with_floor(emission**EMISSION_EXPONENT, parent_miss)
    start = 0.8 * _normalized(np.exp((time[0] - time) / steps[0].stride)) + 0.2 / len(time)
    posterior, _ = forward_backward(rows, time, steps[1:], start)
    # Counted once: the words of a heading's children are in their own rows.
    _, evidence = forward_backward(np.where(parents[:, None], 1 / len(time), rows), time, steps[1:], start)
    return posterior, evidence


def _by_topic(
    own: FloatArray, time: FloatArray, duration: float, outline: Outline, parents: BoolArray
) -> tuple[FloatArray, float]:
    """Posterior and log evidence if the notes are in order within each section only."""
    posterior, evidence = own.copy(), 0.0
    body = np.flatnonzero(~parents)
    if len(body):
        uniform = np.full(len(time), 1 / len(time))
        posterior[body], evidence = forward_backward(own[body], time, topic_steps(outline, body, duration), uniform)
        to_child = Transition(Step(_CHILD, MIN_STRIDE_SECONDS), time)
        for b in np.flatnonzero(parents)[::-1]:
            if (child := _first_child(outline, int(b))) is not None:
                before_child = _normalized(own[b] * to_child.backward(posterior[child]))  # there or just before
                posterior[b] = AT_FIRST_CHILD_PROBABILITY * before_child + (1 - AT_FIRST_CHILD_PROBABILITY) * own[b]
    # The rows of the parents are uniform, as they are for the evidence of the other orders.
    return posterior, evidence - np.count_nonzero(parents) * np.log(len(time))


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


def forward_backward(
    emission: FloatArray, time: FloatArray, steps: Sequence[Step], start: FloatArray
) -> tuple[FloatArray, float]:
    """Posterior B × T and the log evidence; `steps` has B - 1 entries, `start` is the first block's prior."""
    blocks = len(emission)
    forward, backward = np.empty_like(emission), np.ones_like(emission)
    evidence = 0.0
    transitions: dict[Step, Transition] = {}
    for b in range(blocks):
        prior = start if b == 0 else _transition(transitions, steps[b - 1], time).forward(forward[b - 1])
        forward[b] = prior * emission[b]
        total = forward[b].sum()
        forward[b] /= total
        evidence += float(np.log(total))
    for b in range(blocks - 2, -1, -1):
        backward[b] = _transition(transitions, steps[b], time).backward(backward[b + 1] * emission[b + 1])
        backward[b] /= backward[b].sum()
    posterior = forward * backward
    return posterior / posterior.sum(axis=1, keepdims=True), evidence


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
    A cumulative sum of a·e^{t/scale} would overflow, so it restarts every _MAX_EXPONENT scales.
    """

    def __init__(self, time: FloatArray, scales: FloatArray) -> None:
        exponent = (time - time[0]) / scales[:, None]
        block = (exponent.max(axis=0) // _MAX_EXPONENT).astype(np.int64)
        edges = np.flatnonzero(np.diff(block)) + 1
        self._parts = list(zip([0, *edges], [*edges, len(time)], strict=True))
        self._grow = np.empty_like(exponent)
        for low, high in self._parts:
            self._grow[:, low:high] = np.exp(exponent[:, low:high] - exponent[:, low : low + 1])
        self._hop = [np.exp(exponent[:, low] - exponent[:, high]) for (low, _), (high, _) in pairwise(self._parts)]

    def prefix_sums(self, mass: FloatArray) -> FloatArray:
        out: FloatArray = np.empty_like(self._grow)
        carry = np.zeros(len(out))
        for part, (low, high) in enumerate(self._parts):
            grow = self._grow[:, low:high]
            sums = np.cumsum(mass[:, low:high] * grow, axis=1) + carry[:, None]
            out[:, low:high] = sums / grow
            if part < len(self._hop):
                carry = sums[:, -1] * self._hop[part]
        return out

    def suffix_sums(self, value: FloatArray) -> FloatArray:
        out: FloatArray = np.empty_like(self._grow)
        carry = np.zeros(len(out))
        for part in range(len(self._parts) - 1, -1, -1):
            low, high = self._parts[part]
            grow = self._grow[:, low:high]
            sums = np.cumsum((value[:, low:high] / grow)[:, ::-1], axis=1)[:, ::-1]
            if part < len(self._hop):
                sums = sums + (carry * self._hop[part])[:, None]
            out[:, low:high] = sums * grow
            carry = out[:, low]
        return out


def _transition(known: dict[Step, Transition], step: Step, time: FloatArray) -> Transition:
    if step not in known:
        known[step] = Transition(step, time)
    return known[step]


def _first_child(outline: Outline, block: int) -> int | None:
    following = block + 1
    return following if following < len(outline) and outline.parent[following] == block else None


def _with_floor(emission: FloatArray, miss: FloatArray) -> FloatArray:
    share = _normalized(emission)
    return np.asarray((1 - miss[:, None]) * share + miss[:, None] / emission.shape[1])


def _normalized(weights: FloatArray) -> FloatArray:
    total: FloatArray = weights / weights.sum(axis=-1, keepdims=True)
    return total
