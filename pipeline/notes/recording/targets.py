"""What a link may lead to: a recording, a list of them, or something that no recording is."""

from __future__ import annotations

import re
from enum import IntEnum
from urllib.parse import urlsplit

from pipeline.links import is_file_beside, is_on_youtube, names_sound_or_video, youtube_id

_DOCUMENT = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|ico|pdf|pptx?|key|odp|docx?|odt|xlsx?|ods|mdx?|markdown|rst|adoc|org|txt|vtt|srt|json"
    r"|ya?ml|csv|ics|zip|gz|py|js|ts|css)\Z",
    re.IGNORECASE,
)
# Parts of addresses: a host, or the end of one after a dot, and the beginning of a path.
_SERIES = (
    ("vimeo.com", r"/(?:channels|showcase|album|user|groups)"),
    ("soundcloud.com", r"/[^/]+/(?:sets|tracks)?/?\Z|/[^/]+/sets/"),
    ("twitch.tv", r"/[^/]+/?\Z|/[^/]+/(?:videos|clips|about)/?\Z"),
    ("bilibili.com", r"/(?:list|channel|medialist)|/\d+"),
    ("archive.org", r"/(?:search|browse)"),
    ("calendar.google.com", r""),
)
_RECORDINGS = (
    ("zoom.us", r"/(?:rec|recording)/"),
    ("vimeo.com", r"/(?:video/|event/)?\d+"),
    ("soundcloud.com", r"/[^/]+/[^/]+"),
    ("bilibili.com", r"/(?:video|bangumi)/"),
    ("b23.tv", r"/."),
    ("twitch.tv", r"/videos/|/[^/]+/v/"),
    ("loom.com", r"/(?:share|embed)/"),
    ("drive.google.com", r"/(?:file|open)"),
    ("archive.org", r"/(?:details|download|embed)/"),
    ("dailymotion.com", r"/(?:embed/)?video/"),
    ("dai.ly", r"/."),
    ("rutube.ru", r"/(?:video|play)"),
    ("vk.com", r"/video"),
    ("nicovideo.jp", r"/watch/"),
    ("webex.com", r"/.*(?:recording|lsr\.php|ldr\.php)"),
    ("bluejeans.com", r"/(?:s|playback)/"),
    ("media.ccc.de", r"/v/"),
    ("odysee.com", r"/@[^/]+/."),
    ("sharepoint.com", r"/.*(?:stream\.aspx|:v:)"),
    ("microsoftstream.com", r"/video/"),
    ("streamable.com", r"/."),
    ("facebook.com", r"/.*(?:/videos/|/watch)|/watch"),
    ("fathom.video", r"/"),
    ("x.com", r"/i/(?:spaces|broadcasts)/"),
    ("twitter.com", r"/i/(?:spaces|broadcasts)/"),
    ("meeting.tencent.com", r"/.*(?:cloud-record|crm|cw)/"),
    ("otter.ai", r"/(?:u|note)/"),
    (
        "",
        r"/(?:w|videos/watch|videos/embed)/[A-Za-z0-9-]{8,}|/playback/(?:presentation|video)/",
    ),  # PeerTube, BigBlueButton
)
_NO_RECORDINGS = (
    ("zoom.us", r""),
    ("meet.google.com", r""),
    ("hangouts.google.com", r""),
    ("teams.microsoft.com", r""),
    ("teams.live.com", r""),
    ("meet.jit.si", r""),
    ("whereby.com", r""),
    ("meeting.tencent.com", r""),
    ("gotomeeting.com", r""),
    ("gotomeet.me", r""),
    ("bluejeans.com", r""),
    ("webex.com", r""),
    ("skype.com", r""),
    ("docs.google.com", r""),
    ("forms.gle", r""),
    ("hackmd.io", r""),
    ("img.youtube.com", r""),
    ("ytimg.com", r""),
    ("slack.com", r""),
    ("discord.com", r""),
    ("discord.gg", r""),
    ("matrix.to", r""),
    ("wikipedia.org", r""),
    ("twitter.com", r""),
    ("x.com", r""),
    (
        "github.com",
        r"/[^/]+(?:/[^/]+(?:/(?:issues|pull|pulls|blob|tree|commit|commits|discussions|wiki|projects|milestone)\b.*)?)?/?\Z",
    ),
    ("", r"/(?:-/)?(?:issues|merge_requests|pull)/\d+"),
)
_CALENDAR = re.compile(r"\bcalendar\b|\bcal\b", re.IGNORECASE)


class Target(IntEnum):
    """What a link leads to; the higher, the more surely it is a recording."""

    NOTHING = 0  # not a recording: a document, a picture, the room of the call
    SERIES = 1  # a list of recordings: a playlist, a channel, a calendar
    PAGE = 2  # nobody knows
    MEDIA = 3  # a file of sound or video, or a page of one recording
    YOUTUBE = 4  # a video


def target_of(url: str) -> Target:
    """What `url`, a tidy one, leads to. A relative path leads to a recording where it names a sound or video file."""
    if youtube_id(url):
        return Target.YOUTUBE
    if not url.lower().startswith(("http://", "https://")):
        return Target.MEDIA if is_file_beside(url) else Target.NOTHING
    if is_on_youtube(url):
        return Target.SERIES
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return Target.NOTHING
    if names_sound_or_video(parts.path):
        return Target.MEDIA
    if not host or _DOCUMENT.search(parts.path):
        return Target.NOTHING
    path = parts.path or "/"
    for target, patterns in ((Target.SERIES, _SERIES), (Target.MEDIA, _RECORDINGS), (Target.NOTHING, _NO_RECORDINGS)):
        if any(_is_at(host, path, *pattern) for pattern in patterns):
            return target
    return Target.SERIES if _CALENDAR.search(host + path) else Target.PAGE


def _is_at(host: str, path: str, domain: str, pattern: str) -> bool:
    return (not domain or host == domain or host.endswith(f".{domain}")) and re.match(pattern, path) is not None
