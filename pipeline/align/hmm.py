"""The order of the notes as weak evidence: a hidden Markov model over blocks whose states are the units.

Forward-backward with scaling as in L. Rabiner, "A tutorial on hidden Markov models", 1989. Notes are rarely in
strict order, so a step may go anywhere; how much it usually goes forward depends on how the notes were written. Three
ways of writing are run beside each other and weighted by how well they explain the evidence:

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
from numpy.typing import NDArray

from pipeline.align.outline import Outline

Array = NDArray[np.float64]

SHARPEN = 1.1  # the emission is a little too flat once neighbours confirm it
MISS = 0.06  # chance that a block's evidence misleads: it then takes its place from its neighbours
MISS_UNHEARD = 0.6  # what is added where nothing of the block and its section is heard: it was left out, or misheard
MISS_LEADING = 0.7  # headings with blocks under them: their evidence already contains the children's
NEAR = 15.0  # seconds
BACK = 90.0
MIN_STEP = 20.0  # seconds between blocks at least expected
TEMPER = 0.15  # evidence for a class is overconfident: blocks are not independent
TOPICAL = -4.0  # log-odds against chronological order for each of the first two headings like "Decisions"
UNORDERED = -2.0  # order is the rule: log-prior of the class without
BY_TOPIC = 0.8  # how often a heading with blocks under it begins where the first of them does
_SAFE = 300.0  # largest exponent of a running sum before it is restarted

# shares of a step: near, forward, forward 4x, anywhere, back, forward uniform
_CHILD = (0.84, 0.13, 0.01, 0.015, 0.005, 0.0)
_SIBLING = (0.02, 0.70, 0.22, 0.02, 0.02, 0.02)
_SECTION = (0.01, 0.68, 0.24, 0.03, 0.01, 0.03)
_WITHIN = (0.03, 0.40, 0.25, 0.25, 0.03, 0.04)
_ACROSS = (0.0, 0.05, 0.0, 0.95, 0.0, 0.0)
_UNIFORM = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Placement:
    """`posterior` is B × T, rows sum to 1. `chronological` and `by_topic` are the weights 0..1 of these classes."""

    posterior: Array
    chronological: float
    by_topic: float


@dataclass(frozen=True, slots=True)
class Step:
    """How the next block's moment depends on the last one's: shares of the kernels, and the stride in seconds."""

    shares: tuple[float, float, float, float, float, float]
    stride: float


def place(
    emission: Array,
    time: Array,
    duration: float,
    outline: Outline,
    *,
    topical: int = 0,
    unheard: Array | None = None,
    known: Mapping[int, float] | None = None,
) -> Placement:
    """Posterior of each block's moment given its own evidence and its neighbours'.

    `emission` is B × T with rows summing to 1, `time` the T unit starts. `topical` counts the headings such as
    "Decisions" or "Action items" that group the notes by kind rather than by time. `unheard`, 0..1, is how little of
    each block and its section is heard anywhere. `known` are the blocks whose place is known by more than their words,
    with the chance that this is wrong: such a heading speaks for itself.
    """
    known = known or {}
    miss = np.full(len(emission), MISS) if unheard is None else MISS + MISS_UNHEARD * unheard
    miss[list(known)] = list(known.values())
    own = _floor(emission**SHARPEN, miss)
    leads = np.array(outline.leads, dtype=np.bool_) & ~np.isin(np.arange(len(emission)), list(known))
    moments = len(time)

    steps = chronological_steps(outline, duration)
    loose = _floor(emission**SHARPEN, np.where(leads, np.maximum(miss, MISS_LEADING), miss))
    start = 0.8 * _normal(np.exp((time[0] - time) / steps[0].stride)) + 0.2 / moments
    in_order, _ = forward_backward(loose, time, steps[1:], start)
    # counted once: the words of a heading's children are in their own rows
    rows = np.where(leads[:, None], 1 / moments, loose)
    _, order_evidence = forward_backward(rows, time, steps[1:], start)

    body = np.flatnonzero(~leads)
    flat = np.full(moments, 1 / moments)
    by_topic, topic_evidence = own.copy(), 0.0
    if len(body):
        by_topic[body], topic_evidence = forward_backward(own[body], time, topic_steps(outline, body, duration), flat)
        lead = Reach(Step(_CHILD, MIN_STEP), time)
        for b in np.flatnonzero(leads)[::-1]:
            if (child := _first_child(outline, int(b))) is not None:
                ahead = _normal(own[b] * lead.back(by_topic[child]))  # at its first child or just before
                by_topic[b] = BY_TOPIC * ahead + (1 - BY_TOPIC) * own[b]
    alone_evidence = -len(leads) * np.log(moments)
    topic_evidence -= np.count_nonzero(leads) * np.log(moments)  # as in the others, where these rows are flat

    scores = np.array([TEMPER * order_evidence, TEMPER * topic_evidence, TEMPER * alone_evidence + UNORDERED])
    scores[0] += TOPICAL * min(2, topical)
    share = _normal(np.exp(scores - scores.max()))
    posterior = share[0] * in_order + share[1] * by_topic + share[2] * own
    return Placement(posterior, float(share[0]), float(share[1]))


def chronological_steps(outline: Outline, duration: float) -> list[Step]:
    """One step into each block, for notes written in the order of the meeting; the first is only a stride."""
    headings = sum(outline.heading)
    stride = max(MIN_STEP, duration / max(len(outline), 1))
    section = max(stride, min(duration / (headings + 1), 3 * stride))
    steps = [Step(_UNIFORM, stride)]
    for b in range(1, len(outline)):
        if outline.parent[b] == b - 1 and outline.heading[b - 1]:
            steps.append(Step(_CHILD, section if outline.heading[b] else stride))
        elif outline.heading[b]:
            steps.append(Step(_SECTION, section))
        else:
            steps.append(Step(_SIBLING, stride))
    return steps


def topic_steps(outline: Outline, body: NDArray[np.int64], duration: float) -> list[Step]:
    """One step between successive blocks of `body`: forward within a section, anywhere between two."""
    sections = np.array(outline.section)[body]
    _, sizes = np.unique(sections, return_counts=True)
    within = Step(_WITHIN, max(MIN_STEP, duration / (2 * float(np.median(sizes)) + 1)))
    across = Step(_ACROSS, within.stride)
    return [within if a == b else across for a, b in pairwise(sections)]


def forward_backward(emission: Array, time: Array, steps: Sequence[Step], start: Array) -> tuple[Array, float]:
    """Posterior B × T and the log evidence; `steps` has B - 1 entries, `start` is the first block's prior."""
    blocks = len(emission)
    forward, backward = np.empty_like(emission), np.ones_like(emission)
    evidence = 0.0
    reach: dict[Step, Reach] = {}
    for b in range(blocks):
        prior = start if b == 0 else _reach(reach, steps[b - 1], time).onward(forward[b - 1])
        forward[b] = prior * emission[b]
        total = forward[b].sum()
        forward[b] /= total
        evidence += float(np.log(total))
    for b in range(blocks - 2, -1, -1):
        backward[b] = _reach(reach, steps[b], time).back(backward[b + 1] * emission[b + 1])
        backward[b] /= backward[b].sum()
    posterior = forward * backward
    return posterior / posterior.sum(axis=1, keepdims=True), evidence


