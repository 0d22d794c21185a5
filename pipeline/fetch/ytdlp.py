"""yt-dlp, kept on a short leash: the only importer of it.

No plugins, no configuration files, no other programs, and no request to a host that is not allowed.
"""

from __future__ import annotations

import logging
import os
import traceback
import urllib.request
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
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
    unsmuggle_url,
)

from pipeline import links
from pipeline.config import Settings
from pipeline.errors import (
    CaptionsRateLimited,
    ConfigError,
    DiskFull,
    FetchError,
    GeoBlocked,
    JumpnotesError,
    NoNetwork,
    RateLimited,
    TooLarge,
    Unsupported,
    Upcoming,
    VideoUnavailable,
)
from pipeline.fetch import files
from pipeline.fetch.facts import validators_from, why_not_ready
from pipeline.fetch.failures import clean_message, error_for
from pipeline.fetch.sources import AllowedHosts, RemoteSource
from pipeline.fetch.transfer_limits import TransferLimits, limited_memory
from pipeline.progress import Progress
from pipeline.records import Validators
from pipeline.whole_files import is_for_want_of_room

# Small and without pictures where it is offered, in the original language (yt-dlp sorts by it first), and only in
# forms yt-dlp fetches itself: for other protocols it would start other programs, which know nothing of our hosts.
FORMAT = "ba[abr<=64][protocol^=http]/ba[protocol^=http]/b[protocol^=http]/ba[protocol^=m3u8]/b[protocol^=m3u8]"
_WHOLE_PROTOCOLS = frozenset({"http", "https"})
_PROTOCOLS = _WHOLE_PROTOCOLS | {"http_dash_segments", "m3u8", "m3u8_native"}
_LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
_MAX_RETRIES = 2
MAX_LISTED = 20_000  # recordings of one list
_ENCODINGS = "gzip, deflate"  # those that are unpacked within our limits

_log = logging.getLogger(__name__)


class _Refused(RequestError):  # type: ignore[misc]
    """Our refusal, in a form that yt-dlp passes on."""

    def __init__(self, error: JumpnotesError) -> None:
        super().__init__(str(error))
        self.error = error


class _RequestCheck(urllib.request.BaseHandler):
    """Checks the host of each request before it is sent, also of those that follow a redirect."""

    def __init__(self, hosts: AllowedHosts, limits: TransferLimits, *, resolve: bool) -> None:
        self._hosts = hosts
        self._limits = limits
        self._resolve = resolve

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        self._limits.count_request()
        try:
            self._hosts.check(request.full_url, resolve=self._resolve)
        except FetchError as error:
            raise _Refused(error) from error
        return request

    https_request = ftp_request = data_request = file_request = http_request


def _checking_handler(hosts: AllowedHosts, limits: TransferLimits) -> type[UrllibRH]:
    """The only request handler that yt-dlp gets, for its extractors and its downloader alike."""

    class CheckingRH(UrllibRH):  # type: ignore[misc]
        _SUPPORTED_URL_SCHEMES = ("http", "https")

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self._responses: weakref.WeakSet[Any] = weakref.WeakSet()

        def _prepare_headers(self, _request: Any, headers: Any) -> None:
            if "Accept-Encoding" not in headers:
                headers["Accept-Encoding"] = _ENCODINGS

        def _send(self, request: Any) -> Any:
            try:
                response = super()._send(request)
            except HTTPError as error:
                self._responses.add(error.response)
                raise
            self._responses.add(response)
            limits.check_response(response.headers)
            return response

        def close(self) -> None:
            # yt-dlp leaves responses it did not read to the end, and those of errors, to the garbage collector.
            for response in list(self._responses):
                response.close()
            super().close()

        def _create_instance(self, proxies: Any, cookiejar: Any, legacy_ssl_support: Any = None) -> Any:
            opener = super()._create_instance(proxies, cookiejar, legacy_ssl_support)
            opener.add_handler(_RequestCheck(hosts, limits, resolve=not proxies))
            limits.watch(opener)
            return opener

    return CheckingRH


class _Downloader(yt_dlp.YoutubeDL):  # type: ignore[misc]
    def __init__(self, params: dict[str, Any], hosts: AllowedHosts, limits: TransferLimits) -> None:
        self._hosts = hosts
        self._limits = limits
        super().__init__(params)

    def build_request_director(self, handlers: Any, preferences: Any = None) -> Any:  # noqa: ARG002 - ours instead
        return super().build_request_director([_checking_handler(self._hosts, self._limits)])


