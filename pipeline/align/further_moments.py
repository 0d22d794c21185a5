"""Where else a block was clearly discussed: a topic comes back, or one bullet states several facts.

A further moment is a peak of the block's own evidence away from its link. How sure it is comes from a logistic
regression on two signals: what its neighbours leave of the block's probability there, and how much of a clause is heard
there that is not heard at the link. Without such a clause it takes two fifths of the probability.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from pipeline.align.decode import PASSAGE_RADIUS_SECONDS, PEAK_WEIGHT, Comparison, Decision
from pipeline.align.masses import window_mass
from pipeline.align.sparse import SLAB_CELLS, chunks
from pipeline.arrays import BoolArray, FloatArray, IntArray, logistic
from pipeline.records import LINK_CONFIDENCE, Alignment, FurtherMoment

MIN_MOMENT_DISTANCE_SECONDS = 90.0  # from the link, and from each other; what is closer is the same passage
MAX_MOMENTS = 3  # of a block
MAX_PEAKS = 4  # that are looked at
MIN_WORDS = 3  # different words of the block that must be heard there: fewer meet by chance
BEFORE_SECONDS, AFTER_SECONDS = 15.0, 75.0  # around a moment, in which its words are looked for
LINK_BEFORE_SECONDS, MIN_LINK_SECONDS, MAX_LINK_SECONDS = 30.0, 75.0, 180.0  # the same before and after a link
MIN_PROBABILITY = 1e-4  # below it, probabilities are taken for the same
MIN_COUNT = 0.5  # of a word that is heard; a rather dissimilar sound has less
MAX_GAP_SECONDS = 60.0  # without a word of the block, after which a moment has ended
MAX_MOMENT_SECONDS = 300.0
MIN_CLAUSE_WORDS, MIN_CLAUSE_WEIGHT = 2, 1.0  # a clause with less says nothing

MIN_MOMENT_CONFIDENCE = 0.59
"""A further moment is published from here up."""

# Fitted on the 413 candidates of notes whose moments are known to be several, 18 % of them right
# (`python -m tests.bench.moments`). In five folds 60 % were right of the 40 from .4 up, 65 % of the 15 from .59, as
# sure as they say they are. What lies outside the known spans is often right, too, when read.
SIGNAL_WEIGHTS = {"posterior": 0.594, "clause": 1.99}
BIAS = 0.941

_CLAUSE_END = re.compile(
    r"(?<=[.!?;:])\s+|\s[–—-]\s|,\s+|[，、；：。！？]\s*"
    r"|\s+(?:and|as well as|along with|while|but|und|sowie|aber|et|mais|y|e)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MomentCandidate:
    """A peak of one block's evidence away from its link; `signals` in the order of SIGNAL_WEIGHTS."""

    unit: int
    signals: tuple[float, float]
    confidence: float


def add_further_moments(
    comparison: Comparison, decision: Decision, placed: Sequence[Alignment]
) -> tuple[Alignment, ...]:
    """`placed` with their further moments in `also`. Only a block with a link can be discussed again."""
    index = {block.id: b for b, block in enumerate(comparison.outline.blocks)}
    return tuple(
        replace(link, also=find_further_moments(comparison, decision, index[link.block_id], link)) for link in placed
    )


def find_further_moments(
    comparison: Comparison, decision: Decision, block: int, link: Alignment
) -> tuple[FurtherMoment, ...]:
    """The moments besides `link` at which `block` was clearly discussed, in time order; at most MAX_MOMENTS."""
    if link.confidence < LINK_CONFIDENCE or comparison.outline.blocks[block].template:
        return ()
    time = comparison.units.start
    least = _least_posterior()
    if not (_posterior_mass(decision, block, time)[_is_outside(link, time)] >= least).any():
        return ()
    occurrences = BlockOccurrences(comparison, block)
    clear = [
        candidate
        for candidate in moment_candidates(decision, block, link, occurrences, min_posterior=least)
        if candidate.confidence >= MIN_MOMENT_CONFIDENCE
    ]
    if comparison.outline.is_heading[block]:  # a topic that is named before its link is announced in the agenda
        clear = [candidate for candidate in clear if time[candidate.unit] > link.start]
    best = sorted(clear, key=lambda candidate: -candidate.confidence)[:MAX_MOMENTS]
    confidence = {float(time[candidate.unit]): candidate.confidence for candidate in best}
    starts = sorted(confidence)
    return tuple(
        FurtherMoment(start, occurrences.end_of_moment(start, [link.start, *starts]), round(confidence[start], 4))
        for start in starts
    )


