""" "Did you mean": the query with its unknown words replaced by similar ones from the archive's own vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches

from pipeline.language.words import WORD
from pipeline.search import expansion, search
from pipeline.search.index import SearchIndex
from pipeline.search.index.reader import IndexReader
from pipeline.search.query import Query, parse
from pipeline.search.stems import fold_as_fts5

MIN_WORD_CHARS = 4
"""Letters of a word that can be mistyped: any three letters are close to too many words."""

MAX_WORD_CHARS = 40
"""Letters; what is longer is no word."""

MIN_SIMILARITY = 0.75
"""Of difflib's ratio, 0 to 1: one slip in a word of four letters, two in one of eight."""

MAX_WORDS = 8
"""Words of a query that are corrected."""

_MAX_STEMS = 12  # whose forms are looked up


def suggest(index: SearchIndex, query: str, *, slug: str | None = None) -> str | None:
    """`query` with its unknown words replaced by the closest of the archive, if that finds something; otherwise None.

    Words are compared with those that begin with the same two letters; if none of them is similar, with those that
    begin with the first one, and at last with the second one.
    """
    better = query
    with index.reading() as reader:
        for word in list(dict.fromkeys(_words(parse(query))))[:MAX_WORDS]:
            if not expansion.occurs(reader, word) and (closest := _closest(reader, fold_as_fts5(word))):
                better = re.sub(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", closest, better)
    return better if better != query and search(index, better, slug=slug, limit=1) else None


def _words(query: Query) -> Iterator[str]:
    for group in query.groups:
        for term in group:
            if not term.prefix:
                yield from (word for word in WORD.findall(term.text) if MIN_WORD_CHARS <= len(word) <= MAX_WORD_CHARS)


def _closest(reader: IndexReader, word: str) -> str | None:
    for beginning in dict.fromkeys((word[:2], word[0], word[1])):
        similar = _similar_stems(word, reader.terms_beginning(beginning))
        forms = [form for stem in similar for form in expansion.spellings(reader, stem)]
        rated = [
            (SequenceMatcher(None, fold_as_fts5(form), word).ratio(), -rank, form) for rank, form in enumerate(forms)
        ]
        if rated and max(rated)[0] >= MIN_SIMILARITY:
            return max(rated)[2]
    return None


def _similar_stems(word: str, stems: Iterable[str]) -> list[str]:
    """The stems most like the beginning of `word`, whose ending they may lack."""
    by_length: dict[int, list[str]] = {}
    for stem in stems:
        by_length.setdefault(len(stem), []).append(stem)
    similar = [
        (SequenceMatcher(None, stem, word).ratio(), stem)
        for length, group in by_length.items()
        if MIN_WORD_CHARS - 1 <= length <= len(word) + 2
        for stem in get_close_matches(word[: length + 1], group, n=_MAX_STEMS, cutoff=MIN_SIMILARITY)
    ]
    return [stem for _, stem in sorted(similar, reverse=True)[:_MAX_STEMS]]
