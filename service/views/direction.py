"""Whether a text is written from left to right or from right to left."""

from __future__ import annotations

from collections import Counter
from unicodedata import bidirectional

_MAX_CHARS = 5_000
"""Of a text that are looked at: more would not change what most of it is."""


def direction_of(text: str) -> str:
    """Tell "rtl" where most letters of `text` are of a script that is written from right to left, otherwise "ltr".

    >>> direction_of("שלום לכולם, wiki"), direction_of("Notes, שלום"), direction_of("12:30")
    ('rtl', 'ltr', 'ltr')
    """
    kinds = Counter(map(bidirectional, text[:_MAX_CHARS]))
    return "rtl" if kinds["R"] + kinds["AL"] > kinds["L"] else "ltr"
