"""How sure a placement is: a calibrated probability that the block is discussed where its link points.

Logistic regression on what the path left over (Platt, "Probabilistic outputs...", 1999), fitted on notes into which
sections of other meetings had been mixed: those are the blocks that nobody mentioned.
What tells these best is how much of a section's words are heard anywhere at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.align import features
from pipeline.align.lexical import Matrix, Overlap
from pipeline.align.outline import Outline
from pipeline.align.path import Placement

Array = NDArray[np.float64]

NAMES: tuple[str, ...] = (
    "mass", "odds", "own_mass", "own_peak", "rival", "entropy", "cover_here", "heard_here", "fuzzy_here", "wide_here",
    "cover_best", "heard_best", "agree", "neighbours", "children", "section_heard", "section_cover", "heading", "leads",
    "chronological", "length", "ever", "ever_telling", "section_ever", "section_telling",
    "section_mass", "section_odds", "section_own", "above_mass", "above_own", "above_heard", "above_ever",
)  # fmt: skip

FULL = 12  # words from which a block counts in full in its section
TELLING = 0.75  # rarity in the language from which a word tells what a block is about
UNHEARD, ALONE = 0.4, 0.9  # below this a section is not believed; what is then left of a block's confidence
OPENS, LEADS = 60.0, 0.9  # seconds from a heading to a part it opens; the heading's share in the part's confidence
AROUND = 30.0  # seconds on either side that count as "there"
RIVAL = 60.0  # seconds from which another place is another answer
_ROW = {name: features.NAMES.index(name) for name in ("laF60", "faF60", "lcF30", "lcF120", "laF300")}


def signals(
    outline: Outline,
    common: Overlap,
    table: Matrix,
    emission: Array,
    placement: Placement,
    picks: NDArray[np.int64],
    time: Array,
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
    above = np.array([b if up is None else up for b, up in enumerate(outline.parent)], dtype=np.int64)
    ever, section_ever = _ever(outline, common, common.rarity >= 0)
    ever_telling, section_telling = _ever(outline, common, common.rarity >= TELLING)
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
        "ever": ever,
        "ever_telling": ever_telling,
        "section_ever": section_ever,
        "section_telling": section_telling,
        "section_mass": _section(outline, mass),
        "section_odds": _section(outline, _odds(mass)),
        "section_own": _section(outline, own),
        "above_mass": mass[above],
        "above_own": own[above],
        "above_heard": np.log1p(10 * here["heard"])[above],
        "above_ever": ever[above],
    }
    return np.stack([np.asarray(columns[name], dtype=np.float64) for name in NAMES], axis=1)


def probability(signal: Array, weights: Array, bias: float) -> Array:
    """Logistic function of the weighted signals, 0..1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(signal @ weights + bias, -30, 30))))


def in_section(outline: Outline, sure: Array, starts: Array) -> Array:
    """`sure` (0..1) of each block, seen together with its section; `starts` are the B chosen moments in seconds.

    Where neither the heading nor the rest of a section is believed, a block that is has probably matched by chance.
    And where a part of a section is right, a heading that opens just before it is, whatever its own words.
    """
    out, says = sure.copy(), _says(outline)
    sections = np.array(outline.section)
    for b, heading in enumerate(outline.heading):
        mates = np.flatnonzero((sections == sections[b]) & (np.arange(len(sure)) != b))
        if not heading and any(outline.heading[m] for m in mates):
            head = max(sure[m] for m in mates if outline.heading[m])
            if max(head, np.average(sure[mates], weights=says[mates])) < UNHEARD:
                out[b] = ALONE * sure[b]
    for b in range(len(out)):
        for up in outline.ancestors(b):
            if outline.leads[up] and 0 <= starts[b] - starts[up] <= OPENS:
                # At one and the same moment the heading, which lasts longer, is right whenever its part is.
                out[up] = max(out[up], out[b] * (1.0 if starts[b] == starts[up] else LEADS))
    return out


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


def _ever(outline: Outline, common: Overlap, counted: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Share of the weight of each block's `counted` words, and of its section's, that is heard anywhere.

    Without such a word: of all its words; for a section: neither nor.
    """
    single = np.array([" " not in key for key in common.index], dtype=np.bool_)
    heard = common.fuzzy.max(axis=1, initial=0).clip(0, 1)

    def weigh(which: NDArray[np.bool_]) -> tuple[Array, Array]:
        weights = (common.weights * which).astype(np.float64)
        return weights @ heard, weights.sum(axis=1)

    found, total = weigh(single & counted)
    found_all, total_all = weigh(single)
    anything = found_all / np.maximum(total_all, 1e-6)
    own = np.where(total > 0, found / np.maximum(total, 1e-6), anything)
    _, section = np.unique(np.array(outline.section, dtype=np.int64), return_inverse=True)
    sums, totals = np.bincount(section, found), np.bincount(section, total)
    return own, np.where(totals > 0, sums / np.maximum(totals, 1e-6), 0.5)[section]


def _section(outline: Outline, values: Array) -> Array:
    """Mean over the section each block stands in, by how much the blocks say."""
    _, section = np.unique(np.array(outline.section, dtype=np.int64), return_inverse=True)
    says = _says(outline)
    sums, total = np.bincount(section, values * says), np.bincount(section, says)
    return np.asarray((sums / total)[section])


def _says(outline: Outline) -> Array:
    """Words of each block up to FULL: a bullet of one number tells little about its section."""
    return np.array([min(max(len(block.text.split()), 1), FULL) for block in outline.blocks], dtype=np.float64)
