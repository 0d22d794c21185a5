"""The words of the archive, as the full-text index knows them: in lower case, without accents and endings."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.query import Term

_LOOKED_AT = 20
"""Passages in which the spelling of a word is looked up."""

_KNOWN = sa.text("""
    SELECT EXISTS (SELECT 1 FROM said_fts WHERE said_fts MATCH :word)
        OR EXISTS (SELECT 1 FROM noted_fts WHERE noted_fts MATCH :word)
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


def known(db: Connection, word: str) -> bool:
    """Whether it was ever said or written, in any form."""
    return bool(db.scalar(_KNOWN, {"word": Term(word).fts5}))


def stems(db: Connection, first: str) -> list[str]:
    """All stems that begin with the character `first`."""
    return list(db.scalars(_STEMS, {"low": first, "high": chr(ord(first) + 1)}))


def spelt(db: Connection, stem: str) -> list[str]:
    """The words beginning with a stem that are found in a few passages, the most frequent first, in lower case."""
    # The stemmer may shorten a stem once more; as a prefix it is found all the same.
    found = db.scalars(_SPELT, {"word": Term(stem, prefix=True).fts5, "rows": _LOOKED_AT})
    forms = Counter(part.split("\x03")[0].lower() for text in found for part in text.split("\x02")[1:])
    return [form for form, _ in forms.most_common() if " " not in form]
