"""Who said a block, where the notes say it plainly: `(Stefano) I would say …`, `**Alice:** …`, `Alice: …`.

Most words before a colon are labels ("Next steps: …"), so a name has to convince: capitalised words that are
neither in labels.txt nor written small elsewhere in the notes, with something said after them.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_WORD = r"[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?"
_NAME = rf"@?{_WORD}(?:[ ]{_WORD}){{0,2}}"
_NAMES = rf"{_NAME}(?:(?:\s*[,&/+]\s*|\s+and\s+){_NAME}){{0,4}}"
_BRACKETED = re.compile(rf"\s*\((?P<names>{_NAMES})\)\s*:?\s*(?P<rest>\S)")
_COLON = re.compile(rf"\s*(?P<names>{_NAMES})\s*:\s+(?P<rest>\S.*)")
_SEPARATOR = re.compile(r"\s*[,&/+]\s*|\s+and\s+")
_SMALL_WORD = re.compile(r"(?<![\w@])[a-z][a-z]+\b")
_CAPITAL_INSIDE = re.compile(r"(?<=[a-z])[A-Z]")
_NAME_PREFIX = re.compile(r"^(?:Mc|Mac|De|Di|Van|O['’])(?=[A-Z])")
_LABEL_ENDING = re.compile(
    r"(?:tions?|sions?|ments?|ness(?:es)?|it(?:y|ies)|ings|ences?|ances?|ates|ups|ables?|ives?|ware)$"
)


@cache
def _labels() -> frozenset[str]:
    """Words that open a line before a colon, or stand in brackets, and are nobody's name."""
    return frozenset(files("pipeline.notes").joinpath("labels.txt").read_text("utf-8").split())


def small_words(source: str) -> frozenset[str]:
    """The words `source` writes without a capital: they are not names."""
    return frozenset(_SMALL_WORD.findall(source))


def find(text: str, small: frozenset[str]) -> str | None:
    """The speaker, or the speakers as the notes write them, that `text` begins with.

    >>> find("(Alessandro & Stefano): Long term goals", frozenset()), find("Note: this is open", frozenset())
    ('Alessandro & Stefano', None)
    """
    text = text[:200]
    bracketed = _BRACKETED.match(text)
    found = bracketed or _COLON.match(text)
    if not found or found["rest"].startswith(("http://", "https://", "#")):
        return None
    names = [name.strip() for name in _SEPARATOR.split(found["names"])]
    if not all(_is_name(name, frozenset() if bracketed else small) for name in names):
        return None
    return found["names"].strip()


def _is_name(name: str, small: frozenset[str]) -> bool:
    if name.startswith("@"):
        return " " not in name
    words = name.split()
    for word in words:
        plain = word.rstrip(".").casefold()
        # Initials ("JP", "Mary J. Smith") may be all capitals, an abbreviation ("CLA", "TODO") is no name.
        if not word[0].isupper() or (word.isupper() and len(plain) > 2):
            return False
        if _CAPITAL_INSIDE.search(_NAME_PREFIX.sub("", word)):
            return False
        if plain in _labels() or plain in small or (_LABEL_ENDING.search(plain) and len(plain) > 5):
            return False
    return any(len(word) > 1 for word in words)
