"""The addresses of the service → the same of a site of files, as each of its pages has to write them.

The app is asked as if it were served below a folder that nobody else names. So every address in what it answers can be
told from any other text, and what it leads to is a file of the site: an address of which that is not known is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from posixpath import dirname, relpath
from urllib.parse import quote, unquote, urlsplit

NOT_FOUND_PAGE = "404.html"
"""It is shown in the place of any page, in any folder."""

_END = r"(?:[^\"'<>\s\\&]|&amp;)*"  # to the end of an attribute, of an element or of a text in JSON, escaped or not
_FIXED = {
    "/": "",
    "/meetings/": "meetings/",
    "/speakers/": "speakers/",
    "/search": "search/",
    "/topics/": "topics/",
    "/decisions/": "decisions/",
    "/decisions.atom": "decisions.atom",
    "/feed.atom": "feed.atom",
    "/sitemap.xml": "sitemap.xml",
    "/robots.txt": "robots.txt",
    "/opensearch.xml": "opensearch.xml",
    "/api/v1/meetings": "meetings.json",
}
_MEETING = re.compile(r"/meetings/([^/]+)")
_SPEAKER = re.compile(r"/speakers/([^/]+)")
_MEETING_JSON = re.compile(r"/api/v1/meetings/([^/]+)")
_DOWNLOAD = re.compile(r"/meetings/([^/]+)/(transcript\.(?:vtt|srt)|chapters\.(?:json|vtt|xml))")
_TOPIC = re.compile(r"/topics/(.+?)(/feed\.atom)?")
_PART = re.compile(r"part=(\d+)")
_UNSAFE_IN_NAMES = re.compile(r"[^a-z0-9_./+-]|\.(?=/|$)")
_MAX_NAME_CHARS = 120  # of a folder: file systems take 255 bytes, and whole paths are limited, too
_DIGEST_CHARS = 16


class UnknownAddress(LookupError):
    """An address of the service that nobody has written to a file, so that a link to it would be dead: a bug."""


def meeting_folder(slug: str) -> str:
    """Where a meeting is on the site.

    >>> meeting_folder("garden")
    'meetings/garden/'
    """
    return f"meetings/{slug}/"


def speaker_folder(speaker_id: str) -> str:
    """Where the page of somebody who speaks is on the site.

    >>> speaker_folder("ana-silva")
    'speakers/ana-silva/'
    """
    return f"speakers/{speaker_id}/"


def topic_folder(topic_id: str) -> str:
    """Where a topic is on the site, in names that every file system takes and tells apart.

    >>> topic_folder("issue/osquery/osquery/6280"), topic_folder("code/std::move")
    ('topics/issue/osquery/osquery/6280/', 'topics/code/std~3a~3amove/')
    """
    quoted = _UNSAFE_IN_NAMES.sub(_quoted, topic_id)
    return f"topics/{'/'.join(map(_bounded, quoted.split('/')))}/"


def _quoted(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"~{code:02x}" if code < 256 else f"~u{code:06x}"


def _bounded(name: str) -> str:
    if len(name) <= _MAX_NAME_CHARS:
        return name
    return f"{name[:_MAX_NAME_CHARS]}~-{sha256(name.encode()).hexdigest()[:_DIGEST_CHARS]}"


def download_path(slug: str, name: str, part: int | str | None = None) -> str:
    """A transcript or chapters as a file, or those of one part.

    >>> download_path("garden", "transcript.vtt"), download_path("garden", "transcript.vtt", 2)
    ('meetings/garden/transcript.vtt', 'meetings/garden/transcript-2.vtt')
    """
    stem, _, form = name.partition(".")
    return f"{meeting_folder(slug)}{stem}{'' if part is None else f'-{part}'}.{form}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """How what the app writes becomes what the site has.

    `root` is the folder below which the app was asked, and `origin` where. `static` is the folder of the scripts,
    `base` where the site will be published, with a slash at its end; "" where nobody said so.
    """

    root: str
    origin: str
    static: str
    base: str = ""

    def rewritten(self, text: str, page: str, recordings: Mapping[str, str]) -> str:
        """`text`, to be written to the file `page` of the site, with the addresses of the site.

        Those that began with the origin have to be absolute, where it is known how; the others are relative.

        Args:
            recordings: files of the site by what they are called on the server, such as `/media/garden?part=2`.

        Raises:
            UnknownAddress: one of them leads to nothing that the site has.
        """
        pattern = re.compile(f"({re.escape(self.origin)})?{re.escape(self.root)}({_END})")

        def written(found: re.Match[str]) -> str:
            target = self._target(unescape(found[2]) or "/", recordings)
            _, question, query = found[2].partition("#")[0].partition("?")
            _, hash_sign, fragment = found[2].partition("#")
            if _PART.fullmatch(query):
                question = query = ""
            path = quote(target)
            address = f"{self.base}{path}" if found[1] and self.base else self._relative(path, page)
            return f"{address}{question}{query}{hash_sign}{fragment}"

        return pattern.sub(written, text)

    def _target(self, address: str, recordings: Mapping[str, str]) -> str:
        parts = urlsplit(address)
        path = unquote(parts.path)
        if path in _FIXED:
            return _FIXED[path]
        if path.startswith("/static/"):
            return f"{self.static}/{path.removeprefix('/static/')}"
        if found := _DOWNLOAD.fullmatch(path):
            part = _PART.fullmatch(parts.query)
            return download_path(found[1], found[2], part[1] if part else None)
        if found := _MEETING.fullmatch(path):
            return meeting_folder(found[1])
        if found := _SPEAKER.fullmatch(path):
            return speaker_folder(found[1])
        if found := _MEETING_JSON.fullmatch(path):
            return f"{meeting_folder(found[1])}meeting.json"
        if found := _TOPIC.fullmatch(path):
            return topic_folder(found[1]) + (found[2] or "").removeprefix("/")
        asked = f"{path}?{parts.query}" if parts.query else path
        if asked in recordings:
            return recordings[asked]
        raise UnknownAddress(address)

    def _relative(self, path: str, page: str) -> str:
        if page == NOT_FOUND_PAGE and self.base:
            return f"{urlsplit(self.base).path}{path}"
        address = relpath(f"/{path}", f"/{quote(dirname(page))}")
        is_folder = not path or path.endswith("/")
        address = f"{address}/" if is_folder else address
        return address if address.startswith(".") else f"./{address}" if ":" in address.partition("/")[0] else address
