"""What is shown of a hit: the words around its best match, and in what it is not what was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.records import Hit
from pipeline.search.lookup import CLOSE, OPEN

_MARK = re.compile(OPEN)
_CONTEXT = 90
"""Characters of context shown on each side of the first match."""


_MISSING = 3
"""Words that are named as missing; of more it is enough to say that there are more."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text without the signs. `matches` are half-open character ranges, the best beginning at `first`."""

    text: str
    matches: tuple[tuple[int, int], ...]
    first: int


def closest(text: str, size: int) -> tuple[int, int]:
    """The fewest characters of a marked text in which `size` matches stand, or all, and which match is the first."""
    begins = [match.start() for match in _MARK.finditer(text)]
    size = min(size, len(begins))
    # Words side by side that belong to one phrase are marked as one.
    spans = [(begins[at + size - 1] - begins[at], at) for at in range(len(begins) - size + 1)]
    return min(spans) if spans and size else (0, 0)


def marked(text: str) -> list[str]:
    """The texts that match."""
    return [part.split(CLOSE)[0] for part in text.split(OPEN)[1:]]


def unmarked(text: str, first: int = 0) -> Shown:
    """A marked text, the best of whose matches begin with the one numbered `first`."""
    pieces, matches, length = [], [], 0
    for number, part in enumerate(text.replace(CLOSE, OPEN).split(OPEN)):
        if number % 2:
            matches.append((length, length + len(part)))
        pieces.append(part)
        length += len(part)
    return Shown("".join(pieces), tuple(matches), matches[first][0] if matches else 0)


def snippet(shown: Shown) -> tuple[tuple[str, bool], ...]:
    """Pieces of the text around `first`, True where they match."""
    text, first = shown.text, shown.first
    left = text.rfind(" ", 0, first - _CONTEXT) + 1 if first > _CONTEXT else 0
    right = text.find(" ", first + 2 * _CONTEXT)
    right = len(text) if right < 0 else right
    pieces = [("… ", False)] if left else []
    for begin, end in shown.matches:
        begin, end = max(begin, left), min(end, right)
        if begin < end:
            pieces += [(text[left:begin], False), (text[begin:end], True)]
            left = end
    pieces.append((text[left:right], False))
    if right < len(text):
        pieces.append((" …", False))
    return tuple(piece for piece in pieces if piece[0])


def remark(hit: Hit) -> str:
    """In what a hit is not what was asked for: "" where it is."""
    if hit.heard:
        return f"heard as “{hit.heard}”"
    if not hit.missing:
        return ""
    named = ", ".join(hit.missing[:_MISSING])
    return f"without {named}" + (" and others" if len(hit.missing) > _MISSING else "")