class Reach:
    """One step's transition matrix, applied without being written down.

    Entry (i, j) is Σ share_k · kernel_k(time_j - time_i) / norm_k(i), each row summing to 1.
    """

    def __init__(self, step: Step, time: Array) -> None:
        near, forward, far, anywhere, back, onward = step.shares
        scales = np.array([NEAR, step.stride, 4 * step.stride])
        self._forward = Decay(time, scales)
        self._back = Decay(-time[::-1], np.array([NEAR, BACK]))
        count = len(time)
        ones = np.ones(count)
        spread = self._forward.since(np.broadcast_to(ones, (3, count)))
        behind = self._back.since(np.broadcast_to(ones, (2, count)))[:, ::-1]
        self._near = near / (spread[0] + behind[0] - 1)
        self._ahead = np.stack([forward / spread[1], far / spread[2]])
        self._behind = back / behind[1]
        self._anywhere = anywhere / count
        self._onward = onward / np.arange(count, 0, -1)

    def onward(self, mass: Array) -> Array:
        """Mass over the last block's moments → over the next one's."""
        near = mass * self._near
        ahead = self._forward.until(np.stack([near, *(mass * self._ahead)]))
        behind = self._back.until(np.stack([near, mass * self._behind])[:, ::-1])[:, ::-1]
        reached: Array = ahead.sum(axis=0) + behind.sum(axis=0) - near
        reached += self._anywhere * mass.sum() + np.cumsum(mass * self._onward)
        return reached

    def back(self, value: Array) -> Array:
        """Value over the next block's moments → over the last one's: the transposed matrix."""
        ahead = self._forward.since(np.broadcast_to(value, (3, len(value))))
        behind = self._back.since(np.broadcast_to(value[::-1], (2, len(value))))[:, ::-1]
        worth: Array = self._near * (ahead[0] + behind[0] - value) + (self._ahead * ahead[1:]).sum(axis=0)
        worth += self._behind * behind[1] + self._anywhere * value.sum()
        worth += self._onward * np.cumsum(value[::-1])[::-1]
        return worth


