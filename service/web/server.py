"""The HTTP server: waitress, so set and so extended that no client keeps another from getting a page.

waitress reads and sends in one thread without ever waiting, and answers in a few others. What it leaves open is closed
here:

- A full house: the connection that has been waiting longest makes room, so that a new reader always gets in.
- Clients that send their request in drops, and readers that stop reading, have a time limit, and no answer holds a
  thread: an answer's bytes wait in memory (one copy for all who get the same), a recording's in its file.
- Requests sent ahead of their answers are read one at a time, so that nobody fills the memory with answers.
- A fast download gets its turn like everybody else.
- What cannot be parsed is answered with 400.
- A body that is larger than a correction is read only where the app says so, a few at a time, and stays in memory.
"""

from __future__ import annotations

import heapq
import resource
import socket
import struct
import time
from collections.abc import Iterable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error

from service.web import large_bodies
from service.web.large_bodies import MAX_LARGE_BODY_BYTES

MAX_CONNECTIONS = 2_000
"""Fewer where the system allows fewer open files. Each costs a few kB, and a little of every turn of the loop."""

CONNECTION_TIMEOUT_SECONDS = 120
"""Without an answer's byte. Longer than proxies keep their connections, and than a slow line takes for 100 kB."""

MAX_HEADER_BYTES = 32_768
MAX_BODY_BYTES = 65_536
"""Above, a request is not even read. The app has a stricter limit, and a better answer."""

MAX_LARGE_BODIES = 16
"""That are received, or wait for a thread, at once: a few MB in all."""

MAX_WAITING_BYTES = 256 * 1024**2
"""Of answers that wait in memory for their readers; beyond, the readers that have read nothing for longest go."""

_THREADS = 16
_CLEANUP_SECONDS = 1
_RETRY_SECONDS = 5
_SEND_BYTES = 65_536  # at a time
_TURN_BYTES = 16 * _SEND_BYTES  # of one connection, until others have had their turn
_UNSENT_BYTES = 2 * _SEND_BYTES  # in the kernel's memory, for a reader that does not read
_SHARED_BYTES = 16_384  # smaller answers are copied, which costs less than sharing them
_READ_OFF_TIMES = 16
_ACCEPTED_AT_ONCE = 64
_SPARE_FILES = 200  # for databases, and connections accepted while room is being made
_NEVER = 2**40
_DROP = struct.pack("ii", 1, 0)  # what was not sent yet


def create_server(app: Flask, opened: socket.socket, channels: MutableMapping[int, Any] | None = None) -> WebServer:
    """A server for `app` on a listening socket; `run()` answers until interrupted.

    Args:
        channels: where the server keeps its connections, for those who turn the loop themselves.
    """
    settings = Adjustments(
        sockets=[opened],
        ident=None,
        # We take no client's address from a header, but keep them: they show that a proxy stands in between.
        clear_untrusted_proxy_headers=False,
        connection_limit=_connection_limit(),
        channel_timeout=CONNECTION_TIMEOUT_SECONDS,
        cleanup_interval=_CLEANUP_SECONDS,
        asyncore_use_poll=True,  # select() ends at 1,024 files
        max_request_header_size=MAX_HEADER_BYTES,
        max_request_body_size=MAX_BODY_BYTES,
        inbuf_overflow=_NEVER,
        outbuf_overflow=_NEVER,  # no temporary files: the disk may be full
    )
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(_THREADS)
    about = (opened.family, opened.type, opened.proto, opened.getsockname())
    return WebServer(
        app, channels, _sock=opened, dispatcher=dispatcher, adj=settings, sockinfo=about, bind_socket=False
    )


