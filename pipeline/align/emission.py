"""Features → how likely each block starts at each unit, by its own evidence alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.align.weights import EmissionWeights
from pipeline.arrays import Float32Array, FloatArray


def compute_emission(table: Float32Array, is_heading: Sequence[bool], weights: EmissionWeights) -> FloatArray:
    """B × T: the probability that each unit is the start of each block; rows sum to 1.

    `table` is F × B × T. A softmax over the units of the weighted features, that is a multinomial logit (McFadden,
    1974).
    """
    _, blocks, units = table.shape
    of_block = np.where(np.array(is_heading, dtype=np.bool_)[:, None], weights.heading, weights.body).astype(np.float32)
    scores = np.zeros((blocks, units))
    for f, row in enumerate(table):  # one feature at a time: the whole product would need as much memory again
        scores += of_block[:, f : f + 1] * row
    scores = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def combine(words: FloatArray, meaning: FloatArray, words_share: float) -> FloatArray:
    """One probability from two: a weighted geometric mean (logarithmic opinion pool, R. Cooke, 1991); rows sum to 1.

    `words_share`, 0..1, is the exponent of `words`; that of `meaning` is the rest of 1.
    """
    both = words_share * np.log(np.maximum(words, 1e-12)) + (1 - words_share) * np.log(np.maximum(meaning, 1e-12))
    both = np.exp(both - both.max(axis=1, keepdims=True))
    return np.asarray(both / both.sum(axis=1, keepdims=True))
