"""What is shown of a hit: the words around its best match, and in what it differs from the query."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.records import Hit
from pipeline.search.index.reader import MATCH_END, MATCH_START

_START = re.compile(MATCH_START)

_CONTEXT_CHARS = 90
"""Characters of context shown on each side of the first match."""

_MAX_MISSING = 3
"""Words that are named as missing; of more it is enough to say that there are more."""


@dataclass(frozen=True, slots=True)
class MatchedText:
    """A text without the marks of its matches: half-open character ranges, the best of which start at `first`."""

    text: str
    matches: tuple[tuple[int, int], ...]
    first: int


def closest_matches(text: str, size: int) -> tuple[int, int]:
    """The fewest characters of a marked text that hold `size` matches, or all, and the number of the first match."""
    starts = [match.start() for match in _START.finditer(text)]
    size = min(size, len(starts))
    # Words side by side that belong to one phrase are marked as one.
    spans = [(starts[at + size - 1] - starts[at], at) for at in range(len(starts) - size + 1)]
    return min(spans) if spans and size else (0, 0)


def match_offset(text: str, number: int) -> int:
    """Where in the text without its marks the match of this number begins, from 0 on; 0 without matches."""
    at = -1
    for _ in range(number + 1):
        at = text.find(MATCH_START, at + 1)
    return max(at - number * len(MATCH_START + MATCH_END), 0)


def matches_in(text: str) -> list[str]:
    """The parts of a marked text that match."""
    return [part.split(MATCH_END)[0] for part in text.split(MATCH_START)[1:]]


def without_marks(text: str, first: int = 0) -> MatchedText:
    """A marked text without its marks; the best of its matches start with the one numbered `first`."""
    pieces, matches, length = [], [], 0
    for number, part in enumerate(text.replace(MATCH_END, MATCH_START).split(MATCH_START)):
        if number % 2:
            matches.append((length, length + len(part)))
        pieces.append(part)
        length += len(part)
    return MatchedText("".join(pieces), tuple(matches), matches[first][0] if matches else 0)


def snippet(found: MatchedText) -> tuple[tuple[str, bool], ...]:
    """Pieces of the text around `first`, True where they match."""
    text, first = found.text, found.first
    left = text.rfind(" ", 0, first - _CONTEXT_CHARS) + 1 if first > _CONTEXT_CHARS else 0
    right = text.find(" ", first + 2 * _CONTEXT_CHARS)
    right = len(text) if right < 0 else right
    pieces = [("… ", False)] if left else []
    for start, end in found.matches:
        start, end = max(start, left), min(end, right)
        if start < end:
            pieces += [(text[left:start], False), (text[start:end], True)]
            left = end
    pieces.append((text[left:right], False))
    if right < len(text):
        pieces.append((" …", False))
    return tuple(piece for piece in pieces if piece[0])


def difference(hit: Hit) -> str:
    """In what a hit differs from the query, in words; "" where it has everything as it was typed."""
    if hit.heard:
        return f"heard as “{hit.heard}”"
    if not hit.missing:
        return ""
    named = ", ".join(hit.missing[:_MAX_MISSING])
    return f"without {named}" + (" and others" if len(hit.missing) > _MAX_MISSING else "")
