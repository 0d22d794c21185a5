"""Passages that have the most informative words of a query, where none has all of them.

A word is the more informative the fewer passages have it: ln(N / df), inverse document frequency (K. Spärck Jones, "A
statistical interpretation of term specificity", 1972). How often a passage has a word does not count, as windows of
speech are too short to repeat one. What counts is what is said nearby, and in the whole meeting: a topic is longer than
a window.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.records import PassageSource
from pipeline.search.index.reader import IdRange, IndexReader
from pipeline.search.match import excluding, match_any
from pipeline.search.passage_ids import day_of
from pipeline.search.query import Query, QueryTerm

MIN_SCORE = 0.3
"""Of a passage, below which it is not shown."""

RELATIVE_CUTOFF = 0.5
"""Share of the best passage's score, below which others are not shown."""

MAX_WORDS = 12
"""Words of a query that are looked up: its rarest."""

MAX_POSTINGS = 1_000
"""Passages that are read for a word, the newest first. Of more frequent words the older ones count for nothing, unless
a rarer word leads to them."""

MIN_IDF = math.log(1 / 0.15)
"""Of a word that is looked up. More than 15 % of the passages have any other word, as they have "they"."""

IDF_OF_EVERYWHERE = 0.1
"""What is added to the idf, so that a word every passage has counts at all."""

_MAX_RANKED = 80  # passages, those with most of the words
_MAX_CHECKED = 15  # of them, that are looked at again: do they have the frequent words?

_NEARBY_WEIGHT = 0.7  # of the words nearby, beside those of the passage itself
_MEETING_WEIGHT = 0.3  # of those of the whole meeting

_OUTER_MARKS = re.compile(r"^\W+|\W+$")

_NEIGHBOUR_WEIGHTS = tuple((step, math.exp(-abs(step) / 3) / 4.8) for step in range(-9, 10) if step)
"""How much a passage counts that is so many passages away; all together 1."""


@dataclass(frozen=True, slots=True, eq=False)
class QueryWord:
    """Terms any of which match. `ids` are the passages that have one, as far as the id `until`; None: all of them."""

    terms: tuple[QueryTerm, ...]
    match: str
    idf: float
    ids: frozenset[int]
    until: int | None

    def is_in(self, index: IndexReader, source: PassageSource, passage_id: int) -> bool:
        if self.until is None or passage_id <= self.until:
            return passage_id in self.ids
        return bool(index.newest_ids(source, self.match, [(passage_id, passage_id)], 1))


class PartialMatch(NamedTuple):
    """A passage that has some of the words: its score, from MIN_SCORE to 2, and what is missing."""

    score: float
    id: int
    missing: tuple[str, ...]
    word_count: int  # that it has
    match: str  # what to look for in it


def find_partial(
    index: IndexReader, query: Query, source: PassageSource, ranges: Sequence[IdRange]
) -> Iterator[PartialMatch]:
    """The best passages, but those that have all of the words."""
    if len(query.groups) < 2 or not ranges:
        return
    total = sum(_count(index, source, low, high) for low, high in ranges)
    words = [_look_up(index, source, group, excluding(query), ranges, total) for group in query.groups]
    known = sorted((word for word in words if word.ids), key=lambda word: -word.idf)[:MAX_WORDS]
    known = [word for word in known if word.idf >= MIN_IDF] or known
    match = f"({' OR '.join(match_any(word.terms) for word in known)}){excluding(query)}"
    scorer = _Scorer(known)
    found = []
    for _, passage_id in sorted((-scorer.score(each), each) for each in scorer.best(_MAX_RANKED))[:_MAX_CHECKED]:
        has = {word for word in known if word.is_in(index, source, passage_id)}
        # Of the words that are not looked for it is enough to know whether the passage has all of them.
        rest = words if has.issuperset(known) else [*known, *(word for word in words if not word.ids)]
        lacking = (word for word in rest if word not in has)
        missing = [word for word in lacking if word in known or not word.is_in(index, source, passage_id)]
        score = scorer.score(passage_id, sum(word.idf for word in has))
        found.append(PartialMatch(score, passage_id, _notable(missing, words), len(has), match))
    cutoff = max([MIN_SCORE, *(RELATIVE_CUTOFF * passage.score for passage in found)])
    yield from (passage for passage in found if passage.missing and passage.score >= cutoff)


class _Scorer:
    """How well passages fit the words: by what they have, what is said nearby, and in the meeting, each 0..1."""

    def __init__(self, words: Sequence[QueryWord]) -> None:
        self._total = sum(word.idf for word in words)
        self._passages: dict[int, float] = defaultdict(float)
        self._days: dict[int, float] = defaultdict(float)
        # Of a frequent word only the newest passages are known, which must not make them better than the others.
        for word in [word for word in words if word.until is None] or words:
            for passage_id in word.ids:
                self._passages[passage_id] += word.idf
            for day in {day_of(passage_id) for passage_id in word.ids}:
                self._days[day] += word.idf

    def best(self, count: int) -> list[int]:
        """The passages that have most themselves, the newest of equals."""
        return [each for _, each in heapq.nsmallest(count, [(-idf, each) for each, idf in self._passages.items()])]

    def score(self, passage_id: int, own_idf: float | None = None) -> float:
        """The score of a passage; `own_idf` where it is known better what it has."""
        idf_of = self._passages.get
        nearby = sum([weight * idf_of(passage_id + step, 0.0) for step, weight in _NEIGHBOUR_WEIGHTS])
        own = self._passages[passage_id] if own_idf is None else own_idf
        return (own + _NEARBY_WEIGHT * nearby + _MEETING_WEIGHT * self._days[day_of(passage_id)]) / self._total


def _notable(missing: Sequence[QueryWord], words: Sequence[QueryWord]) -> tuple[str, ...]:
    """Those of the missing words that matter: nobody misses an "on"."""
    usual = sum(word.idf for word in words) / len(words)
    notable = [word for word in missing if word.idf >= usual / 2 or not word.ids]
    return tuple(_OUTER_MARKS.sub("", word.terms[0].text) for word in notable or missing)


def _look_up(
    index: IndexReader,
    source: PassageSource,
    terms: tuple[QueryTerm, ...],
    exclusion: str,
    ranges: Sequence[IdRange],
    total: int,
) -> QueryWord:
    match = match_any(terms) + exclusion
    ids = index.newest_ids(source, match, ranges, MAX_POSTINGS)
    frequency, until = len(ids), None
    if frequency == MAX_POSTINGS:  # then as many of the rest will have it
        until = ids[-1]
        read = sum(_count(index, source, low, min(high, until)) for low, high in ranges if low <= until)
        frequency = MAX_POSTINGS * total // max(read, MAX_POSTINGS)
    idf = math.log(max(total, 1) / max(frequency, 1)) + IDF_OF_EVERYWHERE
    return QueryWord(terms, match, idf, frozenset(ids), until)


def _count(index: IndexReader, source: PassageSource, low: int, high: int) -> int:
    return index.count_before(source, high + 1) - index.count_before(source, low)
