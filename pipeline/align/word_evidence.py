"""How much of some blocks is heard within some seconds of each unit, from cumulative counts.

A term of one block in a thousand is in no other's way: the counts of the terms are written out a part at a time, so
that what is needed at once depends on neither the length of the recording nor the size of the notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.align.features import Matching, Measure, Side, Window
from pipeline.align.lexical import TermCounts
from pipeline.align.sparse import SparseRows, chunks
from pipeline.align.units import Units
from pipeline.arrays import Float32Array, FloatArray, IntArray

# Counts in a window saturate as 1 - exp(-count / scale): the second mention in 15 s says little, in 5 min much.
SATURATION_COUNTS = {15: 0.7, 30: 0.7, 60: 1.0, 120: 1.5, 300: 3.0, 600: 4.0}
EVIDENCE_SCALE = 10.0  # brings summed weights to the order of 1
ONSET_SECONDS = 15.0  # after the start of a unit, in which words count as its beginning
BURST_GAP_SECONDS = 120.0  # without a word that make its next mention a burst
MAX_SELDOM_SHARE = 1 / 16  # of the units, in which a term is heard
TERM_CELLS = 2**22
"""Counts of terms × units that are written out at once."""


class Span(NamedTuple):
    """Seconds before and after the start of a unit, in which words are counted, and whether misheard ones count."""

    matching: Matching
    before: float
    after: float

    @classmethod
    def of(cls, window: Window) -> Span:
        seconds = float(window.seconds)
        return cls(window.matching, *((0.0, seconds) if window.side is Side.NEXT else (seconds, 0.0)))


class WordEvidence:
    """Of R blocks with the indices `rows`, the evidence in `spans`: R × T matrices."""

    def __init__(
        self, counts: TermCounts, units: Units, rows: IntArray, spans: Sequence[Span], *, onsets: bool = False
    ) -> None:
        terms = np.unique(counts.weights.entries(rows)[1])
        heard = terms[counts.fuzzy.filled()[terms] > 0]  # the other terms count in the total alone
        shape = len(rows), len(units)
        self._total = np.maximum(_row_sums(counts, rows, terms), 1e-6)
        self._evidence = {span: np.zeros(shape, dtype=np.float32) for span in dict.fromkeys(spans)}
        self._onsets = onsets
        self._burst: Float32Array = np.zeros(shape, dtype=np.float32)
        self._first: Float32Array = np.zeros(shape, dtype=np.float32)
        for part in chunks(heard, len(units), TERM_CELLS):
            weights = counts.weights.dense(rows, part)
            self._add(weights, _Counts(counts.exact, part, units.start), Matching.EXACT)
            if any(span.matching is Matching.FUZZY for span in self._evidence):
                self._add(weights, _Counts(counts.fuzzy, part, units.start), Matching.FUZZY)

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

    def _add(self, weights: Float32Array, counts: _Counts, matching: Matching) -> None:
        """Add what some terms contribute, with their B × V weights."""
        for span, evidence in self._evidence.items():
            if span.matching is matching:
                evidence += weights @ counts.saturated(span.before, span.after)
        if self._onsets and matching is Matching.EXACT:
            here = counts.within(0, ONSET_SECONDS) > 0
            again = here & (counts.within(BURST_GAP_SECONDS, 0) == 0)
            self._burst += weights @ again.astype(np.float32)
            self._first += weights @ (here & (counts.sums[:, :-1] == 0)).astype(np.float32)


class _Counts:
    """How often each of V terms is heard around each of the T units. `sums` are V × (T + 1) cumulative counts.

    Most terms are seldom heard: the count in a window then changes at a few units only, and is worked out there.
    """

    def __init__(self, counts: SparseRows, terms: IntArray, time: FloatArray) -> None:
        self.sums = cumulate(counts.dense(terms))
        self._time = time
        seldom = counts.filled()[terms] <= len(time) * MAX_SELDOM_SHARE
        self._seldom, self._often = np.flatnonzero(seldom), np.flatnonzero(~seldom)
        self._row, self._unit, _ = counts.entries(terms[self._seldom])

    def within(self, before: float, after: float) -> Float32Array:
        """V × T counts in [t - before, t + after)."""
        low, high = self._edges(before, after)
        return np.take(self.sums, high, axis=1) - np.take(self.sums, low, axis=1)

    def saturated(self, before: float, after: float) -> Float32Array:
        """V × T, 0..1: the counts in [t - before, t + after), where more and more of them say less and less."""
        scale = SATURATION_COUNTS[round(before + after)]
        low, high = self._edges(before, after)
        units = len(self._time)
        out = np.empty((len(self.sums), units), dtype=np.float32)
        often = self.sums[self._often]
        out[self._often] = _saturate(np.take(often, high, axis=1) - np.take(often, low, axis=1), scale)
        first = self._row * units  # of each heard word, the place of its row's first unit
        begins = np.searchsorted(high, self._unit, side="right")
        ends = np.searchsorted(low, self._unit, side="right")
        changes = np.concatenate(
            [np.arange(len(self._seldom)) * units, (first + begins)[begins < units], (first + ends)[ends < units]]
        )
        changes.sort(kind="stable")
        row, unit = np.divmod(changes, units)
        row = self._seldom[row]
        values = _saturate(self.sums[row, high[unit]] - self.sums[row, low[unit]], scale)
        lengths = np.diff(changes, append=len(self._seldom) * units)
        out[self._seldom] = np.repeat(values, lengths).reshape(len(self._seldom), units)
        return out

    def _edges(self, before: float, after: float) -> tuple[IntArray, IntArray]:
        """Units of which the first is within, and the first after, the window of each unit."""
        return np.searchsorted(self._time, self._time - before), np.searchsorted(self._time, self._time + after)


def _saturate(counts: Float32Array, scale: float) -> Float32Array:
    counts /= -scale
    return np.subtract(1, np.exp(counts, out=counts), out=counts)


def relative(evidence: Float32Array) -> Float32Array:
    """Each row as a share of its own maximum; a row of zeros stays zero."""
    return np.asarray(evidence / np.maximum(evidence.max(axis=1, keepdims=True, initial=0.0), 1e-6))


def _row_sums(counts: TermCounts, rows: IntArray, terms: IntArray) -> Float32Array:
    """R × 1: the weight of all terms of each block."""
    out = np.zeros((len(rows), 1), dtype=np.float32)
    size = max(TERM_CELLS // max(len(terms), 1), 1)
    for first in range(0, len(rows), size):
        part = slice(first, first + size)
        out[part] = counts.weights.dense(rows[part], terms).sum(axis=1, keepdims=True)
    return out


def cumulate(counts: Float32Array) -> Float32Array:
    """V × (T + 1): the counts before each unit, and all."""
    sums = np.zeros((len(counts), counts.shape[1] + 1), dtype=np.float32)
    np.cumsum(counts, axis=1, out=sums[:, 1:])
    return sums
