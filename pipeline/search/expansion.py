"""The words of the archive, as the full-text index knows them: in lower case, without accents.

In English they are without their endings too. In other languages `widened` asks for a word in all its forms.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.language.names import DEFAULT
from pipeline.search import index, stems
from pipeline.search.query import Query, Term

MOST_FORMS = 32
"""Of a word that are looked up, the shortest first; few have as many."""

SHORTEST_STEM = 4
"""Letters of a stem under which a longer beginning is looked for."""

_LOOKED_AT = 20
"""Passages in which the spelling of a word is looked up."""

_KNOWN = sa.text("""
    SELECT EXISTS (SELECT 1 FROM said_fts WHERE said_fts MATCH :word)
        OR EXISTS (SELECT 1 FROM noted_fts WHERE noted_fts MATCH :word)
""")
_SHORTER = sa.text("""
    SELECT value FROM json_each(:words) WHERE EXISTS (SELECT 1 FROM said_words WHERE term = value)
        OR EXISTS (SELECT 1 FROM noted_words WHERE term = value)
""")
_STEMS = sa.text("""
    SELECT term FROM said_words WHERE term >= :low AND term < :high
    UNION SELECT term FROM noted_words WHERE term >= :low AND term < :high
""")
_SPELT = sa.text("""
    SELECT highlight(noted_fts, 0, char(2), char(3)) FROM noted_fts WHERE noted_fts MATCH :word
    UNION ALL SELECT highlight(said_fts, 0, char(2), char(3)) FROM said_fts WHERE said_fts MATCH :word
    LIMIT :rows
""")


def widened(db: Connection, query: Query) -> Query:
    """The query with every word in all the forms that occur; a phrase, and what may go on, stays as it is.

    In English the index has every form under its stem, which may be shorter than the beginning somebody typed:
    `releasin*` is looked for under "releas", too.
    """
    language = index.language(db)
    if language == DEFAULT:
        return replace(query, groups=tuple(tuple(_begun(db, term) for term in group) for group in query.groups))
    groups = tuple(tuple(_in_all_forms(db, language, term) for term in group) for group in query.groups)
    return replace(query, groups=groups, excluded=tuple(_in_all_forms(db, language, term) for term in query.excluded))


def beginnings(query: Query) -> tuple[tuple[str, ...], ...]:
    """What words have to begin with, any of a group: the index finds all that have such a stem."""
    groups = [group for group in query.groups if all(term.prefix for term in group)]
    typed = [[[folded for _, folded in stems.words(term.text)] for term in group] for group in groups]
    return tuple(tuple(found[-1] for found in group) for group in typed if all(group))


def begin(marked: Sequence[str], beginnings: Iterable[tuple[str, ...]]) -> bool:
    """Whether there are words in the `marked` texts that begin so."""
    found = [folded for text in marked for _, folded in stems.words(text)]
    return all(any(word.startswith(group) for word in found) for group in beginnings)


def _begun(db: Connection, term: Term) -> Term:
    typed = [folded for _, folded in stems.words(term.text)] if term.prefix else []
    if len(typed) != 1:
        return term
    # The index shortens a stem that is looked for once more, so it is looked for as a beginning, too.
    shorter = json.dumps([typed[0][:length] for length in range(SHORTEST_STEM, len(typed[0]))])
    return replace(term, forms=tuple(db.scalars(_SHORTER, {"words": shorter})))


def _in_all_forms(db: Connection, language: str, term: Term) -> Term:
    return term if term.prefix else replace(term, forms=stems.related(db, language, term.text, MOST_FORMS - 1))


def known(db: Connection, word: str) -> bool:
    """Whether it was ever said or written, in any form."""
    return bool(db.scalar(_KNOWN, {"word": _in_all_forms(db, index.language(db), Term(word)).fts5}))


def stems_beginning(db: Connection, beginning: str) -> list[str]:
    """All stems, or words where the index has no stems, that begin so."""
    after = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    return list(db.scalars(_STEMS, {"low": beginning, "high": after}))


def spelt(db: Connection, stem: str) -> list[str]:
    """The words with a stem that are found in a few passages, the most frequent first, in lower case."""
    # FTS5's stemmer may shorten a stem once more; as a prefix it is found all the same.
    term = Term(stem, prefix=index.language(db) == DEFAULT)
    found = db.scalars(_SPELT, {"word": term.fts5, "rows": _LOOKED_AT})
    written = Counter(part.split("\x03")[0].lower() for text in found for part in text.split("\x02")[1:])
    return [word for word, _ in written.most_common() if " " not in word]
