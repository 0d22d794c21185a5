"""Which lines of a file are the notes of which meeting."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.notes.markdown import DraftBlock


@dataclass(frozen=True, slots=True)
class MeetingLines:
    """The lines [line, end_line) of a file that are the notes of one meeting, and their blocks."""

    line: int
    end_line: int
    drafts: list[DraftBlock]


def split(drafts: list[DraftBlock], lines: list[str]) -> list[MeetingLines]:
    """The meetings of a file, one or more, in its order."""
    return [MeetingLines(1, len(lines) + 1, drafts)]
