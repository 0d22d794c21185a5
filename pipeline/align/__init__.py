"""Notes + transcript → where each block of the notes was discussed, how sure that is, and how it is known.

`docs/algorithm.md` explains the steps; the modules are named after them.
"""

from __future__ import annotations

from pipeline.align import model, moments, outline, placing, windows
from pipeline.errors import AlignError
from pipeline.records import Alignment, Notes, Transcript

__all__ = ["align"]


def align(notes: Notes, transcript: Transcript) -> tuple[Alignment, ...]:
    """Place the blocks of `notes` in the recording; one Alignment per placed block, in the order of the notes.

    Blocks without words of their own (code, markup, bare links), and those whose best place is hardly better than
    chance, are left out. Starts lie in the transcript's duration, in seconds; the same input gives the same answer.

    Raises:
        AlignError: the transcript has no words.
    """
    if (read := decided(notes, transcript)) is None:
        return ()
    return moments.with_moments(*read, placing.records(*read))


def decided(notes: Notes, transcript: Transcript) -> tuple[placing.Reading, placing.Decision] | None:
    """What was compared and decided, for `align` and for those who explain it; None: the notes have no words.

    Raises:
        AlignError: the transcript has no words.
    """
    units = windows.units(transcript)
    if not len(units):
        raise AlignError(
            "The transcript has no words.",
            hint="Play the recording to hear whether anybody speaks; transcribe it again or give another transcript.",
        )
    shape = outline.outline(notes)
    if not len(shape):
        return None
    reading = placing.compare(shape, units)
    return reading, placing.decide(reading, model.shipped())