def moment_candidates(
    decision: Decision, block: int, link: Alignment, occurrences: BlockOccurrences, *, min_posterior: float = 0.0
) -> Iterator[MomentCandidate]:
    """The highest peaks of the block's own evidence outside its link, at most MAX_PEAKS, the highest first.

    Those to which order leaves less than `min_posterior` are left out.
    """
    time = occurrences.time
    outside = _is_outside(link, time) & (occurrences.word_counts >= MIN_WORDS)
    if not outside.any():
        return
    own = decision.emission[block : block + 1]
    score = (window_mass(own, time, PASSAGE_RADIUS_SECONDS) + PEAK_WEIGHT * own)[0]
    posterior = _posterior_mass(decision, block, time)
    score = np.where(outside, score, 0.0)
    at_link = occurrences.at_link(link)
    for _ in range(MAX_PEAKS):
        unit = int(score.argmax())
        if score[unit] <= 0:
            return
        if posterior[unit] >= min_posterior:
            new_clause = occurrences.new_clause(unit, at_link)
            signals = (float(np.log(max(posterior[unit], MIN_PROBABILITY))), new_clause)
            yield MomentCandidate(unit, signals, moment_probability(signals))
        score[np.abs(time - time[unit]) <= MIN_MOMENT_DISTANCE_SECONDS] = 0.0


def _posterior_mass(decision: Decision, block: int, time: FloatArray) -> FloatArray:
    """T-vector: the probability that order leaves the block around each unit."""
    ordered = decision.order.posterior[block : block + 1].astype(np.float64)
    return np.asarray(window_mass(ordered, time, PASSAGE_RADIUS_SECONDS)[0])


def _is_outside(link: Alignment, time: FloatArray) -> BoolArray:
    """T-vector: whether a unit is far enough from the link to be another moment."""
    return (np.abs(time - link.start) > MIN_MOMENT_DISTANCE_SECONDS) & ~((time >= link.start) & (time < link.end))


def _least_posterior() -> float:
    """What order must leave at a moment that is published, even if a whole clause is heard there alone."""
    log_odds = np.log(MIN_MOMENT_CONFIDENCE / (1 - MIN_MOMENT_CONFIDENCE))
    return float(np.exp((log_odds - BIAS - SIGNAL_WEIGHTS["clause"]) / SIGNAL_WEIGHTS["posterior"]) * (1 - 1e-6))


