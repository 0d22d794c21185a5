"""Notes + transcript → where each block of the notes was discussed, how sure that is, and how it is known.

`docs/algorithm.md` explains the steps; the modules are named after them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.align import decode, further_moments, outline, time_offset, units, weights
from pipeline.align.constraints import Outside
from pipeline.errors import AlignError
from pipeline.records import Alignment, Basis, Chapter, MeetingAlignment, Notes, Transcript

__all__ = ["align"]

Pins = Mapping[str, float | None]
"""Where a person said that blocks begin, in seconds, by block id; None: not discussed."""


def align(
    notes: Notes, transcript: Transcript, *, pins: Pins | None = None, chapters: Sequence[Chapter] = ()
) -> MeetingAlignment:
    """Place the blocks of `notes` in the recording.

    Blocks without words of their own (code, markup, bare links), and those whose best place is hardly better than
    chance, are left out. Starts lie in the transcript's duration, in seconds; the same input gives the same answer.
    A block in `pins` starts exactly where a person said, and `chapters`, those of the recording, are evidence.

    Raises:
        AlignError: the transcript has no words.
    """
    known = pins or {}
    if (read := decided(notes, transcript, pins=known, chapters=chapters)) is None:
        return MeetingAlignment(_wordless(notes, (), known))
    placed = further_moments.with_moments(*read, decode.records(*read))
    return MeetingAlignment(_wordless(notes, placed, known), read[1].settled.offset)


def decided(
    notes: Notes, transcript: Transcript, *, pins: Pins | None = None, chapters: Sequence[Chapter] = ()
) -> tuple[decode.Reading, decode.Decision] | None:
    """What was compared and decided, for `align` and for those who explain it; None: the notes have no words.

    Raises:
        AlignError: the transcript has no words.
    """
    candidates = units.build_units(transcript)
    if not len(candidates):
        raise AlignError(
            "The transcript has no words.",
            hint="Play the recording to hear whether anybody speaks; transcribe it again or give another transcript.",
        )
    shape = outline.outline(notes)
    if not len(shape):
        return None
    reading = decode.compare(shape, candidates)
    outside = Outside(pins or {}, tuple(chapters), time_offset.onsets(transcript))
    return reading, decode.decide(reading, weights.shipped(), outside)


def _wordless(notes: Notes, placed: tuple[Alignment, ...], pins: Pins) -> tuple[Alignment, ...]:
    """`placed` with the blocks that only a person could place, code for example; such a block has no length."""
    found = {alignment.block_id: alignment for alignment in placed}
    for block in notes.blocks:
        if block.id not in found and (start := pins.get(block.id)) is not None:
            found[block.id] = Alignment(block.id, start, start, 1.0, Basis.PINNED)
    return tuple(found[block.id] for block in notes.blocks if block.id in found)
