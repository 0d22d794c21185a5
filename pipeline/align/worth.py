"""Where a link is worth most to a reader, given how probable each moment is to be the true start.

That is the Bayes estimate under a loss of our own (J. Berger, "Statistical Decision Theory and Bayesian Analysis",
1985, §4.4) instead of the most probable unit, which is often a lone peak beside the passage, and instead of the middle
of the passage, which is often a little before its start. A link is worth most where the topic starts, something in the
passage that follows, a little more just before it than after, and nothing elsewhere.
"""

from __future__ import annotations

import numpy as np

from pipeline.arrays import Float32Array, FloatArray, IntArray

CLOSE_SECONDS, NOT_CLOSE_SECONDS = 10.0, 34.0
"""From the start: up to the first a link is as good as one at the start, from the second on it is not close at all."""

LEAD_SECONDS, SHORT_LEAD_SECONDS = 18.0, 6.0
"""Before the start: from the first on a link begins to be in the passage, from the second on it is, in full."""

PASSAGE_SECONDS = 60.0  # after the start, that are the passage at least
PASSAGE_WORTH = 0.3  # of a link in the passage, where one close to its start is worth 1
EXACT_WORTH = 0.02  # of the very unit: decides between those that are equally close


def expected_worth(posterior: FloatArray | Float32Array, time: FloatArray) -> FloatArray:
    """B × T: what a link to each unit is worth, at most 1.32 of it, over all the starts a block may have.

    Rows of `posterior` sum to 1; `time` has the T unit starts in seconds.
    """
    mass = np.zeros((len(posterior), len(time) + 1))
    np.cumsum(posterior, axis=1, out=mass[:, 1:])
    moment = np.zeros_like(mass)
    np.cumsum(posterior * time, axis=1, out=moment[:, 1:])

    def above(edge: float) -> FloatArray:
        """Σ over the starts s of P(s) · max(0, t - s - edge)."""
        until = np.searchsorted(time, time - edge, side="right")
        return np.asarray((time - edge) * np.take(mass, until, axis=1) - np.take(moment, until, axis=1))

    def ramp(low: float, high: float) -> FloatArray:
        """P that t is `low` seconds after the start, which counts nothing, to `high` or more, which counts in full."""
        return (above(low) - above(high)) / (high - low)

    close = ramp(-NOT_CLOSE_SECONDS, -CLOSE_SECONDS) - ramp(CLOSE_SECONDS, NOT_CLOSE_SECONDS)
    ended = np.take(mass, np.searchsorted(time, time - PASSAGE_SECONDS, side="right"), axis=1)
    inside = ramp(-LEAD_SECONDS, -SHORT_LEAD_SECONDS) - ended
    return np.asarray(close + PASSAGE_WORTH * inside + EXACT_WORTH * posterior)


def pick_starts(posterior: FloatArray | Float32Array, time: FloatArray) -> IntArray:
    """The unit each block starts at: the one a link to which is worth most."""
    return np.asarray(expected_worth(posterior, time).argmax(axis=1))
