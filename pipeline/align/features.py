"""Blocks × units: everything that speaks for or against a block starting at a unit, as F matrices of B × T.

Names: `l` counts exact words, `f` adds misheard ones; `a` is absolute evidence, `c` the share of the block's weight
that is covered, `r` that share against the block's best window; `F60` is the window [t, t+60 s), `B120` the 120 s
before t.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from pipeline.align.lexical import BIN, Matrix, Overlap
from pipeline.align.outline import Outline
from pipeline.align.units import Units
from pipeline.language.terms import Normalizer
from pipeline.language.word_lists import WORD, Language, fold

NAMES: tuple[str, ...] = (
    "laF15", "laF60", "laF300", "laB120", "lrF15", "lrF60", "lrF120", "lcF30", "lcF120",
    "faF60", "faF15", "fcF30", "frF60", "frF15", "frB30",
    "burst", "first", "kid60", "kid300", "kid1", "path60", "parC", "comp", "crowd",
    "fb_pos", "lb_end", "gen_start", "gen_end",
    "o_spch", "o_short", "o_disc", "o_pause", "o_cue", "o_turn", "o_ask", "o_sentence", "spk", "tile",
)  # fmt: skip

# Counts in a window saturate as 1 - exp(-count / scale): the second mention in 15 s says little, in 5 min much.
SATURATION = {15: 0.7, 30: 0.7, 60: 1.0, 120: 1.5, 300: 3.0, 600: 4.0}
ABSOLUTE = 10.0  # brings summed weights to the order of 1
FRESH = 120.0  # seconds without a word that make its next mention a burst
DISCOURSE_WORDS = 30  # a topic is announced in its first words
TILE = 120.0  # seconds on either side of a possible topic boundary (Hearst, "TextTiling", 1997)


class Windows:
    """Sums over time windows, from cumulative counts: each window costs one subtraction."""

    def __init__(self, overlap: Overlap, units: Units) -> None:
        heard = overlap.fuzzy.any(axis=1)  # the other terms count in the total alone
        self._time = units.start
        self._weights = overlap.weights[:, heard]
        self._total = np.maximum(overlap.weights.sum(axis=1, keepdims=True), 1e-6)
        self._sums = {"l": _cumulate(overlap.exact[heard]), "f": _cumulate(overlap.fuzzy[heard])}
        self._known: dict[tuple[str, float, float], Matrix] = {}

    def counts(self, kind: str, before: float, after: float) -> Matrix:
        """V × T counts in [t - before, t + after)."""
        sums = self._sums[kind]
        low = np.searchsorted(self._time, self._time - before)
        high = np.searchsorted(self._time, self._time + after)
        return sums[:, high] - sums[:, low]

    def evidence(self, kind: str, before: float, after: float) -> Matrix:
        """B × T: weight of the block's terms in the window, each saturated."""
        key = (kind, before, after)
        if key not in self._known:
            scale = SATURATION[round(before + after)]
            heard = np.subtract(1, np.exp(self.counts(kind, before, after) / -scale), dtype=np.float32)
            self._known[key] = self._weights @ heard
        return self._known[key]

    def coverage(self, kind: str, before: float, after: float) -> Matrix:
        """B × T: share 0..1 of the block's weight that is in the window."""
        return np.asarray(self.evidence(kind, before, after) / self._total)

    def relative(self, kind: str, before: float, after: float) -> Matrix:
        """B × T: the same against the block's best window."""
        return _relative(self.evidence(kind, before, after))

    def burst(self) -> Matrix:
        """B × T: share of the weight that is heard in the next 15 s and was not in the two minutes before."""
        fresh = (self.counts("l", 0, 15) > 0) & (self.counts("l", FRESH, 0) == 0)
        return np.asarray(self._weights @ fresh.astype(np.float32) / self._total)

    def first(self) -> Matrix:
        """B × T: share of the weight that is heard in the next 15 s for the first time at all."""
        sums = self._sums["l"]
        fresh = (self.counts("l", 0, 15) > 0) & (sums[:, :-1] == 0)
        return np.asarray(self._weights @ fresh.astype(np.float32) / self._total)


