"""Where a block without a link was discussed, when that much is known: in the stretch of its section.

The links around such a block bound stretches that it may be in: from the link before it to the link after it, and all
that was found of a section it is in, its heading included, or, for a heading, of what is written under it. How sure it
is that its moment lies in one comes from a logistic regression on four signals; the shortest that is sure enough is
told.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.align.decode import Comparison, Decision
from pipeline.align.outline import Outline
from pipeline.arrays import logistic
from pipeline.records import LINK_CONFIDENCE, Alignment, SectionSpan
from pipeline.section_spans import Span

MIN_SPAN_SECONDS = 20.0  # what is shorter is one moment, which would have been found there
MAX_SPAN_SECONDS = 600.0  # somewhere in a quarter of an hour helps nobody ...
MAX_SPAN_SHARE = 1 / 3  # ... and neither does somewhere in half of the recording
MARGIN_SECONDS = 15.0  # around a span, that still are in it
MIN_PROBABILITY = 1e-3  # below it, and as close to 1, probabilities are taken for the same

MIN_SPAN_CONFIDENCE = 0.75
"""A span is told from here up."""

# Fitted on the 356 spans of lines without a link whose moments are known (`python -m tests.bench.within`).
SIGNAL_WEIGHTS = {"posterior": 0.637, "heard": 1.32, "own_confidence": 0.93, "length": 0.616}
BIAS = -3.702


@dataclass(frozen=True, slots=True)
class SpanCandidate:
    """A stretch that one block may be in; `signals` in the order of SIGNAL_WEIGHTS."""

    span: Span
    signals: tuple[float, float, float, float]


class BoundingLinks:
    """The links of a meeting, and the stretches that they bound."""

    def __init__(self, outline: Outline, placed: Sequence[Alignment]) -> None:
        index = {block.id: b for b, block in enumerate(outline.blocks)}
        self._outline = outline
        self.of_block = {index[link.block_id]: link for link in placed if link.confidence >= LINK_CONFIDENCE}
        self._linked = sorted(self.of_block)
        self._hulls = self._find_hulls()

    def spans_around(self, block: int) -> Iterator[Span]:
        """The stretches that a block without a link may be in, of whatever length, each once."""
        yield from dict.fromkeys(span for span in self._spans_around(block) if span)

    def _spans_around(self, block: int) -> Iterator[Span | None]:
        place = bisect_left(self._linked, block)
        if 0 < place < len(self._linked):
            before, after = self._linked[place - 1], self._linked[place]
            yield self.of_block[before].start, self.of_block[after].start
        for above in (block, *self._outline.ancestors(block)):
            yield self._hulls[above]

    def _find_hulls(self) -> list[Span | None]:
        """From the first to the last moment of the links of each block and of those below it; None: there are none."""
        hulls: list[Span | None] = [None] * len(self._outline)
        for b in reversed(range(len(self._outline))):
            if link := self.of_block.get(b):
                hulls[b] = _joined(hulls[b], (link.start, link.end))
            parent, hull = self._outline.parent[b], hulls[b]
            if parent is not None and hull is not None:
                hulls[parent] = _joined(hulls[parent], hull)
        return hulls


def find_spans(comparison: Comparison, decision: Decision, placed: Sequence[Alignment]) -> tuple[SectionSpan, ...]:
    """The spans of blocks without a link among `placed`, in the order of the notes; most such blocks have none.

    Of several spans that are sure enough the shortest is told. A block that a person set or marked as not discussed has
    none, nor has one that recurs in the notes of its folder, unless it is a heading with something under it.
    """
    outline, links = comparison.outline, BoundingLinks(comparison.outline, placed)
    found = []
    for b, block in enumerate(outline.blocks):
        if b in links.of_block or b in decision.constraints.pins:
            continue
        if block.template and not outline.heading_has_children[b]:
            continue
        told = shortest_sure(
            (span_probability(each.signals), each.span) for each in candidates(comparison, decision, b, links)
        )
        if told:
            confidence, span = told
            found.append(SectionSpan(block.id, *span, round(confidence, 4)))
    return tuple(found)


def shortest_sure(found: Iterable[tuple[float, Span]]) -> tuple[float, Span] | None:
    """Of spans with their probability the shortest one that is told; None: none is sure enough."""
    sure = [(confidence, span) for confidence, span in found if confidence >= MIN_SPAN_CONFIDENCE]
    return min(sure, key=lambda pair: pair[1][1] - pair[1][0], default=None)


def candidates(comparison: Comparison, decision: Decision, block: int, links: BoundingLinks) -> Iterator[SpanCandidate]:
    """The stretches that a block without a link may be in."""
    units, heard = comparison.units, float(comparison.heard_anywhere[block])
    posterior = decision.order.posterior[block]
    own = _log_odds(float(decision.confidence[block]))
    longest = min(MAX_SPAN_SECONDS, MAX_SPAN_SHARE * units.duration)
    for start, end in links.spans_around(block):
        if MIN_SPAN_SECONDS <= end - start <= longest:
            low, high = np.searchsorted(units.start, [start - MARGIN_SECONDS, end + MARGIN_SECONDS])
            mass = float(posterior[low:high].sum(dtype=np.float64))
            signals = (_log_odds(mass), heard, own, math.log(end - start))
            yield SpanCandidate((start, end), signals)


def span_probability(signals: Sequence[float]) -> float:
    """How sure it is that a block was discussed in a span, 0..1."""
    weighted = sum(weight * value for weight, value in zip(SIGNAL_WEIGHTS.values(), signals, strict=True))
    return float(logistic(BIAS + weighted))


def _joined(one: Span | None, other: Span) -> Span:
    return other if one is None else (min(one[0], other[0]), max(one[1], other[1]))


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, MIN_PROBABILITY), 1 - MIN_PROBABILITY)
    return math.log(clipped / (1 - clipped))
