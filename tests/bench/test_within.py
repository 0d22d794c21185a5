"""The figures of spans say what a page would tell."""

from __future__ import annotations

from pipeline.align.within import SpanCandidate
from pipeline.evaluate import GoldItem
from tests.bench.within import UnlinkedItem, summary

LONG, SHORT, DOUBTFUL = (
    SpanCandidate((0.0, 300.0), 0.98, 1.0),
    SpanCandidate((100.0, 160.0), 0.8, 0.6),
    SpanCandidate((200.0, 230.0), 0.5, 1.0),
)
ITEMS = [
    UnlinkedItem("calls", GoldItem(1, 50.0), (LONG, SHORT, DOUBTFUL)),
    UnlinkedItem("calls", GoldItem(2, 90.0), (LONG,)),
    UnlinkedItem("calls", GoldItem(3, 210.0), (DOUBTFUL,)),
    UnlinkedItem("calls", GoldItem(4, None), (SHORT,)),
]


def test_of_each_block_the_shortest_span_that_is_sure_counts() -> None:
    """However sure a longer one is; a span of what nobody mentioned is wrong."""
    assert summary(ITEMS) == "   3 told, 0.333 right, mean 0.860, median length 60 s"
    assert summary(ITEMS, 0.5, 0.7) == "   3 told, 0.667 right, mean 0.660, median length 30 s"
    assert summary(ITEMS, 0.99) == "none told"
