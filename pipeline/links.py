"""What a URL says about a recording: which YouTube video it is, and at which time it opens."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from pipeline import timecode
from pipeline.records import Hint, Notes, Recording, Video

_UNSAFE_CHARACTER = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"})
_EMBED_HOSTS = frozenset({"youtube-nocookie.com", "www.youtube-nocookie.com"})
_SHORT_HOSTS = frozenset({"youtu.be", "www.youtu.be"})
_ID_FOLDERS = frozenset({"live", "embed", "shorts", "v", "e"})
_NOT_IDS = frozenset({"videoseries", "live_stream"})  # of 11 characters: a playlist, a channel
_INVISIBLE = re.compile(
    r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]|%E2%80%8[B-F]|%EF%BB%BF|%E2%81%A0", re.IGNORECASE
)
_BARE_HOST = re.compile(r"(?:(?:www|m|music)\.)?(?:youtube\.com|youtu\.be|vimeo\.com)/", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=://)[^/?#]*@")
_REDIRECT = re.compile(r"https?://(?:www\.)?google\.com/url\?", re.IGNORECASE)
_MEDIA_FILE = re.compile(
    r"\.(?:mp4|m4v|mov|mkv|webm|avi|ogv|mpe?g|3gp|mp3|m4a|aac|ogg|oga|opus|wav|flac|wma|wmv|m3u8)\Z", re.IGNORECASE
)


def has_unsafe_characters(url: str) -> bool:
    """Whether programs may disagree about the host of `url`: it has a backslash, a space, or something invisible."""
    return _UNSAFE_CHARACTER.search(url) is not None


def is_youtube_id(text: str) -> bool:
    """Whether `text` has the form of a YouTube video's id: 11 characters."""
    return _YOUTUBE_ID.fullmatch(text) is not None


def without_invisible(text: str) -> str:
    """`text` without characters that nobody sees, such as zero-width spaces; in an address they may be escaped."""
    return _INVISIBLE.sub("", text)


def tidy(url: str) -> str:
    """`url` as somebody meant it: without what nobody sees, with its scheme, and not by way of Google's redirect.

    >>> tidy("youtu.be/dQw4w9WgXcQ\u200b"), tidy("//player.vimeo.com/video/1"), tidy("recording.mp4")
    ('https://youtu.be/dQw4w9WgXcQ', 'https://player.vimeo.com/video/1', 'recording.mp4')
    """
    url = without_invisible(url).strip().replace("&amp;", "&").replace("\\_", "_")
    if url.startswith("//"):
        return f"https:{url}"
    if _REDIRECT.match(url):  # in what Google Docs exports
        wanted = parse_qs(url.partition("?")[2]).get("q", [""])[0]
        return wanted if wanted.startswith(("http://", "https://")) else url
    return f"https://{url}" if _BARE_HOST.match(url) else url


def without_credentials(url: str) -> str:
    """`url` as it may be shown to people: without a name and a password for its host.

    >>> without_credentials("https://ana:secret@media.example/call.mp4")
    'https://media.example/call.mp4'
    """
    return _CREDENTIALS.sub("", url, count=1)


def names_sound_or_video(path: str) -> bool:
    """Whether `path` ends like the name of a file of sound or video."""
    return _MEDIA_FILE.search(path.partition("?")[0].partition("#")[0]) is not None


def is_file_beside(path: str) -> bool:
    """Whether `path` is no address but names a file of sound or video by its path from the notes."""
    return ":" not in path and not path.startswith(("#", "?", "//")) and names_sound_or_video(path)


def youtube_id(url: str) -> str | None:
    """The 11 characters that name a YouTube video, or None when `url` is anything else.

    >>> youtube_id("https://www.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=8s")
    'dQw4w9WgXcQ'
    >>> youtube_id("https://youtube.com.evil.org/watch?v=dQw4w9WgXcQ") is None
    True
    """
    parts = _split(url.strip())
    if parts is None:
        return None
    host = parts.hostname or ""
    folders = [folder for folder in parts.path.split("/") if folder]
    found = ""
    if host in _SHORT_HOSTS and len(folders) == 1:
        found = folders[0].partition("&")[0]  # people write youtu.be/ID&t=113
    elif host in _YOUTUBE_HOSTS and folders == ["watch"]:
        found = parse_qs(parts.query).get("v", [""])[0]
    elif host in _YOUTUBE_HOSTS | _EMBED_HOSTS and len(folders) == 2 and folders[0] in _ID_FOLDERS:
        found = folders[1]
    return found if is_youtube_id(found) and found not in _NOT_IDS else None


def is_on_youtube(url: str) -> bool:
    """Whether `url` is on YouTube at all: a video, but also a channel or a playlist."""
    parts = _split(url.strip())
    return parts is not None and parts.hostname in _YOUTUBE_HOSTS | _EMBED_HOSTS | _SHORT_HOSTS


def time_in_url(url: str) -> Hint | None:
    """The time at which a link opens: `t=` or `start=`, in the query or the fragment; the last one counts.

    >>> time_in_url("https://youtu.be/dQw4w9WgXcQ?t=3m4s")
    Hint(start=184.0, end=None, part=0)
    """
    before, _, fragment = url.replace("&amp;", "&").partition("#")
    queries = parse_qs(before.partition("?")[2]), parse_qs(fragment)
    starts = [value for fields in queries for name in ("start", "t") for value in fields.get(name, [])]
    if not starts:
        return None
    # A media fragment may have both ends: #t=10,20
    first, _, second = starts[-1].removeprefix("npt:").partition(",")
    start = timecode.parse(first)
    ends = [second] if second else [value for fields in queries for value in fields.get("end", [])]
    end = timecode.parse(ends[-1]) if ends else None
    if start is None:
        return None
    return Hint(start, end if end is not None and end > start else None)


def youtube_url(video_id: str, seconds: float = 0.0) -> str:
    """Where a video on YouTube opens at a moment.

    >>> youtube_url("dQw4w9WgXcQ", 12.7), youtube_url("dQw4w9WgXcQ")
    ('https://youtu.be/dQw4w9WgXcQ?t=12', 'https://youtu.be/dQw4w9WgXcQ')
    """
    return f"https://youtu.be/{video_id}" + (f"?t={int(seconds)}" if seconds >= 1 else "")


def youtube_ids(notes: Notes, recording: Recording | None) -> tuple[str | None, ...]:
    """The id of the recording on YouTube, or of each of its parts, None for one that is not there; empty for none.

    What the notes link to counts: what was heard may be a copy of it.
    """
    linked = tuple(video.id for video in notes.recordings)
    parts = recording.parts if recording else ()
    if parts and len(parts) != len(linked):
        linked = tuple(part.video_id for part in parts)
    if not any(linked) and recording and recording.video_id:
        return (recording.video_id,)
    return linked


def opens_recording(url: str, video: Video) -> bool:
    """Whether `url` opens the recording `video`, at whatever time."""
    if video.id is not None:
        return youtube_id(url) == video.id
    return _without_time(url) == _without_time(video.url)


def _without_time(url: str) -> tuple[str, str, dict[str, list[str]]] | None:
    parts = _split(url)
    if parts is None:
        return None
    fields = {name: values for name, values in parse_qs(parts.query).items() if name not in {"t", "start", "end"}}
    return parts.netloc.lower(), parts.path.rstrip("/"), fields


def _split(url: str) -> SplitResult | None:
    """The parts of an http(s) URL; None where browsers and Python may disagree about the host."""
    if has_unsafe_characters(url):
        return None
    url = url.replace("&amp;", "&")
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and port in {None, 80, 443} else None
