"""How sure a placement is: a calibrated probability that the block is discussed where its link points.

Logistic regression on what the path left over (Platt, "Probabilistic outputs...", 1999), fitted on notes into which
sections of other meetings had been mixed: those are the blocks that nobody mentioned.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.align import features
from pipeline.align.lexical import Matrix
from pipeline.align.outline import Outline
from pipeline.align.path import Placement

Array = NDArray[np.float64]

NAMES: tuple[str, ...] = (
    "mass", "odds", "own_mass", "own_peak", "rival", "entropy", "cover_here", "heard_here", "fuzzy_here", "wide_here",
    "cover_best", "heard_best", "agree", "neighbours", "children", "section_heard", "section_cover", "heading", "leads",
    "chronological", "length",
)  # fmt: skip

AROUND = 30.0  # seconds on either side that count as "there"
RIVAL = 60.0  # seconds from which another place is another answer
_ROW = {name: features.NAMES.index(name) for name in ("laF60", "faF60", "lcF30", "lcF120", "laF300")}


def signals(
    outline: Outline, table: Matrix, emission: Array, placement: Placement, picks: NDArray[np.int64], time: Array
) -> Array:
    """B × len(NAMES): what the confidence is computed from. `picks` are the chosen units, `time` the T unit starts."""
    blocks, moments = emission.shape
    rows = np.arange(blocks)
    near = window_mass(placement.posterior, time, AROUND)
    mass = near[rows, picks]
    own = window_mass(emission, time, AROUND)[rows, picks]
    away = np.abs(time[None, :] - time[picks][:, None]) > RIVAL
    logs = np.log(np.maximum(placement.posterior, 1e-12))
    heard, fuzzy, cover, wide = (table[_ROW[name]] for name in ("laF60", "faF60", "lcF120", "laF300"))
    close = np.abs(time[None, :] - time[picks][:, None]) <= AROUND
    best = heard.argmax(axis=1)
    here = {
        row: np.where(close, row_table, 0).max(axis=1)
        for row, row_table in (("cover", cover), ("heard", heard), ("fuzzy", fuzzy), ("wide", wide))
    }
    heard_best, cover_best = heard.max(axis=1), cover.max(axis=1)
    columns = {
        "mass": mass,
        "odds": _odds(mass),
        "own_mass": own,
        "own_peak": np.log(np.maximum(emission[rows, picks] * moments, 1e-3)),
        "rival": np.where(away, near, 0).max(axis=1),
        "entropy": -(placement.posterior * logs).sum(axis=1) / np.log(max(moments, 2)),
        "cover_here": here["cover"],
        "heard_here": np.log1p(10 * here["heard"]),
        "fuzzy_here": np.log1p(10 * (here["fuzzy"] - here["heard"]).clip(0)),
        "wide_here": np.log1p(10 * here["wide"]),
        "cover_best": cover_best,
        "heard_best": np.log1p(10 * heard_best),
        "agree": np.abs(time[best] - time[picks]) <= RIVAL,
        "neighbours": _neighbours(mass),
        "children": _children(outline, mass),
        "section_heard": _section(outline, np.log1p(10 * here["heard"])),
        "section_cover": _section(outline, here["cover"]),
        "heading": np.array(outline.heading, dtype=np.float64),
        "leads": np.array(outline.leads, dtype=np.float64),
        "chronological": np.full(blocks, placement.chronological),
        "length": np.log1p(np.array([len(block.text.split()) for block in outline.blocks])),
    }
    return np.stack([np.asarray(columns[name], dtype=np.float64) for name in NAMES], axis=1)


def probability(signal: Array, weights: Array, bias: float) -> Array:
    """Logistic function of the weighted signals, 0..1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(signal @ weights + bias, -30, 30))))


def window_mass(mass: Array, time: Array, width: float) -> Array:
    """B × T: sum of `mass` within `width` seconds of each unit."""
    sums = np.concatenate([np.zeros((len(mass), 1)), np.cumsum(mass, axis=1)], axis=1)
    low = np.searchsorted(time, time - width, side="left")
    high = np.searchsorted(time, time + width, side="right")
    return np.asarray(sums[:, high] - sums[:, low])


def _odds(share: Array) -> Array:
    clipped = np.clip(share, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _neighbours(mass: Array) -> Array:
    """Mean over the blocks just before and after; a lone block stands for itself."""
    if len(mass) < 2:
        return mass
    before, after = np.concatenate([mass[1:2], mass[:-1]]), np.concatenate([mass[1:], mass[-2:-1]])
    return np.asarray((before + after) / 2)


def _children(outline: Outline, mass: Array) -> Array:
    """Mean over the blocks directly under each; its own where there are none."""
    sums, counts = np.zeros(len(mass)), np.zeros(len(mass))
    for b, up in enumerate(outline.parent):
        if up is not None:
            sums[up] += mass[b]
            counts[up] += 1
    return np.where(counts > 0, sums / np.maximum(counts, 1), mass)


def _section(outline: Outline, values: Array) -> Array:
    """Mean over the section each block stands in."""
    _, section = np.unique(np.array(outline.section, dtype=np.int64), return_inverse=True)
    sums, counts = np.bincount(section, values), np.bincount(section)
    return np.asarray((sums / counts)[section])
