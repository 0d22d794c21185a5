""" "Did you mean": the query with the words nobody ever said or wrote put right, from the archive's own vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches

from pipeline.search import expansion, search
from pipeline.search.lookup import Connection
from pipeline.search.query import Query, parse
from pipeline.search.stems import fold
from pipeline.store import Store

SHORTEST = 4
"""Letters of a word that can be mistyped: any three letters are close to too many words."""

LONGEST = 40
"""Letters; what is longer is no word."""

ALIKE = 0.75
"""Of difflib's ratio, 0 to 1: one slip in a word of four letters, two in one of eight."""

MOST_WORDS = 8
"""Words of a query that are put right."""

_TRIED = 12
"""Stems whose forms are looked up."""

_WORD = re.compile(r"[^\W_]+")


def suggestion(store: Store, query: str, *, slug: str | None = None) -> str | None:
    """`query` with its unknown words replaced by the closest of the archive, if that finds something; otherwise None.

    Words are compared with those that begin with the same two letters; if none of them is alike, with those that begin
    with the first one, and at last with the second one.
    """
    better = query
    with store.reading() as db:
        for word in list(dict.fromkeys(_words(parse(query))))[:MOST_WORDS]:
            if not expansion.known(db, word) and (closest := _closest(db, fold(word))):
                better = re.sub(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", closest, better)
    return better if better != query and search(store, better, slug=slug, limit=1) else None


def _words(query: Query) -> Iterator[str]:
    for group in query.groups:
        for term in group:
            if not term.prefix:
                yield from (word for word in _WORD.findall(term.text) if SHORTEST <= len(word) <= LONGEST)


def _closest(db: Connection, word: str) -> str | None:
    for beginning in dict.fromkeys((word[:2], word[0], word[1])):
        forms = [
            form for stem in _like(word, expansion.stems_beginning(db, beginning)) for form in expansion.spelt(db, stem)
        ]
        alike = [(SequenceMatcher(None, fold(form), word).ratio(), -at, form) for at, form in enumerate(forms)]
        if alike and max(alike)[0] >= ALIKE:
            return max(alike)[2]
    return None


def _like(word: str, stems: Iterable[str]) -> list[str]:
    """The stems most like the beginning of `word`, whose ending they may lack."""
    by_length: dict[int, list[str]] = {}
    for stem in stems:
        by_length.setdefault(len(stem), []).append(stem)
    close = [
        (SequenceMatcher(None, stem, word).ratio(), stem)
        for length, group in by_length.items()
        if SHORTEST - 1 <= length <= len(word) + 2
        for stem in get_close_matches(word[: length + 1], group, n=_TRIED, cutoff=ALIKE)
    ]
    return [stem for _, stem in sorted(close, reverse=True)[:_TRIED]]
