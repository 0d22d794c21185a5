"""The recordings of a channel, a playlist, a podcast's feed or another list: all of them, none asked for by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from pipeline import links, untrusted
from pipeline.config import Settings
from pipeline.errors import NotFound, Unsupported
from pipeline.fetch import files, ytdlp
from pipeline.fetch.facts import Info
from pipeline.fetch.sources import RemoteSource, parse_source
from pipeline.records import ListedVideo, VideoStatus
from pipeline.untrusted import InvalidInput

_MAX_TITLE_CHARS = 500
_MAX_DESCRIPTION_CHARS = 5_000
_DAY = re.compile(r"\d{8}")

_STATUS: dict[str, VideoStatus] = {"is_upcoming": "upcoming", "is_live": "live", "post_live": "processing"}
_FOR_SOME_ONLY = frozenset({"private", "premium_only", "subscriber_only", "needs_auth"})
_TITLE_STATUS: dict[str, VideoStatus] = {
    "[Private video]": "private",
    "[Deleted video]": "unavailable",
    "[Unavailable video]": "unavailable",
}
"""What YouTube calls the videos of a playlist that are not shown."""


def listed(addresses: Sequence[str], *, settings: Settings) -> tuple[ListedVideo, ...]:
    """The recordings of one or several lists that belong together, each once.

    A channel need not have every list: one that is missing is left out, as long as there is another.

    Raises:
        FetchError: one of its subclasses for each reason known.
        ConfigError: the cookies or the folder cannot be used.
    """
    found: dict[str, ListedVideo] = {}
    missing: list[NotFound] = []
    for address in addresses:
        try:
            for video in _videos(address, settings):
                found.setdefault(video.id, video)
        except NotFound as error:
            missing.append(error)
    if len(missing) == len(addresses):
        raise missing[0]
    return tuple(found.values())


def _videos(address: str, settings: Settings) -> Iterable[ListedVideo]:
    is_youtube = links.is_on_youtube(address)
    remote = RemoteSource(address, address, "list") if is_youtube else parse_source(address)
    if not isinstance(remote, RemoteSource):
        raise Unsupported(address, "is no list on a host")
    with (
        files.writable(settings.media_dir),
        ytdlp.open_session(remote, settings, settings.media_dir, lists=True) as session,
    ):
        entries = session.extract_entries()
    videos = (video_from(entry, on_youtube=is_youtube) for entry in entries)
    return [video for video in videos if video is not None]


def video_from(entry: Info, *, on_youtube: bool) -> ListedVideo | None:
    """A recording as a list tells of it; None for what is none, such as another list."""
    video_id, url = _text(entry.get("id")), _text(entry.get("url"))
    if on_youtube:
        if not links.is_youtube_id(video_id):
            return None
        url = links.youtube_url(video_id)
    elif not url.startswith(("http://", "https://")) or links.has_unsafe_characters(url):
        return None
    else:
        video_id = url
    at, has_time = _moment(entry, on_youtube=on_youtube)
    title = _text(entry.get("title"))
    return ListedVideo(
        url=url,
        id=video_id,
        title=title[:_MAX_TITLE_CHARS],
        at=at,
        has_time=has_time,
        duration=_seconds(entry.get("duration")),
        status=_status(entry, title),
        description=_text(entry.get("description"))[:_MAX_DESCRIPTION_CHARS],
    )


def _status(entry: Info, title: str) -> VideoStatus:
    if title in _TITLE_STATUS:
        return _TITLE_STATUS[title]
    if status := _STATUS.get(_text(entry.get("live_status"))):
        return status
    return "private" if entry.get("availability") in _FOR_SOME_ONLY else "recorded"


def _moment(entry: Info, *, on_youtube: bool) -> tuple[datetime | None, bool]:
    """When a recording was streamed, released or uploaded, and whether that is known to the minute.

    Of what was uploaded, YouTube's lists only say how long ago that was: "3 weeks ago".
    """
    for name, is_exact in (("release_timestamp", True), ("timestamp", not on_youtube)):
        with suppress(InvalidInput):
            return untrusted.moment(entry.get(name), name), is_exact
    day = _text(entry.get("upload_date"))
    with suppress(ValueError):
        if _DAY.fullmatch(day):
            return datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC), False
    return None, False


def _text(value: object) -> str:
    with suppress(InvalidInput):
        return untrusted.text(value, "")
    return ""


def _seconds(value: object) -> float | None:
    with suppress(InvalidInput):
        return untrusted.seconds(value, "")
    return None
