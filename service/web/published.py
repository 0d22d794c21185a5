"""Which meetings are published where the pages are written to files, for anybody and for ever."""

from __future__ import annotations

from dataclasses import replace

from pipeline.records import MeetingSummary
from pipeline.store import Store


def published(store: Store) -> tuple[MeetingSummary, ...]:
    """The meetings that are published, newest first; those without a date last. What went wrong with them is not."""
    return tuple(replace(each, failure=None) for each in store.meetings() if not each.damaged)
