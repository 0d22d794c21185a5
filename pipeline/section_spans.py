"""The parts of a recording in which the blocks and the sections of the notes were discussed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from pipeline.records import LINK_CONFIDENCE, Alignment, Block, BlockKind, Notes, Section

Span = tuple[float, float]
"""Start and end in seconds."""

MAX_BREATH_SECONDS = 15.0
"""Between two links of a section, that still belong to it."""


class BlockEnds:
    """When blocks end that begin at `starts` (seconds, by id), in a recording of `duration` seconds.

    A heading lasts until the next heading of its level or above, any other block until the next block that is not
    below it. The last one lasts as long as the recording. None ends before its own start.
    """

    def __init__(self, notes: Notes, starts: Mapping[str, float], duration: float | None) -> None:
        self._starts = starts
        self._duration = duration
        self._parents = {block.id: block.parent for block in notes.blocks}
        self._blocks = sorted(
            (block for block in notes.blocks if block.id in starts), key=lambda block: starts[block.id]
        )
        self._headings = [block for block in self._blocks if block.kind is BlockKind.HEADING]

    def end_of(self, block: Block) -> float:
        """The second at which a block ends."""
        start, others = self._starts[block.id], self._headings if block.kind is BlockKind.HEADING else self._blocks
        first = bisect_right(others, start, key=lambda other: self._starts[other.id])
        later = (others[at] for at in range(first, len(others)))
        end = next((self._starts[other.id] for other in later if self._closes(other, block)), self._duration or start)
        return max(end, start)

    def _closes(self, other: Block, block: Block) -> bool:
        """Whether `block` ends where `other` begins."""
        if block.kind is BlockKind.HEADING:
            return other.depth <= block.depth
        above = other.parent
        while above is not None and above != block.id:
            above = self._parents.get(above)
        return above is None


def end_of(notes: Notes, block: Block, starts: Mapping[str, float], duration: float | None) -> float:
    """When one block ends, as `BlockEnds` has it; for many, make one of these."""
    return BlockEnds(notes, starts, duration).end_of(block)


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
