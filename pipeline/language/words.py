"""Text → words in one comparable spelling, and identifiers → their parts."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

WORD = re.compile(r"[^\W_]+")
RUN = re.compile(r"\d+|[^\W\d_]+")
"""A run of digits, or of letters."""

# Where a part of camelCase begins. After an acronym that takes one small letter for those who compare words, but not in
# EIPs, and two for those who speak them: people spell IPv6 and PSBTv2 as a whole.
_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]s(?![a-z]))")
_SPOKEN_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")


def fold(text: str) -> str:
    """Lower case without accents, by Unicode's compatibility decomposition (NFKD): `Größe` → `grosse`, `ﬁ` → `fi`.

    It makes the notes and the transcript comparable with each other. The search folds as its index does, which is not
    the same (`pipeline.search.stems.fold`).

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
    """
    return WORD.findall(fold(text))


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
