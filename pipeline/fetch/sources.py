"""What was asked for, and which hosts may be asked for it.

A server that fetches any address can be used to reach into its own network. So of a YouTube link only the id is used,
any other host has to be in JUMPNOTES_ALLOW_HOSTS, itself or with its domain, and every request that follows is checked
again, redirects included.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

from pipeline import links
from pipeline.errors import HostNotAllowed, NotFound, Unsupported

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")

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
"""What yt-dlp needs for a YouTube video: pages, its API, the media, consent pages and pictures."""

_MAX_STEM_CHARS = 40  # of the URL's last part in a file name


@dataclass(frozen=True, slots=True)
class RemoteSource:
    """A recording on a host."""

    url: str  # to be fetched
    shown_url: str  # the same without a password: shown and stored
    file_stem: str  # of the names of its files
    video_id: str | None = None  # YouTube's


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that requests may go to.

    `listed` are `host` or `host:port`, in lower case, or `*.domain` for every host under a domain, on its default port.
    """

    listed: frozenset[str]
    youtube: bool = False

    def check(self, url: str, *, resolve: bool = True) -> None:
        """Check that a request may go to `url`. `resolve` is off where a proxy resolves the names.

        Raises:
            HostNotAllowed: the host is not listed, or a name allowed with its domain is that of a private address.
            Unsupported: not http or https, or a URL that programs read differently.
        """
        parts = _split_http(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        bracketed = f"[{host}]" if ":" in host else host
        default_port = 443 if parts.scheme == "https" else 80
        if self.listed & {host, bracketed, f"{bracketed}:{port or default_port}"}:
            return
        shown_host = f"{bracketed}:{port}" if port else bracketed
        if not (port in {None, 80, 443} and self._allows_domain_of(host)):
            raise HostNotAllowed(_without_password(parts), shown_host)
        if resolve and any(not address.is_global for address in _addresses(host)):
            problem = "refused, because here its address is in a private network:"
            raise HostNotAllowed(_without_password(parts), shown_host, problem=problem)

    def _allows_domain_of(self, host: str) -> bool:
        if self.youtube and _is_in_domain(host, _YOUTUBE_DOMAINS):
            return True
        return any(host.endswith(pattern[1:]) for pattern in self.listed if pattern.startswith("*."))


def parse_source(source: str) -> RemoteSource | Path:
    """What `source` is: a YouTube link or id, another URL, or a file.

    Raises:
        Unsupported: a link to YouTube that is not a video, or a URL of a kind we do not fetch.
        NotFound: it looks like a path, but there is no such file.
    """
    source = source.strip()
    video_id = links.youtube_id(source)
    if video_id is None and "://" in source and links.is_on_youtube(source):
        raise Unsupported(source, "a page on YouTube, but not a video")
    if video_id is None and not _SCHEME.match(source):
        with suppress(OSError, RuntimeError, ValueError):  # a name too long, or ~ of nobody
            if (path := Path(source).expanduser()).exists():
                return path
        if not links.is_youtube_id(source):
            raise NotFound(source, "there is no such file")
        video_id = source
    if video_id is not None:
        url = f"https://www.youtube.com/watch?v={video_id}"
        return RemoteSource(url, url, video_id, video_id)
    if "://" not in source and Path(source).exists():  # a file may have a colon in its name
        return Path(source)
    parts = _split_http(source)
    shown_url = _without_password(parts)
    return RemoteSource(urlunsplit(parts._replace(fragment="")), shown_url, _file_stem(shown_url))


def _split_http(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_http = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise Unsupported(url, "is not a URL") from error
    if not is_http or links.has_unsafe_characters(url):
        raise Unsupported(url, "is not a plain http or https URL")
    return parts


def _without_password(parts: SplitResult) -> str:
    """The URL without user, password and fragment."""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def _file_stem(url: str) -> str:
    """A file name that people recognise, and that differs where the URL does."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2].rpartition(".")[0]
    slug = re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-")[:_MAX_STEM_CHARS] or "recording"
    return f"{slug}-{hashlib.sha256(url.encode()).hexdigest()[:12]}"


def _is_in_domain(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []  # the request itself will fail, with a better message
    return [ipaddress.ip_address(str(address[4][0]).partition("%")[0]) for address in found]
