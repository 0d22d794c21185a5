"""A look through a list of recordings: which are there, which wait, and which have no notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pipeline.records import ItemState, ListedVideo, VideoStatus, WatchedItem

_STATES: Mapping[VideoStatus, ItemState] = {
    "upcoming": ItemState.WAITING,
    "live": ItemState.WAITING,
    "processing": ItemState.WAITING,
    "private": ItemState.UNAVAILABLE,
    "unavailable": ItemState.UNAVAILABLE,
    "recorded": ItemState.OPEN,
}


def look(
    videos: Sequence[ListedVideo], known: Mapping[str, WatchedItem], recordings: Collection[str]
) -> tuple[WatchedItem, ...]:
    """What has become of every recording that is listed now, or was.

    Args:
        known: what earlier looks found.
        recordings: the ids and addresses of the recordings that meetings have.
    """
    items = [_as_known(_item(video, recordings), known.get(video.id)) for video in videos]
    listed = {item.key for item in items}
    return (*items, *(replace(item, state=ItemState.GONE) for key, item in known.items() if key not in listed))


def video_of(item: WatchedItem) -> ListedVideo:
    """A recording without notes, as it was listed."""
    return ListedVideo(
        url=item.url,
        id=item.key,
        title=item.title,
        at=item.at,
        has_time=item.has_time,
        duration=item.duration,
        status="recorded",
        description=item.detail,
    )


def _as_known(item: WatchedItem, known: WatchedItem | None) -> WatchedItem:
    """With what was put for it, and the time of an earlier look where this one only guessed: "a month ago" was "3 days
    ago" then.
    """
    if known is None:
        return item
    item = replace(item, fingerprint=known.fingerprint)
    return item if known.at is None or item.has_time else replace(item, at=known.at, has_time=known.has_time)


def _item(video: ListedVideo, recordings: Collection[str]) -> WatchedItem:
    has_meeting = video.id in recordings or video.url in recordings
    return WatchedItem(
        key=video.id,
        state=ItemState.DONE if has_meeting else _STATES[video.status],
        title=video.title,
        url=video.url,
        at=video.at,
        has_time=video.has_time,
        duration=video.duration,
        detail=video.description,
    )
