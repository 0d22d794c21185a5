"""A host on loopback that answers as a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipeline.fetch.sources import RemoteSource

SECONDS = 20
WATCH = "https://www.youtube.com/watch?v=gArDenCall0"
REMOTE = RemoteSource(WATCH, WATCH, "gArDenCall0", "gArDenCall0")


Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as the test says, and keeps count."""

    server: Host

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range")))
        answer = self.server.answers.get(self.path.partition("?")[0])
        if answer is None:
            self.send_error(404)
        else:
            answer(self)

    def do_HEAD(self) -> None:
        fields = self.server.heads.get(self.path)
        if fields is None:
            self.send_error(501)
        else:
            self.send_response(200)
            for name, value in fields.items():
                self.send_header(name, value)
            self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass

    def head(self, size: int, *, status: int = 200, **fields: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "audio/ogg")
        self.send_header("Content-Length", str(size))
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


class Host(ThreadingHTTPServer):
    """A host on loopback. `release` lets go of answers that stall."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str | None]] = []
        self.answers: dict[str, Answer] = {}
        self.heads: dict[str, dict[str, str]] = {}
        """What a request for the headers of a path is answered with; of other paths they are not told."""
        self.release = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # the client hung up, as some tests have it do

    @property
    def port(self) -> int:
        return self.server_port

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def whole(content: bytes) -> Answer:
    def answer(handler: Handler) -> None:
        handler.head(len(content))
        handler.wfile.write(content)

    return answer


def broken(content: bytes, sent: int) -> Answer:
    """Announces everything, sends a part, hangs up."""

    def answer(handler: Handler) -> None:
        handler.head(len(content))
        handler.wfile.write(content[:sent])

    return answer


def stalled(content: bytes, sent: int) -> Answer:
    """Announces everything, sends a part, and keeps the line open."""

    def answer(handler: Handler) -> None:
        handler.head(len(content))
        handler.wfile.write(content[:sent])
        handler.wfile.flush()
        handler.server.release.wait(60)

    return answer


def ranged(content: bytes) -> Answer:
    """Continues where it is asked to."""

    def answer(handler: Handler) -> None:
        start = int((handler.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        rest = content[start:]
        handler.head(
            len(rest), status=206 if start else 200, Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}"
        )
        handler.wfile.write(rest)

    return answer


def moved(url: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.head(0, status=302, Location=url)

    return answer


def typed(kind: str, content: bytes) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def results(into: Path) -> list[str]:
    """The files in the folder that look like a recording."""
    return sorted(path.name for path in into.glob("*") if not path.name.startswith(".") and path.suffix != ".json")
