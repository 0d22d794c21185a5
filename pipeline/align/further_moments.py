"""Where else a block was clearly discussed: a topic comes back, or one bullet states several facts.

A further moment is a peak of the block's own evidence away from its link. How sure it is comes from a logistic
regression on two things: what its neighbours leave of the block's probability there, and how much of a clause is heard
there that is not heard at the link. Without such a clause it takes two fifths of the probability to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.align.confidence import window_mass
from pipeline.align.decode import PEAK, WIDE, Decision, Reading
from pipeline.align.lexical import Matrix
from pipeline.records import LINK_CONFIDENCE, Alignment, FurtherMoment

Array = NDArray[np.float64]

AWAY = 90.0  # seconds from the link, and from each other; what is closer is the same passage
MOST = 3  # moments told of a block
PEAKS = 4  # places looked at
WORDS = 3  # different words of the block that must be heard there: fewer meet by chance
SPAN = (15.0, 75.0)  # seconds before and after a moment in which its words are looked for
LINK_SPAN = (30.0, 75.0, 180.0)  # the same for the link: before, at least after, at most after
RARE = 1e-4  # the least probability told apart
HEARD = 0.5  # of the count of a word; a rather dissimilar sound has less
FADES = 60.0  # seconds without a word of the block that end a moment
LONGEST = 300.0  # seconds
CLAUSE_WORDS, CLAUSE_WEIGHT = 2, 1.0  # a clause says something from here up

CLEAR = 0.59
"""From here up a further moment is told."""

# Fitted on the 413 candidates of notes whose moments are known to be several, 18 % of them right
# (`python -m tests.bench.moments`). In five folds 60 % were right of the 40 from .4 up, 65 % of the 15 from .59, as
# sure as they say they are. What lies outside the known spans is often right, too, when read.
FITTED = {"posterior": 0.594, "clause": 1.99}
BIAS = 0.941

_CLAUSE = re.compile(
    r"(?<=[.!?;:])\s+|\s[–—-]\s|,\s+|\s+(?:and|as well as|along with|while|but|und|sowie|aber|et|mais|y|e)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A peak of one block's evidence away from its link; `signals` in the order of FITTED."""

    unit: int
    signals: tuple[float, float]
    confidence: float


def with_moments(reading: Reading, decision: Decision, placed: Sequence[Alignment]) -> tuple[Alignment, ...]:
    """`placed` with their further moments in `also`. Only what has a link of its own can be discussed again."""
    index = {block.id: b for b, block in enumerate(reading.outline.blocks)}
    return tuple(replace(link, also=further(reading, decision, index[link.block_id], link)) for link in placed)


def further(reading: Reading, decision: Decision, block: int, link: Alignment) -> tuple[FurtherMoment, ...]:
    """The moments besides `link` at which `block` was clearly discussed, in time order; at most MOST."""
    if link.confidence < LINK_CONFIDENCE or reading.outline.blocks[block].template:
        return ()
    heard = Heard(reading, block)
    clear = [found for found in candidates(decision, block, link, heard) if found.confidence >= CLEAR]
    if reading.outline.heading[block]:  # a topic named before it is discussed is announced: the agenda is read out
        clear = [found for found in clear if heard.time[found.unit] > link.start]
    best = sorted(clear, key=lambda found: -found.confidence)[:MOST]
    starts = sorted(float(reading.units.start[found.unit]) for found in best)
    sure = {float(reading.units.start[found.unit]): found.confidence for found in best}
    others = [link.start, *starts]
    return tuple(FurtherMoment(start, heard.until(start, others), round(sure[start], 4)) for start in starts)