def moment_probability(signals: Sequence[float]) -> float:
    """How sure a further moment is, 0..1."""
    weighted = sum(weight * value for weight, value in zip(SIGNAL_WEIGHTS.values(), signals, strict=True))
    return float(logistic(BIAS + weighted))


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the parts of `text` that may be facts of their own.

    >>> [text[a:b] for text in ["Sign the packages; DNS events and a new table"] for a, b in split_clauses(text)]
    ['Sign the packages;', 'DNS events', 'a new table']
    """
    cuts = [(0, 0), *((found.start(), found.end()) for found in _CLAUSE_END.finditer(text)), (len(text), len(text))]
    spans = [(left[1], right[0]) for left, right in pairwise(cuts)]
    return [(start, end) for start, end in spans if end > start]


class BlockOccurrences:
    """Which of the V words of one block are heard around each of the T units."""

    def __init__(self, comparison: Comparison, block: int) -> None:
        counts, self._units = comparison.counts, comparison.units
        terms = counts.terms[block]
        rows = list(dict.fromkeys(counts.index[term.key] for term in terms))
        columns, weights = counts.weights.row(block)
        self._weights = weights[np.searchsorted(columns, rows)]
        self.time = self._units.start
        self._row, self._unit, heard = counts.fuzzy.entries(np.array(rows, dtype=np.int64))
        self._heard = np.minimum(heard, 1).astype(np.float64)
        self._has_word = np.zeros(len(self.time), dtype=np.bool_)
        self._has_word[self._unit[heard > MIN_COUNT]] = True
        self.word_counts = self._count_words()  # different ones around each unit
        position = {row: i for i, row in enumerate(rows)}
        spans = split_clauses(comparison.outline.blocks[block].text)
        begins = [start for start, _ in spans]
        said: set[tuple[int, int]] = set()
        for term in terms:
            clause = bisect_right(begins, term.start) - 1
            if clause >= 0 and term.start < spans[clause][1]:
                said.add((clause, position[counts.index[term.key]]))
        self._clause, self._word = np.array(sorted(said), dtype=np.int64).reshape(-1, 2).T

    def at_link(self, link: Alignment) -> FloatArray:
        """V-vector 0..1: the words heard where the block was placed."""
        until = max(min(link.end, link.start + MAX_LINK_SECONDS), link.start + MIN_LINK_SECONDS)
        return self._between(link.start - LINK_BEFORE_SECONDS, until)

    def new_clause(self, unit: int, at_link: FloatArray) -> float:
        """How much more of some clause is heard there than at the link, 0..1."""
        at = float(self.time[unit])
        here, weight = (
            self._between(at - BEFORE_SECONDS, at + AFTER_SECONDS),
            self._weights[self._word].astype(np.float64),
        )
        total = np.bincount(self._clause, weight)
        words_here = np.bincount(self._clause, here[self._word] > MIN_COUNT)
        counted = (total >= MIN_CLAUSE_WEIGHT) & (words_here >= MIN_CLAUSE_WORDS)
        gain = np.bincount(self._clause, weight * (here - at_link)[self._word]) / np.maximum(total, 1e-6)
        return float((gain * counted).max(initial=0.0))

    def end_of_moment(self, start: float, others: Sequence[float]) -> float:
        """When the moment at `start` ends: its words have faded, or another of `others` begins. Seconds."""
        latest = min([start + MAX_MOMENT_SECONDS, *(other for other in others if other > start)])
        end = start
        for unit in np.flatnonzero(self._has_word & (self.time >= start)):
            if self.time[unit] - end > MAX_GAP_SECONDS:
                break
            end = float(self._units.end[unit])
        return min(end, latest)

    def _between(self, after: float, before: float) -> FloatArray:
        """V-vector 0..1: the words heard in units that start in this time."""
        low, high = np.searchsorted(self.time, [after, before])
        here = (self._unit >= low) & (self._unit < high)
        return np.minimum(np.bincount(self._row[here], self._heard[here], minlength=len(self._weights)), 1.0)

    def _count_words(self) -> IntArray:
        """T-vector: how many different words are heard around each unit."""
        low, high = (
            np.searchsorted(self.time, self.time - BEFORE_SECONDS),
            np.searchsorted(self.time, self.time + AFTER_SECONDS),
        )
        out = np.zeros(len(self.time), dtype=np.int64)
        for part in chunks(np.unique(self._row), len(self.time), SLAB_CELLS):
            first, last = np.searchsorted(self._row, [part[0], part[-1] + 1])
            here = slice(first, last)
            sums = np.zeros((len(part), len(self.time) + 1))
            sums[np.searchsorted(part, self._row[here]), self._unit[here] + 1] = self._heard[here]
            np.cumsum(sums, axis=1, out=sums)
            out += (sums[:, high] - sums[:, low] > MIN_COUNT).sum(axis=0)
        return out
