"""What notes mark as decided, or as to be done."""

from __future__ import annotations

from pipeline.records import Mark, Notes


def find_marks(notes: Notes) -> tuple[Mark, ...]:
    """The marks of notes, in their order."""
    return ()
