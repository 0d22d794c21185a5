"""Odd requests, byte by byte, over every route: each has to get an answer below 500.

python -m tests.torture.fuzz N SEED [--tree FOLDER_OF_ANOTHER_VERSION]

Half of them with a token set, half without. Ends with 1 if one is answered with 500 or more, or not at all.
"""

from __future__ import annotations

import argparse
import random
import re
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.config import Settings
from service import create_app
from service.web.server import MAX_HEADER_BYTES
from service.web.store import archive_of
from tests.torture.odd_requests import OddRequests
from tests.torture.serving import make_archive, running

TOKEN = "a token that nobody could ever guess"

_TIMEOUT_SECONDS = 20.0
_THREADS = 4
_CHUNK = 10_000  # requests between two lines of output


@dataclass(slots=True)
class Answers:
    """What came back: how often which status, and what should not have come."""

    statuses: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[str, bytes, bytes]] = field(default_factory=list)  # why, request, beginning of the answer

    def ask(self, port: int, request: bytes) -> None:
        """Send one request over a connection of its own, and note the answer."""
        answer = b""
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_SECONDS) as connection:
                connection.sendall(request)
                with suppress(OSError):  # it may be closed already
                    connection.shutdown(socket.SHUT_WR)
                while data := connection.recv(65_536):
                    answer = (answer + data)[:100_000]
            status = _status(answer) or "nothing"
        except TimeoutError:
            status = "timeout"
        except OSError:
            status = _status(answer) or "closed"
        self.statuses[status] += 1
        if status == "closed" and len(request) > MAX_HEADER_BYTES:
            return  # while we were still sending what is too long
        if status in ("closed", "timeout") or (status.isdigit() and status >= "500"):
            self.bad.append((status, request, answer[:300]))
        elif status == "nothing" and _is_whole(request):
            self.bad.append(("no answer", request, answer))
        elif b"\nX-Evil" in answer.partition(b"\r\n\r\n")[0]:
            self.bad.append(("a header of the sender's", request, answer[:300]))


def _status(answer: bytes) -> str:
    """The highest of all answers on a connection, "" where there is none."""
    return max(re.findall(rb"^HTTP/1\.[01] (\d{3})", answer, re.MULTILINE), default=b"").decode()


def _is_whole(request: bytes) -> bool:
    """Whether a request has all of its body, as far as that is plain to see."""
    head, end, _ = request.partition(b"\r\n\r\n")
    return bool(end and head.strip()) and not any(
        name in head.lower() for name in (b"content-length", b"transfer-encoding", b"expect")
    )


def routes_of(folder: Path) -> list[str]:
    """The patterns of all addresses that the app of an archive answers."""
    app = create_app(Settings(data_dir=folder / "data"))
    archive_of(app).close()
    return sorted({rule.rule for rule in app.url_map.iter_rules()})


def _attack(folder: Path, number: int, seed: int, tree: Path | None, token: str | None) -> int:
    """Send as many requests; returns how many were answered badly."""
    answers, routes = Answers(), routes_of(folder)
    with running(folder, tree=tree, token=token) as server:
        begun, memory = time.monotonic(), server.resident_mb()

        def send(count: int, own_seed: str) -> None:
            odd = iter(OddRequests(routes, server.port, token, random.Random(own_seed)))
            for _ in range(count):
                answers.ask(server.port, next(odd))

        for start in range(0, number, _CHUNK):
            count = min(_CHUNK, number - start) // _THREADS
            threads = [threading.Thread(target=send, args=(count, f"{seed} {start} {n}")) for n in range(_THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            taken = time.monotonic() - begun
            print(
                f"{'with' if token else 'no'} token, {start + count * _THREADS} in {taken:.0f} s, "
                f"{memory:.0f} → {server.resident_mb():.0f} MB: {dict(sorted(answers.statuses.items()))}",
                flush=True,
            )
    for why, request, answer in answers.bad[:20]:
        print("BAD", why, request[:500], "→", answer[:200])
    return len(answers.bad)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=100_000)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--tree", type=Path, help="Serve with the code in this folder.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jumpnotes-fuzz-") as temporary:
        folder = Path(temporary)
        make_archive(folder, words=2_000)
        bad = sum(_attack(folder, options.number // 2, options.seed, options.tree, token) for token in (None, TOKEN))
    print(f"{options.number} requests, {bad} answered badly")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
