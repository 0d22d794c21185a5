"""What yt-dlp found out about a recording, as our records. Its dictionaries end here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline.errors import Live, NotReady, Processing, Upcoming
from pipeline.fetch.sources import Remote
from pipeline.records import Chapter, Recording, Transcript

Info = Mapping[str, Any]

_WRITTEN = ("json3", "vtt", "srt")  # forms of captions we read, best first
_REACH = 0.8  # share of the recording that captions have to reach to be taken for complete
_NOT_SPEECH = frozenset({"live_chat", "rechat", "danmaku", "comments"})


def recording_from(info: Info, remote: Remote, *, media: str | None = None) -> Recording:
    """The recording `info` describes."""
    duration = _seconds(info.get("duration"))
    return Recording(
        source=remote.name,
        title=str(info.get("title") or remote.stem),
        duration=duration,
        media=media,
        video_id=remote.video_id,
        language=info.get("language") or None,
        chapters=tuple(_chapters(info.get("chapters") or (), duration)),
    )


def not_ready(info: Info, remote: Remote) -> NotReady | None:
    """Why the recording cannot be fetched yet, or None when it can."""
    begins = info.get("release_timestamp")
    at = datetime.fromtimestamp(begins, UTC) if isinstance(begins, int | float) else None
    match info.get("live_status"):
        case "is_upcoming":
            return Upcoming(remote.name, "has not begun yet", at=at)
        case "is_live":
            return Live(remote.name, "is being broadcast right now")
        case "post_live":
            return Processing(remote.name, "is over, but not yet there in full")
    return None


def choose_captions(info: Info) -> tuple[str, str] | None:
    """Language and address of the captions closest to what was said, or None.

    First what a person wrote in the language that was spoken, then what YouTube heard in it. Translations are never
    taken: they have no word times, are refused more often, and are not what was said.
    """
    written: Mapping[str, Any] = info.get("subtitles") or {}
    heard: Mapping[str, Any] = info.get("automatic_captions") or {}
    spoken = info.get("language") or next(
        (name.removesuffix("-orig") for name in heard if name.endswith("-orig")), None
    )
    names = [name for name in written if name not in _NOT_SPEECH]
    if spoken is None and len(names) == 1:
        spoken = names[0]
    for tracks, forms in ((written, _WRITTEN), (heard, _WRITTEN[:1])):
        for name in sorted((name for name in tracks if _matches(name, spoken)), key=lambda name: _rank(name, spoken)):
            if url := _address(tracks[name], forms):
                return name.removesuffix("-orig"), url
    return None


def reach_the_end(transcript: Transcript, recording: Recording) -> bool:
    """Whether captions cover the recording, as far as its length is known. Some files hold only its first seconds."""
    return not recording.duration or (transcript.duration or 0.0) >= _REACH * recording.duration


def _matches(name: str, spoken: str | None) -> bool:
    """Whether captions called `name` are in the language `spoken`, its regional forms included."""
    if name in _NOT_SPEECH:
        return False
    if spoken is None:
        return name.endswith("-orig")
    return _primary(name) == _primary(spoken)


def _rank(name: str, spoken: str | None) -> tuple[bool, bool, str]:
    return not name.endswith("-orig"), name.removesuffix("-orig") != spoken, name


def _primary(language: str) -> str:
    return language.split("-")[0].lower()


def _address(forms_on_offer: Iterable[Info], forms: tuple[str, ...]) -> str | None:
    offered = {
        str(form.get("ext")): str(form["url"])
        for form in forms_on_offer
        if form.get("url") and "tlang" not in parse_qs(urlsplit(str(form["url"])).query)
    }
    return next((offered[form] for form in forms if form in offered), None)


def _chapters(items: Iterable[Info], duration: float | None) -> Iterable[Chapter]:
    for item in items:
        start, end = _seconds(item.get("start_time")), _seconds(item.get("end_time")) or duration
        if start is not None and end is not None and end > start and item.get("title"):
            yield Chapter(start, end, str(item["title"]))


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value >= 0 else None
