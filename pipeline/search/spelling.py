""" "Did you mean": the query with its unknown words replaced by similar ones from the archive's own vocabulary."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import SequenceMatcher, get_close_matches

from pipeline.language.words import WORD, fold
from pipeline.records import PassageSource
from pipeline.search import search
from pipeline.search.documents import Form, field_of
from pipeline.search.index import SearchIndex, Snapshot
from pipeline.search.query import Query, parse
from pipeline.search.terms import frequency

MIN_WORD_CHARS = 4
"""Letters of a word that can be mistyped: any three letters are close to too many words."""

MAX_WORD_CHARS = 40
"""Letters; what is longer is no word."""

MIN_SIMILARITY = 0.75
"""Of difflib's ratio, 0 to 1: one slip in a word of four letters, two in one of eight."""

MAX_WORDS = 8
"""Words of a query that are corrected."""

_SOURCES = (PassageSource.TRANSCRIPT, PassageSource.NOTES)
_MAX_SIMILAR = 12


def suggest(index: SearchIndex, query: str, *, slug: str | None = None, without: Collection[str] = ()) -> str | None:
    """`query` with its unknown words replaced by the closest of the archive, if that finds something; otherwise None.

    Words are compared with those that begin with the same two letters; if none of them is similar, with those that
    begin with the first one, and at last with the second one.
    """
    better = query
    with index.reading() as snapshot:
        for word in list(dict.fromkeys(_words(parse(query))))[:MAX_WORDS]:
            if not _is_known(snapshot, word) and (closest := _closest(snapshot, fold(word))):
                better = re.sub(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", closest, better)
    return better if better != query and search(index, better, slug=slug, limit=1, without=without) else None


def _words(query: Query) -> Iterator[str]:
    for group in query.groups:
        for term in group:
            if not term.prefix:
                yield from (word for word in WORD.findall(term.text) if MIN_WORD_CHARS <= len(word) <= MAX_WORD_CHARS)


def _is_known(snapshot: Snapshot, word: str) -> bool:
    return any(frequency(snapshot, stem) for stem in snapshot.analyzer.forms(word))


def _closest(snapshot: Snapshot, word: str) -> str | None:
    """The word of the archive that is most like a folded one, as it is spelt there."""
    for beginning in dict.fromkeys((word[:2], word[0], word[1])):
        counts: dict[str, int] = {}
        for source in _SOURCES:
            for term, count in snapshot.terms_beginning(field_of(source, Form.WORDS), beginning):
                if abs(len(term) - len(word)) <= 2:
                    counts[term] = counts.get(term, 0) + count
        similar = get_close_matches(word, counts, n=_MAX_SIMILAR, cutoff=MIN_SIMILARITY)
        if similar:
            best = max(similar, key=lambda term: (SequenceMatcher(None, term, word).ratio(), counts[term], term))
            return _as_spelt(snapshot, best)
    return None


def _as_spelt(snapshot: Snapshot, term: str) -> str:
    """A word with its accents, as it stands in a passage, in lower case."""
    for source in _SOURCES:
        for _, address in snapshot.best(snapshot.term(field_of(source, Form.WORDS), term), 1):
            if stored := snapshot.passage(address):
                text = stored.passage.text
                for token in snapshot.analyzer.tokens(text):
                    if token.word == term:
                        return text[token.start : token.end].lower()
    return term
