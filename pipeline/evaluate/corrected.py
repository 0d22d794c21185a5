"""Stored meetings as gold: the times that people set are the true ones."""

from __future__ import annotations

from pipeline import align
from pipeline.errors import AlignError
from pipeline.evaluate.cases import GoldItem
from pipeline.meaning import Meaning
from pipeline.part_clock import notes_on_common_clock
from pipeline.records import Meeting, MeetingAlignment, Verdict

NO_TRANSCRIPT_HINT = "Run its notes again, with the recording or a transcript: jumpnotes run NOTES."


def corrected_gold(meeting: Meeting) -> tuple[GoldItem, ...]:
    """What people said about the blocks of a meeting, in the order of its notes.

    Only the newest correction of a block counts, and none that gave the link back to the aligner. People say when
    a block begins and not when it ends, so no item has spans.
    """
    found = ((block, meeting.corrections.get(block.id)) for block in meeting.notes.blocks)
    return tuple(
        GoldItem(block.line, correction.start)
        for block, correction in found
        if correction is not None and correction.verdict is not Verdict.AUTOMATIC
    )


def align_uncorrected(meeting: Meeting, meaning: Meaning | None = None) -> MeetingAlignment:
    """Where the aligner, with or without a sentence model, places the blocks if nobody has corrected anything.

    Raises:
        AlignError: the meeting has no transcript, or one without words.
    """
    if meeting.transcript is None:
        raise AlignError(f"{meeting.notes.slug} has no transcript", hint=NO_TRANSCRIPT_HINT)
    recording = meeting.recording
    notes = notes_on_common_clock(meeting.notes, recording.parts if recording else ())
    chapters = recording.chapters if recording else ()
    return align.align(notes, meeting.transcript, chapters=chapters, meaning=meaning)
