"""Text → words in one comparable spelling, and identifiers → their parts.

Where a script puts no spaces between words, their place is taken by every two neighbouring characters of Chinese and
Japanese, and every three of Thai and other alphabets: a word that two texts share is found however either is cut. It is
what search engines do (J. Nie, J. Gao, J. Zhang, M. Zhou, "On the use of words and n-grams for Chinese information
retrieval", 2000); the dictionaries that were tried did no better to speak of (`docs/experiments.md`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pipeline import unspaced

WORD_CHARS, ALPHABETIC_WORD_CHARS = 2, 3  # of scripts without spaces, that stand for a word
WORD = re.compile(r"[^\W_]+")
RUN = re.compile(r"\d+|[^\W\d_]+")
"""A run of digits, or of letters."""

# Where a part of camelCase begins. After an acronym that takes one small letter for those who compare words, but not in
# EIPs, and two for those who speak them: people spell IPv6 and PSBTv2 as a whole.
_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]s(?![a-z]))")
_SPOKEN_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")


def fold(text: str) -> str:
    """Lower case without accents, by Unicode's compatibility decomposition (NFKD): `Größe` → `grosse`, `ﬁ` → `fi`.

    It makes the notes, the transcript and what is searched for comparable with each other.

    >>> fold("Größe, Žádost")
    'grosse, zadost'
    """
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def folded_words(text: str) -> list[str]:
    """The words of `text`, folded; an identifier gives the words between its underscores.

    >>> folded_words("The dns_events of Größe")
    ['the', 'dns', 'events', 'of', 'grosse']
    >>> folded_words("会议纪要 v2")
    ['会议', '议纪', '纪要', 'v2']
    """
    if text.isascii():  # what the others do, in fewer steps
        return WORD.findall(text.lower())
    if not unspaced.is_in(text):
        return WORD.findall(fold(text))
    words: list[str] = []
    done = 0
    for run in unspaced.find_runs(text):
        words += WORD.findall(fold(text[done : run.start()]))
        words += (ngram for ngram, *_ in find_ngrams(run, word_chars(run[0])))
        done = run.end()
    return words + WORD.findall(fold(text[done:]))


def word_chars(text: str) -> int:
    """How many characters stand for a word in the script without spaces that `text` is in."""
    return ALPHABETIC_WORD_CHARS if unspaced.is_alphabetic(text) else WORD_CHARS


def find_ngrams(run: re.Match[str], *sizes: int) -> Iterator[tuple[str, int, int]]:
    """Every so many neighbouring characters of a run of `unspaced.find_runs`, with their span; of a shorter run, all.

    They are in the form of Unicode's NFKC: half-width and full-width are alike.
    """
    found = list(unspaced.find_characters(run[0]))
    texts = [_compatible(character[0]) for character in found]
    starts = [run.start() + character.start() for character in found]
    ends = [run.start() + character.end() for character in found]
    for size in sorted({min(size, len(found)) for size in sizes}):
        for first, start, end in zip(range(len(found)), starts, ends[size - 1 :], strict=False):
            yield "".join(texts[first : first + size]), start, end


@lru_cache(maxsize=2**15)
def _compatible(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def is_fragment(ngram: str) -> bool:
    """Whether characters in a script without spaces are too few to stand for a word."""
    return sum(1 for _ in unspaced.find_characters(ngram)) < word_chars(ngram)


def camel_spans(run: str) -> list[tuple[int, int]]:
    """The half-open spans of the parts of a run of letters: of `tlsConfig`, those of `tls` and `Config`."""
    return _spans(run, _BOUNDARY)


def spoken_parts(identifier: str) -> list[str]:
    """The parts in which people say an identifier.

    >>> spoken_parts("tlsConfig_v2"), spoken_parts("IPv6")
    (['tls', 'Config', 'v', '2'], ['IPv', '6'])
    """
    return [run[start:end] for run in RUN.findall(identifier) for start, end in _spans(run, _SPOKEN_BOUNDARY)]


def _spans(run: str, boundary: re.Pattern[str]) -> list[tuple[int, int]]:
    return list(pairwise([0, *(found.start() for found in boundary.finditer(run)), len(run)]))
