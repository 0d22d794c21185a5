"""Blocks × units: everything that speaks for or against a block starting at a unit, as F matrices of B × T.

The whole table of a day and thousands of blocks would need gigabytes, so it is made in slabs of successive blocks. What
a block takes from the others is small: moments that fit every block are counted in a first pass over all slabs, and
the words of the blocks below another one are summed up while the slabs are made from the last to the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np

from pipeline import unspaced
from pipeline.align.features import (
    BURST,
    CLOSING_HEADING,
    COMPETITION,
    CROWD,
    DESCENDANTS_60S,
    DESCENDANTS_300S,
    FEATURES,
    FIRST_BLOCK,
    FIRST_CHILD,
    FIRST_MENTION,
    HEADINGS_AROUND,
    LAST_BLOCK,
    NAMED_SPEAKER,
    OPENING_HEADING,
    WITH_HEADINGS,
    Feature,
    Matching,
)
from pipeline.align.lexical import TermCounts
from pipeline.align.onsets import find_onsets
from pipeline.align.outline import Outline
from pipeline.align.sparse import MAX_SLAB_ROWS, slabs
from pipeline.align.units import Units
from pipeline.align.word_evidence import Span, WindowEdges, WordEvidence, relative
from pipeline.arrays import Float32Array, FloatArray, IntArray
from pipeline.language.terms import TermExtractor
from pipeline.language.words import folded_words

SPEAKER_SECONDS = 60.0  # after a unit, in which somebody the block names may speak
EDGE_SECONDS = 30.0  # scale of the distance from the start of the recording
EDGE_EXPONENT = 8  # of the share of the recording that is over: makes it count near the end only
MAX_EDGE_HEADING_WORDS = 4  # of a heading about the start or the end of the meeting

MAX_KEPT_NUMBERS = 2**24
"""Of a table that is kept, because it is looked at twice: 64 MB, that is 300 blocks in four hours."""

_NEAR = Span(Matching.EXACT, 0.0, 60.0)
_WIDE = Span(Matching.EXACT, 0.0, 300.0)
_AROUND = Span(Matching.EXACT, 300.0, 300.0)
_OPENING = Span(Matching.FUZZY, 0.0, 30.0)
_OWN = Span(Matching.FUZZY, 0.0, 60.0)
_SPANS = (_NEAR, _WIDE, _AROUND, _OPENING, _OWN, *(Span.of(f.window) for f in FEATURES if f.window))


class FeatureTable:
    """F × B × T in the order of FEATURES, made a slab of blocks at a time."""

    def __init__(self, outline: Outline, counts: TermCounts, units: Units, extractor: TermExtractor) -> None:
        self._outline = outline
        self._counts = counts
        self._units = units
        self._edges = WindowEdges(units.start)
        self._language = extractor.language
        self._onsets = find_onsets(units, extractor)
        self._speakers = _Speakers(units)
        self._attraction = _Attraction(len(units))
        self._kept: list[tuple[slice, Float32Array]] | None = None
        for rows in self.slabs():
            self._attraction.add(self.words(rows, _NEAR))

    def slabs(self) -> list[slice]:
        """The blocks in parts that are worked on at once."""
        return slabs(len(self._outline), len(self._units), max_rows=MAX_SLAB_ROWS)

    def words(self, rows: slice, *spans: Span) -> WordEvidence:
        """What is heard of some blocks."""
        return WordEvidence(self._counts, self._edges, np.arange(rows.start, rows.stop), spans)

    def tables(self) -> Iterator[tuple[slice, Float32Array]]:
        """Every slab of blocks with its F × S × T features, the last first. A small table is made only once."""
        if self._kept is None and len(FEATURES) * len(self._outline) * len(self._units) <= MAX_KEPT_NUMBERS:
            self._kept = list(self._tables(self.slabs()))
        return self._tables(self.slabs()) if self._kept is None else iter(self._kept)

    def of_block(self, block: int) -> Float32Array:
        """F × T: the features of one block."""
        last = block + 1
        while last < len(self._outline) and block in self._outline.ancestors(last):
            last += 1
        parts = [slice(block, block + 1)]
        parts += [
            slice(block + 1 + s.start, block + 1 + s.stop)
            for s in slabs(last - block - 1, len(self._units), max_rows=MAX_SLAB_ROWS)
        ]
        *_, (_, table) = self._tables(parts)
        return table[:, 0]

    def whole(self) -> Float32Array:
        """F × B × T at once."""
        return np.concatenate([table for _, table in reversed(list(self.tables()))], axis=1)

    def _tables(self, parts: list[slice]) -> Iterator[tuple[slice, Float32Array]]:
        below: dict[int, tuple[Float32Array, Float32Array]] = {}
        for rows in reversed(parts):
            yield rows, self._table(rows, below)

    def _table(self, rows: slice, below: dict[int, tuple[Float32Array, Float32Array]]) -> Float32Array:
        inside = range(rows.start, rows.stop)
        ancestors = {above for b in inside for above in self._outline.ancestors(b)}
        following = {rows.stop} & set(range(len(self._outline)))
        every = np.array(sorted(ancestors.union(inside, following)), dtype=np.int64)
        words = WordEvidence(self._counts, self._edges, every, _SPANS, onsets=True)
        here = np.searchsorted(every, np.arange(rows.start, rows.stop))
        made: dict[Feature, Callable[[], Float32Array]] = {
            BURST: words.burst,
            FIRST_MENTION: words.first_mention,
        }
        table = {feature: make()[here] for feature, make in made.items()}
        table |= _structure(self._outline, words, every, here, below) | self._attraction.features(words, here)
        table |= self._position(rows) | {NAMED_SPEAKER: self._named_speakers(rows)}
        out = np.empty((len(FEATURES), len(here), len(self._units)), dtype=np.float32)
        for f, feature in enumerate(FEATURES):
            if feature.window:
                out[f] = words.values(feature.window)[here]
            else:
                out[f] = self._onsets[feature] if feature in self._onsets else table[feature]
        return out

    def _position(self, rows: slice) -> dict[Feature, Float32Array]:
        """The first block comes early, the last one late, and some headings are about the start or the end itself."""
        outline, units, shape = self._outline, self._units, (rows.stop - rows.start, len(self._units))
        out = {
            feature: np.zeros(shape, dtype=np.float32)
            for feature in (FIRST_BLOCK, LAST_BLOCK, OPENING_HEADING, CLOSING_HEADING)
        }
        span = max(units.duration - float(units.start[0]), 1.0)
        elapsed = (units.start - units.start[0]) / span
        if rows.start == 0:
            out[FIRST_BLOCK][0] = elapsed
        if rows.stop == len(outline):
            out[LAST_BLOCK][-1] = elapsed**EDGE_EXPONENT
        for row, b in enumerate(range(rows.start, rows.stop)):
            words = folded_words(outline.blocks[b].text) if outline.is_heading[b] else []
            if 0 < len(words) <= MAX_EDGE_HEADING_WORDS:
                if self._language.opening_words.intersection(words):
                    out[OPENING_HEADING][row] = np.exp((units.start[0] - units.start) / EDGE_SECONDS)
                if self._language.closing_words.intersection(words):
                    out[CLOSING_HEADING][row] = elapsed**EDGE_EXPONENT
        return out

    def _named_speakers(self, rows: slice) -> Float32Array:
        """Share of the units of the next minute that are spoken by somebody the block names."""
        out = np.zeros((rows.stop - rows.start, len(self._units)), dtype=np.float32)
        for row, block in enumerate(self._outline.blocks[rows]):
            if self._speakers:
                share = self._speakers.share(folded_words(f"{block.text} {block.speaker or ''}"))
                if share is not None:
                    out[row] = share
        return out


class _Attraction:
    """How strongly each unit attracts blocks: one that fits every block is the agenda being read out."""

    def __init__(self, units: int) -> None:
        self._blocks = 0
        self._crowd = np.zeros(units, dtype=np.int64)  # blocks that fit almost best
        self._most = np.zeros(units, dtype=np.float32)
        self._total = np.zeros(units, dtype=np.float32)

    def add(self, words: WordEvidence) -> None:
        best = words.relative(_NEAR)
        attraction = _attraction(words)
        most = np.maximum(self._most, attraction.max(axis=0, initial=0.0))
        self._total *= np.exp(self._most - most)
        for row in np.exp(attraction - most):
            self._total += row
        self._most = most
        self._crowd += (best > 0.8).sum(axis=0)
        self._blocks += len(best)

    def features(self, words: WordEvidence, here: IntArray) -> dict[Feature, Float32Array]:
        crowd = self._crowd / max(self._blocks, 1)
        softmax = np.exp(_attraction(words)[here] - self._most)
        return {
            COMPETITION: (softmax / np.maximum(self._total, 1e-6)).astype(np.float32),
            CROWD: np.where(words.relative(_NEAR)[here] > 0.5, crowd, 0).astype(np.float32),
        }


def _attraction(words: WordEvidence) -> Float32Array:
    return 6 * words.relative(_NEAR) * np.minimum(1, 2 * words.coverage(_NEAR))


class _Speakers:
    """Who speaks when, by the words of their names."""

    def __init__(self, units: Units) -> None:
        self._time = units.start
        names: dict[str, list[str]] = {}  # of each speaker
        spoken: dict[str, list[int]] = defaultdict(list)
        for t, speaker in enumerate(units.speakers):
            if speaker:
                if speaker not in names:
                    names[speaker] = [
                        name for name in dict.fromkeys(folded_words(speaker)) if len(name) > 2 or unspaced.is_in(name)
                    ]
                for name in names[speaker]:
                    spoken[name].append(t)
        self._spoken = {name: np.array(here, dtype=np.int64) for name, here in spoken.items()}

    def __bool__(self) -> bool:
        return bool(self._spoken)

    def share(self, words: list[str]) -> FloatArray | None:
        """T-vector: of the next minute's units, the share spoken by people with one of these names; None: nobody."""
        names = self._spoken.keys() & set(words)
        if not names:
            return None
        spoken = np.zeros(len(self._time) + 1, dtype=np.int64)
        for name in names:
            spoken[self._spoken[name] + 1] = 1
        spoken = np.cumsum(spoken)
        low = np.arange(len(self._time))
        high = np.searchsorted(self._time, self._time + SPEAKER_SECONDS)
        return np.asarray((spoken[high] - spoken[low]) / (high - low))


