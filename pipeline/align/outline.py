"""Notes → the outline the aligner works on: which blocks can be placed, and which block is under which."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.records import Block, BlockKind, Notes

MIN_FULL_HEADING_SHARE = 2 / 3  # of a level's headings with blocks under them, from which one without counts as empty

_AUDIBLE = re.compile(r"[^\W\d_]|\d[.,]?\d")  # a letter, or a number of two digits: a lone digit is said all the time
_REFERENCE = re.compile(r"\b[\w.-]+/[\w.-]+(?=#\d)|\b(?:PR|MR|GH|issue|pull)\b(?=\W*#?\d)", re.IGNORECASE)
_URL = re.compile(r"<?\b(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class Outline:
    """The B blocks of `notes` that can be placed, in the order of the file; `parent` holds their indices."""

    notes: Notes
    blocks: tuple[Block, ...]
    parent: tuple[int | None, ...]
    section: tuple[int, ...]  # number of the section the block is in
    is_heading: tuple[bool, ...]
    heading_has_children: tuple[bool, ...]  # a heading with blocks under it

    def __len__(self) -> int:
        return len(self.blocks)

    def first(self, count: int) -> Outline:
        """The outline of the first `count` blocks."""
        kept = slice(count)
        return replace(
            self,
            blocks=self.blocks[kept],
            parent=self.parent[kept],
            section=self.section[kept],
            is_heading=self.is_heading[kept],
            heading_has_children=self.heading_has_children[kept],
        )

    def ancestors(self, index: int) -> list[int]:
        """Parent, grandparent, ... of a block."""
        found: list[int] = []
        at = self.parent[index]
        while at is not None:
            found.append(at)
            at = self.parent[at]
        return found


def build_outline(notes: Notes) -> Outline:
    """The placeable blocks of `notes`: those with words, without the title of the whole document."""
    title = _title(list(notes.blocks))
    blocks: list[Block] = []
    sections: list[int] = []
    for number, section in enumerate(notes.sections):
        for block in section.blocks:
            if block.id != title and is_placeable(block):
                blocks.append(block)
                sections.append(number)
    parents = _parents(blocks, list(notes.blocks))
    with_children = set(parents)
    return Outline(
        notes=notes,
        blocks=tuple(blocks),
        parent=tuple(parents),
        section=tuple(sections),
        is_heading=tuple(block.kind is BlockKind.HEADING for block in blocks),
        heading_has_children=tuple(
            block.kind is BlockKind.HEADING and b in with_children for b, block in enumerate(blocks)
        ),
    )


def is_placeable(block: Block) -> bool:
    """Whether the block has words of its own, or a number, that could be heard: not code, markup or a bare link."""
    if block.kind in {BlockKind.MARKUP, BlockKind.CODE}:
        return False
    return bool(_AUDIBLE.search(_URL.sub(" ", block.text)))


def contentless_blocks(outline: Outline) -> frozenset[int]:
    """The blocks that say nothing by themselves: only numbers and links ("* #6183"), an empty section among full ones.

    Their indices.
    """
    levels: dict[int, list[bool]] = defaultdict(list)  # whether each heading of a level has blocks under it
    for b, block in enumerate(outline.blocks):
        if outline.is_heading[b]:
            levels[block.depth].append(outline.heading_has_children[b])
    full = {depth for depth, children in levels.items() if sum(children) >= MIN_FULL_HEADING_SHARE * len(children)}
    return frozenset(
        b
        for b, block in enumerate(outline.blocks)
        if (
            not outline.heading_has_children[b] and block.depth in full
            if outline.is_heading[b]
            else not re.search(r"[^\W\d_]", _REFERENCE.sub(" ", _URL.sub(" ", block.text)))
        )
    )


def _title(blocks: Sequence[Block]) -> str | None:
    """Id of the heading that names the whole document: the first, and the only one of the highest level."""
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    if len(headings) < 2:
        return headings[0].id if headings and headings[0].depth == 1 else None
    first, *rest = headings
    return first.id if first.depth < min(heading.depth for heading in rest) else None


def _parents(blocks: Sequence[Block], every: Sequence[Block]) -> list[int | None]:
    """Index of the nearest placeable block that each block is under."""
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
