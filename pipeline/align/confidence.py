"""How sure a placement is: a calibrated probability that the block is discussed where its link points.

Logistic regression on what the path left over (Platt, "Probabilistic outputs...", 1999), fitted on notes into which
sections of other meetings had been mixed: those are the blocks that nobody mentioned.
What tells these best is how much of a section's words are heard anywhere at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.align import features
from pipeline.align.hmm import Placement
from pipeline.align.lexical import Matrix
from pipeline.align.outline import Outline

Array = NDArray[np.float64]

NAMES: tuple[str, ...] = (
    "odds", "wide_mass", "own_peak", "rival", "entropy", "cover_here", "heard_here", "cover_best", "peak", "agree",
    "ever", "heading", "leads", "heading_odds", "heading_section", "children", "section_heard", "section_own",
    "above_heard", "in_order", "next", "chronological", "blocks",
)  # fmt: skip

FULL = 12  # words from which a block counts in full in its section
AROUND = 30.0  # seconds on either side that count as "there"
WIDE = 300.0  # seconds on either side that are the same part of the meeting
RIVAL = 60.0  # seconds from which another place is another answer
BEST = 40  # a lone peak stands out from the fortieth best unit, a word said all the time does not
_ROW = {name: features.NAMES.index(name) for name in ("laF60", "lcF120")}


def signals(
    outline: Outline,
    ever: Array,
    table: Matrix,
    emission: Array,
    placement: Placement,
    picks: NDArray[np.int64],
    time: Array,
) -> Array:
    """B × len(NAMES): what the confidence is computed from.

    `ever` is the share 0..1 of each block that is heard anywhere, `picks` are the chosen units, `time` the T unit
    starts.
    """
    blocks, moments = emission.shape
    rows = np.arange(blocks)
    starts = time[picks]
    near = window_mass(placement.posterior, time, AROUND)
    mass, own = near[rows, picks], window_mass(emission, time, AROUND)[rows, picks]
    distance = np.abs(time[None, :] - starts[:, None])
    logs = np.log(np.maximum(placement.posterior, 1e-12))
    heard, cover = np.log1p(10 * table[_ROW["laF60"]]), table[_ROW["lcF120"]]
    heard_here = np.where(distance <= AROUND, heard, 0).max(axis=1)
    section_heard = _section(outline, heard_here)
    above = np.array([b if up is None else up for b, up in enumerate(outline.parent)], dtype=np.int64)
    heading = np.array(outline.heading, dtype=np.float64)
    ordinary = max(moments - BEST, 0)
    columns = {
        "odds": _odds(mass),
        "wide_mass": beyond_chance(window_mass(placement.posterior, time, WIDE)[rows, picks], distance <= WIDE),
        "own_peak": np.log(np.maximum(emission[rows, picks] * moments, 1e-3)),
        "rival": np.where(distance > RIVAL, near, 0).max(axis=1),
        "entropy": -(placement.posterior * logs).sum(axis=1) / np.log(max(moments, 2)),
        "cover_here": np.where(distance <= AROUND, cover, 0).max(axis=1),
        "heard_here": heard_here,
        "cover_best": cover.max(axis=1),
        "peak": heard.max(axis=1) - np.partition(heard, ordinary, axis=1)[:, ordinary],
        "agree": np.abs(time[heard.argmax(axis=1)] - starts) <= RIVAL,
        "ever": ever,
        "heading": heading,
        "leads": np.array(outline.leads, dtype=np.float64),
        "heading_odds": heading * _odds(mass),
        "heading_section": heading * section_heard,
        "children": _children(outline, mass),
        "section_heard": section_heard,
        "section_own": _section(outline, own),
        "above_heard": heard_here[above],
        "in_order": _in_order(outline, mass, starts),
        "next": np.log1p(np.abs(np.diff(starts, append=time[-1]))),
        "chronological": np.full(blocks, placement.chronological),
        "blocks": np.full(blocks, np.log(blocks)),
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


def beyond_chance(mass: Array, within: NDArray[np.bool_]) -> Array:
    """`mass` of each block in the units `within` (B × T), less what any place has there (J. Cohen's κ, 1960).

    In a short recording every place has all of it.
    """
    chance = within.mean(axis=1)
    return np.asarray((mass - chance) / np.maximum(1 - chance, 1e-3))


def _odds(share: Array) -> Array:
    clipped = np.clip(share, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _children(outline: Outline, mass: Array) -> Array:
    """Mean over the blocks directly under each; its own where there are none."""
    sums, counts = np.zeros(len(mass)), np.zeros(len(mass))
    for b, up in enumerate(outline.parent):
        if up is not None:
            sums[up] += mass[b]
            counts[up] += 1
    return np.where(counts > 0, sums / np.maximum(counts, 1), mass)


def _in_order(outline: Outline, mass: Array, starts: Array) -> Array:
    """Share 0..1, by their mass, of the other blocks of a section (a lone one: of the notes) in the order of the notes.

    A block that stands after those written below it is more often wrong than one in its place.
    """
    blocks = np.arange(len(starts))
    agree = (blocks[None, :] < blocks[:, None]) == (starts[None, :] <= starts[:, None])
    sections = np.array(outline.section)
    others = blocks[None, :] != blocks[:, None]
    mates = others & (sections[None, :] == sections[:, None])
    counted = np.where(mates.any(axis=1, keepdims=True), mates, others) * mass
    total = counted.sum(axis=1)
    return np.where(total > 0, (agree * counted).sum(axis=1) / np.maximum(total, 1e-6), 1.0)


def _section(outline: Outline, values: Array) -> Array:
    """Mean over the section each block stands in, by how much the blocks say."""
    _, section = np.unique(np.array(outline.section, dtype=np.int64), return_inverse=True)
    says = _says(outline)
    sums, total = np.bincount(section, values * says), np.bincount(section, says)
    return np.asarray((sums / total)[section])


def _says(outline: Outline) -> Array:
    """Words of each block up to FULL: a bullet of one number tells little about its section."""
    return np.array([min(max(len(block.text.split()), 1), FULL) for block in outline.blocks], dtype=np.float64)