class Decay:
    """Sums with exponential decay over rising `time`, one row per scale in seconds, in O(T) each.

    until(a)[j] = Σ_{i ≤ j} a_i e^{-(t_j - t_i)/scale} and since(a)[i] = Σ_{j ≥ i} a_j e^{-(t_j - t_i)/scale}.
    A cumulative sum of a·e^{t/scale} would overflow; it is restarted every _SAFE scales and its end carried over.
    """

    def __init__(self, time: Array, scales: Array) -> None:
        exponent = (time - time[0]) / scales[:, None]
        block = (exponent.max(axis=0) // _SAFE).astype(np.int64)
        edges = np.flatnonzero(np.diff(block)) + 1
        self._parts = list(zip([0, *edges], [*edges, len(time)], strict=True))
        self._grow = np.empty_like(exponent)
        for low, high in self._parts:
            self._grow[:, low:high] = np.exp(exponent[:, low:high] - exponent[:, low : low + 1])
        self._hop = [np.exp(exponent[:, low] - exponent[:, high]) for (low, _), (high, _) in pairwise(self._parts)]

    def until(self, mass: Array) -> Array:
        out: Array = np.empty_like(self._grow)
        carry = np.zeros(len(out))
        for part, (low, high) in enumerate(self._parts):
            grow = self._grow[:, low:high]
            sums = np.cumsum(mass[:, low:high] * grow, axis=1) + carry[:, None]
            out[:, low:high] = sums / grow
            if part < len(self._hop):
                carry = sums[:, -1] * self._hop[part]
        return out

    def since(self, value: Array) -> Array:
        out: Array = np.empty_like(self._grow)
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


def _reach(known: dict[Step, Reach], step: Step, time: Array) -> Reach:
    if step not in known:
        known[step] = Reach(step, time)
    return known[step]


def _first_child(outline: Outline, block: int) -> int | None:
    following = block + 1
    return following if following < len(outline) and outline.parent[following] == block else None


def _floor(emission: Array, miss: Array) -> Array:
    share = _normal(emission)
    return np.asarray((1 - miss[:, None]) * share + miss[:, None] / emission.shape[1])


def _normal(weights: Array) -> Array:
    total: Array = weights / weights.sum(axis=-1, keepdims=True)
    return total
