"""How much probability lies around each unit, of a block and of the other blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.align.outline import Outline
from pipeline.arrays import Float32Array, FloatArray


def window_mass(mass: FloatArray | Float32Array, time: FloatArray, radius: float) -> FloatArray:
    """B × T: sum of `mass` within `radius` seconds of each unit."""
    sums = np.zeros((len(mass), len(time) + 1))
    np.cumsum(mass, axis=1, out=sums[:, 1:])
    low = np.searchsorted(time, time - radius, side="left")
    high = np.searchsorted(time, time + radius, side="right")
    return np.asarray(np.take(sums, high, axis=1) - np.take(sums, low, axis=1))


def unrelated_mass(
    mass: Float32Array, outline: Outline, time: FloatArray, radius: float, parts: Sequence[slice]
) -> Iterator[tuple[slice, FloatArray]]:
    """Each of `parts`, slabs of the B blocks, the last first, with the mass of unrelated blocks around each unit.

    `mass` is B × T, `radius` in seconds, what comes S × T. Related are a block, those above it and those under it.
    """
    kept = window_mass(mass, time, radius) if len(parts) == 1 else None
    total = np.zeros(len(time))
    for rows in parts:
        total += (window_mass(mass[rows], time, radius) if kept is None else kept).sum(axis=0)
    under: dict[int, FloatArray] = {}  # what lies under a block, gathered from the last one on
    for rows in reversed(parts):
        own = window_mass(mass[rows], time, radius) if kept is None else kept
        related, above = own.copy(), dict[int, FloatArray]()
        for row in range(len(own) - 1, -1, -1):
            if (below := under.pop(rows.start + row, None)) is not None:
                related[row] += below
            for up in outline.ancestors(rows.start + row):
                if up not in above:
                    is_here = up >= rows.start
                    above[up] = own[up - rows.start] if is_here else window_mass(mass[up : up + 1], time, radius)[0]
                related[row] += above[up]
                under[up] = under[up] + own[row] if up in under else own[row]
        yield rows, np.maximum(total - related, 0.0)
