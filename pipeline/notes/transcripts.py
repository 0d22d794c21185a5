"""A transcript that people pasted into their notes."""

from __future__ import annotations

from pipeline.notes.markdown import DraftBlock
from pipeline.records import WrittenTranscript


def take_transcript(drafts: list[DraftBlock], lines: list[str]) -> WrittenTranscript | None:  # noqa: ARG001
    """The transcript among the blocks of one meeting, which become markup; None where there is none."""
    return None