def features(outline: Outline, overlap: Overlap, units: Units, normalizer: Normalizer) -> Matrix:
    """F × B × T in the order of NAMES."""
    windows = Windows(overlap, units)
    blocks, moments = len(outline), len(units)
    made: dict[str, Callable[[], Matrix]] = {
        "burst": windows.burst,
        "first": windows.first,
        "spk": lambda: _speakers(outline, units),
    }
    table = {name: make() for name, make in made.items()}
    table |= _words(windows) | _structure(outline, windows) | _position(outline, units, normalizer.language)
    table |= {name: np.broadcast_to(row, (blocks, moments)) for name, row in _onset(units, normalizer.language).items()}
    table["tile"] = np.broadcast_to(_tiles(units, normalizer), (blocks, moments))
    out = np.empty((len(NAMES), blocks, moments), dtype=np.float32)
    for i, name in enumerate(NAMES):
        out[i] = table[name]
    return out


_WINDOW = re.compile(r"([lf])([acr])([FB])(\d+)")


def _words(windows: Windows) -> dict[str, Matrix]:
    """The features whose name says what they are: lcF30 and so on."""
    out = {}
    for name in NAMES:
        if found := _WINDOW.fullmatch(name):
            kind, form, side, width = found[1], found[2], found[3], float(found[4])
            before, after = (0.0, width) if side == "F" else (width, 0.0)
            if form == "a":
                out[name] = windows.evidence(kind, before, after) / ABSOLUTE
            elif form == "c":
                out[name] = windows.coverage(kind, before, after)
            else:
                out[name] = windows.relative(kind, before, after)
    return out


def _structure(outline: Outline, windows: Windows) -> dict[str, Matrix]:
    """What stands around a block speaks for it; what fits every block speaks for none."""
    relative, cover = windows.relative("l", 0, 60), windows.coverage("l", 0, 60)
    wide, near, around = (windows.evidence("l", *sides) for sides in ((0, 300), (0, 60), (300, 300)))
    opening, path = windows.coverage("f", 0, 30), windows.evidence("f", 0, 60)
    kids, kids_near, above, first = (np.zeros_like(wide) for _ in range(4))
    own = path.copy()
    for b in range(len(outline)):
        if (parent := outline.parent[b]) is not None and parent == b - 1:
            first[parent] = opening[b]
        for up in outline.ancestors(b):
            kids[up] += wide[b]
            kids_near[up] += near[b]
            if outline.heading[up]:
                above[b] += around[up]
                path[b] += own[up] / 2
    attraction = 6 * relative * np.minimum(1, 2 * cover)
    softmax = np.exp(attraction - attraction.max(axis=0, initial=0.0))
    crowd = (relative > 0.8).mean(axis=0) if len(relative) else 0.0
    return {
        "kid60": _relative(kids_near),
        "kid300": _relative(kids),
        "kid1": first,
        "path60": _relative(path),
        "parC": _relative(above),
        "comp": (softmax / np.maximum(softmax.sum(axis=0), 1e-6)).astype(np.float32),
        "crowd": np.where(relative > 0.5, crowd, 0).astype(np.float32),  # the agenda is being read out
    }


def _position(outline: Outline, units: Units, language: Language) -> dict[str, Matrix]:
    """The first block comes early, the last one late, and some headings are about the start or the end itself."""
    shape = (len(outline), len(units))
    out = {name: np.zeros(shape, dtype=np.float32) for name in ("fb_pos", "lb_end", "gen_start", "gen_end")}
    span = max(units.duration - float(units.start[0]), 1.0)
    time = (units.start - units.start[0]) / span
    out["fb_pos"][0] = time
    out["lb_end"][-1] = time**8
    for b, block in enumerate(outline.blocks):
        words = WORD.findall(fold(block.text)) if outline.heading[b] else []
        if 0 < len(words) <= 4:
            if language.opening.intersection(words):
                out["gen_start"][b] = np.exp((units.start[0] - units.start) / 30)
            if language.closing.intersection(words):
                out["gen_end"][b] = time**8
    return out


