"""Notes without a recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.records import MeetingSummary

if TYPE_CHECKING:
    from pipeline.store import Store


def notes_without_recording(store: Store) -> Sequence[tuple[MeetingSummary, str]]:
    """The meetings whose notes link to no recording and that nobody gave one, nor a transcript; with their paths.

    The newest come first.
    """
    paths = {place.slug: place.path for place in store.places()}
    lacking = [
        each for each in store.meetings() if not (each.has_video or each.has_transcript or each.duration is not None)
    ]
    return [(each, paths[each.slug]) for each in lacking if each.slug in paths]
