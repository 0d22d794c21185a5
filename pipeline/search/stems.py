"""The forms in which words of languages other than English occur, so that a search for one finds all.

FTS5 has a stemmer for English only. For any other language the index has the words as they stand, and `forms` has
their stems: a search asks for every word that shares a stem with the one that was typed. Stems are Snowball's
(M. F. Porter, "Snowball: a language for stemming algorithms", 2001). Its rules look at accents, FTS5 does not, and
people leave them out, so a word has two stems: as it is spelt, and without its accents.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from pipeline.language.names import DEFAULT

LONGEST = 64
"""Characters of a word; what is longer has no other forms."""

_KNOWN = sa.text("SELECT DISTINCT term FROM forms WHERE term IN (SELECT value FROM json_each(:terms))")
_ADD = sa.text("INSERT OR IGNORE INTO forms (stem, term) VALUES (:stem, :term)")
_RELATED = sa.text("""
    SELECT DISTINCT term FROM forms WHERE term <> :term AND stem IN (
        SELECT value FROM json_each(:stems) UNION SELECT stem FROM forms WHERE term = :term)
    ORDER BY length(term), term LIMIT :most
""")


def create(db: Connection, language: str) -> None:
    """Begin anew; for English there is nothing to keep."""
    db.exec_driver_sql("DROP TABLE IF EXISTS forms")
    if language != DEFAULT:
        db.exec_driver_sql("CREATE TABLE forms (stem TEXT, term TEXT, PRIMARY KEY (stem, term)) WITHOUT ROWID")
        db.exec_driver_sql("CREATE INDEX ix_forms_term ON forms (term)")


def add(db: Connection, language: str, texts: Iterable[str]) -> None:
    """Keep the stems of all words in `texts`."""
    if language == DEFAULT:
        return
    found = {pair for chunk in {chunk for text in texts for chunk in text.split()} for pair in words(chunk)}
    asked = msgspec.json.encode([term for _, term in found]).decode()
    known = set(db.scalars(_KNOWN, {"terms": asked}))
    # A term is never there without its own stem, so that what is known need not be stemmed again.
    rows = {(form, term) for word, term in found for form in {word, term} if form != term or term not in known}
    if rows:
        db.execute(_ADD, [{"stem": _stem(language, form), "term": term} for form, term in rows])


def related(db: Connection, language: str, text: str, most: int) -> tuple[str, ...]:
    """At most `most` other forms of a word that occur, as the index has them; none of what is not one word."""
    found = [*words(text)] if language != DEFAULT else []
    if len(found) != 1:
        return ()
    ((word, term),) = found
    stems = msgspec.json.encode([_stem(language, word), _stem(language, term)]).decode()
    return tuple(db.scalars(_RELATED, {"term": term, "stems": stems, "most": most}))


def words(text: str) -> Iterator[tuple[str, str]]:
    """Each word in lower case, and as the index has it: the same without accents. Numbers have no forms."""
    apart = text if text.isascii() and text.isalpha() else "".join(c if _in_word(c) else " " for c in text)
    for word in apart.lower().split():
        if len(word) <= LONGEST and not word.isdecimal():
            yield unicodedata.normalize("NFC", word), fold(word)


def fold(word: str) -> str:
    """A word as FTS5's unicode61 has it with remove_diacritics 2."""
    word = word.lower()
    return word if word.isascii() else "".join(map(_folded, word))


@cache
def _folded(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character)
    if decomposed != character and decomposed[0].isascii():  # Latin only: й and ά are letters of their own
        return decomposed[0]
    return "" if "\u0300" <= character <= "\u0331" else {"ς": "σ"}.get(character, character)


@cache
def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or unicodedata.category(character) == "Co"


@lru_cache(maxsize=2**15)
def _stem(language: str, word: str) -> str:
    import snowballstemmer  # takes longer than a search, and English needs none

    # A stemmer is made in no time, and two threads must not share one.
    return str(snowballstemmer.stemmer(language).stemWord(word))
