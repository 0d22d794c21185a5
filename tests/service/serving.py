"""A real HTTP server for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_server
from typing import Any

from flask import Flask
from waitress import wasyncore

from service import wsgi
from service.web import server as web
from service.web.server import WebServer


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """A real HTTP server on loopback, by its URL."""
    with running(app) as server:
        yield wsgi.url_of(server.socket)


@contextmanager
def running(app: Any) -> Iterator[WebServer]:
    """A real HTTP server on loopback, whose loop is turned by a thread."""
    channels: dict[int, Any] = {}
    stopping = threading.Event()

    def answer() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)

    with create_server(("127.0.0.1", 0)) as opened:
        server = web.create_server(app, opened, channels)
        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield server
        finally:
            stopping.set()
            thread.join()
            server.task_dispatcher.shutdown()
            for channel in tuple(channels.values()):  # with what a browser did not fetch to the end
                channel.handle_close()
            wasyncore.close_all(channels)