def _connection_limit() -> int:
    """How many connections there are files for, of which a download takes two; lets the process open all it may."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or most > 2 * MAX_CONNECTIONS + _SPARE_FILES:
        most = max(allowed, 2 * MAX_CONNECTIONS + _SPARE_FILES)
    if allowed != resource.RLIM_INFINITY and allowed < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return max(min(MAX_CONNECTIONS, (most - _SPARE_FILES) // 2), 10)


class FileAnswer(ReadOnlyFileBasedBuffer):  # type: ignore[misc]
    """A file, or the piece of it from where it stands, that is sent as its reader takes it."""

    def get(self, numbytes: int = -1, skip: bool = False) -> bytes:  # noqa: FBT001, FBT002 - as waitress calls it
        data: bytes = super().get(numbytes, skip)
        if not data and self.remain:  # else waitress would ask again and again
            raise EOFError("a file became shorter while it was sent")
        return data


class FullHouse(Error):  # type: ignore[misc]
    """As many large bodies are being received as there may be."""

    code = 503
    reason = "Service Unavailable"

    def __init__(self) -> None:
        super().__init__("Too many uploads at once.")

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        status, headers, body = super().to_response(ident)
        return status, [*headers, ("Retry-After", str(_RETRY_SECONDS))], body


@dataclass(frozen=True, slots=True)
class _LargeBodyLimits:
    """What waitress reads of its settings while it reads a request."""

    max_request_header_size: int
    max_request_body_size: int


class RequestParser(HTTPRequestParser):  # type: ignore[misc]
    """Reads one request, and keeps what was sent after it."""

    adj: Any
    rest = b""
    is_large = False  # its body is

    def __init__(self, adj: Adjustments, connection: Connection) -> None:
        super().__init__(adj)
        self._connection = connection

    def received(self, data: bytes) -> int:
        used: int = super().received(data)
        if not self.completed or self.empty:
            return used
        self.rest = data[used:]
        return len(data)

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # such as an address of "//["
            raise ParsingError("The request cannot be read.") from error
        except TransferEncodingNotImplemented as error:  # the sender's mistake, not ours: 400 rather than 501
            raise ParsingError(str(error)) from error
        if self.adj.max_request_body_size <= self.content_length < MAX_LARGE_BODY_BYTES:
            self._ask_for_large_body()

    def _ask_for_large_body(self) -> None:
        server: WebServer = self._connection.server
        if server.large_bodies is None or not server.large_bodies.may_have(self._environ()):
            return  # it is too large
        if server.count_large_bodies() >= MAX_LARGE_BODIES:
            self.error, self.completed = FullHouse(), True
            self.content_length, self.body_rcv = 0, None  # nothing more is read
            return
        self.is_large = True
        self.adj = _LargeBodyLimits(self.adj.max_request_header_size, MAX_LARGE_BODY_BYTES)

    def _environ(self) -> dict[str, Any]:
        """What is known of the request before its body is read, as WSGI has it."""
        headers = {f"HTTP_{name}": value for name, value in self.headers.items()}
        return headers | {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": f"HTTP/{self.version}",
            "REMOTE_ADDR": self._connection.addr[0],
            "wsgi.url_scheme": self.url_scheme,
            "wsgi.input": BytesIO(),
        }


class RequestTask(WSGITask):  # type: ignore[misc]
    """Answers a request."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ["wsgi.file_wrapper"] = FileAnswer
        return environ


