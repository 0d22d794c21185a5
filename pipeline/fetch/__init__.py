"""Recordings and published captions: from YouTube, from allowed hosts, from files. The only importer of yt-dlp.

yt-dlp is kept on a short lead: no plugins, no configuration files, no other programs, no request to a host that was
not allowed, and a folder of its own from which only a whole and readable file is moved out.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import urllib.request
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yt_dlp
import yt_dlp.globals
from yt_dlp.networking import Request
from yt_dlp.networking._urllib import UrllibRH
from yt_dlp.networking.exceptions import HTTPError, RequestError, TransportError
from yt_dlp.utils import (
    GeoRestrictedError,
    UnavailableVideoError,
    UnsupportedError,
    UserNotLive,
    YoutubeDLError,
)

from pipeline import cues
from pipeline.config import Settings
from pipeline.errors import (
    AudioUnreadable,
    CaptionsRateLimited,
    ConfigError,
    DiskFull,
    FetchError,
    GeoBlocked,
    JumpnotesError,
    MediaForbidden,
    NoNetwork,
    RateLimited,
    TranscriptError,
    Truncated,
    Unsupported,
    Upcoming,
    VideoUnavailable,
)
from pipeline.fetch import files
from pipeline.fetch.facts import choose_captions, not_ready, reach_the_end, recording_from
from pipeline.fetch.failures import clean, failure
from pipeline.fetch.sources import Hosts, Remote, understand
from pipeline.records import Progress, Recording, Transcript

__all__ = ["captions", "recording"]

# Small and without pictures where it is offered, in the original language (yt-dlp sorts by it first), and only in
# forms yt-dlp fetches itself: other protocols would start other programs, which know nothing of our hosts.
_FORMAT = "ba[abr<=64][protocol^=http]/ba[protocol^=http]/b[protocol^=http]/ba[protocol^=m3u8]/b[protocol^=m3u8]"
_PROTOCOLS = frozenset({"http", "https", "http_dash_segments", "m3u8", "m3u8_native"})
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_RETRIES = 2
_CAPTIONS_SIZE = 50_000_000  # bytes; a day of captions is smaller

_log = logging.getLogger(__name__)


def recording(
    source: str, *, into: Path, settings: Settings, progress: Progress | None = None, force: bool = False
) -> Recording:
    """The recording at `source`: a YouTube link or id, a URL on an allowed host, or a file, which is used where it is.

    What was fetched lies in `into`, named by the video's id, and is not fetched again unless `force`. An interrupted
    download is continued by the next call where the host allows it. `progress` hears of bytes.

    Raises:
        FetchError: one of its subclasses for each reason known.
        AudioUnreadable: what is there has no sound.
        ConfigError: the cookies or the folder cannot be used.
        DiskFull: no room in `into`.
    """
    asked = understand(source)
    if isinstance(asked, Path):
        return files.local(asked)
    with files.room(into), files.alone(into):
        known = None if force else files.kept(asked, into)
        if known:
            return known
        try:
            return _fetched(asked, into, settings, progress, force=force)
        except MediaForbidden:
            if asked.video_id is None:
                raise
            # The media's address expires, or was made for a client that YouTube then refused: a new one often works.
            return _fetched(asked, into, settings, progress, force=True)


def captions(source: str, *, settings: Settings) -> tuple[Recording, Transcript | None]:
    """What is known of the recording, and its published captions in the language spoken; None where there are none.

    None also stands for captions that YouTube withholds, that cannot be read, or that end long before the recording.

    Raises:
        FetchError: one of its subclasses for each reason known.
        ConfigError: the cookies cannot be used.
    """
    asked = understand(source)
    if isinstance(asked, Path):
        return files.local(asked), None
    with files.room(settings.media_dir), _session(asked, settings, settings.media_dir) as session:
        info = session.look()
        found = recording_from(info, asked)
        chosen = choose_captions(info)
        if chosen is None:
            return found, None
        language, url = chosen
        text = session.text(url)
    try:
        transcript = replace(cues.parse(text, source=asked.name), language=language)
    except TranscriptError as error:
        _log.warning("published captions were left aside: %s", error)
        return found, None
    if not reach_the_end(transcript, found):
        _log.warning("%s: published captions end long before the recording; left aside", asked.name)
        return found, None
    return found, transcript


def _fetched(
    asked: Remote, into: Path, settings: Settings, progress: Progress | None, *, force: bool = False
) -> Recording:
    unfinished = into / f".{asked.stem}"
    if force:
        shutil.rmtree(unfinished, ignore_errors=True)
    with _session(asked, settings, into, unfinished, progress) as session:
        info = session.look()
        fetched = session.download(info)
    try:
        found = _checked(recording_from(info, asked), fetched)
    except (AudioUnreadable, Truncated):
        shutil.rmtree(unfinished)  # continuing it would only make it longer
        raise
    kept = files.keep(found, fetched, into, asked.stem)
    shutil.rmtree(unfinished, ignore_errors=True)
    return kept


def _checked(found: Recording, fetched: Path) -> Recording:
    length = files.duration(fetched)
    if found.duration and length and length < 0.95 * found.duration - 2:
        raise Truncated(found.source, f"{length:.0f} of {found.duration:.0f} seconds came")
    return replace(found, duration=found.duration or length)


# -- yt-dlp ------------------------------------------------------------------------------------------------------------


class _Refused(RequestError):  # type: ignore[misc]
    """Our refusal, in a form that yt-dlp passes on."""

    def __init__(self, error: FetchError) -> None:
        super().__init__(str(error))
        self.error = error


class _EveryHop(urllib.request.BaseHandler):
    """Sees each request before it is sent, those that follow a redirect too."""

    def __init__(self, hosts: Hosts, *, resolve: bool) -> None:
        self._hosts = hosts
        self._resolve = resolve

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        try:
            self._hosts.check(request.full_url, resolve=self._resolve)
        except FetchError as error:
            raise _Refused(error) from error
        return request

    https_request = ftp_request = data_request = file_request = http_request


def _guarded(hosts: Hosts) -> type[UrllibRH]:
    """The only way out that yt-dlp is given, for its extractors and its downloader alike."""

    class GuardedRH(UrllibRH):  # type: ignore[misc]
        _SUPPORTED_URL_SCHEMES = ("http", "https")

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self._answers: weakref.WeakSet[Any] = weakref.WeakSet()

        def _send(self, request: Any) -> Any:
            try:
                answer = super()._send(request)
            except HTTPError as error:
                self._answers.add(error.response)
                raise
            self._answers.add(answer)
            return answer

        def close(self) -> None:
            # yt-dlp leaves answers it did not read to the end, and those of errors, to the garbage collector.
            for answer in list(self._answers):
                answer.close()
            super().close()

        def _create_instance(self, proxies: Any, cookiejar: Any, legacy_ssl_support: Any = None) -> Any:
            opener = super()._create_instance(proxies, cookiejar, legacy_ssl_support)
            opener.add_handler(_EveryHop(hosts, resolve=not proxies))
            return opener

    return GuardedRH


class _Downloader(yt_dlp.YoutubeDL):  # type: ignore[misc]
    def __init__(self, params: dict[str, Any], hosts: Hosts) -> None:
        self._hosts = hosts
        super().__init__(params)

    def build_request_director(self, handlers: Any, preferences: Any = None) -> Any:  # noqa: ARG002 - ours instead
        return super().build_request_director([_guarded(self._hosts)])


class _Listener:
    """What yt-dlp says, for our log; the warnings are remembered, because they explain later errors."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def debug(self, message: str) -> None:
        _log.debug("%s", message)

    def warning(self, message: str) -> None:
        _log.debug("%s", message)
        self.warnings.append(message)

    error = debug  # raised as well


