"""Where a block without a link was discussed, when that much is known: in the stretch of its section.

The links around such a block bound stretches that it may be in: from the link before it to the link after it, where
these are close, and all that was found of a section it is in, its heading included, or, for a heading, of what is
written under it. How sure it is that the block's moment lies in one is how much of its probability does; the shortest
that is sure enough is told.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.align.decode import Comparison, Decision
from pipeline.align.outline import Outline
from pipeline.records import LINK_CONFIDENCE, Alignment, SectionSpan
from pipeline.section_spans import Span

MIN_SPAN_SECONDS = 20.0  # what is shorter is one moment, which would have been found there
MAX_SPAN_SECONDS = 600.0  # somewhere in a quarter of an hour helps nobody ...
MAX_SPAN_SHARE = 1 / 3  # ... and neither does somewhere in half of the recording
MARGIN_SECONDS = 15.0  # around a span, that still are in it
MAX_UNLINKED_BETWEEN = 3  # between two links; where more in a row were not found, the notes go another way there

# Chosen on meetings whose moments are known (`python -m tests.bench.within`), with and without the sentence model. A
# regression on more signals told more, but of kinds it had not seen a quarter was wrong.
MIN_SPAN_CONFIDENCE = 0.6
"""A span is told from here up."""

MIN_HEARD = 0.5
"""Share of a block that must be heard anywhere: what nobody mentioned is most probable between its neighbours, too."""

MAX_SPAN_CONFIDENCE = 0.95  # of a span that has all of the probability: the links around it may be wrong


@dataclass(frozen=True, slots=True)
class SpanCandidate:
    """A stretch that one block may be in: the share of its probability that lies in it, and of its words heard at all.

    What is written under a heading speaks for it: that stretch counts as heard.
    """

    span: Span
    confidence: float
    heard: float

    @property
    def seconds(self) -> float:
        return self.span[1] - self.span[0]


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
            yield self._span_between(self._linked[place - 1], block, self._linked[place])
        for above in (block, *self._outline.ancestors(block)):
            yield self._hulls[above]

    def _span_between(self, before: int, block: int, after: int) -> Span | None:
        """From one link to the next. At the edge of a section none: what the next begins with may be far from it."""
        section = self._outline.section
        is_at_edge = (section[before] == section[block]) != (section[block] == section[after])
        if is_at_edge or after - before - 1 > MAX_UNLINKED_BETWEEN:
            return None
        return self.of_block[before].start, self.of_block[after].start

    def span_below(self, block: int) -> Span | None:
        """For a block without a link, the stretch of what is written under it."""
        return self._hulls[block]

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
        if told := shortest_sure(candidates(comparison, decision, b, links)):
            found.append(SectionSpan(block.id, *told.span, round(told.confidence, 4)))
    return tuple(found)


def candidates(comparison: Comparison, decision: Decision, block: int, links: BoundingLinks) -> Iterator[SpanCandidate]:
    """The stretches that a block without a link may be in, those that are long enough and short enough to help."""
    units, posterior = comparison.units, decision.order.posterior[block]
    longest = min(MAX_SPAN_SECONDS, MAX_SPAN_SHARE * units.duration)
    for start, end in links.spans_around(block):
        if MIN_SPAN_SECONDS <= end - start <= longest:
            low, high = np.searchsorted(units.start, [start - MARGIN_SECONDS, end + MARGIN_SECONDS])
            confidence = min(float(posterior[low:high].sum(dtype=np.float64)), MAX_SPAN_CONFIDENCE)
            is_below = (start, end) == links.span_below(block)
            yield SpanCandidate((start, end), confidence, 1.0 if is_below else float(comparison.heard_anywhere[block]))


def shortest_sure(
    found: Iterable[SpanCandidate], confidence: float = MIN_SPAN_CONFIDENCE, heard: float = MIN_HEARD
) -> SpanCandidate | None:
    """The shortest span that is sure enough to be told; None: none is."""
    sure = [each for each in found if each.confidence >= confidence and each.heard >= heard]
    return min(sure, key=lambda each: each.seconds, default=None)


def _joined(one: Span | None, other: Span) -> Span:
    return other if one is None else (min(one[0], other[0]), max(one[1], other[1]))
