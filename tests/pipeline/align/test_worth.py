"""Where a link is worth most: the decision as a loss function."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.align import worth
from pipeline.arrays import FloatArray

TIME = np.arange(0, 600, 10.0)


def posterior(masses: dict[float, float]) -> FloatArray:
    """One block, with these probabilities at these seconds."""
    row = np.zeros((1, len(TIME)))
    for second, mass in masses.items():
        row[0, int(second // 10)] = mass
    return np.asarray(row / row.sum())


def plainly(row: FloatArray, at: float) -> float:
    """The expected worth of a link at `at`, summed start by start as the docstrings say it."""
    total = 0.0
    for start, mass in zip(TIME, row, strict=True):
        late = at - start
        close = np.clip((worth.NOT_CLOSE_SECONDS - abs(late)) / (worth.NOT_CLOSE_SECONDS - worth.CLOSE_SECONDS), 0, 1)
        lead = np.clip((late + worth.LEAD_SECONDS) / (worth.LEAD_SECONDS - worth.SHORT_LEAD_SECONDS), 0, 1)
        inside = lead if late < worth.PASSAGE_SECONDS else 0.0
        total += mass * (close + worth.PASSAGE_WORTH * inside + worth.EXACT_WORTH * (late == 0))
    return total


def test_the_expectation_is_that_of_the_loss() -> None:
    """Two running sums give what a sum over every possible start gives."""
    rows = np.random.default_rng(7).dirichlet(np.full(len(TIME), 0.1), size=5)

    found = worth.expected_worth(rows, TIME)

    expected = [[plainly(row, at) for at in TIME] for row in rows]
    assert found == pytest.approx(np.array(expected), abs=1e-9)


@pytest.mark.parametrize(
    ("masses", "start"),
    [
        ({120: 0.65, 500: 0.35}, 120),
        ({100: 0.1, 110: 0.2, 120: 0.1, 130: 0.15, 140: 0.1, 400: 0.35}, 120),  # no lone peak beside the passage
        ({100: 0.5, 120: 0.5}, 110),  # close to both
        ({100: 0.6, 300: 0.4}, 100),  # not to the middle, where neither is
    ],
    ids=["a clear start", "a passage beside a lone peak", "two starts close by", "two passages"],
)
def test_a_link_points_to_where_it_is_worth_most(masses: dict[float, float], start: float) -> None:
    """Not to the single most probable unit."""
    (pick,) = worth.pick_starts(posterior(masses), TIME)

    assert TIME[pick] == start
