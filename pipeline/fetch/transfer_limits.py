"""What a host may cost us at most: bytes, time, requests, memory, and room on the disk.

The bytes of every response pass `_MeteredSocket`, its headers, redirects and fragments included, so that there is
nothing a host can send without end: too fast, too slowly, or packed.
"""

from __future__ import annotations

import functools
import http.client
import io
import re
import resource
import shutil
import signal
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from pipeline import disk_reserve
from pipeline.config import Settings
from pipeline.errors import DiskFull, FetchError, JumpnotesError, TimedOut, TooLarge

MAX_FRAGMENT_BYTES = 100_000_000
"""Of one piece of a recording that comes in pieces, which yt-dlp holds in memory."""

MAX_PAGE_BYTES = 32_000_000
"""Of a page, manifest or caption file, unpacked. The manifest of a day in pieces of two seconds takes 10 MB."""

MAX_LOOKUP_BYTES = 500_000_000  # of all pages and manifests together
MAX_LOOKUP_SECONDS = 1800.0
MAX_LOOKUP_PROCESSING_SECONDS = 30.0  # of the processor; a video of YouTube takes 2
MAX_LOOKUP_REQUESTS = 200
MAX_DOWNLOAD_REQUESTS = 200_000  # a week in pieces of three seconds
MAX_HEADER_BYTES = 1_000_000  # of one response

MAX_MEMORY_BYTES = 1_000_000_000
"""What looking at pages and manifests may add to the memory of the process."""

_UNPACKED_AT_A_TIME = 65_536  # bytes
_BYTES = re.compile(r"[0-9]{1,18}")
_RANGE_START = re.compile(r"bytes ([0-9]{1,18})-")


