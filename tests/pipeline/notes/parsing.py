"""What the tests of notes share."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline import notes
from pipeline.records import Block, Notes

FIXTURES = Path(__file__).parents[2] / "fixtures" / "notes"
ID = "dQw4w9WgXcQ"
LINK = f"https://youtu.be/{ID}"


def parse(source: str, name: str = "notes.md") -> Notes:
    return notes.parse(source, name=name)


def blocks_of(source: str) -> list[Block]:
    return list(parse(source).blocks)


def only(source: str) -> Block:
    (block,) = blocks_of(source)
    return block


def assert_no_line_is_lost(read: Notes) -> None:
    """Every non-blank line in exactly one block; ids are unique and fit for HTML and URLs; parents come first."""
    lines = notes.split_lines(read.source)
    holders = [0] * (len(lines) + 2)
    seen: set[str] = set()
    last = 0
    for block in read.blocks:
        assert block.line >= last
        assert block.line < block.end_line <= len(lines) + 1
        last = block.end_line
        for number in range(block.line, block.end_line):
            holders[number] += 1
        assert re.fullmatch(r"[a-z][a-z0-9-]*", block.id)
        assert block.id not in seen
        assert block.parent is None or block.parent in seen
        seen.add(block.id)
    for number, line in enumerate(lines, 1):
        if line.strip():
            assert holders[number] == 1, f"line {number} is in {holders[number]} blocks: {line!r}"