class _Logger:
    """Passes what yt-dlp says to our log, and remembers its warnings, because they explain later errors."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def debug(self, message: str) -> None:
        _log.debug("%s", message)

    def warning(self, message: str) -> None:
        _log.debug("%s", message)
        self.warnings.append(message)

    error = debug  # raised as well


class Session:
    """One recording's use of yt-dlp. `open_session` turns every error into one of ours."""

    def __init__(
        self, remote: RemoteSource, downloader: _Downloader, logger: _Logger, folder: Path, limits: TransferLimits
    ) -> None:
        self._remote = remote
        self._downloader = downloader
        self._logger = logger
        self._folder = folder
        self._limits = limits

    def extract_info(self) -> dict[str, Any]:
        """What can be known without the media.

        Raises:
            FetchError: there is no single recording that can be fetched now.
        """
        with self._surprises(), self._limits.limited_processing():
            info = self._downloader.extract_info(self._remote.url, download=False)
            if info and info.get("_type") == "playlist":
                entries = list(info.get("entries") or ())
                info = entries[0] if len(entries) == 1 else None
        if not info:
            raise Unsupported(self._remote.shown_url, "has no recording, or more than one")
        not_ready = why_not_ready(info, self._remote)
        if not_ready:
            raise not_ready
        return dict(info)

    def extract_entries(self) -> list[dict[str, Any]]:
        """What a list of recordings says about each, without asking for any of them.

        Raises:
            FetchError: there is no list.
        """
        with self._surprises(), self._limits.limited_processing():
            info = self._downloader.extract_info(self._remote.url, download=False) or {}
            if info.get("_type") != "playlist":
                raise Unsupported(self._remote.shown_url, "is no list of recordings")
            entries = [dict(entry) for entry in info.get("entries") or () if isinstance(entry, dict)]
        return [entry | {"url": unsmuggle_url(str(entry.get("url") or ""))[0]} for entry in entries]

    def download(self, info: dict[str, Any]) -> Path:
        """Fetch the media into the session's folder."""
        if not info.get("url") and not info.get("requested_formats"):
            raise self._error_for("No video formats found")
        if info.get("protocol") not in _PROTOCOLS:
            raise Unsupported(self._remote.shown_url, f"is sent by {info.get('protocol')}, which is not fetched")
        left = Path(self._downloader.prepare_filename(info) + ".part")
        self._limits.begin_download(
            in_fragments=info["protocol"] not in _WHOLE_PROTOCOLS,
            had_bytes=left.stat().st_size if left.exists() else 0,
        )
        with self._surprises():
            done = self._downloader.process_ie_result(info, download=True)
        return Path(done["requested_downloads"][0]["filepath"])

    def validators(self) -> Validators:
        """What the host says about the version of the file at the address itself; nothing where that is a page."""
        with self._downloader.urlopen(Request(self._remote.url, method="HEAD")) as response:
            return validators_from(response.headers)

    def fetch_text(self, url: str) -> str:
        """A small text file: captions."""
        try:
            with self._downloader.urlopen(Request(url)) as response:
                content: bytes = response.read()
        except YoutubeDLError as error:
            translated = self.translate(error)
            if isinstance(translated, RateLimited):
                problem = "the captions are refused: too many requests"
                raise CaptionsRateLimited(self._remote.shown_url, problem) from error
            raise translated from error
        return content.decode("utf-8-sig", errors="replace")

    def translate(self, error: Exception) -> JumpnotesError:
        """Our error for what yt-dlp raised: by type where it has one, otherwise by its message."""
        if self._limits.broken:  # whatever yt-dlp made of it
            return self._limits.broken
        causes = list(_causes(error))
        url = self._remote.shown_url
        for cause in causes:
            match cause:
                case _Refused():
                    return cause.error
                case yt_dlp.cookies.CookieLoadError():
                    return ConfigError("the file in JUMPNOTES_COOKIES cannot be read", hint=files.COOKIES_HINT)
                case OSError() if is_for_want_of_room(cause):
                    return DiskFull(self._folder)
                case GeoRestrictedError():
                    return GeoBlocked(url, "not available in this country")
                case UserNotLive():
                    return Upcoming(url, "nothing is being broadcast there now")
                case UnavailableVideoError() if not any(isinstance(other, OSError) for other in causes):
                    return VideoUnavailable(url, clean_message(str(cause)))
                case UnsupportedError():
                    return Unsupported(url, "no recording was found there")
        if "No space left on device" in str(error):
            return DiskFull(self._folder)
        known = self._error_for(str(error))
        if type(known) is FetchError and any(isinstance(cause, TransportError) for cause in causes):
            return NoNetwork(url, "the connection failed")
        return known

    @contextmanager
    def _surprises(self) -> Iterator[None]:
        """yt-dlp's extractors expect pages as they are, not as somebody may make them."""
        try:
            yield
        except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
            problem = f"yt-dlp cannot make sense of what the host sent ({type(error).__name__})"
            raise self._error_for(problem) from error

    def _error_for(self, message: str) -> FetchError:
        return error_for(self._remote.shown_url, message, warnings=self._logger.warnings)


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


