"""Find a block again in other notes: by its words, and by the heading it stands under.

Ids of blocks are made from their text, so they end with it. What a person said about a block must not: it is carried
to the block that has nearly the same text at about the same place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.records import Block, Kind, Notes

ALIKE = 0.7
"""Likeness of two texts, 0..1, from which they are the same block under the same heading."""

_ELSEWHERE = 0.15  # likeness lost under another heading: the same text passes, a reworded one hardly
_OTHER_TWIN = 0.01  # likeness lost for each step among equal texts under one heading


@dataclass(frozen=True, slots=True)
class Spot:
    """How a person would tell a block: what it says, under which heading, and which of those it is, from 1."""

    text: str
    under: str = ""
    nth: int = 1


def spots(notes: Notes) -> dict[str, Spot]:
    """The spot of every block a reader sees, by id, in the order of the notes."""
    lines = notes.source.splitlines()
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for section in notes.sections:
        for block in section.blocks:
            if block.kind is Kind.MARKUP:
                continue
            words = _words(block, lines)
            under = "" if block.kind is Kind.HEADING else " ".join(section.title.split())
            seen[words, under] += 1
            found[block.id] = Spot(words, under, seen[words, under])
    return found


def match(wanted: Sequence[Spot], among: Mapping[str, Spot]) -> list[str | None]:
    """The id of the block each of `wanted` is in other notes, None where there is none. No block is taken twice.

    The likeliest pairs are joined first; likeness is the ratio of Ratcliff and Obershelp, as in `difflib`.
    """
    pairs = sorted(
        (
            (-likeness, number, position, block_id)
            for number, spot in enumerate(wanted)
            for position, (block_id, other) in enumerate(among.items())
            if (likeness := _likeness(spot, other)) >= ALIKE
        ),
    )
    found: list[str | None] = [None] * len(wanted)
    taken: set[str] = set()
    for _, number, _, block_id in pairs:
        if found[number] is None and block_id not in taken:
            found[number] = block_id
            taken.add(block_id)
    return found


def _words(block: Block, lines: Sequence[str]) -> str:
    """The text on one line; code, which has none for matching, as it stands in the notes."""
    return " ".join((block.text or " ".join(lines[block.line - 1 : block.end_line - 1])).split())


def _likeness(one: Spot, other: Spot) -> float:
    here, there = one.text.casefold(), other.text.casefold()
    likeness = 1.0 if here == there else _ratio(here, there)
    if likeness < ALIKE:
        return 0.0
    same = one.under.casefold() == other.under.casefold()
    away = 0.0 if same else 1 - _ratio(one.under.casefold(), other.under.casefold(), least=0.0)
    return likeness - _ELSEWHERE * away - _OTHER_TWIN * min(abs(one.nth - other.nth), 5)


def _ratio(one: str, other: str, *, least: float = ALIKE) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The quick ones are upper bounds, and spare most pairs the slow one.
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()