def _structure(
    outline: Outline,
    words: WordEvidence,
    every: IntArray,
    here: IntArray,
    below: dict[int, tuple[Float32Array, Float32Array]],
) -> dict[Feature, Float32Array]:
    """The words of related blocks speak for a block.

    `every` are the blocks of `words`, `here` the places of the slab among them. `below` gathers, by block, the evidence
    of what stands under it; the slabs behind this one are in it already.
    """
    wide, near, around = (words.evidence(span) for span in (_WIDE, _NEAR, _AROUND))
    opening, own = words.coverage(_OPENING), words.evidence(_OWN)
    with_headings = own[here].copy()
    descendants, descendants_near, above, first_child = (np.zeros_like(with_headings) for _ in range(4))
    place = {int(b): at for at, b in enumerate(every)}
    for row, at in enumerate(here.tolist()):
        b = int(every[at])
        if b + 1 in place and outline.parent[b + 1] == b:
            first_child[row] = opening[place[b + 1]]
        for ancestor in outline.ancestors(b):
            if ancestor not in below:
                below[ancestor] = np.zeros_like(wide[0]), np.zeros_like(near[0])
            below[ancestor][0][:] += wide[at]
            below[ancestor][1][:] += near[at]
            if outline.is_heading[ancestor]:
                above[row] += around[place[ancestor]]
                with_headings[row] += own[place[ancestor]] / 2
    for row, at in enumerate(here.tolist()):
        if (sums := below.pop(int(every[at]), None)) is not None:
            descendants[row], descendants_near[row] = sums
    return {
        DESCENDANTS_60S: relative(descendants_near),
        DESCENDANTS_300S: relative(descendants),
        FIRST_CHILD: first_child,
        WITH_HEADINGS: relative(with_headings),
        HEADINGS_AROUND: relative(above),
    }
