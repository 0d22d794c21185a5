"""What is said is said of one thing: a moment that one block has taken is less likely to be another's.

After a first pass through the order of the notes it is known, more or less, what each moment is about. Each block's own
evidence is then divided by how much of unrelated blocks lies there (explaining away: J. Pearl, "Probabilistic Reasoning
in Intelligent Systems", 1988, §2.2.4), and the order is gone through once more.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from pipeline.align.masses import unrelated_mass
from pipeline.align.outline import Outline
from pipeline.align.sparse import slabs
from pipeline.arrays import Float32Array, FloatArray

RIVAL_SECONDS = 8.0  # within which two blocks compete for a moment; more costs blocks that share a passage


def explain_away(
    emission: Float32Array, posterior: Float32Array, outline: Outline, time: FloatArray, known: Collection[int]
) -> Float32Array:
    """`emission` with the moments made less likely that unrelated blocks have by `posterior`; both B × T.

    Rows sum to 1. Nothing moves the `known` blocks: they are placed by more than their words.
    """
    out = np.empty_like(emission)
    for rows, others in unrelated_mass(posterior, outline, time, RIVAL_SECONDS, slabs(*posterior.shape)):
        out[rows] = emission[rows] / (1 + others)
    out[list(known)] = emission[list(known)]
    out /= out.sum(axis=1, keepdims=True)
    return out
