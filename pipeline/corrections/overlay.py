"""Corrections laid over what was found, until the next run takes them into account."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.records import LINK_CONFIDENCE, Alignment, Basis, Notes, SectionSpan
from pipeline.section_spans import ends_of

Pins = dict[str, float | None]
"""Where people said that blocks begin, in seconds, by block id; None: not discussed."""

_SAME_START_SECONDS = 0.005


def overlay(
    notes: Notes, found: Mapping[str, Alignment], pins: Mapping[str, float | None], duration: float | None
) -> dict[str, Alignment]:
    """`found` with each block of `pins` at the second a person set, and without those that were not discussed.

    A run that knew a pin has already said where its block ends. Any other pinned block ends where the next of its rank
    begins, at the latest with the recording of `duration` seconds.
    """
    alignments = {block_id: found[block_id] for block_id in found if pins.get(block_id, 0.0) is not None}
    new = {
        block_id: start
        for block_id, start in pins.items()
        if start is not None and not _is_pinned_at(found.get(block_id), start)
    }
    if not new:
        return alignments
    starts = {block_id: each.start for block_id, each in alignments.items() if each.confidence >= LINK_CONFIDENCE} | new
    ends = ends_of(notes, starts, duration)
    for block in notes.blocks:
        if (start := new.get(block.id)) is not None:
            alignments[block.id] = Alignment(block.id, start, ends[block.id], 1.0, Basis.PINNED)
    return alignments


def without_known(
    spans: Mapping[str, SectionSpan], alignments: Mapping[str, Alignment], pins: Mapping[str, float | None]
) -> dict[str, SectionSpan]:
    """`spans` by block id, without those of blocks that have a link by now, or of which people said where they begin.

    `pins` as for `overlay`: a block that was not discussed has no span, either.
    """
    linked = {block_id for block_id, each in alignments.items() if each.confidence >= LINK_CONFIDENCE}
    return {block_id: span for block_id, span in spans.items() if block_id not in linked and block_id not in pins}


def _is_pinned_at(alignment: Alignment | None, start: float) -> bool:
    return (
        alignment is not None and alignment.basis is Basis.PINNED and abs(alignment.start - start) < _SAME_START_SECONDS
    )