def candidates(decision: Decision, block: int, link: Alignment, heard: Heard) -> Iterator[Candidate]:
    """The highest peaks of the block's own evidence outside its link, at most PEAKS, the highest first."""
    time = heard.time
    outside = (np.abs(time - link.start) > AWAY) & ~((time >= link.start) & (time < link.end))
    outside &= heard.words >= WORDS
    if not outside.any():
        return
    own = decision.emission[block : block + 1]
    score = (window_mass(own, time, WIDE) + PEAK * own)[0]
    after_order = window_mass(decision.placement.posterior[block : block + 1], time, WIDE)[0]
    score = np.where(outside, score, 0.0)
    at_link = heard.at_link(link)
    for _ in range(PEAKS):
        unit = int(score.argmax())
        if score[unit] <= 0:
            return
        signals = (float(np.log(max(after_order[unit], RARE))), heard.new_clause(unit, at_link))
        yield Candidate(unit, signals, probability(signals))
        score[np.abs(time - time[unit]) <= AWAY] = 0.0


def probability(signals: Sequence[float]) -> float:
    """Logistic function of the weighted signals, 0..1."""
    logit = BIAS + sum(weight * value for weight, value in zip(FITTED.values(), signals, strict=True))
    return float(1 / (1 + np.exp(-logit)))


def clauses(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the parts of `text` that may be facts of their own.

    >>> [text[a:b] for text in ["Sign the packages; DNS events and a new table"] for a, b in clauses(text)]
    ['Sign the packages;', 'DNS events', 'a new table']
    """
    cuts = [(0, 0), *((found.start(), found.end()) for found in _CLAUSE.finditer(text)), (len(text), len(text))]
    spans = [(left[1], right[0]) for left, right in pairwise(cuts)]
    return [(start, end) for start, end in spans if end > start]


class Heard:
    """Which of the V words of one block are heard around each of the T units."""

    def __init__(self, reading: Reading, block: int) -> None:
        common, self._units = reading.overlap, reading.units
        terms = [term for term in common.terms[block] if " " not in term.key]
        rows = list(dict.fromkeys(common.index[term.key] for term in terms))
        self._weights = common.weights[block, rows]
        counts = np.minimum(common.fuzzy[rows], 1, dtype=np.float32)
        self._sums = np.zeros((len(rows), len(self._units) + 1), dtype=np.float32)
        np.cumsum(counts, axis=1, out=self._sums[:, 1:])
        self._said = (counts > HEARD).any(axis=0)
        self.time = self._units.start
        self._around = self._between(self.time - SPAN[0], self.time + SPAN[1])
        self.words = (self._around > HEARD).sum(axis=0)
        position = {row: i for i, row in enumerate(rows)}
        spans = clauses(reading.outline.blocks[block].text)
        self._clauses = np.zeros((len(spans), len(rows)))
        for term in terms:
            for c, (start, end) in enumerate(spans):
                if start <= term.start < end:
                    self._clauses[c, position[common.index[term.key]]] = 1.0

    def at_link(self, link: Alignment) -> Matrix:
        """V-vector 0..1: the words heard where the block was placed."""
        before, least, most = LINK_SPAN
        until = max(min(link.end, link.start + most), link.start + least)
        return self._between(np.array([link.start - before]), np.array([until]))[:, 0]

    def new_clause(self, unit: int, at_link: Matrix) -> float:
        """How much more of some clause is heard there than at the link, 0..1."""
        here, parts = self._around[:, unit], self._clauses * self._weights
        total = parts.sum(axis=1)
        says = (total >= CLAUSE_WEIGHT) & ((self._clauses * (here > HEARD)).sum(axis=1) >= CLAUSE_WORDS)
        gain = (parts @ (here - at_link)) / np.maximum(total, 1e-6)
        return float((gain * says).max(initial=0.0))

    def until(self, start: float, others: Sequence[float]) -> float:
        """When the moment at `start` ends: its words have faded, or another of `others` begins. Seconds."""
        stop = min([start + LONGEST, *(other for other in others if other > start)])
        end = start
        for unit in np.flatnonzero(self._said & (self.time >= start)):
            if self.time[unit] - end > FADES:
                break
            end = float(self._units.end[unit])
        return min(end, stop)

    def _between(self, after: Array, before: Array) -> Matrix:
        low, high = np.searchsorted(self.time, after), np.searchsorted(self.time, before)
        return np.asarray(np.minimum(self._sums[:, high] - self._sums[:, low], 1.0))
