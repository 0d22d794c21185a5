"""Which moments a window takes in, and what a byte a component costs."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.arrays import Float32Array, FloatArray, IntArray
from pipeline.meaning.encoder import SpeechSums
from pipeline.meaning.vectors import (
    NEXT_15,
    NEXT_30,
    NEXT_60,
    NEXT_120,
    PREVIOUS_60,
    WINDOWS,
    SpeechVectors,
    SpeechWindow,
    cosines,
)

START = np.array([0.0, 5.0, 20.0, 35.0, 36.0, 300.0])


def recorded(start: FloatArray) -> tuple[SpeechSums, SpeechVectors]:
    """Speech of 512 kinds of words: the vector of a window is how many of each it has, in a unit vector."""
    draw = np.random.default_rng(3)
    counts = draw.normal(size=(len(start), 512))
    sums = np.concatenate([np.zeros((1, 512)), counts.cumsum(axis=0)])

    def unit(sums: FloatArray, _tokens: IntArray) -> Float32Array:
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.where(norms > 0, norms, 1), np.float32)

    speech = SpeechSums(unit, sums, np.arange(len(start) + 1))
    return speech, SpeechVectors.of(speech, start)


@pytest.mark.parametrize(
    ("window", "first", "after"),
    [
        (NEXT_15, [0, 1, 2, 3, 4, 5], [2, 2, 3, 5, 5, 6]),  # at 20 s, what begins at 35 is not within 15
        (NEXT_30, [0, 1, 2, 3, 4, 5], [3, 3, 5, 5, 5, 6]),
        (NEXT_60, [0, 1, 2, 3, 4, 5], [5, 5, 5, 5, 5, 6]),
        (NEXT_120, [0, 1, 2, 3, 4, 5], [5, 5, 5, 5, 5, 6]),
        (PREVIOUS_60, [0, 0, 0, 0, 0, 5], [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_window_has_what_begins_in_its_seconds(window: SpeechWindow, first: list[int], after: list[int]) -> None:
    """The next ones with what begins at the moment itself, the previous one without."""
    speech, vectors = recorded(START)

    found = vectors.window(window)

    expected = speech.windows(np.array(first), np.array(after))
    assert np.abs(found - expected).max() < 0.0012
    assert (found @ expected.T).diagonal() == pytest.approx(np.linalg.norm(expected, axis=1), abs=2e-4)


def test_nothing_before_the_start_is_zero() -> None:
    """And a recording in which nothing was said has no rows."""
    _, vectors = recorded(START)

    assert np.linalg.norm(vectors.window(PREVIOUS_60), axis=1) == pytest.approx([0, 1, 1, 1, 1, 0], abs=1e-6)
    assert all(recorded(np.zeros(0))[1].window(window).shape == (0, 512) for window in WINDOWS)


def test_moments_at_the_same_second_keep_their_own_words() -> None:
    """Where a transcript says two things at once, the second is not lost from its own window."""
    speech, vectors = recorded(np.array([10.0, 10.0]))

    expected = speech.windows(np.array([0, 1]), np.array([2, 2]))
    assert np.abs(vectors.window(NEXT_15) - expected).max() < 0.0012


def test_cosines_are_those_of_the_vectors() -> None:
    """As close as the measured error of keeping them in bytes."""
    speech, vectors = recorded(np.arange(300.0) * 9)
    query = speech.windows(np.array([40]), np.array([44]))[0]

    found = cosines(vectors.levels[WINDOWS.index(NEXT_30)], query)

    exact = speech.windows(np.arange(297), np.arange(297) + 4) @ query
    assert np.abs(found[:297] - exact).max() < 0.003
    assert np.sqrt(np.mean((found[:297] - exact) ** 2)) < 0.0007
