"""How much a server answers: 200 meetings of an hour, 50 connections that ask for pages, JSON, captions and feeds.

    python -m tests.bench.serve [--against TREE] [--meetings N] [--seconds N] [--connections N]

Every answer is whole (200), and each was asked for once before. Beside it stands the same with an address that is new
each time, so that every answer is made anew, and with `--against` the server of another checkout, which has the same
meetings. wrk asks, where it is installed; otherwise Python does, which takes a part of the processor's time for itself.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.bench.archive import MEETINGS

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ("think", "right", "going", "yeah", "about")
PAGES_OF_TEN = 5
"""Of ten requests; one each is for the list, a search, a feed, a meeting's JSON and its captions."""

# wrk has no seed of its own: with this one, every run asks for the same.
LUA = """
local paths, fresh, sent = {{{paths}}}, {fresh}, 0
math.randomseed(1)
function request()
  sent = sent + 1
  local path = paths[math.random(#paths)]
  if fresh then path = path .. (path:find("?", 1, true) and "&" or "?") .. "n=" .. sent end
  return wrk.format("GET", path)
end
function done(summary, latency, requests)
  local errors = summary.errors
  local rate, p95 = summary.requests / summary.duration * 1e6, latency:percentile(95) / 1e3
  io.write(string.format("\\nRESULT %f %f %d\\n", rate, p95,
    errors.status + errors.timeout + errors.read + errors.connect))
end
"""


class Rate(NamedTuple):
    """Answers a second, the 95th percentile of their times in milliseconds, and those that failed."""

    per_second: float
    p95: float
    failed: int


def addresses(meetings: int) -> list[str]:
    """What is asked for, each as often as its share has it."""
    slugs = [f"call-{number}" for number in range(meetings)]
    mixed: list[str] = []
    for number, slug in enumerate(slugs):
        query = QUERIES[number % len(QUERIES)]
        mixed += [f"/meetings/{slug}"] * PAGES_OF_TEN
        mixed += ["/", f"/search?q={query}", f"/search.atom?q={query}", f"/api/v1/meetings/{slug}"]
        mixed.append(f"/meetings/{slug}/transcript.vtt")
    return mixed


@contextmanager
def serving(tree: Path, folder: Path) -> Iterator[str]:
    """The server of a checkout, by its URL."""
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "serve", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONUNBUFFERED": "1", "JUMPNOTES_DATA_DIR": str(folder)}
    with subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        found = next((url for line in server.stdout if (url := re.search(r"http://\S+", line))), None)
        assert found, "the server did not start"
        drained = threading.Thread(target=server.stdout.read, daemon=True)
        drained.start()
        yield found[0]
        server.terminate()


def warm(url: str, paths: list[str]) -> None:
    """Ask for everything once."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    for path in dict.fromkeys(paths):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
    connection.close()


def measured(url: str, paths: list[str], seconds: int, connections: int, *, fresh: bool = False) -> Rate:
    """Ask for mixed addresses; with `fresh`, for none twice."""
    if shutil.which("wrk"):
        return _by_wrk(url, paths, seconds, connections, fresh=fresh)
    return _by_python(url, paths, seconds, connections, fresh=fresh)


def _by_wrk(url: str, paths: list[str], seconds: int, connections: int, *, fresh: bool) -> Rate:
    quoted = ", ".join(f'"{path}"' for path in paths)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA.format(paths=quoted, fresh=str(fresh).lower()))
        script.flush()
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script.name]
        done = subprocess.run(["wrk", *options, url], check=True, capture_output=True, text=True)
    result = done.stdout.rpartition("RESULT")[2].split()
    return Rate(float(result[0]), float(result[1]), int(result[2]))


def _by_python(url: str, paths: list[str], seconds: int, connections: int, *, fresh: bool) -> Rate:
    took: list[float] = []
    failed: list[int] = []
    end = time.monotonic() + seconds

    def ask(number: int) -> None:
        chance, connection = random.Random(number), http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        while (start := time.monotonic()) < end:
            path = chance.choice(paths)
            if fresh:
                path += f"{'&' if '?' in path else '?'}n={number}-{start}"
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                failed.append(number)
                connection.close()
                continue
            took.append(1_000 * (time.monotonic() - start))
            if answer.status != 200:
                failed.append(number)
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Rate(len(took) / seconds, statistics.quantiles(took, n=20)[-1], len(failed))


def show(name: str, rate: Rate) -> None:
    failed = f", {rate.failed} failed" if rate.failed else ""
    print(f"{name:<22}{rate.per_second:8.0f} answers/s, 95 % within {rate.p95:.0f} ms{failed}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, metavar="TREE", help="a checkout of another version")
    parser.add_argument("--meetings", type=int, default=MEETINGS)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=50)
    options = parser.parse_args()
    paths = addresses(options.meetings)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        other = options.against.resolve() if options.against else None
        # Made by the older program, as no other can open what a newer one made.
        command = [sys.executable, str(ROOT / "tests/bench/archive.py"), str(ours), "--meetings", str(options.meetings)]
        builder = other or ROOT
        subprocess.run(command, check=True, cwd=builder, env=os.environ | {"PYTHONPATH": str(builder)})
        before = None
        if other:
            shutil.copytree(ours, theirs)
            with serving(other, theirs) as url:
                warm(url, paths)
                before = measured(url, paths, options.seconds, options.connections)
                show("the other version", before)
        with serving(ROOT, ours) as url:
            warm(url, paths)
            kept = measured(url, paths, options.seconds, options.connections)
            made = measured(url, paths, options.seconds, options.connections, fresh=True)
        show("kept answers", kept)
        show("answers made anew", made)
        print(f"kept against made anew: {kept.per_second / made.per_second:.1f} times as many")
        if before:
            print(f"against the other version: {kept.per_second / before.per_second:.1f} times as many")


if __name__ == "__main__":
    main()
