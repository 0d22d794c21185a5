"""What yt-dlp found out about a recording, as our records. Its dictionaries go no further."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline import untrusted
from pipeline.errors import Live, NotReady, Processing, Upcoming
from pipeline.fetch.sources import RemoteSource
from pipeline.records import Chapter, Recording, Transcript, Validators
from pipeline.untrusted import InvalidInput

Info = Mapping[str, Any]
"""yt-dlp's description of a video, or of a part of it. The host wrote most of it: what cannot be used is not known."""

_CAPTION_FORMATS = ("json3", "vtt", "srt")  # the best first
_MIN_COVERED_SHARE = 0.8  # of the recording: captions that end before are not complete
_MAX_CHAPTERS = 1_000
_MAX_VALIDATOR_CHARS = 200
_MAX_SIZE_DIGITS = 15
_NOT_SPEECH = frozenset({"live_chat", "rechat", "danmaku", "comments"})


def recording_from(info: Info, remote: RemoteSource, *, media: str | None = None) -> Recording:
    """The recording `info` describes."""
    duration = _seconds(info.get("duration"))
    return Recording(
        source=remote.shown_url,
        title=_text(info.get("title")) or remote.file_stem,
        duration=duration,
        media=media,
        video_id=remote.video_id,
        language=_text(info.get("language")),
        chapters=tuple(_chapters(info.get("chapters"), duration)),
    )


def validators_from(headers: Mapping[str, str]) -> Validators:
    """What the headers of a file say about its version; nothing of a page, which is made for everybody who asks."""
    if headers.get("Content-Type", "").startswith(("text/html", "application/xhtml")):
        return Validators()
    etag, modified, size = (headers.get(name) or "" for name in ("ETag", "Last-Modified", "Content-Length"))
    return Validators(
        etag=etag[:_MAX_VALIDATOR_CHARS] or None,
        modified=modified[:_MAX_VALIDATOR_CHARS] or None,
        size=int(size) if size.isascii() and size.isdecimal() and len(size) <= _MAX_SIZE_DIGITS else None,
    )


def day_from(info: Info) -> date | None:
    """The day, in UTC, on which the recording was broadcast or came out, or else was uploaded; None: not known."""
    for name in ("release_timestamp", "timestamp"):
        with suppress(InvalidInput):
            return untrusted.moment(info.get(name), name).date()
    for name in ("release_date", "upload_date"):
        with suppress(ValueError):
            return datetime.strptime(_text(info.get(name)) or "", "%Y%m%d").replace(tzinfo=UTC).date()
    return None


def why_not_ready(info: Info, remote: RemoteSource) -> NotReady | None:
    """Why the recording cannot be fetched yet, or None when it can."""
    at: datetime | None = None
    with suppress(InvalidInput):
        at = untrusted.moment(info.get("release_timestamp"), "release_timestamp")
    match info.get("live_status"):
        case "is_upcoming":
            return Upcoming(remote.shown_url, "has not begun yet", at=at)
        case "is_live":
            return Live(remote.shown_url, "is being broadcast right now")
        case "post_live":
            return Processing(remote.shown_url, "is over, but not yet available in full")
    return None


def choose_captions(info: Info) -> tuple[str, str] | None:
    """Language and URL of the captions closest to what was said, or None.

    First what a person wrote in the language spoken, then what YouTube recognised in it. Translations are never used:
    they have no word times, are refused more often, and are not what was said.
    """
    written, automatic = _object(info.get("subtitles")), _object(info.get("automatic_captions"))
    spoken = _text(info.get("language")) or next(
        (name.removesuffix("-orig") for name in automatic if name.endswith("-orig")), None
    )
    names = [name for name in written if name not in _NOT_SPEECH]
    if spoken is None and len(names) == 1:
        spoken = names[0]
    for tracks, formats in ((written, _CAPTION_FORMATS), (automatic, _CAPTION_FORMATS[:1])):
        for name in sorted((name for name in tracks if _matches(name, spoken)), key=lambda name: _rank(name, spoken)):
            if url := _caption_url(tracks[name], formats):
                return name.removesuffix("-orig"), url
    return None


def covers_recording(transcript: Transcript, recording: Recording) -> bool:
    """Whether captions cover the recording, if its duration is known. Some files end after its first seconds."""
    return not recording.duration or (transcript.duration or 0.0) >= _MIN_COVERED_SHARE * recording.duration


def _matches(name: str, spoken: str | None) -> bool:
    """Whether the captions `name` are in the language `spoken` or a regional form of it."""
    if name in _NOT_SPEECH:
        return False
    if spoken is None:
        return name.endswith("-orig")
    return _primary(name) == _primary(spoken)


def _rank(name: str, spoken: str | None) -> tuple[bool, bool, str]:
    return not name.endswith("-orig"), name.removesuffix("-orig") != spoken, name


def _primary(language: str) -> str:
    return language.split("-")[0].lower()


def _caption_url(track: object, formats: tuple[str, ...]) -> str | None:
    """Where the captions of a track are, in the first of `formats` it has. `tlang` marks a translation."""
    urls = {}
    for form in _objects(track):
        url = _text(form.get("url"))
        with suppress(ValueError):  # of an address that is none
            if url and "tlang" not in parse_qs(urlsplit(url).query):
                urls[_text(form.get("ext"))] = url
    return next((urls[name] for name in formats if name in urls), None)


def _chapters(items: object, duration: float | None) -> Iterable[Chapter]:
    for item in islice(_objects(items), _MAX_CHAPTERS):
        start, end = _seconds(item.get("start_time")), _seconds(item.get("end_time")) or duration
        title = _text(item.get("title"))
        if start is not None and end is not None and end > start and title:
            yield Chapter(start, end, title)


def _seconds(value: object) -> float | None:
    with suppress(InvalidInput):
        return untrusted.seconds(value, "")
    return None


def _text(value: object) -> str | None:
    with suppress(InvalidInput):
        return untrusted.text(value, "") or None
    return None


def _object(value: object) -> Mapping[str, Any]:
    """`value` where it is an object whose names are text, else an empty one."""
    return {name: value[name] for name in value if _text(name)} if isinstance(value, Mapping) else {}


def _objects(values: object) -> Iterator[Info]:
    """Those of `values` that are objects."""
    yield from (value for value in (values if isinstance(values, list | tuple) else ()) if isinstance(value, Mapping))
