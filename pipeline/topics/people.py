"""The names of people in notes, which are no topics."""

from __future__ import annotations

from pipeline.records import Notes


def find_people(notes: Notes) -> tuple[str, ...]:
    """The words of names in notes, folded."""
    return ()
