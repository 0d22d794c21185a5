"""The smallest notes with sections, and links into them."""

from __future__ import annotations

from pipeline.records import Alignment, Basis, Block, BlockKind, Notes, Section


def notes(*titles: str) -> Notes:
    """Notes of sections that are a heading each, whose id is their title."""
    sections = tuple(
        Section(title, title, 2, line, (Block(title, BlockKind.HEADING, line, line + 1, title, title, 2),))
        for line, title in enumerate(titles, 1)
    )
    return Notes("call", "Call", None, None, sections, "")


def placed(title: str, start: float, end: float, confidence: float = 0.9) -> Alignment:
    return Alignment(title, start, end, confidence, Basis.MATCH)
