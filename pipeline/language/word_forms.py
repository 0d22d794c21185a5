"""Words by their form: which are names, identifiers or jargon, and which are plain English or a slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain

from pipeline import unspaced
from pipeline.language.plain_words import MAX_PLAIN_CHARS, is_compound, is_plain

IDENTIFIER_SCORE = 3.0
RARE_SCORE = 3.0
NAME_SCORE = 3.0
COMPOUND_SCORE = 1.5
ACRONYM_SCORE = 1.0
"""How unlike plain English a form is. They weigh what a speech model gains by a word: it knows most acronyms, and
hardly any identifier. A list of hotwords without people's names did worse on the re-enactment, and not on the names
alone (docs/models.md)."""

MAX_WORD_CHARS = 348
"""A longer one does not fit among a speech model's hotwords, and is none."""

WORD = re.compile(r"[^\W\d_]\w*(?:['’][^\W\d_]+)?(?:-\d+\b)?")

_MIN_MISSPELT_LETTERS, _MIN_SPARE_LETTERS = 6, 7  # of a word that may lack a letter, and that may have one to spare
_ADDRESS = re.compile(r"://|www\.|@[\w-]+\.")  # in a word; nobody says addresses and commit hashes
_COMMIT_HASH = re.compile(r"\b[0-9a-f]{7,}\b")
_BETWEEN_SPACES = re.compile(r"\S+")
_IDENTIFIER = re.compile(r"\w*(?:_\w|[a-z]\d|\d[a-zA-Z]|[A-Z]+\d|[a-z][A-Z]|[A-Z]{2}[a-z]{2})\w*|[A-Z]+-\d+")
_ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def is_identifier(word: str) -> bool:
    """Whether the form alone shows that `word` is no everyday word in any language: `dns_events`, `TLS`."""
    return has_form_of_identifier(word) or bool(_ACRONYM.fullmatch(word))


def has_form_of_identifier(word: str) -> bool:
    """Whether a word is written as no word of a language is: `dns_events`, `eBPF`, `IPv6`."""
    return len(word) <= MAX_WORD_CHARS and bool(_IDENTIFIER.fullmatch(word))


def without_links(text: str) -> str:
    """`text` without addresses and commit hashes, and without scripts that do not show where a word ends."""
    text = unspaced.blank(text)
    if "://" in text or "www." in text or "@" in text:
        text = _BETWEEN_SPACES.sub(lambda found: " " if _ADDRESS.search(found[0]) else found[0], text)
    return _COMMIT_HASH.sub(" ", text)


def form_score(word: str) -> float:
    """How unlike plain English the form of a word is; 0 for plain English, and for what is too long."""
    if len(word) > MAX_WORD_CHARS:
        return 0.0
    key = word.lower()
    if has_form_of_identifier(word):
        return IDENTIFIER_SCORE
    if _ACRONYM.fullmatch(word):
        return ACRONYM_SCORE
    if len(word) < 3 or is_plain(key):
        return 0.0
    if is_compound(key):
        return COMPOUND_SCORE
    return NAME_SCORE if word.istitle() else RARE_SCORE


def is_misspelling(word: str, known: Container[str]) -> bool:
    """Whether a longer word is a known one with a letter missing or to spare: no need to teach the model a mistake.

    The first letter counts as intended: `ccache` comes from `cache`.
    """
    if not _MIN_MISSPELT_LETTERS <= len(word) <= MAX_PLAIN_CHARS:
        return False
    missing = (word[:at] + letter + word[at:] for at in range(1, len(word) + 1) for letter in _ALPHABET)
    spare = (word[:at] + word[at + 1 :] for at in range(1, len(word)))
    corrections = chain(missing, spare if len(word) >= _MIN_SPARE_LETTERS else ())
    return word.isalpha() and any(word in known for word in corrections)