class _Session:
    """One recording's dealings with yt-dlp; every error leaves as one of ours."""

    def __init__(self, asked: Remote, downloader: _Downloader, listener: _Listener, folder: Path) -> None:
        self._asked = asked
        self._downloader = downloader
        self._listener = listener
        self._folder = folder

    def look(self) -> dict[str, Any]:
        """What can be known without the media.

        Raises:
            FetchError: there is no single recording that can be fetched now.
        """
        info = self._downloader.extract_info(self._asked.url, download=False)
        if info and info.get("_type") == "playlist":
            entries = list(info.get("entries") or ())
            info = entries[0] if len(entries) == 1 else None
        if not info:
            raise Unsupported(self._asked.name, "holds no recording, or more than one")
        waiting = not_ready(info, self._asked)
        if waiting:
            raise waiting
        return dict(info)

    def download(self, info: dict[str, Any]) -> Path:
        """Fetch the media into the session's folder."""
        if not info.get("url") and not info.get("requested_formats"):
            raise self._failure("No video formats found")
        if info.get("protocol") not in _PROTOCOLS:
            raise Unsupported(self._asked.name, f"is sent by {info.get('protocol')}, which is not fetched")
        done = self._downloader.process_ie_result(info, download=True)
        return Path(done["requested_downloads"][0]["filepath"])

    def text(self, url: str) -> str:
        """A small text file: captions."""
        try:
            with self._downloader.urlopen(Request(url)) as response:
                content: bytes = response.read(_CAPTIONS_SIZE)
        except YoutubeDLError as error:
            translated = self.translated(error)
            if isinstance(translated, RateLimited):
                raise CaptionsRateLimited(self._asked.name, "the captions are refused: too many requests") from error
            raise translated from error
        return content.decode("utf-8-sig", errors="replace")

    def translated(self, error: Exception) -> JumpnotesError:
        """Our error for what yt-dlp raised: by type where it has one, otherwise by what it says."""
        causes = list(_causes(error))
        name = self._asked.name
        for cause in causes:
            match cause:
                case _Refused():
                    return cause.error
                case yt_dlp.cookies.CookieLoadError():
                    return ConfigError("the file in JUMPNOTES_COOKIES cannot be read", hint=files.COOKIES_HINT)
                case OSError(errno=errno.ENOSPC | errno.EDQUOT):
                    return DiskFull(self._folder)
                case GeoRestrictedError():
                    return GeoBlocked(name, "not shown in this country")
                case UserNotLive():
                    return Upcoming(name, "nothing is being broadcast there now")
                case UnavailableVideoError() if not any(isinstance(other, OSError) for other in causes):
                    return VideoUnavailable(name, clean(str(cause)))
                case UnsupportedError():
                    return Unsupported(name, "no recording was found there")
        if "No space left on device" in str(error):
            return DiskFull(self._folder)
        known = self._failure(str(error))
        if type(known) is FetchError and any(isinstance(cause, TransportError) for cause in causes):
            return NoNetwork(name, "the connection failed")
        return known

    def _failure(self, message: str) -> FetchError:
        return failure(self._asked.name, message, warnings=self._listener.warnings)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that led to it, in Python's way and in yt-dlp's."""
    pending, seen = [error], set[int]()
    while pending:
        cause = pending.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            info = getattr(cause, "exc_info", None) or (None, None)
            pending += [info[1], getattr(cause, "cause", None), cause.__cause__, cause.__context__]


@contextmanager
def _session(
    asked: Remote, settings: Settings, into: Path, folder: Path | None = None, progress: Progress | None = None
) -> Iterator[_Session]:
    hosts = Hosts(settings.allow_hosts, youtube=asked.video_id is not None)
    hosts.check(asked.url, resolve=False)
    listener = _Listener()
    params = _params(asked, settings, into, folder, listener) | {"progress_hooks": [_hook(progress)]}
    yt_dlp.globals.plugin_dirs.value = []  # code found lying about is not run
    with _Downloader(params, hosts) as downloader:
        session = _Session(asked, downloader, listener, into)
        try:
            yield session
        except YoutubeDLError as error:
            raise session.translated(error) from error


def _params(asked: Remote, settings: Settings, into: Path, folder: Path | None, listener: _Listener) -> dict[str, Any]:
    youtube = asked.video_id is not None
    return {
        "format": _FORMAT,
        "paths": {"home": str((folder or into).resolve())},
        # The format is part of the name, lest a download be continued with another format's bytes.
        "outtmpl": {"default": "media.%(format_id)s.%(ext)s"},
        "cachedir": str((into / ".cache").resolve()),
        "cookiefile": files.cookies(settings.cookies) if youtube and settings.cookies else None,
        "allowed_extractors": ["youtube"] if youtube else ["default"],
        "extractor_args": {"youtube": {"skip": ["translated_subs"]}},
        "playlist_items": "1:2",
        "noplaylist": True,
        "ignore_no_formats_error": True,  # so that a broadcast to come tells when
        "socket_timeout": settings.timeout,
        # A proxy cannot reach this very machine.
        **({"proxy": ""} if urlsplit(asked.url).hostname in _LOOPBACK else {}),
        "retries": _RETRIES,
        "fragment_retries": _RETRIES,
        "extractor_retries": _RETRIES,
        "skip_unavailable_fragments": False,
        "fixup": "never",
        "external_downloader": {"default": "native"},
        "ffmpeg_location": os.devnull + "/none",  # PyAV reads what we fetch; ffmpeg would go to any host
        "updatetime": False,
        "logger": listener,
        "quiet": True,
        "noprogress": True,
        "color": "no_color",
    }


def _hook(progress: Progress | None) -> Any:
    def hook(status: dict[str, Any]) -> None:
        total = status.get("total_bytes") or status.get("total_bytes_estimate")
        if progress and total:
            progress(float(status.get("downloaded_bytes") or 0), float(total))

    return hook
