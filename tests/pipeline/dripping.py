"""What goes wrong with servers: one never comes to an end, and one has a name that there cannot be."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from threading import Event, Thread

_BETWEEN_SECONDS = 0.05


def no_name(*_: object, **__: object) -> object:
    """As the look-up of `hooks..example` ends, before anybody is asked."""
    "hooks..example".encode("idna")
    raise AssertionError


@contextmanager
def dripping(at_once: bytes, drop: bytes) -> Iterator[int]:
    """Its port. To each who connects it says something at once, and then drops."""
    ended = Event()

    def talk(connected: socket.socket) -> None:
        with connected, suppress(OSError):
            for said in chain([at_once], repeat(drop)):
                connected.sendall(said)
                if ended.wait(_BETWEEN_SECONDS):
                    return

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                Thread(target=talk, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
        ended.set()
        server.shutdown(socket.SHUT_RDWR)
