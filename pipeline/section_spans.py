"""The parts of a recording in which the blocks and the sections of the notes were discussed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from pipeline.records import LINK_CONFIDENCE, Alignment, Block, BlockKind, Notes, Section

Span = tuple[float, float]
"""Start and end in seconds."""

MAX_BREATH_SECONDS = 15.0
"""Between two links of a section, that still belong to it."""


def ends_of(notes: Notes, starts: Mapping[str, float], duration: float | None) -> dict[str, float]:
    """The second at which each block ends, where blocks begin at `starts` (by id): when the next of its rank begins.

    A heading lasts until the next heading of its level or above, any other block until the next block that is not
    below it. The last one lasts as long as the recording. None ends before its own start.
    """
    placed = [block for block in notes.blocks if block.id in starts]
    parents = {block.id: block.parent for block in notes.blocks}
    every = sorted((starts[block.id], block.id) for block in placed)
    headings = [block for block in placed if block.kind is BlockKind.HEADING]
    closing = {  # starts of the headings of a level or above
        depth: sorted(starts[other.id] for other in headings if other.depth <= depth)
        for depth in {block.depth for block in headings}
    }

    def is_below(other: str, block: Block) -> bool:
        above = parents[other]
        while above is not None and above != block.id:
            above = parents.get(above)
        return above is not None

    def end_of(block: Block) -> float:
        start = starts[block.id]
        if block.kind is BlockKind.HEADING:
            after = bisect_right(closing[block.depth], start)
            later = closing[block.depth][after] if after < len(closing[block.depth]) else None
        else:
            following = range(bisect_right(every, start, key=lambda each: each[0]), len(every))
            later = next((every[i][0] for i in following if not is_below(every[i][1], block)), None)
        return max(duration or start if later is None else later, start)

    return {block.id: end_of(block) for block in placed}


def spans_of(section: Section, alignments: Mapping[str, Alignment]) -> list[Span]:
    """Where the linked blocks of `section` were discussed, in time order; `alignments` by block id."""
    placed = (alignments[block.id] for block in section.blocks if block.id in alignments)
    links = [alignment for alignment in placed if alignment.confidence >= LINK_CONFIDENCE]
    spans = [(link.start, link.end) for link in links]
    spans += [(moment.start, moment.end) for link in links for moment in link.also]
    return list(merged(spans, max_gap_seconds=MAX_BREATH_SECONDS))


def merged(spans: Iterable[Span], *, max_gap_seconds: float = 0.0) -> Iterator[Span]:
    """The spans in time order, those with no longer gap between them made one.

    >>> list(merged([(5.0, 6.0), (1.0, 3.0), (2.0, 4.0)]))
    [(1.0, 4.0), (5.0, 6.0)]
    >>> list(merged([(1.0, 4.0), (5.0, 6.0)], max_gap_seconds=1.0))
    [(1.0, 6.0)]
    """
    current: Span | None = None
    for start, end in sorted(spans):
        if current and start <= current[1] + max_gap_seconds:
            current = (current[0], max(current[1], end))
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current
