"""Hosts that send without end, too slowly, or packed: every fetch ends in time, within its memory, and leaves room.

    python -m tests.torture.downloads          all cases, some minutes
    python -m tests.torture.downloads drip     those whose name has "drip"

Each case is a process of its own with a data folder on a small disk where one can be mounted (as root).
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.conftest import ROOT

TIMEOUT_SECONDS = 3
MAX_SECONDS = 400.0
MAX_RESIDENT_BYTES = 2_000_000_000
DISK_BYTES = 64_000_000
_FETCH = """
import sys
from pathlib import Path
from pipeline import fetch
from pipeline.config import Settings
from pipeline.errors import JumpnotesError

data = Path(sys.argv[2])
settings = Settings(data_dir=data, allow_hosts=frozenset({"127.0.0.1"}), timeout=float(sys.argv[3]))
try:
    found = fetch.recording(sys.argv[1], into=settings.media_dir, settings=settings)
except JumpnotesError as error:
    sys.exit(f"{type(error).__name__}: {error}")
print(found.media)
"""


class Tormentor(BaseHTTPRequestHandler):
    """Answers without end, as the path says."""

    def do_GET(self) -> None:
        name = self.path.strip("/").partition(".")[0].partition("?")[0]
        answer = ANSWERS.get(name)
        if answer is None:
            self.send_error(404)
            return
        try:
            answer(self)
        except OSError:
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def head(self, kind: str, **fields: str) -> None:
        self.send_response(302 if "Location" in fields else 200)
        self.send_header("Content-Type", kind)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, kind: str, content: bytes, **fields: str) -> None:
        self.head(kind, Content_Length=str(len(content)), **fields)
        self.wfile.write(content)


def _endless(kind: str, block: bytes, pause: float = 0.0, **fields: str) -> Callable[[Tormentor], None]:
    def answer(handler: Tormentor) -> None:
        handler.head(kind, **fields)
        while True:
            handler.wfile.write(block)
            if pause:
                handler.wfile.flush()
                time.sleep(pause)

    return answer


def _raw(first: bytes, block: bytes, pause: float = 0.0) -> Callable[[Tormentor], None]:
    def answer(handler: Tormentor) -> None:
        handler.wfile.write(first)
        while True:
            handler.wfile.write(block)
            handler.wfile.flush()
            time.sleep(pause)

    return answer


def _page(content: str, kind: str = "text/html") -> Callable[[Tormentor], None]:
    return lambda handler: handler.send(kind, content.encode())


def _packed(layers: int = 1) -> Callable[[Tormentor], None]:
    encoding = ", ".join(["gzip"] * layers)
    return lambda handler: handler.send("text/html", _packed_nothing(layers), Content_Encoding=encoding)


@cache
def _packed_nothing(layers: int) -> bytes:
    """A gigabyte of nothing, packed; in several layers a terabyte."""
    if layers > 1:
        return gzip.compress(_packed_nothing(layers - 1))
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(1000)) + packer.flush()


def _next_page(handler: Tormentor) -> None:
    number = int(handler.path.rpartition("=")[2]) if "=" in handler.path else 0
    refresh = f'<meta http-equiv="refresh" content="0; url=/pages.html?n={number + 1}">'
    handler.send("text/html", f"<!doctype html><html><head>{refresh}</head></html>".encode())


def _next_address(handler: Tormentor) -> None:
    handler.head("text/html", Location=f"/moved.html?n={time.monotonic_ns()}", Content_Length="0")


_SEGMENTS = '<SegmentTimeline><S t="0" d="2" r="%d"/></SegmentTimeline>'
_DASH = """<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
mediaPresentationDuration="PT%dS"><Period duration="PT%dS"><AdaptationSet mimeType="audio/mp4">
<Representation id="a" bandwidth="64000"><SegmentTemplate timescale="1" media="drop-$Number$.m4s" %s</SegmentTemplate>
</Representation></AdaptationSet></Period></MPD>"""
_HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n" + "#EXTINF:9,\ndrop.ts\n" * 1_000_000 + "#EXT-X-ENDLIST\n"
_NESTED = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=64000\nnested.m3u8\n"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))

ANSWERS: dict[str, Callable[[Tormentor], None]] = {
    "big": _endless("audio/mpeg", bytes(1_000_000), Content_Length="100000000000"),
    "endless": _endless("audio/mpeg", bytes(1_000_000)),
    "chunks": _raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"10000\r\n" + bytes(65536) + b"\r\n",
    ),
    "tiny_chunks": _raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10_000
    ),
    "page": _endless("text/html", b"<!doctype html><html>" + b"<p>and so on</p>" * 60_000),
    "pages": _next_page,
    "moved": _next_address,
    "drip": _endless("audio/mpeg", b"x", 1.0, Content_Length="10000000"),
    "drip_page": _endless("text/html", b"<", 1.0),
    "drip_slightly_faster": _endless("audio/mpeg", b"x" * 1000, 1.0, Content_Length="10000000"),
    "drip_headers": _raw(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 1.0),
    "drip_status": _raw(b"HTTP/1.1 200 ", b"O", 1.0),
    "endless_headers": _raw(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 1000),
    "continue": _raw(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "trailers": _raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n",
        b"X-A: b\r\n" * 10_000,
    ),
    "gzip": _packed(),
    "gzip_in_gzip": _packed(2),
    "fragments": _page(_HLS, "application/vnd.apple.mpegurl"),
    "nested": _page(_NESTED, "application/vnd.apple.mpegurl"),
    "endless_manifest": _endless(
        "application/vnd.apple.mpegurl", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n" + b"#EXTINF:9,\ndrop.ts\n" * 10_000
    ),
    "repeated": _page(_DASH % (9_000_000_000, 9_000_000_000, ">" + _SEGMENTS % 10**9), "application/dash+xml"),
    "numbered": _page(_DASH % (9_000_000_000, 9_000_000_000, 'duration="1">'), "application/dash+xml"),
    "laughs": _page(f'<?xml version="1.0"?><!DOCTYPE MPD [<!ENTITY l0 "ha">{_LAUGHS}]><MPD>&l11;</MPD>', "text/xml"),
    "big_fragment": _page(
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nendless.ts\n#EXT-X-ENDLIST\n", "application/vnd.apple.mpegurl"
    ),
    "deep": _page('<!doctype html><script type="application/ld+json">' + "[" * 1_000_000 + "</script>"),
    "players": _page("<!doctype html><html>" + "<video " * 100_000),
    "drop": lambda handler: handler.send("video/mp2t", b"G" * 188),
}
_SUFFIXES = dict.fromkeys(["page", "pages", "moved", "drip_page", "gzip", "gzip_in_gzip", "deep", "players"], "html")
_SUFFIXES |= dict.fromkeys(["fragments", "nested", "endless_manifest", "big_fragment"], "m3u8")
_SUFFIXES |= dict.fromkeys(["repeated", "numbered", "laughs"], "mpd")


@dataclass(frozen=True, slots=True)
class Result:
    """How a fetch ended: what it said, after how many seconds, its resident bytes at most, and the bytes it left."""

    said: str
    seconds: float
    resident: int
    left: int


def main() -> int:
    """Run the cases whose names contain an argument. Returns 1 if one broke a limit."""
    wanted = [name for name in ANSWERS if name != "drop" and any(part in name for part in sys.argv[1:] or [""])]
    failed = 0
    with _server() as port, _small_disk() as disk:
        for name in wanted:
            result = fetch(f"http://127.0.0.1:{port}/{name}.{_SUFFIXES.get(name, 'mp3')}", disk / name)
            good = result.seconds < MAX_SECONDS and result.resident < MAX_RESIDENT_BYTES and not result.left
            good &= result.said.split(":")[0] in EXPECTED
            failed += not good
            print(
                f"{'ok  ' if good else 'FAIL'} {name:22} {result.seconds:5.1f} s {result.resident / 1e6:6.0f} MB  "
                f"left {result.left} bytes  {result.said[:150]}",
                flush=True,
            )
    return 1 if failed else 0


EXPECTED = {"AudioUnreadable", "DiskFull", "FetchError", "Live", "NoNetwork", "TimedOut", "TooLarge", "Truncated"}
EXPECTED |= {"Unsupported"}


def fetch(url: str, data: Path) -> Result:
    """Fetch `url` in a process of its own."""
    begun = time.monotonic()
    command = [sys.executable, "-c", _FETCH, url, str(data), str(TIMEOUT_SECONDS)]
    environ = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, cwd=ROOT, env=environ, stdout=said, stderr=said) as child,
    ):
        killer = threading.Timer(MAX_SECONDS, child.kill)
        killer.start()
        _, _, usage = os.wait4(child.pid, 0)
        child.returncode = 0
        killer.cancel()
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines() or ["nothing"]
    parts = list(data.rglob("*.part*")) if data.exists() else []
    left = 0 if lines[-1].startswith("TimedOut") else sum(path.stat().st_size for path in parts)
    shutil.rmtree(data, ignore_errors=True)
    return Result(lines[-1], time.monotonic() - begun, usage.ru_maxrss * 1024, left)


@contextmanager
def _server() -> Iterator[int]:
    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """The client hung up, as it should."""

    _packed_nothing(2)  # takes longer than a fetch waits for an answer, and than an import should
    with Server(("127.0.0.1", 0), Tormentor) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@contextmanager
def _small_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="jumpnotes-torture-") as name:
        folder = Path(name)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", name]
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        if not mounted:
            print("no small disk could be mounted: downloads without end run into the limit of a recording")
        try:
            yield folder
        finally:
            if mounted:
                subprocess.run(["umount", name], check=True)


if __name__ == "__main__":
    sys.exit(main())
