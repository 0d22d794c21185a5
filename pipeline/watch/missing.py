"""Notes without a recording, and recordings without notes. A match that was taken leaves neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.records import MeetingSummary, Watch, WatchedItem

if TYPE_CHECKING:
    from pipeline.store import Store


def notes_without_recording(store: Store) -> Sequence[tuple[MeetingSummary, str]]:
    """The meetings whose notes link to no recording and that nobody gave one, nor a transcript; with their paths.

    The newest come first.
    """
    held = {each.match.notes.slug for each in store.matches.held()}
    paths = {place.slug: place.path for place in store.places() if place.slug not in held}
    lacking = [
        each for each in store.meetings() if not (each.has_video or each.has_transcript or each.duration is not None)
    ]
    return [(each, paths[each.slug]) for each in lacking if each.slug in paths]


def recordings_without_notes(store: Store) -> Sequence[tuple[Watch, WatchedItem]]:
    """The recordings of watched lists that are no meeting's, the newest first."""
    held = {each.match.video.id for each in store.matches.held()}
    return [(watch, item) for watch, item in store.watches.open_recordings() if item.key not in held]
