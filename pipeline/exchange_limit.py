"""An end to what is said over a connection, however slowly the other side says it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

_AGAIN_SECONDS = 0.2  # it may have been encrypted just now, which is another socket


@contextmanager
def at_most(seconds: float, connected: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut a connection down when the time is over. Whoever waits for it is told that it was closed.

    The time limit of a socket is one for each byte, and starts again with the next.

    Args:
        connected: the socket, if there is one by then.
    """
    ended = Event()

    def watch() -> None:
        wait = seconds
        while not ended.wait(wait):
            wait = _AGAIN_SECONDS
            with suppress(OSError):
                if (found := connected()) is not None:
                    socket.socket.shutdown(found, socket.SHUT_RDWR)  # not that of TLS, which is no one else's to touch

    watcher = Thread(target=watch, name="exchange limit", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
