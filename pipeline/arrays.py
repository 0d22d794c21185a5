"""The array types that the numeric modules share, and the logistic function."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MAX_LOG_ODDS = 30.0  # beyond it the probability no longer changes in the digits anybody sees


def logistic(log_odds: ArrayLike) -> FloatArray:
    """Log-odds → probability 0..1, element by element."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -MAX_LOG_ODDS, MAX_LOG_ODDS))))