def _close_files(error: BaseException) -> None:
    """Close what yt-dlp was writing fragments to: a deleted file takes up room for as long as it is open."""
    for cause in _causes(error):
        for frame, _ in traceback.walk_tb(cause.__traceback__):
            context = frame.f_locals.get("ctx")
            stream = context.get("dest_stream") if isinstance(context, dict) else None
            if stream is not None:
                stream.close()


@contextmanager
def open_session(
    remote: RemoteSource,
    settings: Settings,
    into: Path,
    folder: Path | None = None,
    progress: Progress | None = None,
    *,
    lists: bool = False,
) -> Iterator[Session]:
    """A session that downloads into `folder` (default: `into`, which also has its cache).

    Args:
        lists: it is to extract the entries of a list.

    Raises:
        FetchError: one of its subclasses for each reason known.
        ConfigError: the cookies cannot be used.
        DiskFull: no space left in `into`.
    """
    hosts = AllowedHosts(settings.allow_hosts, youtube=_is_youtube(remote))
    hosts.check(remote.url, resolve=False)
    logger = _Logger()
    limits = TransferLimits(remote.shown_url, into, settings, _Refused)
    hook = _progress_hook(progress, limits)
    params = _params(remote, settings, into, folder, logger) | {"progress_hooks": [hook]}
    params |= _list_params(remote) if lists else {}
    yt_dlp.globals.plugin_dirs.value = []  # no code that happens to be in some folder is run
    with _Downloader(params, hosts, limits) as downloader:
        session = Session(remote, downloader, logger, into, limits)
        try:
            with limited_memory():
                yield session
        except YoutubeDLError as error:
            _close_files(error)
            raise session.translate(error) from error
        except (MemoryError, RecursionError) as error:
            raise TooLarge(remote.shown_url, "what the host says about it is too large or too deep") from error


def _params(
    remote: RemoteSource, settings: Settings, into: Path, folder: Path | None, logger: _Logger
) -> dict[str, Any]:
    youtube = _is_youtube(remote)
    return {
        "format": FORMAT,
        "paths": {"home": str((folder or into).resolve())},
        # The format is part of the name, so that no download is resumed with another format's bytes.
        "outtmpl": {"default": "media.%(format_id)s.%(ext)s"},
        "cachedir": str((into / ".cache").resolve()),
        "cookiefile": files.read_cookies(settings.cookies) if youtube and settings.cookies else None,
        "allowed_extractors": ["youtube"] if youtube else ["default"],
        "extractor_args": {"youtube": {"skip": ["translated_subs"]}},
        "playlist_items": "1:2",
        "noplaylist": True,
        "ignore_no_formats_error": True,  # so that an upcoming broadcast says when it starts
        "socket_timeout": settings.timeout,
        # A proxy cannot reach this machine.
        **({"proxy": ""} if urlsplit(remote.url).hostname in _LOOPBACK_HOSTS else {}),
        "retries": _MAX_RETRIES,
        "fragment_retries": _MAX_RETRIES,
        "extractor_retries": _MAX_RETRIES,
        "skip_unavailable_fragments": False,
        "fixup": "never",
        "external_downloader": {"default": "native"},
        "ffmpeg_location": os.devnull + "/none",  # PyAV reads what we fetch; ffmpeg would go to any host
        "updatetime": False,
        "logger": logger,
        "quiet": True,
        "noprogress": True,
        "color": "no_color",
    }


def _list_params(remote: RemoteSource) -> dict[str, Any]:
    """What differs where a list is wanted, and nothing of what it leads to."""
    return {
        "extract_flat": "in_playlist",
        "noplaylist": False,
        "playlist_items": f"1:{MAX_LISTED}",
        "allowed_extractors": ["youtube:tab", "youtube:playlist"] if _is_youtube(remote) else ["default"],
        "extractor_args": {"youtubetab": {"approximate_date": ["true"]}},
    }


def _is_youtube(remote: RemoteSource) -> bool:
    return remote.video_id is not None or links.is_on_youtube(remote.url)


def _progress_hook(progress: Progress | None, limits: TransferLimits) -> Any:
    def hook(status: dict[str, Any]) -> None:
        limits.check_disk(0)
        limits.check_fragments(status.get("fragment_count") or 0)
        total = status.get("total_bytes") or status.get("total_bytes_estimate")
        if progress and total:
            progress(float(status.get("downloaded_bytes") or 0), float(total))

    return hook
