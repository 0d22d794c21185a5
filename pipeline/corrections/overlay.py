"""What people said, put over what was found, until the next run takes it into account."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.records import LINK_CONFIDENCE, Alignment, Basis, Block, BlockKind, Notes


def overlay(
    notes: Notes, found: Mapping[str, Alignment], pins: Mapping[str, float | None], duration: float | None
) -> dict[str, Alignment]:
    """`found` with each block of `pins` at the second that was set; without those of None, which were not discussed.

    A run that knew of a pin has already said where the block ends. Otherwise it ends where the next block of its rank
    begins, at the latest with the recording of `duration` seconds.
    """
    placed = {block_id: link for block_id, link in found.items() if pins.get(block_id, 0.0) is not None}
    new = {
        block_id: start
        for block_id, start in pins.items()
        if start is not None and not _has(found.get(block_id), start)
    }
    if not new:
        return placed
    starts = {block_id: link.start for block_id, link in placed.items() if link.confidence >= LINK_CONFIDENCE} | new
    blocks = {block.id: block for block in notes.blocks}
    for block_id, start in new.items():
        if block_id in blocks:
            end = _end(blocks[block_id], starts, blocks, duration)
            placed[block_id] = Alignment(block_id, start, end, 1.0, Basis.PINNED)
    return placed


def _has(link: Alignment | None, start: float) -> bool:
    return link is not None and link.basis is Basis.PINNED and abs(link.start - start) < 0.005


def _end(block: Block, starts: Mapping[str, float], blocks: Mapping[str, Block], duration: float | None) -> float:
    start = starts[block.id]

    def closes(other: Block) -> bool:
        if block.kind is BlockKind.HEADING:
            return other.kind is BlockKind.HEADING and other.depth <= block.depth
        return not _under(other, block, blocks)

    later = [at for other, at in starts.items() if at > start and other in blocks and closes(blocks[other])]
    return max(min(later, default=duration or start), start)


def _under(block: Block, other: Block, blocks: Mapping[str, Block]) -> bool:
    """Whether `block` stands below `other`."""
    above = block.parent
    while above is not None and above != other.id:
        above = blocks[above].parent if above in blocks else None
    return above is not None