class TransferLimits:
    """The limits of one session with a host. The first to be broken ends it: every later request is refused as well.

    How large a recording may be, how long it may take, and how slowly it may come are settings. `refuse` turns one of
    our errors into an exception that yt-dlp passes on. `folder` is where downloads are written.
    """

    def __init__(
        self, shown_url: str, folder: Path, settings: Settings, refuse: Callable[[JumpnotesError], Exception]
    ) -> None:
        self._shown_url = shown_url
        self._folder = folder
        self._refuse = refuse
        self._max_recording_bytes = settings.download_mb * 1e6
        self._max_download_seconds = settings.download_hours * 3600
        self._min_rate = settings.download_rate * 1000  # bytes a second
        self._window = 2 * settings.timeout  # seconds
        self._waited = 0.0  # seconds in this window, for the host alone
        self._window_bytes = 0
        self._received = 0
        self._response_bytes = 0
        self._in_lookup = True
        self._in_fragments = False
        self.broken: JumpnotesError | None = None
        by_setting = self._max_download_seconds <= MAX_LOOKUP_SECONDS
        hint = TimedOut.hours_hint if by_setting else TimedOut.lookup_hint
        self._begin(min(MAX_LOOKUP_SECONDS, self._max_download_seconds), MAX_LOOKUP_REQUESTS, hint)

    def begin_download(self, *, in_fragments: bool, had_bytes: int = 0) -> None:
        """From now on the responses are the recording, or fragments of it.

        Args:
            in_fragments: several responses are one recording.
            had_bytes: what an interrupted download has left.
        """
        self._in_lookup = False
        self._in_fragments = in_fragments
        self._received = had_bytes
        self._begin(self._max_download_seconds, MAX_DOWNLOAD_REQUESTS, TimedOut.hours_hint)
        self.check_disk(0)

    def _begin(self, max_seconds: float, max_requests: int, late_hint: str) -> None:
        self._requests_left = max_requests
        self._late_hint = late_hint
        self._max_seconds = max_seconds
        self._deadline = time.monotonic() + max_seconds

    def fail(self, error: JumpnotesError) -> NoReturn:
        """End the session with `error`."""
        self.broken = error
        raise self._refuse(error)

    def count_request(self) -> None:
        """Before each request, those that follow a redirect included."""
        if self.broken:
            raise self._refuse(self.broken)
        self._requests_left -= 1
        if self._requests_left < 0:
            self.fail(TooLarge(self._shown_url, "needs more requests than a recording should"))
        self._response_bytes = 0
        if self._in_lookup:  # each page may be small, and made slowly
            self._waited, self._window_bytes = 0.0, 0

    def check_response(self, headers: Mapping[str, str]) -> None:
        """Refuse a response that announces more than is fetched, or than the disk has room for."""
        if not (self._in_lookup or self._in_fragments):  # what begins anew replaces what there was
            goes_on = _RANGE_START.match(headers.get("Content-Range") or "")
            self._received = int(goes_on[1]) if goes_on else 0
        length = headers.get("Content-Length") or ""
        if not _BYTES.fullmatch(length):
            return
        announced_bytes = int(length)
        if self._in_fragments:
            self._check_size(announced_bytes, MAX_FRAGMENT_BYTES, "a piece of it")
        # What a lookup gets may be the recording, of which it reads the beginning, or a page, which may be larger than
        # a small limit.
        before = 0 if self._in_lookup else self._received
        if not self._in_lookup or announced_bytes > MAX_PAGE_BYTES:
            self._check_recording(before + announced_bytes)
        self.check_disk(announced_bytes)

    def check_disk(self, wanted_bytes: int) -> None:
        """Refuse to write `wanted_bytes` where that would leave less free than the reserve."""
        disk = shutil.disk_usage(self._folder)
        reserve = disk_reserve.reserve(disk.total)
        if disk.free - wanted_bytes < reserve:
            left = f"{_size(disk.free)} free, of which {_size(reserve)} are kept for all else"
            problem = (
                f"the recording takes {_size(wanted_bytes)}" if wanted_bytes else "no room for more of the recording"
            )
            self.fail(DiskFull(self._folder, f"{problem}, and the disk has {left}"))

    def check_fragments(self, count: int) -> None:
        if count > MAX_DOWNLOAD_REQUESTS:
            self.fail(TooLarge(self._shown_url, f"comes in {count:,} pieces"))

    def check_page(self, page_bytes: int) -> None:
        self._check_size(page_bytes, MAX_PAGE_BYTES, "a page or manifest of it")

    def check_headers(self, header_bytes: int) -> None:
        self._check_size(header_bytes, MAX_HEADER_BYTES, "what the host sends before it")

    def _check_recording(self, found_bytes: int) -> None:
        if found_bytes > self._max_recording_bytes:
            problem = f"the recording is larger than {_size(self._max_recording_bytes)}"
            self.fail(TooLarge(self._shown_url, problem, hint=TooLarge.recording_hint))

    def _check_size(self, found_bytes: int, max_bytes: int, what: str) -> None:
        if found_bytes > max_bytes:
            self.fail(TooLarge(self._shown_url, f"{what} is larger than {_size(max_bytes)}"))

    def count_received(self, received_bytes: int, seconds: float) -> None:
        """After each read from the host, which took so long."""
        self._received += received_bytes
        self._response_bytes += received_bytes
        if self._in_lookup:
            self._check_size(self._received, MAX_LOOKUP_BYTES, "what the host says about it")
        else:
            if self._in_fragments:
                self._check_size(self._response_bytes, MAX_FRAGMENT_BYTES, "a piece of it")
            self._check_recording(self._received)
        if time.monotonic() > self._deadline:
            problem = f"the host took longer than {self._max_seconds / 3600:.3g} hours"
            self.fail(TimedOut(self._shown_url, problem, hint=self._late_hint))
        self._waited += seconds
        self._window_bytes += received_bytes
        if self._waited >= self._window:
            if self._window_bytes < self._min_rate * self._waited:
                rate = f"{_size(self._window_bytes)} in {self._waited:.3g} seconds"
                problem = f"the host sends too slowly: {rate}"
                self.fail(TimedOut(self._shown_url, problem, hint=TimedOut.rate_hint))
            self._waited, self._window_bytes = 0.0, 0

    @contextmanager
    def limited_processing(self) -> Iterator[None]:
        """End the session when making sense of pages takes the processor longer than MAX_LOOKUP_PROCESSING_SECONDS.

        Some patterns that extractors search for take hours in a page made for it. Only the main thread can be stopped.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        error = TooLarge(self._shown_url, "what the host says about it takes too long to make sense of")
        before = signal.signal(signal.SIGVTALRM, lambda *_args: self.fail(error))
        signal.setitimer(signal.ITIMER_VIRTUAL, MAX_LOOKUP_PROCESSING_SECONDS, 1.0)  # again, if an extractor goes on
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)

    # -- yt-dlp's request handler, made to keep to the limits ------------------------------------------------------

    def watch(self, opener: Any) -> None:
        """Make the handlers of a urllib `opener` that yt-dlp built keep to these limits."""
        for handler in opener.handlers:
            if hasattr(handler, "gz"):  # yt-dlp's, for http and https
                handler.do_open = functools.partial(self._open, handler.do_open)
                handler.gz = functools.partial(self._unpacked, zlib.MAX_WBITS | 16)
                handler.deflate = self._deflated
                handler.brotli = self._not_asked_for

    def _open(self, do_open: Any, connection_class: Any, request: Any, **options: Any) -> Any:
        def connect(host: str, **arguments: Any) -> Any:
            connection = connection_class(host, **arguments)
            connection.response_class = functools.partial(_MeteredResponse, self)
            return connection

        return do_open(connect, request, **options)

    def _deflated(self, data: bytes) -> bytes:
        try:
            return self._unpacked(-zlib.MAX_WBITS, data)
        except zlib.error:
            return self._unpacked(zlib.MAX_WBITS, data)

    def _unpacked(self, bits: int, data: bytes) -> bytes:
        """`data` unpacked, in pieces, because a few kilobytes may be gigabytes. What follows its end is left out."""
        unpacker = zlib.decompressobj(wbits=bits)
        unpacked, rest = bytearray(), data
        while data and not unpacker.eof:
            part = unpacker.decompress(rest, _UNPACKED_AT_A_TIME)
            if not (part or unpacker.eof):
                raise zlib.error("incomplete or truncated stream")
            unpacked += part
            self.check_page(len(unpacked))
            rest = unpacker.unconsumed_tail
        return bytes(unpacked)

    def _not_asked_for(self, _data: bytes) -> NoReturn:
        self.fail(FetchError(self._shown_url, "the host packs what it sends in a way it was not asked for"))


class _MeteredSocket(io.RawIOBase):
    """What a host sends, counted and timed as it is read."""

    def __init__(self, raw: io.RawIOBase, limits: TransferLimits) -> None:
        self._raw = raw
        self._limits = limits
        self.expect_headers()

    def expect_headers(self) -> None:
        self._received = 0
        self.in_headers = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        begun = time.monotonic()
        count = self._raw.readinto(buffer)
        self._received += count or 0
        self._limits.count_received(count or 0, time.monotonic() - begun)
        if self.in_headers:
            self._limits.check_headers(self._received)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _MeteredResponse(http.client.HTTPResponse):
    """A response whose headers are bounded, and which is never read into memory beyond MAX_PAGE_BYTES."""

    def __init__(self, limits: TransferLimits, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self._limits = limits
        self._metered = _MeteredSocket(self.fp.detach(), limits)
        self.fp = io.BufferedReader(self._metered)

    def begin(self) -> None:
        super().begin()
        self._metered.in_headers = False

    def _read_and_discard_trailer(self) -> None:
        self._metered.expect_headers()  # more of them, after the last chunk
        super()._read_and_discard_trailer()  # type: ignore[misc]  # private to http.client

    def read(self, amt: int | None = None) -> bytes:
        if amt is not None:
            return super().read(amt)
        self._limits.check_page(self.length or 0)
        parts, size = [], 0
        while part := super().read(_UNPACKED_AT_A_TIME):
            parts.append(part)
            size += len(part)
            self._limits.check_page(size)
        if self.length:
            raise http.client.IncompleteRead(b"".join(parts), self.length)
        return b"".join(parts)


@contextmanager
def limited_memory() -> Iterator[None]:
    """Raise MemoryError where the process grows by more than MAX_MEMORY_BYTES; only Linux can tell how large it is.

    A manifest of a hundred bytes can say "this, a billion times".
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        used = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:"))
    except (OSError, StopIteration):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = used + MAX_MEMORY_BYTES
    known = [bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([limit, *known]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _size(count: float) -> str:
    """A number of bytes in words."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count:.0f} bytes"
