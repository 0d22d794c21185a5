"""What is shown of a hit: the sentence that matches best, and in what the hit differs from the query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.records import Hit

if TYPE_CHECKING:
    from pipeline.search.terms import Found

MAX_CHARS = 270
"""Characters that are shown, of a sentence and what is around it."""

MAX_MISSING = 3
"""Words that are named as missing; of more it is enough to say that there are more."""

_CHARS_BEFORE = 90  # the first match, if the sentence is longer
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？｡])\s*|\n+")


def closest(found: Sequence[Found]) -> tuple[int, int]:
    """The fewest characters that hold a match of every group there is, and the number of the first match in them."""
    groups = {match.group for match in found}
    last: dict[int, int] = {}  # by group, the latest match so far
    best: tuple[int, int] | None = None
    for number, match in enumerate(found):
        last[match.group] = number
        if len(last) == len(groups):
            first = min(last.values())
            span = found[number].start - found[first].start, first
            best = min(best, span) if best else span
    return best or (0, 0)


def snippet(text: str, found: Sequence[Found], at: int) -> tuple[tuple[str, bool], ...]:
    """Pieces of the text around the character `at`, True where they match."""
    left, right = _shown(text, at)
    pieces = [("… ", False)] if left else []
    at = left
    for start, end in _merged(found):
        start, end = max(start, at), min(end, right)
        if start < end:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    pieces.append((text[at:right], False))
    if right < len(text):
        pieces.append((" …", False))
    return tuple(piece for piece in pieces if piece[0])


def _shown(text: str, at: int) -> tuple[int, int]:
    """The sentence with a character, and what follows and precedes it while there is room."""
    if len(text) <= MAX_CHARS:
        return 0, len(text)
    edges = [0, *(end.end() for end in _SENTENCE_END.finditer(text)), len(text)]
    number = max(position for position, edge in enumerate(edges[:-1]) if edge <= at)
    left, right = edges[number], edges[number + 1]
    if right - left > MAX_CHARS:
        if at - left > _CHARS_BEFORE:
            left = text.rfind(" ", left, at - _CHARS_BEFORE) + 1 or at - _CHARS_BEFORE
        if right - left > MAX_CHARS:
            end = text.find(" ", left + MAX_CHARS, right)
            right = left + MAX_CHARS if end < 0 else end
        return left, right
    before, after = number, number + 1
    while True:
        if after + 1 < len(edges) and edges[after + 1] - left <= MAX_CHARS:
            after += 1
            right = edges[after]
        elif before and right - edges[before - 1] <= MAX_CHARS:
            before -= 1
            left = edges[before]
        else:
            return left, len(text[:right].rstrip()) if right < len(text) else right


def _merged(found: Sequence[Found]) -> list[tuple[int, int]]:
    """The spans of the matches, overlapping ones as one."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted({(match.start, match.end) for match in found}):
        if spans and start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((start, end))
    return spans


def difference(hit: Hit) -> str:
    """In what a hit differs from the query, in words; "" where it has everything as it was typed."""
    if hit.heard:
        return f"heard as “{hit.heard}”"
    if hit.similar:
        return f"similar: “{hit.similar}”"
    if hit.by_meaning:
        return "in other words"
    if not hit.missing:
        return ""
    named = ", ".join(hit.missing[:MAX_MISSING])
    return f"without {named}" + (" and others" if len(hit.missing) > MAX_MISSING else "")
