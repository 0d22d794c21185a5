"""Notes → what the aligner needs of their shape: which blocks can be placed, and how they hang together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Block, BlockKind, Notes

FULL = 2 / 3  # share of the headings of a level with something under them from which one without is empty

_HEARD = re.compile(r"[^\W\d_]|\d[.,]?\d")  # a letter, or a number of two digits: a lone one is said all the time
_REFERENCE = re.compile(r"\b[\w.-]+/[\w.-]+(?=#\d)|\b(?:PR|MR|GH|issue|pull)\b(?=\W*#?\d)", re.IGNORECASE)
_URL = re.compile(r"<?\b(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class Outline:
    """The B blocks that can be placed, in the order of the file; the other fields are indices into them."""

    blocks: tuple[Block, ...]
    parent: tuple[int | None, ...]
    section: tuple[int, ...]  # number of the section the block stands in
    heading: tuple[bool, ...]
    leads: tuple[bool, ...]  # a heading with blocks under it

    def __len__(self) -> int:
        return len(self.blocks)

    def ancestors(self, index: int) -> list[int]:
        """Parent, grandparent, ... of a block."""
        found: list[int] = []
        at = self.parent[index]
        while at is not None:
            found.append(at)
            at = self.parent[at]
        return found


def outline(notes: Notes) -> Outline:
    """The placeable blocks of `notes`: those with words, without the title of the whole document."""
    title = _title(list(notes.blocks))
    blocks: list[Block] = []
    sections: list[int] = []
    for number, section in enumerate(notes.sections):
        for block in section.blocks:
            if block.id != title and placeable(block):
                blocks.append(block)
                sections.append(number)
    parents = _parents(blocks, list(notes.blocks))
    leads = set(parents)
    return Outline(
        blocks=tuple(blocks),
        parent=tuple(parents),
        section=tuple(sections),
        heading=tuple(block.kind is BlockKind.HEADING for block in blocks),
        leads=tuple(block.kind is BlockKind.HEADING and i in leads for i, block in enumerate(blocks)),
    )


def placeable(block: Block) -> bool:
    """Whether the block has words of its own that could be heard, be it a number: not code, markup, or a bare link."""
    if block.kind in {BlockKind.MARKUP, BlockKind.CODE}:
        return False
    return bool(_HEARD.search(_URL.sub(" ", block.text)))


def bare(outline: Outline, index: int) -> bool:
    """Whether a block says nothing by itself: numbers and links alone ("* #6183"), an empty section among full ones."""
    block = outline.blocks[index]
    if outline.heading[index]:
        peers = [b for b in range(len(outline)) if outline.heading[b] and outline.blocks[b].depth == block.depth]
        return not outline.leads[index] and sum(outline.leads[b] for b in peers) >= FULL * len(peers)
    return not re.search(r"[^\W\d_]", _REFERENCE.sub(" ", _URL.sub(" ", block.text)))


def _title(blocks: Sequence[Block]) -> str | None:
    """Id of the heading that names the whole document: the first, and alone on the highest level."""
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    if len(headings) < 2:
        return headings[0].id if headings and headings[0].depth == 1 else None
    first, *rest = headings
    return first.id if first.depth < min(heading.depth for heading in rest) else None


def _parents(blocks: Sequence[Block], every: Sequence[Block]) -> list[int | None]:
    """Index of the nearest placeable block each block stands under."""
    index = {block.id: i for i, block in enumerate(blocks)}
    above = {block.id: block.parent for block in every}
    found: list[int | None] = []
    for block in blocks:
        at, seen = block.parent, {block.id}
        while at is not None and at not in index and at not in seen:
            seen.add(at)
            at = above.get(at)
        place = index.get(at) if at is not None else None
        found.append(place if place is not None and place < index[block.id] else None)
    return found
