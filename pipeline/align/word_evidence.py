"""How much of some blocks is heard within some seconds of each unit.

As a window moves on, what is in it changes only where a word comes in or drops out. So a term is a step function over
the units, kept as its steps, and what a block has of all its terms is the running sum of their steps: what
is needed depends on how often the words of the blocks are heard. Terms that are heard all the time are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pipeline.align.features import Matching, Measure, Side, Window
from pipeline.align.lexical import TermCounts
from pipeline.align.sparse import SLAB_CELLS, SparseRows, chunks
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
        self, counts: TermCounts, edges: WindowEdges, rows: IntArray, spans: Iterable[Span], *, onsets: bool = False
    ) -> None:
        row, term, weight = counts.weights.entries(rows)
        total = np.bincount(row, weight, minlength=len(rows)).astype(np.float32)[:, None]
        self._total = np.maximum(total, 1e-6)
        self._shape = len(rows), edges.units
        terms = np.unique(term)
        terms = terms[counts.fuzzy.filled()[terms] > 0]  # the others count in the total alone
        known = np.isin(term, terms)
        self._row, self._term, self._weight = row[known], np.searchsorted(terms, term[known]), weight[known]
        self._weights = np.zeros((len(rows), len(terms)), dtype=np.float32)
        self._weights[self._row, self._term] = self._weight
        self._evidence: dict[Span, Float32Array] = {}
        at_once = max(SLAB_CELLS // max(len(rows) * edges.units, 1), 1)
        spans = sorted(set(spans))
        for matching, counted in ((Matching.EXACT, counts.exact), (Matching.FUZZY, counts.fuzzy)):
            mentions = _Mentions(counted, terms, edges)
            same = [span for span in spans if span.matching is matching]
            for first in range(0, len(same), at_once):
                some = same[first : first + at_once]
                self._evidence |= zip(some, self._sum(mentions.saturated(some), len(some)), strict=True)
            if onsets and matching is Matching.EXACT:
                self._burst, self._first = self._sum(mentions.new(_HERE, [_GAP, _SO_FAR]), 2)

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

    def _sum(self, steps: SparseRows, windows: int) -> Float32Array:
        """W × R × T: the weighted sum of the terms of each block, of which `steps` has W times the values."""
        terms = len(steps) // windows
        often = steps.filled() > self._shape[1] * MAX_SELDOM_SHARE
        out = self._sum_steps(steps, windows, ~often)
        for window, products in enumerate(out):
            products += self._product(steps, window * terms, np.flatnonzero(often[window * terms :][:terms]))
        return out

    def _sum_steps(self, steps: SparseRows, windows: int, kept: BoolArray) -> Float32Array:
        """Of the terms in blocks that are `kept`: the running sum of their steps."""
        blocks, units = self._shape
        number = np.arange(windows)[:, None]
        row, term = (self._row + number * blocks).ravel(), (self._term + number * (len(steps) // windows)).ravel()
        here = np.flatnonzero(kept[term])
        row, term, weight = row[here], term[here], self._weight[here % max(len(self._weight), 1)].astype(np.float64)
        changes = np.zeros(windows * blocks * units)
        ends = np.cumsum(steps.filled()[term])
        edges = np.searchsorted(ends, np.arange(0, int(ends[-1]) if len(ends) else 0, MAX_STEPS), side="right")
        for first, last in pairwise([*edges.tolist(), len(ends)]):
            entry, unit, value = steps.entries(term[first:last])
            amount = np.rint(value * weight[first:last][entry] * FIXED_POINT)
            change = amount.copy()
            change[1:] -= amount[:-1] * (entry[1:] == entry[:-1])
            changes += np.bincount(row[first:last][entry] * units + unit, change, minlength=len(changes))
        sums = changes.reshape(windows, blocks, units)
        np.cumsum(sums, axis=2, out=sums)
        sums /= FIXED_POINT
        return sums.astype(np.float32)

    def _product(self, steps: SparseRows, before: int, terms: IntArray) -> Float32Array:
        """Of some terms, whose steps are so many that they are written out: those of a window are `before` + terms."""
        out = np.zeros(self._shape, dtype=np.float32)
        if not len(terms):
            return out
        weights = np.take(self._weights, terms, axis=1)
        columns = max(PRODUCT_CELLS // weights.size, 1)
        for part in chunks(np.arange(len(terms)), self._shape[1], TERM_CELLS):
            row, unit, value = steps.entries(before + terms[part])
            ends = np.append(row * self._shape[1] + unit, len(part) * self._shape[1])
            values = np.repeat(value, ends[1:] - ends[:-1]).reshape(len(part), self._shape[1])
            for first in range(0, self._shape[1], columns):
                here = slice(first, first + columns)
                out[:, here] += weights[:, part] @ values[:, here]
        return out


class WindowEdges(dict[float, IntArray]):
    """For each unit, the first one so many seconds after whose start it has begun: T-vectors, T where there is none.

    A word comes into a window, and drops out of it, as one of its edges passes the unit in which it is heard.
    """

    def __init__(self, time: FloatArray) -> None:
        super().__init__()
        self.units, self._time = len(time), time

    def __missing__(self, seconds: float) -> IntArray:
        passed = np.searchsorted(self._time, self._time + seconds)
        self[seconds] = np.searchsorted(passed, np.arange(self.units), side="right")
        return self[seconds]


class _Mentions:
    """When each of V terms is heard."""

    def __init__(self, counts: SparseRows, terms: IntArray, edges: WindowEdges) -> None:
        self._terms, self._edges = len(terms), edges
        row, self._unit, self._count = counts.entries(terms)
        self._first = row * edges.units  # of each mention, the place of its row's first unit

    def saturated(self, spans: Sequence[Span]) -> SparseRows:
        """(W · V) × T: in each span the counts, saturated 0..1: more and more of them say less and less."""
        row, unit, (counts,) = self._steps([[span] for span in spans])
        scale = np.array([SATURATION_COUNTS[round(span.before + span.after)] for span in spans])
        return self._rows(row, unit, 1 - np.exp(-counts / scale[row // self._terms]), len(spans))

    def new(self, here: Span, pasts: Sequence[Span]) -> SparseRows:
        """(W · V) × T: where a term is heard `here` that was not in each of the `pasts`."""
        row, unit, (now, before) = self._steps([[here, past] for past in pasts])
        return self._rows(row, unit, (now > 0) & (before == 0), len(pasts))

    def _rows(self, row: IntArray, unit: IntArray, values: FloatArray | BoolArray, windows: int) -> SparseRows:
        return SparseRows.of(row, unit, values.astype(np.float32), (windows * self._terms, self._edges.units))

    def _steps(self, windows: Sequence[Sequence[Span]]) -> tuple[IntArray, IntArray, list[FloatArray]]:
        """Of each window, row and unit at which the counts in one of its spans change, and the counts from there on."""
        units, mentions, end = self._edges.units, len(self._unit), self._terms * self._edges.units
        # A mention comes into a span, and drops out of it; at the end of its row all have dropped out.
        moves = [[self._edges[edge] for span in window for edge in (span.after, -span.before)] for window in windows]
        places = np.empty((len(windows), self._terms + len(moves[0]) * mentions), dtype=np.int64)
        places[:, : self._terms] = np.arange(self._terms) * units
        for row, edges in zip(places, moves, strict=True):
            for number, edge in enumerate(edges):
                np.add(self._first, edge[self._unit], out=row[self._terms + number * mentions :][:mentions])
        order = np.argsort(places, axis=1, kind="stable")
        places = np.take_along_axis(places, order, axis=1)
        last = places < end
        last[:, :-1] &= places[:, 1:] > places[:, :-1]
        counts = []
        for number in range(len(windows[0])):
            change = np.zeros(places.shape[1])
            comes = self._terms + 2 * number * mentions
            change[comes : comes + mentions] = self._count
            change[comes + mentions : comes + 2 * mentions] = -self._count
            counts.append(np.cumsum(change[order], axis=1)[last])
        row, unit = np.divmod((places + end * np.arange(len(windows))[:, None])[last], units)
        return row, unit, counts


def relative(evidence: Float32Array) -> Float32Array:
    """Each row as a share of its own maximum; a row of zeros stays zero."""
    return np.asarray(evidence / np.maximum(evidence.max(axis=1, keepdims=True, initial=0.0), 1e-6))