def _onset(units: Units, language: Language) -> dict[str, Matrix]:
    """Where a topic may begin, whatever it is: T-vectors."""
    lengths = np.array([len(text.split()) for text in units.texts])
    opens = [" ".join(fold(text).split()[:DISCOURSE_WORDS]) for text in units.texts]
    phrases = [len(language.turns.findall(text)) if language.turns else 0 for text in opens]
    return {
        "o_spch": units.turn.astype(np.float32),
        "o_short": (lengths < 6).astype(np.float32),
        "o_disc": (np.minimum(phrases, 2) / 2).astype(np.float32),
        "o_pause": (np.minimum(units.pause, 5) / 5).astype(np.float32),
        "o_cue": units.opens.astype(np.float32),
        "o_turn": np.where(units.turn, np.minimum(units.turn_length, 60) / 60, 0).astype(np.float32),
        "o_ask": np.array(["?" in text for text in units.texts], dtype=np.float32),
        "o_sentence": np.array([not before or before[-1] in ".!?…" for before in ("", *units.texts[:-1])], np.float32),
    }


def _speakers(outline: Outline, units: Units) -> Matrix:
    """Share of the units of the next minute that are spoken by somebody the block names."""
    out = np.zeros((len(outline), len(units)), dtype=np.float32)
    low = np.arange(len(units))
    high = np.searchsorted(units.start, units.start + 60)
    for speaker in sorted({speaker for speaker in units.speakers if speaker}):
        names = {name for name in WORD.findall(fold(speaker)) if len(name) > 2}
        spoken = np.concatenate([[0], np.cumsum([other == speaker for other in units.speakers])])
        share = (spoken[high] - spoken[low]) / (high - low)
        for b, block in enumerate(outline.blocks):
            if names.intersection(WORD.findall(fold(f"{block.text} {block.speaker or ''}"))):
                out[b] += share
    return np.minimum(out, 1)


def _tiles(units: Units, normalizer: Normalizer) -> Matrix:
    """T-vector 0..1: how little the words of the next two minutes share with those of the last two."""
    stop = normalizer.language.stop
    index: dict[str, int] = {}
    cells: list[tuple[int, int]] = []
    for t, text in enumerate(units.texts):
        for word in WORD.findall(fold(text)):
            if len(word) > 2 and word not in stop:
                cells.append((index.setdefault(normalizer.stem(word), len(index)), t))  # noqa: PERF401 (two lines are clearer)
    counts = np.zeros((len(index) + 1, len(units)), dtype=np.float32)
    if cells:
        np.add.at(counts, tuple(np.array(cells).T), 1)
    counts = counts[(counts > 0).sum(axis=1) > 1]  # a word said once links nothing
    bins = np.unique(units.start // BIN).size
    weight = np.log1p(bins / np.maximum((counts > 0).sum(axis=1), 1)).astype(np.float32)[:, None]
    sums = _cumulate(counts)
    middle = np.arange(len(units))
    after = np.sqrt(sums[:, np.searchsorted(units.start, units.start + TILE)] - sums[:, middle]) * weight
    before = np.sqrt(sums[:, middle] - sums[:, np.searchsorted(units.start, units.start - TILE)]) * weight
    norm = np.linalg.norm(after, axis=0) * np.linalg.norm(before, axis=0)
    cosine = (after * before).sum(axis=0) / np.maximum(norm, 1e-6)
    tiles = np.where(norm > 0, 1 - cosine, np.nan)
    usual = float(np.nanmean(tiles)) if (norm > 0).any() else 0.0
    known = np.minimum(
        1, (units.start - units.start[0]) / TILE
    )  # the first minutes have too little before them to tell
    return np.asarray(usual + (np.where(norm > 0, tiles, usual) - usual) * known, dtype=np.float32)


def _cumulate(counts: Matrix) -> Matrix:
    return np.concatenate([np.zeros((len(counts), 1), dtype=np.float32), np.cumsum(counts, axis=1)], axis=1)


def _relative(evidence: Matrix) -> Matrix:
    """Each row against its own maximum; a row of nothing stays nothing."""
    return np.asarray(evidence / np.maximum(evidence.max(axis=1, keepdims=True, initial=0.0), 1e-6))
