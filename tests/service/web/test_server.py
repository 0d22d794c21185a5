"""No client keeps another from getting a page, over real HTTP."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from flask import Flask

from pipeline.records import Recording
from service.web import server as web
from service.web.server import Connection, WebServer
from tests.service.meetings import Library
from tests.service.serving import running

RECORDING_BYTES = 40_000_000
PAGE = bytes(range(256)) * 8_000  # two megabytes, more than the kernel keeps for a reader


@pytest.fixture
def server(app: Flask, library: Library, tmp_path: Path) -> Iterator[WebServer]:
    """A server with a recording of 40 MB and a page of 2 MB."""
    library.notes()
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.truncate(RECORDING_BYTES)
    library.store.save_recording("garden", Recording(str(path), "Call", 5_000.0, str(path)), key="x")
    app.add_url_rule("/page", "page", lambda: PAGE)
    app.add_url_rule("/own", "own", lambda: PAGE[:-1] + b"!")
    with running(app) as running_server:
        yield running_server


@pytest.fixture
def opened(server: WebServer) -> Iterator[Callable[..., socket.socket]]:
    """Open a connection to the server, and send something."""
    with ExitStack() as stack:

        def open_connection(sent: str = "", *, buffer: int = 0) -> socket.socket:
            connection = stack.enter_context(socket.socket())
            connection.settimeout(20)
            if buffer:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            connection.connect(server.socket.getsockname())
            connection.sendall(sent.encode("latin-1"))
            return connection

        yield open_connection


def get(path: str, *headers: str, method: str = "GET") -> str:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""])


def status(connection: socket.socket) -> str:
    return connection.recv(12, socket.MSG_WAITALL).decode("latin-1").partition(" ")[2]


def until(condition: Callable[[], object]) -> None:
    """Wait for what another thread does; a test that waits for ever is ended by its reader."""
    for _ in range(2_000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has closed it. Nothing is read."""
    return int(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]) != 1


def is_at_rest(server: WebServer) -> bool:
    """Whether no connection takes a byte for a while: what the kernel keeps for the readers is full."""
    before = [each.quiet_since for each in connections(server)]
    time.sleep(0.3)
    return [each.quiet_since for each in connections(server)] == before


def connections(server: WebServer) -> list[Connection]:
    """In the order in which they came."""
    return sorted(server.active_channels.values(), key=lambda each: each.creation_time)


def test_readers_that_stop_reading_hold_no_thread(server: WebServer, opened: Callable[..., socket.socket]) -> None:
    """However many players are paused and readers leave a large page unread: a page comes."""
    for _ in range(web._THREADS):
        opened(get("/media/garden", "Range: bytes=0-"), buffer=4_096)
        opened(get("/page") * 30, buffer=4_096)
    until(lambda: sum(each.total_outbufs_len > 0 for each in connections(server)) == 2 * web._THREADS)

    assert status(opened(get("/"))) == "200"
    from_file = [any(isinstance(each, web.FileAnswer) for each in one.outbufs) for one in connections(server)]
    assert sum(from_file) == web._THREADS, "a recording waits in its file, not in memory"


def test_requests_sent_ahead_are_answered_one_by_one(server: WebServer, opened: Callable[..., socket.socket]) -> None:
    """All of them, in order; whoever does not read the first answer has no second one made."""
    paths = ["/nowhere", "/api/v1/meetings", "/nowhere", "/problems"]
    many = opened("".join(get(path) for path in paths) + get("/login", "Connection: close"))
    answers = many.makefile("rb").read()
    lazy = opened(get("/page") * 30, buffer=4_096)
    until(lambda: any(each.total_outbufs_len for each in connections(server)))
    (waiting,) = [each for each in connections(server) if each.addr == lazy.getsockname()]
    opened(get("/")).recv(1)

    assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"404", b"200", b"404", b"200", b"404"]
    assert waiting.total_outbufs_len < len(PAGE)


