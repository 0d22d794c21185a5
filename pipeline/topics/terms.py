"""The words of an archive's own language: those of its notes that are neither plain English nor in every meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.records import MeetingTopics, Notes, TermUse


def find_terms(notes: Notes) -> tuple[TermUse, ...]:
    """The words of notes that may be topics."""
    return ()


def choose_terms(meetings: Sequence[MeetingTopics], *, people: bool = False) -> Mapping[str, str]:
    """The terms that are topics of these meetings: by key, the form they are shown in."""
    return {}
