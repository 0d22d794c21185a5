"""Only who knows a draft, or may write, is read beyond a correction, over real HTTP; and few of them at once."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from pipeline.config import Settings
from pipeline.jobs import drafts
from pipeline.records import Notes
from service.web import server as web
from service.web.large_bodies import MAX_LARGE_BODY_BYTES
from service.web.server import WebServer
from tests.service.corrections import TOKEN
from tests.service.serving import running

Opener = Callable[..., socket.socket]
PIECE = 1_048_576


@pytest.fixture
def server(guarded: Flask) -> Iterator[WebServer]:
    """A server with a token."""
    with running(guarded) as running_server:
        yield running_server


@pytest.fixture
def opened(server: WebServer) -> Iterator[Opener]:
    """Open a connection to the server, and send something."""
    with ExitStack() as stack:

        def open_connection(sent: bytes) -> socket.socket:
            connection = stack.enter_context(socket.socket())
            connection.settimeout(20)
            connection.connect(server.socket.getsockname())
            connection.sendall(sent)
            return connection

        yield open_connection


def head(method: str, path: str, size: int, *, token: str = "") -> bytes:
    """The headers of a request."""
    given = [f"Authorization: Bearer {token}"] if token else []
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/octet-stream", *given]
    return "\r\n".join([*lines, f"Content-Length: {size}", "", ""]).encode()


def status(connection: socket.socket) -> str:
    return connection.recv(12, socket.MSG_WAITALL).decode().partition(" ")[2]


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    for _ in range(2_000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def recording(settings: Settings, size: int = 3 * PIECE) -> str:
    """The address of the recording of a draft."""
    draft = drafts.create(settings, "Ana", files=[("recording", "call.mp3", size)])
    return f"/api/v1/drafts/{draft.id}/files/recording"


def test_a_piece_of_a_file_is_read_where_its_draft_is_known(opened: Opener, settings: Settings) -> None:
    """And it is written only for those who may write."""
    path = recording(settings)
    assert status(opened(head("PUT", path, PIECE) + bytes(PIECE))) == "401"
    assert status(opened(head("PUT", path, PIECE, token=TOKEN) + bytes(PIECE))) == "200"
    (draft,) = drafts.all_drafts(settings)
    assert draft.files[0].received == PIECE


@pytest.mark.parametrize(
    ("method", "path", "size"),
    [
        ("PUT", "/api/v1/drafts/AAAAAAAAAAAAAAAAAAAAAA/files/recording", PIECE),
        ("PUT", "/api/v1/drafts/../files/recording", PIECE),
        ("POST", "{known}", PIECE),
        ("PUT", "{known}/more", PIECE),
        ("PUT", "{known}", MAX_LARGE_BODY_BYTES),
        ("PUT", "{known}", 10**15),
        ("POST", "/api/v1/drafts", PIECE),
        ("PUT", "/api/v1/meetings/garden/notes", PIECE),
        ("POST", "/api/v1/meetings/garden/corrections", PIECE),
        ("POST", "/login", PIECE),
    ],
)
def test_nothing_else_is_read(opened: Opener, settings: Settings, method: str, path: str, size: int) -> None:
    """Its sender is told as soon as the headers are there."""
    assert status(opened(head(method, path.format(known=recording(settings)), size))) == "413"


def test_pieces_without_a_length_are_not_read(opened: Opener, settings: Settings) -> None:
    """What comes in chunks could go on for ever."""
    start = head("PUT", recording(settings), 0, token=TOKEN).replace(
        b"Content-Length: 0", b"Transfer-Encoding: chunked"
    )
    assert status(opened(start + b"20000\r\n" + bytes(0x20000) + b"\r\n")) == "413"


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/v1/drafts"), ("PUT", "/api/v1/meetings/garden/notes")])
def test_notes_are_read_of_those_who_may_write(opened: Opener, method: str, path: str) -> None:
    """Of everybody else they are not; and nobody learns more about the token than by any other request."""
    body = b'{"text": "' + b"x" * 200_000 + b'", "seen": "", "odd": 1}'
    assert status(opened(head(method, path, len(body), token="wrong"))) == "413"
    json = head(method, path, len(body), token=TOKEN).replace(b"octet-stream", b"json")
    assert status(opened(json + body)) == "422"


def test_few_are_received_at_once(
    server: WebServer, opened: Opener, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others are told when to try again, small requests are answered, and whoever is through makes room."""
    monkeypatch.setattr(web, "MAX_LARGE_BODIES", 3)
    paths = [recording(settings) for _ in range(4)]
    slow = [opened(head("PUT", path, PIECE, token=TOKEN) + bytes(9)) for path in paths[:3]]
    until(lambda: server.count_large_bodies() == 3)
    refused = opened(head("PUT", paths[3], PIECE, token=TOKEN)).makefile("rb").read()
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5" in refused
    assert status(opened(head("PUT", paths[3], 9, token=TOKEN) + bytes(9))) == "200"
    slow[0].sendall(bytes(PIECE - 9))
    assert status(slow[0]) == "200"
    until(lambda: server.count_large_bodies() < 3)
    assert status(opened(head("PUT", f"{paths[3]}?offset=9", PIECE, token=TOKEN) + bytes(PIECE))) == "200"


def test_on_this_machine_nobody_needs_a_token(app: Flask, full: Notes) -> None:
    """But a page that was made to lead here is no person at this machine."""
    body = b'{"text": "' + b"x" * 200_000 + b'"}'
    with running(app) as server:
        for host, expected in (("localhost", "201"), ("evil.example", "413"), ("[", "413")):
            with socket.create_connection(server.socket.getsockname(), timeout=20) as connection:
                start = head("POST", "/api/v1/drafts", len(body)).replace(b"octet-stream", b"json")
                connection.sendall(start.replace(b"localhost", host.encode()) + (body if expected == "201" else b""))
                assert status(connection) == expected


def test_the_app_itself_reads_no_more(app: Flask, settings: Settings) -> None:
    """Whatever server it runs in."""
    path, client = recording(settings), app.test_client()
    large = client.put(path, data=bytes(PIECE + 1), content_type="application/octet-stream")
    assert large.status_code == 413
    assert client.post("/api/v1/drafts", json={"text": "x" * MAX_LARGE_BODY_BYTES}).status_code == 413
    assert client.patch(path.partition("/files")[0], json={"title": "x" * 10_000}).status_code == 413