def test_a_full_house_lets_in_whoever_comes(
    app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Beyond the limit the connections that wait longest are closed, and a drop now and then does not make one new."""
    monkeypatch.setattr(web, "MAX_CONNECTIONS", 40)
    monkeypatch.setattr(web, "_ACCEPTED_AT_ONCE", 8)
    server = request.getfixturevalue("server")
    opened = request.getfixturevalue("opened")
    player = opened(get("/media/garden"), buffer=65_536)
    until(lambda: len(connections(server)) == 1)
    (playing,) = connections(server)
    idle = []
    for _ in range(100):
        idle.append(opened("GET / HT"))
        until(lambda: idle[-1].getsockname() in {each.addr for each in connections(server)})
        with suppress(OSError):
            idle[0].send(b"T")
        before = playing.quiet_since
        while playing.quiet_since == before:
            assert player.recv(65_536)

    until(lambda: is_closed(idle[0]))
    assert status(opened(get("/"))) == "200"
    assert len(connections(server)) <= 40 + 8, "it looks again after each batch that is let in"
    assert not is_closed(player)
    assert sum(not is_closed(each) for each in idle) >= 20


def test_whoever_is_quiet_for_too_long_is_closed(server: WebServer, opened: Callable[..., socket.socket]) -> None:
    """Half a request, nothing, or a player that reads no more: each goes. One that still reads may stay."""
    clients = [opened(), opened("GET / HTTP/1.1\r\n"), opened(get("/media/garden"), buffer=4_096)]
    reader = opened(get("/media/garden", "Range: bytes=9-"), buffer=4_096)
    until(
        lambda: len(connections(server)) == 4 and sum(each.total_outbufs_len > 0 for each in connections(server)) == 2
    )
    until(lambda: is_at_rest(server))
    for each in connections(server):
        each.quiet_since -= web.CONNECTION_TIMEOUT_SECONDS - 20
    time_before = {each: each.quiet_since for each in connections(server)}
    (read,) = [each for each in connections(server) if each.addr == reader.getsockname()]
    clients[1].sendall(b"X-A: b")
    while read.quiet_since == time_before[read]:
        reader.recv(1_000_000)
    for each in connections(server):
        each.quiet_since -= 30

    until(lambda: all(is_closed(each) for each in clients))
    assert not is_closed(reader)


def test_answers_that_wait_take_no_more_than_their_share_of_memory(
    server: WebServer, opened: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers of the same bytes share them; where there are too many, those go that have read nothing for longest."""
    monkeypatch.setattr(web, "MAX_WAITING_BYTES", 5 * len(PAGE))
    server.next_channel_cleanup = float("inf")  # only when we say so

    def waiting(number: int) -> Callable[[], bool]:
        return lambda: sum(bool(each.answer) for each in connections(server)) == number

    shared = [opened(get("/page"), buffer=4_096) for _ in range(10)]
    until(waiting(10))
    server.maintenance(0)
    assert len(connections(server)) == 10
    own = []
    for number in range(8):
        own.append(opened(get("/own"), buffer=4_096))
        until(waiting(11 + number))
    server.maintenance(0)

    until(lambda: all(is_closed(each) for each in shared + own[:3]))
    assert not any(is_closed(each) for each in own[3:])


def test_a_fast_download_gives_others_their_turn(
    server: WebServer, opened: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However fast it is read, only so much is sent at a time."""
    turns = []
    written = Connection.handle_write

    def note(self: Connection) -> None:
        written(self)
        turns.append(self._turn_bytes)

    monkeypatch.setattr(Connection, "handle_write", note)
    fast = opened(get("/media/garden"))
    received = 0
    while received < RECORDING_BYTES:
        received += len(fast.recv(4_000_000))

    assert max(turns) <= web._TURN_BYTES + web._SEND_BYTES
    assert len(turns) >= RECORDING_BYTES // (web._TURN_BYTES + web._SEND_BYTES)


def test_a_file_that_becomes_shorter_ends_its_download(
    server: WebServer, opened: Callable[..., socket.socket], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The player is told by the end of the connection, and nothing turns in circles."""
    player = opened(get("/media/garden"), buffer=65_536)
    assert status(player) == "200"
    (tmp_path / "long.wav").write_bytes(b"")
    received = 0
    while data := player.recv(1_000_000):
        received += len(data)

    assert received < RECORDING_BYTES
    assert status(opened(get("/"))) == "200"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (get("/", "Transfer-Encoding: gzip", method="POST"), "400"),
        (get("/", "Transfer-Encoding: chunked, x", method="POST"), "400"),
        (get("http://["), "400"),
        (get("/", f"Content-Length: {'9' * 5_000}", method="POST"), "400"),
        (get("/", "Content-Length: 9999999", method="POST"), "413"),
        (get("/", f"X-A: {'a' * web.MAX_HEADER_BYTES}"), "431"),
        ("\r\n\r\n" + get("/"), "200"),
        (get("/opensearch.xml").replace("localhost", "xn--a"), "400"),  # the client of tests has no such host
    ],
)
def test_what_cannot_be_parsed_is_answered(opened: Callable[..., socket.socket], sent: str, expected: str) -> None:
    """A request that no app ever sees is the sender's mistake, and never a closed door or a 5xx."""
    assert status(opened(sent)) == expected


def test_a_connection_may_be_closed_twice(server: WebServer, opened: Callable[..., socket.socket]) -> None:
    """A client that is gone is found out both where it is read and where it is written to: that ends nothing else."""
    opened()
    until(lambda: connections(server))
    (gone,) = connections(server)
    gone.will_close = True
    for _ in range(2):
        gone.handle_close()
        gone.handle_write()

    assert status(opened(get("/"))) == "200"


def test_a_byte_out_of_band_is_one_like_any_other(opened: Callable[..., socket.socket]) -> None:
    """It is read, so that the loop does not turn around it for ever."""
    odd = opened()
    odd.send(b"G", socket.MSG_OOB)
    odd.sendall(get("/").encode()[1:])

    assert status(odd) == "200"


@pytest.mark.parametrize(
    ("limits", "opened_files", "connections"),
    [
        ((1_024, 1_048_576), 4_200, 2_000),
        ((1_024, resource.RLIM_INFINITY), 4_200, 2_000),
        ((256, 1_024), 1_024, 412),
        ((20_000, 20_000), None, 2_000),
    ],
)
def test_there_are_files_for_every_connection(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], opened_files: int | None, connections: int
) -> None:
    """The process may open as many as the system allows it, and takes no more connections than it can hold."""
    changed: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: changed.append(wanted[0]))

    assert web._connection_limit() == connections
    assert changed == ([opened_files] if opened_files else [])
