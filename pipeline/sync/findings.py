"""What was found out about a transcript's clock."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import TranscriptClock


@dataclass(frozen=True, slots=True)
class ClockFinding:
    """The clock a transcript runs by, where it is clear."""

    clock: TranscriptClock | None  # None: not clear, leave the times alone
    is_of_another: bool = False  # nothing in the recording fits: probably another recording's transcript
