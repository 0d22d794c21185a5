"""The terms of a query in all the forms that occur in the archive (query expansion).

The index has words in lower case and without accents. In English it also has them without their endings; in other
languages `expand` asks for a word in all its forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from pipeline.language.names import DEFAULT
from pipeline.search import stems
from pipeline.search.index.reader import IndexReader
from pipeline.search.match import match_term
from pipeline.search.query import Query, QueryTerm

MAX_FORMS = 32
"""Forms of a word that are looked up, the shortest first; few words have as many."""

MIN_STEM_CHARS = 4
"""Letters of a stem under which a longer beginning is looked for."""


def expand(index: IndexReader, query: Query) -> Query:
    """The query with every word in all the forms that occur. Phrases and prefixes stay as they are.

    In English the index has every form under its stem, which may be shorter than the beginning somebody typed:
    `releasin*` is looked for under "releas", too.
    """
    language = index.language() or DEFAULT
    if language == DEFAULT:
        return replace(query, groups=tuple(tuple(_with_shorter_stems(index, term) for term in g) for g in query.groups))
    groups = tuple(tuple(_in_all_forms(index, language, term) for term in group) for group in query.groups)
    excluded = tuple(_in_all_forms(index, language, term) for term in query.excluded)
    return replace(query, groups=groups, excluded=excluded)


def prefixes(query: Query) -> tuple[tuple[str, ...], ...]:
    """What words have to begin with, one of each group: the index finds all words whose stem begins so."""
    groups = [group for group in query.groups if all(term.prefix for term in group)]
    typed = [[[folded for _, folded in stems.words(term.text)] for term in group] for group in groups]
    return tuple(dict.fromkeys(tuple(found[-1] for found in group) for group in typed if all(group)))


def have_prefixes(matches: Sequence[str], wanted: Iterable[tuple[str, ...]]) -> bool:
    """Whether the matching texts have a word with one of the prefixes of each group."""
    found = [folded for text in matches for folded in _folded_words(text)]
    return all(any(word.startswith(group) for word in found) for group in wanted)


@lru_cache(maxsize=2**12)
def _folded_words(text: str) -> tuple[str, ...]:
    """The words of a match: mostly one, and often the same."""
    return tuple(folded for _, folded in stems.words(text))


def occurs(index: IndexReader, word: str) -> bool:
    """Whether a word was ever said or written, in any form."""
    return index.occurs(match_term(_in_all_forms(index, index.language() or DEFAULT, QueryTerm(word))))


def spellings(index: IndexReader, stem: str) -> list[str]:
    """The words with a stem as they are spelt in a few passages, the most frequent first, in lower case."""
    # FTS5's stemmer may shorten a stem once more; as a prefix it is found all the same.
    term = QueryTerm(stem, prefix=(index.language() or DEFAULT) == DEFAULT)
    return [word for word, _ in index.spellings(match_term(term)).most_common() if " " not in word]


def _with_shorter_stems(index: IndexReader, term: QueryTerm) -> QueryTerm:
    typed = [folded for _, folded in stems.words(term.text)] if term.prefix else []
    if len(typed) != 1:
        return term
    # The index shortens a stem that is looked for once more, so it is looked for as a prefix, too.
    shorter = [typed[0][:length] for length in range(MIN_STEM_CHARS, len(typed[0]))]
    return replace(term, forms=index.existing_terms(shorter))


def _in_all_forms(index: IndexReader, language: str, term: QueryTerm) -> QueryTerm:
    found = [*stems.words(term.text)] if language != DEFAULT and not term.prefix else []
    if len(found) != 1:  # a phrase, or a number
        return term
    ((word, folded),) = found
    shared = [stems.stem(language, word), stems.stem(language, folded)]
    return replace(term, forms=index.related_terms(folded, shared, MAX_FORMS - 1))
