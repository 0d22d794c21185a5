"""Plain English: the words that are no jargon.

The list has some 7,000 stems (`plain_english.txt`); words are formed from them by prefixes and endings.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

INFLECTIONS = (
    *("s", "es", "ed", "d", "er", "r", "ers", "ing", "ings", "ly", "able", "ness", "ment", "ments", "ally"),
    *("al", "ion", "ions", "ation", "ize", "ized", "izing", "ification"),
)
"""Endings of English words."""

MAX_PLAIN_CHARS = 60  # two plain English words have fewer; to look for them in a longer one takes quadratic time
_PREFIXES = ("un", "re", "non", "dis", "pre", "mis", "over", "sub", "up")


@cache
def plain_english() -> frozenset[str]:
    """Stems of plain English words, in lower case."""
    text = (resources.files(__package__) / "plain_english.txt").read_text(encoding="ascii")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def is_plain(word: str) -> bool:
    """Whether `word`, in lower case, is plain English, with or without prefix and endings."""
    stems = {word} | {word.removeprefix(prefix) for prefix in _PREFIXES}
    for _ in range(2):  # normal-iz-ed, execut-able-s
        stems |= {base for stem in stems for base in _without_ending(stem)}
    return not stems.isdisjoint(plain_english())


def _without_ending(word: str) -> Iterator[str]:
    """The words that `word` may be formed from: releas-ing from release, stop-p-ed from stop, polic-ies from policy."""
    for ending in INFLECTIONS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word.removesuffix(ending)
            yield base
            yield base + "e"
            yield base[:-1] if base[-1] == base[-2] else base
            yield base.removesuffix("i") + "y"


def is_compound(word: str) -> bool:
    """Whether `word` is two plain words in one, which the model at worst writes as two: `handoff`, `checklist`."""
    return len(word) <= MAX_PLAIN_CHARS and any(
        is_plain(word[:at]) and is_plain(word[at:]) for at in range(3, len(word) - 2)
    )
