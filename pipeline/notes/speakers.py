"""Who said a block, where the notes clearly say so: `(Stefano) I would say …`, `**Alice:** …`, `Alice: …`.

Most words before a colon are labels ("Next steps: …"). A name is capitalised words that are neither labels
(`language/labels.py`) nor
written in lower case elsewhere in the notes, with text after them. Three capitals ("ABE: …") are a name where the notes
say whose, or where many of their lines begin so.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.language.labels import is_label

_WORD = r"[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?"
_NAME = rf"@?{_WORD}(?:[ ]{_WORD}){{0,2}}"
_NAMES = rf"{_NAME}(?:(?:\s*[,&/+]\s*|\s+and\s+){_NAME}){{0,4}}"
_BRACKETED = re.compile(rf"\s*\((?P<names>{_NAMES})\)\s*:?\s*(?P<rest>\S)")
_COLON = re.compile(rf"\s*(?P<names>{_NAMES})\s*:\s+(?P<rest>\S.*)")
_SEPARATOR = re.compile(r"\s*[,&/+]\s*|\s+and\s+")
_LOWER_CASE_WORD = re.compile(r"(?<![\w@])[a-z][a-z]+\b")
_CAPITAL_INSIDE = re.compile(r"(?<=[a-z])[A-Z]")
_NAME_PREFIX = re.compile(r"^(?:Mc|Mac|De|Di|Van|O['’])(?=[A-Z])")
_LABEL_ENDING = re.compile(
    r"(?:tions?|sions?|ments?|ness(?:es)?|it(?:y|ies)|ings|ences?|ances?|ates|ups|ables?|ives?|ware)$"
)
_INITIALS_LINE = re.compile(r"^[ \t>*_+-]{0,12}(?P<initials>[A-Z]{2,4})[*_]{0,4}:[*_]{0,4}[ \t]", re.MULTILINE)
_WHOSE_INITIALS = re.compile(
    r"(?P<first>[A-Z])[\w'’.-]{0,30}(?:[ ][\w'’.-]{1,30}){1,4}[ ]?[(\[](?P<initials>[A-Z]{3,4})[)\]]"
)
_MIN_DEFINED = 2  # different ones that lines begin with, in notes that say whose some of them are
_MIN_INITIALS = 3  # different ones that lines begin with, in notes that do not
_MIN_INITIALS_LINES = 10

_MAX_SPEAKER_CHARS = 200  # of a block are looked at


def lower_case_words(source: str) -> frozenset[str]:
    """The words that `source` has in lower case: they are not names."""
    return frozenset(_LOWER_CASE_WORD.findall(source))


def initials_of_people(source: str) -> frozenset[str]:
    """The initials of three letters or more by which `source` names people: `Ann Bee Example (ABE)`, `ABE: …`.

    >>> sorted(initials_of_people("Ann Bee Example (ABE), Bob Cole Test (BCT)\\n\\nABE: Yes.\\nBCT: No.\\nETA: May."))
    ['ABE', 'BCT']
    """
    lines = Counter(found["initials"] for found in _INITIALS_LINE.finditer(source))
    lines = Counter({initials: count for initials, count in lines.items() if not is_label(initials)})
    defined = {
        found["initials"] for found in _WHOSE_INITIALS.finditer(source) if found["initials"][0] == found["first"]
    } & lines.keys()
    if defined and len(lines) >= _MIN_DEFINED:
        return frozenset(defined)
    if len(lines) >= _MIN_INITIALS and lines.total() >= _MIN_INITIALS_LINES:
        return frozenset(initials for initials, count in lines.items() if count > 1 and len(initials) > 2)
    return frozenset()


def find_speaker(text: str, lower_case: frozenset[str], initials: frozenset[str] = frozenset()) -> str | None:
    """The speaker, or the speakers as the notes write them, that `text` begins with.

    `initials` are those of people, from `initials_of_people`.

    >>> find_speaker("(Alessandro & Stefano): Long term goals", frozenset()), find_speaker("Note: open", frozenset())
    ('Alessandro & Stefano', None)
    """
    text = text[:_MAX_SPEAKER_CHARS]
    bracketed = _BRACKETED.match(text)
    found = bracketed or _COLON.match(text)
    if not found or found["rest"].startswith(("http://", "https://", "#")):
        return None
    names = [name.strip() for name in _SEPARATOR.split(found["names"])]
    if not all(name in initials or _is_name(name, frozenset() if bracketed else lower_case) for name in names):
        return None
    return found["names"].strip()


def _is_name(name: str, lower_case: frozenset[str]) -> bool:
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
        if is_label(plain) or plain in lower_case or (_LABEL_ENDING.search(plain) and len(plain) > 5):
            return False
    return any(len(word) > 1 for word in words)
