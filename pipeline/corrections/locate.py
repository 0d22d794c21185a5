"""Find a block again in other notes: by its words, and by the heading it stands under.

Ids of blocks are made from their text, so they end with it. What a person said about a block must not: it is carried
to the block that has nearly the same text at about the same place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.records import Block, BlockKind, Notes

ALIKE = 0.7
"""Likeness of two texts, 0..1, from which they are the same block under the same heading."""

_ELSEWHERE = 0.15  # likeness lost under another heading: the same text passes, a reworded one hardly
_OTHER_TWIN = 0.01  # likeness lost for each step among equal texts under one heading
_LONG, _COMMON = 6, 1 / 3  # words from which a text is long, and the share of them that alike ones have in common


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
            if block.kind is BlockKind.MARKUP:
                continue
            words = _words(block, lines)
            under = "" if block.kind is BlockKind.HEADING else " ".join(section.title.split())
            seen[words, under] += 1
            found[block.id] = Spot(words, under, seen[words, under])
    return found


def match(wanted: Sequence[Spot], among: Mapping[str, Spot]) -> list[str | None]:
    """The id of the block each of `wanted` is in other notes, None where there is none. No block is taken twice.

    Equal texts are joined first, then those that are alike, the likeliest before the others. Likeness is the ratio of
    Ratcliff and Obershelp, as in `difflib`, less what another place costs.
    """
    found: dict[int, str] = {}
    for likeness in (_equal, _alike):
        left = {block_id: spot for block_id, spot in among.items() if block_id not in found.values()}
        missing = {number: spot for number, spot in enumerate(wanted) if number not in found}
        found |= _joined(missing, left, likeness)
    return [found.get(number) for number in range(len(wanted))]


def _joined(
    wanted: Mapping[int, Spot], among: Mapping[str, Spot], likeness: Callable[[str, str], float]
) -> dict[int, str]:
    pairs = sorted(
        (away - alike, number, position, block_id)
        for number, spot in wanted.items()
        for position, (block_id, other) in enumerate(among.items())
        if (alike := likeness(spot.text.casefold(), other.text.casefold())) >= ALIKE
        and alike - (away := _away(spot, other)) >= ALIKE
    )
    found: dict[int, str] = {}
    for _, number, _, block_id in pairs:
        if number not in found and block_id not in found.values():
            found[number] = block_id
    return found


def _words(block: Block, lines: Sequence[str]) -> str:
    """The text on one line; code, which has none for matching, as it stands in the notes."""
    return " ".join((block.text or " ".join(lines[block.line - 1 : block.end_line - 1])).split())


def _equal(one: str, other: str) -> float:
    return float(one == other)


def _alike(one: str, other: str) -> float:
    here, there = Counter(one.split()), Counter(other.split())
    most = max(here.total(), there.total())
    # Long texts that are alike have words in common: a quick look that spares most pairs the slow one.
    if most >= _LONG and (here & there).total() < _COMMON * most:
        return 0.0
    return _ratio(one, other)


def _away(one: Spot, other: Spot) -> float:
    """The likeness that is lost because the one stands elsewhere than the other."""
    here, there = one.under.casefold(), other.under.casefold()
    elsewhere = 0.0 if here == there else 1 - _ratio(here, there)
    return _ELSEWHERE * elsewhere + _OTHER_TWIN * min(abs(one.nth - other.nth), 5)


def _ratio(one: str, other: str) -> float:
    """Likeness of two texts, 0..1; 0 for any below ALIKE, whose bounds are quick to find."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()
