"""The recording in the front matter: `recording: URL`, `youtube: ID`, `video: {url: …}`, `media: recording.mp4`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.links import is_youtube_id, tidy
from pipeline.notes.front_matter import FieldValue, FrontMatter, plain_key
from pipeline.notes.recording.targets import Target, target_of

_KINDS = (  # of fields, the most specific first
    re.compile(r"recordings?|recorded|replay|vod"),
    re.compile(r"youtube|yt|vimeo|videos?|livestream"),
    re.compile(r"media|webcast|broadcast"),
    re.compile(r"audio|sound|mp3|podcast|enclosure|episodefile"),
)
_BESIDES = re.compile(
    r"(?:url|uri|links?|id|file|src|href|path|of|the|meeting|call|session|event|full|embed|embedded|main|original|watch"
    r"|zoom|code|key|part)*\d{0,2}"
)
_VAGUE = ("embed", "file", "sourcefile", "source", "url", "link", "externalurl", "originalurl", "src")
_ID_FIELD = re.compile(r"youtube|yt|id\d{0,2}\Z")
_CONTAINERS = ("extra", "params", "meta", "metadata", "meeting", "links", "resources", "custom", "data")
_NAMES = ("name", "label", "title", "text", "type", "kind")  # of a link in a list of links
_VIMEO_ID = re.compile(r"\d{6,12}")
_MAX_URLS = 20


def find_urls(front_matter: FrontMatter) -> tuple[str, ...]:
    """The recording that the front matter names, part by part; empty where it names none."""
    fields = [front_matter.fields, *_contained(front_matter.fields)]
    found: list[tuple[str, ...]] = []
    for kind in _KINDS:
        for level in fields:
            numbered = [(key, value) for key, value in level.items() if _is_of_kind(key, kind)]
            urls = [url for key, value in numbered for url in _urls_in(value, key, Target.PAGE)]
            if urls:
                found.append(tuple(dict.fromkeys(urls))[:_MAX_URLS])
    vague = [tuple(_urls_in(level.get(key, ""), key, Target.MEDIA))[:1] for level in fields for key in _VAGUE]
    found.extend(filter(None, vague))
    on_youtube = (urls for urls in found if target_of(urls[0]) is Target.YOUTUBE)
    return _parts(next(on_youtube, next(iter(found), ())))


def _parts(urls: tuple[str, ...]) -> tuple[str, ...]:
    """Without copies on other hosts: those of the best kind."""
    best = max(map(target_of, urls), default=Target.NOTHING)
    return tuple(url for url in urls if target_of(url) is best)


def _contained(fields: Mapping[str, FieldValue]) -> Iterator[Mapping[str, FieldValue]]:
    """The fields in fields: `extra: {video: …}`, `links: [{name: Video, url: …}]`."""
    for name in _CONTAINERS:
        value = fields.get(name)
        if isinstance(value, Mapping):
            yield value
        for item in value if isinstance(value, tuple) else ():
            called = next((item[key] for key in _NAMES if key in item), "") if isinstance(item, Mapping) else ""
            if isinstance(called, str) and called:
                yield {plain_key(called): item}


def _is_of_kind(key: str, kind: re.Pattern[str]) -> bool:
    """`meetingrecordingurl` is a recording's field, `youtubechannel` and `videothumbnail` are not a video's."""
    rest, count = kind.subn("", key)
    return count > 0 and _BESIDES.fullmatch(rest) is not None


def _urls_in(value: FieldValue, key: str, least: Target) -> Iterator[str]:
    """The addresses of recordings in a field: itself, those of a list, or that of the fields in it."""
    if isinstance(value, tuple):
        for item in value:
            yield from _urls_in(item, key, least)
    elif isinstance(value, Mapping):
        for name in ("url", "youtube", "id", "src", "href", "link", "file"):
            if urls := list(_urls_in(value.get(name, ""), key + name, least)):
                yield from urls
                return
    elif is_youtube_id(value):
        # Under `video:` any word of 11 letters may stand; an id has capitals or digits.
        if _ID_FIELD.search(key) or ("video" in key and not value.islower()):
            yield f"https://www.youtube.com/watch?v={value}"
    elif "vimeo" in key and _VIMEO_ID.fullmatch(value):
        yield f"https://vimeo.com/{value}"
    else:
        url = tidy(value)
        if target_of(url) >= least:
            yield url
