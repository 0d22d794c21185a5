"""A web server on loopback that stands in for the host of a recording."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PREFERRED_PORT = 28_413
"""The same in every run when it is free, so that the second run knows the recording by its URL; below the ports that
systems hand out by themselves."""


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """The address of a server that offers the files of `folder` while the context lasts."""
    handler = partial(_QuietHandler, directory=str(folder))
    try:
        server = _FileServer(("127.0.0.1", PREFERRED_PORT), handler)
    except OSError:  # in use: any other will do
        server = _FileServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing: progress is shown by the run."""


class _FileServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client may hang up when it has seen enough; yt-dlp does after its first look."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