class Connection(HTTPChannel):  # type: ignore[misc]
    """A client's connection. `quiet_since` is when it last took a byte of an answer, on the monotonic clock."""

    task_class = RequestTask

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parser_class = partial(RequestParser, connection=self)
        self.sendbuf_len = _SEND_BYTES
        self.quiet_since = time.monotonic()
        self.answer = b""  # the last large one, while it waits
        self._unread = b""  # requests sent ahead of their answers
        self._turn_bytes = 0

    @property
    def is_waiting(self) -> bool:
        """Whether it is the client's turn: to send a request, or to read an answer."""
        return not self.requests or self.total_outbufs_len > 0

    @property
    def large_bodies(self) -> int:
        """How many of its requests have one, at most one of them while it is being received."""
        read = [*self.requests, *([self.request] if self.request is not None else [])]
        return sum(each.is_large for each in read)

    def writable(self) -> bool:
        return bool(super().writable() or self._can_read_on())

    def service(self) -> None:
        self._unread = self.requests[0].rest
        super().service()

    def handle_write(self) -> None:
        self._turn_bytes = 0
        super().handle_write()
        if not self.total_outbufs_len:
            self.answer = b""
        if self._can_read_on():
            data, self._unread = self._unread, b""
            self.received(data)

    def _can_read_on(self) -> bool:
        return bool(self._unread) and self.connected and self.readable()

    def handle_close(self) -> None:
        if self.will_close and self.socket is not None:  # it may have been closed in this turn of the loop
            self._read_off()
        super().handle_close()

    def _read_off(self) -> None:
        """Take what the client still sends: closed on unread bytes, a connection is reset, and the last answer lost."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            for _ in range(_READ_OFF_TIMES):
                if not self.socket.recv(_SEND_BYTES):
                    return

    def write_soon(self, data: bytes | ReadOnlyFileBasedBuffer) -> int:
        self._turn_bytes = 0
        if isinstance(data, bytes) and len(data) >= _SHARED_BYTES:
            self.answer = data
            data = ReadOnlyFileBasedBuffer(BytesIO(data))  # no copy: the bytes are shared while nobody changes them
            data.prepare()
        written: int = super().write_soon(data)
        if not self.total_outbufs_len:
            self.answer = b""
        return written

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002 - as waitress calls it
        if self._turn_bytes >= _TURN_BYTES:
            return 0  # as if the line were full
        sent: int = super().send(data, do_close)
        if sent:
            self.quiet_since = time.monotonic()
            self._turn_bytes += sent
        return sent


class WebServer(TcpWSGIServer):  # type: ignore[misc]
    """Accepts connections, and closes those that keep others out."""

    channel_class = Connection

    def __init__(self, app: object, *args: Any, **options: Any) -> None:
        super().__init__(app, *args, **options)
        self.large_bodies = large_bodies.of(app)

    def count_large_bodies(self) -> int:
        return sum(each.large_bodies for each in list(self.active_channels.values()))

    def set_socket_options(self, conn: socket.socket) -> None:
        super().set_socket_options(conn)
        # A byte sent "out of band" would be announced again and again, and never read.
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)

    def readable(self) -> bool:
        before = len(self._map)
        if before >= self.adj.connection_limit:
            self._close(heapq.nsmallest(_ACCEPTED_AT_ONCE, self._waiting(), key=lambda each: each.quiet_since))
        can_accept = bool(super().readable())  # it may close some, too
        if len(self._map) < before:
            # Nobody is let in before the next turn: a new connection could get the number of a file that was closed in
            # this one, and then what the system has to say of that.
            self.trigger.pull_trigger()
            return False
        return can_accept

    def handle_accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            known = len(self._map)
            super().handle_accept()
            if len(self._map) == known:
                return  # nobody else is at the door

    def maintenance(self, _now: float) -> None:
        oldest = time.monotonic() - self.adj.channel_timeout
        self._close([each for each in self._waiting() if each.quiet_since < oldest])
        slow = sorted((each for each in self._waiting() if each.answer), key=lambda each: -each.quiet_since)
        seen, waiting_bytes = set[int](), 0
        for each in slow:
            answer = each.answer
            waiting_bytes += len(answer) if id(answer) not in seen else 0
            seen.add(id(answer))
            if waiting_bytes > MAX_WAITING_BYTES:
                self._close([each])

    def _waiting(self) -> list[Connection]:
        return [each for each in list(self.active_channels.values()) if each.is_waiting]

    def _close(self, connections: Iterable[Connection]) -> None:
        for each in connections:
            if each.total_outbufs_len:  # the kernel would keep what it has for the reader, and the connection
                with suppress(OSError):
                    each.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP)
            each.handle_close()  # waitress's own way, will_close, waits until the client reads
