"""What somebody asked to fetch, and which hosts may be asked for it.

A server that fetches what it is told can be turned against the network it stands in. So a YouTube link is taken apart
and built anew from its id, any other host has to be listed in JUMPNOTES_ALLOW_HOSTS, and the rule is applied again to
every request that follows, redirects included.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

from pipeline import links
from pipeline.errors import HostNotAllowed, NotFound, Unsupported

_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f]")  # programs disagree about the host of a URL with one of these

_YOUTUBE_DOMAINS = (
    "youtube.com",
    "youtube-nocookie.com",
    "youtu.be",
    "googlevideo.com",
    "google.com",
    "googleapis.com",
    "googleusercontent.com",
    "ytimg.com",
    "ggpht.com",
)
"""Where yt-dlp goes for a YouTube video: pages, its API, the media, consent pages and pictures."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A recording on a host. `stem` names its files; `name` is the address as it is shown and stored."""

    url: str
    name: str
    stem: str
    video_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that may be asked. `listed` are `host` or `host:port`, lower case."""

    listed: frozenset[str]
    youtube: bool = False

    def check(self, url: str, *, resolve: bool = True) -> None:
        """Let a request to `url` pass, or not. `resolve` is off where a proxy does the resolving.

        Raises:
            HostNotAllowed: the host is not listed, or a name of YouTube's leads into a private network.
            Unsupported: not http or https, or not a URL two programs would read alike.
        """
        parts = _http(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        named = f"[{host}]" if ":" in host else host
        default = 443 if parts.scheme == "https" else 80
        if self.listed & {host, named, f"{named}:{port or default}"}:
            return
        shown = f"{named}:{port}" if port else named
        if not (self.youtube and port in {None, 80, 443} and _under(host, _YOUTUBE_DOMAINS)):
            raise HostNotAllowed(_name(parts), shown)
        if resolve and any(not address.is_global for address in _addresses(host)):
            raise HostNotAllowed(
                _name(parts), shown, problem="YouTube is not in a private network, but here it is: refused"
            )


def understand(source: str) -> Remote | Path:
    """What `source` is: a YouTube link or id, another URL, or a file.

    Raises:
        Unsupported: a link to YouTube that is not a video, or a URL of a kind we do not fetch.
        NotFound: it looks like a path, and there is no such file.
    """
    source = source.strip()
    video_id = links.youtube_id(source)
    if video_id is None and "://" in source and links.is_on_youtube(source):
        raise Unsupported(source, "a page on YouTube, but not a video")
    if video_id is None and not _SCHEME.match(source):
        path = Path(source).expanduser()
        if path.exists():
            return path
        if not _ID.fullmatch(source):
            raise NotFound(source, "there is no such file")
        video_id = source
    if video_id is not None:
        url = f"https://www.youtube.com/watch?v={video_id}"
        return Remote(url, url, video_id, video_id)
    if "://" not in source and Path(source).exists():  # a file may have a colon in its name
        return Path(source)
    parts = _http(source)
    name = _name(parts)
    return Remote(urlunsplit(parts._replace(fragment="")), name, _stem(name))


def _http(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise Unsupported(url, "is not a URL") from error
    if not sound or _UNSAFE.search(url):
        raise Unsupported(url, "is not a plain http or https URL")
    return parts


def _name(parts: SplitResult) -> str:
    """The URL without user, password and fragment."""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def _stem(name: str) -> str:
    """A file name that can be recognised, and differs where the URL does."""
    last = urlsplit(name).path.rstrip("/").rpartition("/")[2].rpartition(".")[0]
    slug = re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-")[:40] or "recording"
    return f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _under(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []  # the request itself will fail, and say so better
    return [ipaddress.ip_address(str(address[4][0]).partition("%")[0]) for address in found]
