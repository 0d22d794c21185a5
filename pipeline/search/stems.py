"""Words as the index has them, and their stems.

FTS5 has a stemmer for English only. For any other language the index has the words as they stand, and a table of their
stems beside it: a search asks for every word that shares a stem with the one that was typed. Stems are Snowball's
(M. F. Porter, "Snowball: a language for stemming algorithms", 2001). Its rules look at accents, FTS5 does not, and
people leave them out, so a word has two stems: as it is spelt, and without its accents.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

MAX_WORD_CHARS = 64
"""Longer words have no stems."""


def words(text: str) -> Iterator[tuple[str, str]]:
    """Each word in lower case, and as the index has it: the same without accents. Numbers have no stems."""
    spaced = text if text.isascii() and text.isalpha() else "".join(c if _in_word(c) else " " for c in text)
    for word in spaced.lower().split():
        if len(word) <= MAX_WORD_CHARS and not word.isdecimal():
            yield unicodedata.normalize("NFC", word), fold_as_fts5(word)


def distinct_words(texts: Iterable[str]) -> set[tuple[str, str]]:
    """The same for many texts, each word once."""
    return {pair for chunk in {chunk for text in texts for chunk in text.split()} for pair in words(chunk)}


def fold_as_fts5(word: str) -> str:
    """A word as FTS5's unicode61 tokenizer has it with remove_diacritics 2."""
    word = word.lower()
    return word if word.isascii() else "".join(map(_folded, word))


@lru_cache(maxsize=2**15)
def stem(language: str, word: str) -> str:
    import snowballstemmer  # takes longer than a search, and English needs none

    # A stemmer is quickly made, and two threads must not share one.
    return str(snowballstemmer.stemmer(language).stemWord(word))


@cache
def _folded(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character)
    if decomposed != character and decomposed[0].isascii():  # Latin only: й and ά are letters of their own
        return decomposed[0]
    return "" if "\u0300" <= character <= "\u0331" else {"ς": "σ"}.get(character, character)


@cache
def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or unicodedata.category(character) == "Co"
