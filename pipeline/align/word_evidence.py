"""How much of some blocks is heard within some seconds of each unit.

As a window moves on, what is in it changes only where a word comes in or drops out. So a term is a step function over
the units, kept as its steps, and what a block has of all its terms is the running sum of their steps: what
is needed depends on how often the words of the blocks are heard. Terms that are heard all the time are few.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pipeline.align.features import Matching, Measure, Side, Window
from pipeline.align.lexical import TermCounts
from pipeline.align.sparse import SparseRows, chunks
from pipeline.align.units import Units
from pipeline.arrays import BoolArray, Float32Array, FloatArray, IntArray

# Counts in a window saturate as 1 - exp(-count / scale): the second mention in 15 s says little, in 5 min much.
SATURATION_COUNTS = {15: 0.7, 30: 0.7, 60: 1.0, 120: 1.5, 300: 3.0, 600: 4.0}
EVIDENCE_SCALE = 10.0  # brings summed weights to the order of 1
ONSET_SECONDS = 15.0  # after the start of a unit, in which words count as its beginning
BURST_GAP_SECONDS = 120.0  # without a word that make its next mention a burst
EVER = float("inf")  # seconds
FIXED_POINT = 2.0**32
"""Steps are whole multiples of its inverse: what a step adds, the next one takes away without a rest."""
MAX_STEPS = 2**21
"""Steps of terms in blocks that are summed up at once."""
MAX_SELDOM_SHARE = 1 / 16  # of the units, at which a term has a step: of another, all values are written out
TERM_CELLS = 2**22
"""Values of terms × units that are written out at once."""
PRODUCT_CELLS = 2**18
"""Multiplications in one matrix product: OpenBLAS gives more to several threads, which then wait for each other."""


class Span(NamedTuple):
    """Seconds before and after the start of a unit, in which words are counted, and whether misheard ones count."""

    matching: Matching
    before: float
    after: float

    @classmethod
    def of(cls, window: Window) -> Span:
        seconds = float(window.seconds)
        return cls(window.matching, *((0.0, seconds) if window.side is Side.NEXT else (seconds, 0.0)))


_HERE, _GAP, _SO_FAR = (
    Span(Matching.EXACT, *seconds) for seconds in ((0.0, ONSET_SECONDS), (BURST_GAP_SECONDS, 0.0), (EVER, 0.0))
)


class WordEvidence:
    """Of R blocks with the indices `rows`, the evidence in `spans`: R × T matrices."""

    def __init__(
        self, counts: TermCounts, units: Units, rows: IntArray, spans: Sequence[Span], *, onsets: bool = False
    ) -> None:
        row, term, weight = counts.weights.entries(rows)
        total = np.bincount(row, weight, minlength=len(rows)).astype(np.float32)[:, None]
        self._total = np.maximum(total, 1e-6)
        self._shape = len(rows), len(units)
        terms = np.unique(term)
        terms = terms[counts.fuzzy.filled()[terms] > 0]  # the others count in the total alone
        known = np.isin(term, terms)
        self._row, self._term, self._weight = row[known], np.searchsorted(terms, term[known]), weight[known]
        mentions = {
            Matching.EXACT: _Mentions(counts.exact, terms, units.start),
            Matching.FUZZY: _Mentions(counts.fuzzy, terms, units.start),
        }
        self._evidence = {
            span: self._sum(mentions[span.matching].steps([span], _saturated(span))) for span in dict.fromkeys(spans)
        }
        if onsets:
            exact = mentions[Matching.EXACT]
            self._burst, self._first = (self._sum(exact.steps([_HERE, past], _is_new)) for past in (_GAP, _SO_FAR))

    def values(self, window: Window) -> Float32Array:
        """The feature of the window."""
        span = Span.of(window)
        if window.measure is Measure.EVIDENCE:
            return self.evidence(span) / EVIDENCE_SCALE
        return self.coverage(span) if window.measure is Measure.COVERAGE else self.relative(span)

    def evidence(self, span: Span) -> Float32Array:
        """Weight of the block's terms in the span, each saturated."""
        return self._evidence[span]

    def coverage(self, span: Span) -> Float32Array:
        """Share 0..1 of the block's weight that is in the span."""
        return np.asarray(self._evidence[span] / self._total)

    def relative(self, span: Span) -> Float32Array:
        """The evidence as a share of that in the block's best window."""
        return relative(self._evidence[span])

    def burst(self) -> Float32Array:
        """Share of the weight that is heard at the onset and was not in the two minutes before."""
        return np.asarray(self._burst / self._total)

    def first_mention(self) -> Float32Array:
        """Share of the weight that is heard at the onset for the first time at all."""
        return np.asarray(self._first / self._total)

    def _sum(self, steps: SparseRows) -> Float32Array:
        """R × T: the weighted sum of the terms of each block, of which `steps` has the values from each unit on."""
        often = steps.filled() > self._shape[1] * MAX_SELDOM_SHARE
        return self._sum_steps(steps, ~often[self._term]) + self._product(steps, np.flatnonzero(often))

    def _sum_steps(self, steps: SparseRows, kept: BoolArray) -> Float32Array:
        """Of the terms in blocks that are `kept`: the running sum of their steps."""
        row, term, weight = self._row[kept], self._term[kept], self._weight[kept].astype(np.float64)
        changes = np.zeros(self._shape[0] * self._shape[1])
        ends = np.cumsum(steps.filled()[term])
        edges = np.searchsorted(ends, np.arange(0, int(ends[-1]) if len(ends) else 0, MAX_STEPS), side="right")
        for first, last in pairwise([*edges.tolist(), len(ends)]):
            entry, unit, value = steps.entries(term[first:last])
            amount = np.rint(value * weight[first:last][entry] * FIXED_POINT)
            change = np.diff(amount, prepend=0.0)
            begins = np.diff(entry, prepend=-1) > 0
            change[begins] = amount[begins]
            changes += np.bincount(row[first:last][entry] * self._shape[1] + unit, change, minlength=len(changes))
        sums = changes.reshape(self._shape)
        np.cumsum(sums, axis=1, out=sums)
        sums /= FIXED_POINT
        return sums.astype(np.float32)

    def _product(self, steps: SparseRows, terms: IntArray) -> Float32Array:
        """Of some terms, whose steps are so many that they are written out."""
        out = np.zeros(self._shape, dtype=np.float32)
        place = np.searchsorted(terms, self._term).clip(max=max(len(terms) - 1, 0))
        known = terms[place] == self._term if len(terms) else np.zeros(len(self._term), dtype=np.bool_)
        weights = np.zeros((self._shape[0], len(terms)), dtype=np.float32)
        weights[self._row[known], place[known]] = self._weight[known]
        columns = max(PRODUCT_CELLS // max(weights.size, 1), 1)
        for part in chunks(np.arange(len(terms)), self._shape[1], TERM_CELLS):
            row, unit, value = steps.entries(terms[part])
            lengths = np.diff(row * self._shape[1] + unit, append=len(part) * self._shape[1])
            values = np.repeat(value, lengths).reshape(len(part), self._shape[1])
            for first in range(0, self._shape[1], columns):
                here = slice(first, first + columns)
                out[:, here] += weights[:, part] @ values[:, here]
        return out


class _Mentions:
    """When each of V terms is heard."""

    def __init__(self, counts: SparseRows, terms: IntArray, time: FloatArray) -> None:
        self._terms, self._time = len(terms), time
        row, self._unit, self._count = counts.entries(terms)
        self._first = row * len(time)  # of each mention, the place of its row's first unit

    def steps(self, spans: Sequence[Span], value: Callable[..., FloatArray]) -> SparseRows:
        """V × T: the `value` of the counts in the spans from each unit on at which one of them changes."""
        units = len(self._time)
        firsts = np.arange(self._terms) * units
        # A mention comes into the window, and drops out of it, at the first unit for which it is before that edge; at
        # the end of its row all have dropped out.
        moves = [
            self._first + np.searchsorted(edge, np.arange(units), side="right")[self._unit]
            for span in spans
            for edge in reversed(self._edges(span))
        ]
        places = np.concatenate([firsts, *moves])
        order = np.argsort(places, kind="stable")
        places = places[order]
        last = np.flatnonzero((np.diff(places, append=self._terms * units) > 0) & (places < self._terms * units))
        counts = []
        for number in range(len(spans)):
            change = np.zeros(len(places))
            comes = len(firsts) + 2 * number * len(self._unit)
            drops = comes + len(self._unit)
            change[comes:drops] = self._count
            change[drops : drops + len(self._unit)] = -self._count
            counts.append(np.cumsum(change[order])[last])
        row, unit = np.divmod(places[last], units)
        return SparseRows.of(row, unit, value(*counts).astype(np.float32), (self._terms, units))

    def _edges(self, span: Span) -> tuple[IntArray, IntArray]:
        """Units of which the first is within, and the first after, the span of each unit."""
        time = self._time
        return np.searchsorted(time, time - span.before), np.searchsorted(time, time + span.after)


def _saturated(span: Span) -> Callable[[FloatArray], FloatArray]:
    """Counts in the span → 0..1: more and more of them say less and less."""
    scale = SATURATION_COUNTS[round(span.before + span.after)]
    return lambda counts: np.asarray(1 - np.exp(-counts / scale))


def _is_new(here: FloatArray, past: FloatArray) -> FloatArray:
    return np.asarray((here > 0) & (past == 0), dtype=np.float64)


def relative(evidence: Float32Array) -> Float32Array:
    """Each row as a share of its own maximum; a row of zeros stays zero."""
    return np.asarray(evidence / np.maximum(evidence.max(axis=1, keepdims=True, initial=0.0), 1e-6))
