"""The nouns of jumpnotes.

Every record is frozen. Times are float seconds from the start of the recording, confidences lie in 0..1,
lines are 1-based, and ranges are half-open. What is not known is absent: there are no sentinel times.
"""

from __future__ import annotations

from pipeline.records.alignments import (
    LINK_CONFIDENCE,
    SURE_CONFIDENCE,
    Alignment,
    Basis,
    Certainty,
    Correction,
    FurtherMoment,
    Keyword,
    MeetingAlignment,
    Mishearing,
    UncoveredSpan,
    Verdict,
)
from pipeline.records.meetings import Failure, Hit, Meeting, MeetingSummary, MeetingVersions, PassageSource, RunKey
from pipeline.records.notes import Block, BlockKind, Hint, Notes, Section, Video, WrittenTranscript
from pipeline.records.recordings import (
    Chapter,
    ClockBasis,
    ClockPiece,
    Origin,
    Recording,
    RecordingPart,
    Seconds,
    Segment,
    SpeechActivity,
    Transcript,
    TranscriptClock,
    Utterance,
    Validators,
    Word,
)

__all__ = [
    "LINK_CONFIDENCE",
    "SURE_CONFIDENCE",
    "Alignment",
    "Basis",
    "Block",
    "BlockKind",
    "Certainty",
    "Chapter",
    "ClockBasis",
    "ClockPiece",
    "Correction",
    "Failure",
    "FurtherMoment",
    "Hint",
    "Hit",
    "Keyword",
    "Meeting",
    "MeetingAlignment",
    "MeetingSummary",
    "MeetingVersions",
    "Mishearing",
    "Notes",
    "Origin",
    "PassageSource",
    "Recording",
    "RecordingPart",
    "RunKey",
    "Seconds",
    "Section",
    "Segment",
    "SpeechActivity",
    "Transcript",
    "TranscriptClock",
    "UncoveredSpan",
    "Utterance",
    "Validators",
    "Verdict",
    "Video",
    "Word",
    "WrittenTranscript",
]
