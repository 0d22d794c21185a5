"""Passages that have the most telling words of a query, where none has all of them.

A word tells the more the fewer passages have it: ln(N / df), inverse document frequency
(K. Spärck Jones, "A statistical interpretation of term specificity", 1972). How often a word stands in a passage counts
for nothing, as windows of speech are too short to say one often. What counts is what is said nearby, and in the
whole meeting: a topic is longer than a window.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.search import lookup
from pipeline.search.lookup import Connection, Range
from pipeline.search.passage_ids import DAY
from pipeline.search.passages import Source
from pipeline.search.query import Query, Term, either

ENOUGH = 0.3
"""Of the worth of a passage, below which it is not shown."""

BESIDE = 0.5
"""Share of the best passage's worth, below which others are not shown."""

MOST = 12
"""Words of a query that are looked up: its rarest."""

READ = 1_000
"""Passages that are read for a word, the newest first. Of more frequent words the older ones count for nothing, but
where a rarer word leads to them."""

TELLING = math.log(1 / 0.15)
"""What a word tells at least that is looked for: more than 15 % of the passages have it else, as they have "they"."""

LEAST = 0.1
"""What a word tells that every passage has."""

_RANKED, _CHECKED = 80, 15
"""Of the passages that tell most so many are ranked, and so many looked at again: do they have the frequent words?"""

_NEARBY, _MEETING = 0.7, 0.3
"""What the words nearby, and those of the whole meeting, count beside those of the passage itself."""

_OUTSIDE = re.compile(r"^\W+|\W+$")  # signs around a word

_NEAR = tuple((step, math.exp(-abs(step) / 3) / 4.8) for step in range(-9, 10) if step)
"""How much a passage counts so many passages away; all together 1."""


@dataclass(frozen=True, slots=True, eq=False)
class _Word:
    """Terms any of which will do. `ids` are the passages that have one, as far as the number `until`; None: all."""

    terms: tuple[Term, ...]
    match: str
    tells: float
    ids: frozenset[int]
    until: int | None

    def stands_in(self, db: Connection, source: Source, number: int) -> bool:
        if self.until is None or number <= self.until:
            return number in self.ids
        return bool(lookup.numbers(db, source, self.match, [(number, number)], 1))


class Passage(NamedTuple):
    """A passage that has some of the words: its worth, from ENOUGH to 2, and what is missing."""

    worth: float
    id: int
    missing: tuple[str, ...]
    words: int  # that it has
    match: str  # what to look for in it


def find(db: Connection, query: Query, source: Source, ranges: Sequence[Range]) -> Iterator[Passage]:
    """The best passages, but those that have all of the words."""
    if len(query.groups) < 2 or not ranges:
        return
    passages = sum(_between(db, source, low, high) for low, high in ranges)
    words = [_word(db, source, group, query.without, ranges, passages) for group in query.groups]
    known = sorted((word for word in words if word.ids), key=lambda word: -word.tells)[:MOST]
    known = [word for word in known if word.tells >= TELLING] or known
    match = f"({' OR '.join(either(word.terms) for word in known)}){query.without}"
    worth = _Worth(known)
    found = []
    for _, number in sorted((-worth.of(number), number) for number in worth.best(_RANKED))[:_CHECKED]:
        has = {word for word in known if word.stands_in(db, source, number)}
        # Of the words that are not looked for it is enough to know whether the passage has all of them.
        rest = words if has.issuperset(known) else [*known, *(word for word in words if not word.ids)]
        lacking = (word for word in rest if word not in has)
        missing = _named([word for word in lacking if word in known or not word.stands_in(db, source, number)], words)
        found.append(Passage(worth.of(number, sum(word.tells for word in has)), number, missing, len(has), match))
    enough = max([ENOUGH, *(BESIDE * passage.worth for passage in found)])
    yield from (passage for passage in found if passage.missing and passage.worth >= enough)


class _Worth:
    """How well passages fit the words: what they tell of it, what is told nearby, and in the meeting, each 0..1."""

    def __init__(self, words: Sequence[_Word]) -> None:
        self._total = sum(word.tells for word in words)
        self._told: dict[int, float] = defaultdict(float)
        self._days: dict[int, float] = defaultdict(float)
        # Of a frequent word only the newest passages are known, which must not make them better than the others.
        for word in [word for word in words if word.until is None] or words:
            for number in word.ids:
                self._told[number] += word.tells
            for day in {number >> DAY for number in word.ids}:
                self._days[day] += word.tells

    def best(self, count: int) -> list[int]:
        """The passages that have most themselves, the newest of equals."""
        return [number for _, number in heapq.nsmallest(count, [(-told, at) for at, told in self._told.items()])]

    def of(self, number: int, told: float | None = None) -> float:
        """The worth of a passage, of which it may be known better what it tells."""
        told_by = self._told.get
        near = sum([share * told_by(number + step, 0.0) for step, share in _NEAR])
        own = self._told[number] if told is None else told
        return (own + _NEARBY * near + _MEETING * self._days[number >> DAY]) / self._total


def _named(missing: Sequence[_Word], words: Sequence[_Word]) -> tuple[str, ...]:
    """Those of the missing words that matter: nobody minds the want of an "on"."""
    usual = sum(word.tells for word in words) / len(words)
    mattering = [word for word in missing if word.tells >= usual / 2 or not word.ids]
    return tuple(_OUTSIDE.sub("", word.terms[0].text) for word in mattering or missing)


def _word(
    db: Connection, source: Source, terms: tuple[Term, ...], without: str, ranges: Sequence[Range], passages: int
) -> _Word:
    match = either(terms) + without
    ids = lookup.numbers(db, source, match, ranges, READ)
    having, until = len(ids), None
    if having == READ:  # then as many of the rest will have it
        until = ids[-1]
        read = sum(_between(db, source, low, min(high, until)) for low, high in ranges if low <= until)
        having = READ * passages // max(read, READ)
    return _Word(terms, match, math.log(max(passages, 1) / max(having, 1)) + LEAST, frozenset(ids), until)


def _between(db: Connection, source: Source, low: int, high: int) -> int:
    return lookup.before(db, source, high + 1) - lookup.before(db, source, low)
