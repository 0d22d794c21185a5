"""The figures of spans say what a page would tell."""

from __future__ import annotations

import numpy as np

from tests.bench.within import LabelledSpan, summary


def test_of_each_block_the_shortest_span_that_is_sure_counts() -> None:
    """However sure a longer one is; a block without a sure one is not counted."""
    found = [
        LabelledSpan(1, 0, (), 300.0, right=True),
        LabelledSpan(1, 0, (), 60.0, right=False),
        LabelledSpan(1, 0, (), 30.0, right=True),
        LabelledSpan(2, 0, (), 100.0, right=True),
        LabelledSpan(3, 0, (), 50.0, right=True),
    ]
    probability = np.array([0.99, 0.8, 0.6, 0.9, 0.5])

    assert summary(found, probability, 0.75) == "   2 told, 0.500 right, mean 0.850, median length 80 s"
    assert summary(found, probability, 0.995) == "none told"
