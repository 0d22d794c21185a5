"""A real HTTP server for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_server
from typing import Any

import waitress
from flask import Flask

from service import wsgi


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """A real HTTP server on loopback, by its URL."""
    channels: dict[int, Any] = {}
    stopping = threading.Event()

    def answer() -> None:
        while not stopping.is_set():
            waitress.wasyncore.loop(timeout=0.1, map=channels, count=1)

    with create_server(("127.0.0.1", 0)) as opened:
        server = waitress.create_server(app, map=channels, sockets=[opened], threads=8)
        thread = threading.Thread(target=answer)
        thread.start()
        yield wsgi.url_of(opened)
        stopping.set()
        thread.join()
        server.task_dispatcher.shutdown()
        for channel in tuple(channels.values()):  # with what a browser did not fetch to the end
            channel.handle_close()
        waitress.wasyncore.close_all(channels)
