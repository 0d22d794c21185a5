"""Passages that have the most telling words of a query, where none has all of them.

A word tells the more the fewer passages have it: ln(1 + N / df), the idf of BM25 without its relevance feedback
(S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework", 2009). How often a word stands in a passage counts
for nothing, as windows of speech are too short to say one often.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pipeline.query import Query, Term, either
from pipeline.store import lookup
from pipeline.store.lookup import Range, Row
from pipeline.store.passages import Source

ENOUGH = 0.5
"""Share of what the words of the query tell together, of those the archive knows, that a passage must have."""

MOST = 12
"""Words of a query that are looked up: its rarest."""

READ = 2_000
"""Passages that are read for a word, the newest first. Of more frequent words the older ones count for nothing, but
where a rarer word leads to them."""

_CHECKED = 40
"""Of the best passages so many are looked at again: whether they have the frequent words too."""


@dataclass(frozen=True, slots=True, eq=False)
class _Word:
    """Terms any of which will do. `ids` are the passages that have one: all of them, if it is not `frequent`."""

    terms: tuple[Term, ...]
    tells: float
    ids: frozenset[int]
    frequent: bool

    def stands_in(self, db: Connection, source: Source, number: int) -> bool:
        if number in self.ids or not self.frequent:
            return number in self.ids
        return bool(lookup.numbers(db, source, either(self.terms), [(number, number)], 1))


def find(
    db: Connection, query: Query, source: Source, ranges: Sequence[Range], count: int
) -> Iterator[tuple[float, tuple[str, ...], Row]]:
    """The `count` best passages: the share 0..1 of what the query's words tell together, the words that are missing."""
    if len(query.groups) < 2 or not ranges:
        return
    passages = lookup.count(db, source)
    words = [_word(db, source, group, ranges, passages) for group in query.groups]
    known = sorted((word for word in words if word.ids), key=lambda word: -word.tells)[:MOST]
    total = sum(word.tells for word in known)
    shares: dict[int, float] = defaultdict(float)
    for word in known:
        for number in word.ids:
            shares[number] += word.tells / total
    best = sorted((-share, number) for number, share in shares.items() if share >= ENOUGH)[:count]
    checked = []
    for _, number in best[:_CHECKED]:
        has = {word for word in known if word.stands_in(db, source, number)}
        missing = tuple(word.terms[0].text for word in words if word not in has)
        checked.append((-sum(word.tells for word in has) / total, number, missing))
    match = " OR ".join(either(word.terms) for word in known)
    for share, number, missing in sorted(checked):
        for row in lookup.these(db, source, f"({match}){query.without}", (number,)) if missing else ():
            yield -share, missing, row


def _word(db: Connection, source: Source, terms: tuple[Term, ...], ranges: Sequence[Range], passages: int) -> _Word:
    ids = lookup.numbers(db, source, either(terms), ranges, READ)
    having = len(ids)
    frequent = having == READ
    if frequent:
        read = lookup.spread(db, source, ids[0], ids[-1])
        having = READ * passages // max(read, READ)
    return _Word(terms, math.log1p(passages / max(having, 1)), frozenset(ids), frequent)
