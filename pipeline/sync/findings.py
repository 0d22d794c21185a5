"""What comparing a transcript with its recording gives."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import TranscriptClock


@dataclass(frozen=True, slots=True)
class ClockFinding:
    """`clock` is None where it is not clear, and the times are best left alone."""

    clock: TranscriptClock | None
    is_of_another: bool = False  # nothing in the recording fits: probably another recording's transcript
