"""What is said in a meeting, as vectors: for each moment, those of what is said right after and right before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.arrays import Float32Array, FloatArray
from pipeline.meaning.encoder import DIMENSIONS, SpeechSums

Int8Array = NDArray[np.int8]

MAX_COMPONENT = 0.25
"""Of a unit vector, as it is kept; seen were up to 0.20 for 15 seconds of speech, and 0.31 for a word."""

MAX_LEVEL = 127  # of a component in one byte


class SpeechWindow(NamedTuple):
    """What begins to be said in these seconds before and after a moment."""

    before: float
    after: float


NEXT_15 = SpeechWindow(0, 15)
NEXT_30 = SpeechWindow(0, 30)
NEXT_60 = SpeechWindow(0, 60)
NEXT_120 = SpeechWindow(0, 120)
PREVIOUS_60 = SpeechWindow(60, 0)
WINDOWS = (NEXT_15, NEXT_30, NEXT_60, NEXT_120, PREVIOUS_60)


@dataclass(frozen=True, slots=True, eq=False)
class SpeechVectors:
    """The vectors of all windows at T moments, each component in a byte.

    That changes the cosine of two texts by 0.0005 (root mean square; 0.0024 at most) and makes a vector take an eighth
    of what it takes in float64: 2.6 kB a moment for all windows, about 1 MB an hour.
    """

    start: FloatArray  # T: seconds from the start of the recording
    levels: Int8Array  # windows × T × 512, in the order of WINDOWS

    @classmethod
    def of(cls, sums: SpeechSums, start: Sequence[float] | FloatArray) -> SpeechVectors:
        """Of speech in T stretches that begin at these seconds, which rise."""
        start = np.asarray(start, np.float64)
        levels = np.zeros((len(WINDOWS), len(start), DIMENSIONS), np.int8)
        moments = np.arange(len(start))
        for number, window in enumerate(WINDOWS):
            first = np.searchsorted(start, start - window.before) if window.before else moments
            after = np.searchsorted(start, start + window.after) if window.after else moments
            levels[number] = _levels(sums.windows(first, after))
        return cls(start, levels)

    def window(self, window: SpeechWindow) -> Float32Array:
        """T × 512: a unit vector for each moment; zero where nothing is said in its window."""
        vectors = self.levels[WINDOWS.index(window)].astype(np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(norms > 0, norms, 1), np.float32)


def cosines(levels: Int8Array, vector: Float32Array) -> Float32Array:
    """Of each row and a unit vector, nearly: kept vectors are as long as 1 to within 0.3 %."""
    return np.asarray(levels.astype(np.float32) @ vector * (MAX_COMPONENT / MAX_LEVEL), np.float32)


def _levels(vectors: Float32Array) -> Int8Array:
    scaled = np.rint(vectors * (MAX_LEVEL / MAX_COMPONENT))
    return np.asarray(np.clip(scaled, -MAX_LEVEL, MAX_LEVEL), np.int8)
