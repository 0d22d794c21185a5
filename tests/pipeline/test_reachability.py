"""Whether a host answers, by hosts on loopback that do so in all ways."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.reachability import HostProbe

asked: list[str] = []


class _Answers(BaseHTTPRequestHandler):
    """/503 is answered with 503; a redirect leads to /moved."""

    def do_GET(self) -> None:
        asked.append(self.path)
        self.send_response(int(self.path.strip("/")))
        self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (200, None),
        (204, None),
        (302, None),
        (403, None),
        (404, None),
        (429, None),
        (407, "it answers with error 407"),
        (511, "it answers with error 511"),
        (503, "it answers with error 503"),
    ],
)
def test_any_answer_of_the_host_itself_will_do(host: str, answer: int, problem: str | None) -> None:
    """But not a proxy's that wants a login, nor that of a host that is down; and nobody is asked in its place."""
    asked.clear()

    assert HostProbe(f"{host}/{answer}", 5.0).problem() == problem
    assert asked == [f"/{answer}"]


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://127.0.0.1:9/", "Connection refused"),
        ("http://[nowhere/", "Invalid IPv6 URL"),
        ("nothing", "unknown url type"),
    ],
)
def test_what_is_not_there(address: str, problem: str) -> None:
    told = HostProbe(address, 5.0).problem()

    assert told is not None
    assert problem in told


def test_a_host_that_accepts_and_says_nothing() -> None:
    """Whoever asks waits for the time limit, and no longer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        probe = HostProbe(f"http://127.0.0.1:{server.getsockname()[1]}/", 0.2)

        assert probe.problem() in {"no answer in 0.2 seconds", "timed out"}
