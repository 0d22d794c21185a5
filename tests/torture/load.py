"""Readers with real browsers, and everything that keeps a server busy, at once: how long does an ordinary page take?

python -m tests.torture.load [--seconds 120] [--browsers 24] [--tree FOLDER_OF_ANOTHER_VERSION]

Ends with 1 if an ordinary page takes more than a second at the 95th percentile, fails, or the memory grows.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import random
import resource
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from tests.torture.serving import BIG_PAGE, RECORDING, SMALL_PAGE, Server, make_archive, running

MAX_P95_SECONDS = 1.0
MAX_GROWTH_MB = 30.0
"""Of the memory, between the second third of the time and the last: everybody has come within the first."""

_PAGE_TIMEOUT_SECONDS = 20.0
_PROBE_PAUSE_SECONDS = 0.25
_ESTABLISHED = 1  # TCP_INFO begins with the state of the connection
_CHROMIUM = Path("/usr/bin/chromium")  # else Playwright's own


@dataclass(slots=True)
class Load:
    """Who is there, and what they met with."""

    server: Server
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    met: Counter[str] = field(default_factory=Counter)
    browser_seconds: list[float] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def request(self, path: str, *headers: str) -> bytes:
        return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {self.host}", *headers, "", ""]).encode()

    async def opened(self, buffer: int = 0) -> socket.socket:
        """A connection; `buffer` bytes at most wait for its reader."""
        connection = socket.socket()
        connection.setblocking(False)
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self.server.port))
        return connection


# -- clients: each comes back when it is sent away ---------------------------------------------------------------------


async def hold(load: Load) -> None:
    """A program with a pool of connections: it uses one now and then, and holds it in between."""
    reader, writer = await asyncio.open_connection("127.0.0.1", load.server.port)
    try:
        while True:
            writer.write(load.request(random.choice(["/", SMALL_PAGE, "/search?q=rota", "/api/v1/meetings"])))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            load.met[f"held: {head[9:12].decode()}"] += 1
            await asyncio.sleep(random.uniform(60, 120))
    finally:
        writer.close()


async def say_nothing(load: Load) -> None:
    await _held(await load.opened())


async def drip(load: Load) -> None:
    """A request that never ends."""
    connection = await load.opened()
    begun = random.choice(["GET / HTTP/1.1\r\nX-A: ", "POST /login HTTP/1.1\r\nContent-Length: 9000\r\n\r\n"])
    await _held(connection, begun.encode(), drop=b"a")


async def stall(load: Load) -> None:
    """A player that was paused, and one that asks for twenty pages and reads none."""
    ranges = ["Range: bytes=0-", "Range: bytes=1000000-", "Range: bytes=0-40000000"]
    wanted = load.request(RECORDING, random.choice(ranges))
    if random.random() < 0.1:
        wanted = load.request(BIG_PAGE) * 20
    await _held(await load.opened(buffer=65_536), wanted)


async def read_slowly(load: Load) -> None:
    """The biggest page, over the slowest of lines."""
    connection = await load.opened(buffer=4_096)
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_sendall(connection, load.request(BIG_PAGE))
        while await loop.sock_recv(connection, 2_048):
            await asyncio.sleep(1)
    finally:
        connection.close()


async def _held(connection: socket.socket, sent: bytes = b"", *, drop: bytes = b"") -> None:
    """Send, then only hold the connection, for as long as the server lets us."""
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_sendall(connection, sent)
        while connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _ESTABLISHED:
            await asyncio.sleep(random.uniform(3, 6))
            await loop.sock_sendall(connection, drop)
    finally:
        connection.close()


async def again_and_again(load: Load, client: Any, within: float) -> None:
    await asyncio.sleep(random.uniform(0, within))
    while True:
        try:
            await client(load)
        except (OSError, asyncio.IncompleteReadError, StopIteration) as error:
            load.met[f"{client.__name__}: {type(error).__name__}"] += 1
        else:
            load.met[f"{client.__name__}: sent away"] += 1
        await asyncio.sleep(random.uniform(0.5, 1.5))


async def browse(load: Load, browser: Browser, within: float) -> None:
    """A person with a browser, who reads a page for a while and goes to the next; the player loads the recording."""
    await asyncio.sleep(random.uniform(0, within))
    context = await browser.new_context()
    page = await context.new_page()
    while True:
        begun = time.monotonic()
        try:
            address = random.choice([SMALL_PAGE, SMALL_PAGE, "/", "/search?q=rota", "/problems"])
            await page.goto(f"http://{load.host}{address}", wait_until="load", timeout=_PAGE_TIMEOUT_SECONDS * 1000)
        except Exception as error:  # noqa: BLE001 - whatever it is, the reader did not get the page
            load.met[f"browser: {str(error).splitlines()[0][:60]}"] += 1
        else:
            load.met["browser: ok"] += 1
            load.browser_seconds.append(time.monotonic() - begun)
        await asyncio.sleep(random.uniform(8, 16))


# -- measuring ---------------------------------------------------------------------------------------------------------


class Probe(threading.Thread):
    """Asks for an ordinary page over a new connection, again and again, and notes how long it takes."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.seconds, self.failed = port, list[float](), Counter[str]()
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(_PROBE_PAUSE_SECONDS):
            begun = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PAGE_TIMEOUT_SECONDS)
            try:
                connection.request("GET", SMALL_PAGE)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.failed[str(answer.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.failed[type(error).__name__] += 1
                print(f"an ordinary page failed: {error}", flush=True)
            finally:
                connection.close()
            self.seconds.append(time.monotonic() - begun)


async def attack(load: Load, seconds: float, browsers: int, crowd: dict[Any, int]) -> list[float]:
    """Let everybody in for as long; returns the memory in use, second by second."""
    memory: list[float] = []
    async with async_playwright() as playwright:
        path = _CHROMIUM if _CHROMIUM.exists() else None
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        jobs: list[Coroutine[Any, Any, None]] = [browse(load, browser, seconds / 4) for _ in range(browsers)]
        jobs += [again_and_again(load, client, seconds / 4) for client, number in crowd.items() for _ in range(number)]
        tasks = [asyncio.create_task(job) for job in jobs]
        for second in range(int(seconds)):
            await asyncio.sleep(1)
            memory.append(load.server.resident_mb())
            if second % 20 == 19:
                print(
                    f"{second + 1} s: {memory[-1]:.0f} MB, {load.server.open_files()} files open, "
                    f"load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await browser.close()
    return memory


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--browsers", type=int, default=24)
    parser.add_argument("--words", type=int, default=200_000, help="Of the biggest page.")
    parser.add_argument("--idle", type=int, default=500, help="Connections that say nothing or drip.")
    parser.add_argument("--stalled", type=int, default=200, help="Players that do not read on.")
    parser.add_argument("--holders", type=int, default=600, help="Connections that are kept alive.")
    parser.add_argument("--slow", type=int, default=30, help="Slow readers of the biggest page.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tree", type=Path, help="Serve with the code in this folder.")
    return parser.parse_args()


def main() -> int:
    options = _options()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory(prefix="jumpnotes-load-") as temporary:
        folder = Path(temporary)
        make_archive(folder, words=options.words)
        with running(folder, tree=options.tree, port=options.port) as server:
            load, probe = Load(server), Probe(server.port)
            crowd = {
                hold: options.holders,
                say_nothing: options.idle // 2,
                drip: options.idle - options.idle // 2,
                stall: options.stalled,
                read_slowly: options.slow,
            }
            before = server.resident_mb()
            probe.start()
            memory = asyncio.run(attack(load, options.seconds, options.browsers, crowd))
            probe.stopping.set()
            probe.join()
            print(f"processor: {server.cpu_seconds():.0f} s, memory at first {before:.0f} MB", dict(load.met))
    return _verdict(probe, load, memory)


def _verdict(probe: Probe, load: Load, memory: list[float]) -> int:
    third = max(len(memory) // 3, 1)
    growth = statistics.mean(memory[-third:]) - statistics.mean(memory[third:-third])
    p95 = _percentile(probe.seconds, 95)
    print(
        f"an ordinary page: {len(probe.seconds)} times, p50 {_percentile(probe.seconds, 50):.2f} s, p95 {p95:.2f} s, "
        f"longest {max(probe.seconds):.2f} s, failed {dict(probe.failed)}"
    )
    if load.browser_seconds:
        print(
            f"in a browser: {len(load.browser_seconds)} times, p50 {_percentile(load.browser_seconds, 50):.2f} s, "
            f"p95 {_percentile(load.browser_seconds, 95):.2f} s"
        )
    print(f"memory: {memory[0]:.0f} MB, {max(memory):.0f} at most, {memory[-1]:.0f} at the end; grows {growth:+.0f} MB")
    return int(p95 > MAX_P95_SECONDS or bool(probe.failed) or growth > MAX_GROWTH_MB)


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


if __name__ == "__main__":
    sys.exit(main())
