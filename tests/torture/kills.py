"""`kill -9` at random moments: nothing stored is lost, and the next run ends where an undisturbed one does.

    python -m tests.torture.kills [KILLS] [SEED]

Killed are `jumpnotes run` with a transcript and with a recording (fetched over loopback, then transcribed), `jumpnotes
reindex`, and `jumpnotes serve` while corrections arrive.
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from pipeline.search import SearchIndex
from tests.conftest import CALL, ROOT, jumpnotes

_COMMAND = str(Path(sys.executable).parent / "jumpnotes")
_NOTES = CALL / "2024-03-05-garden.md"
_TRANSCRIPT = CALL / "garden.vtt"
_RECORDING = ROOT / "seeds" / "reenactment.m4a"
_RECORDING_NOTES = ROOT / "seeds" / "000_d54e42ad7e88ce35.txt"


@dataclass(frozen=True, slots=True)
class Chain:
    """A command that is killed and run again, and how long it takes undisturbed, in seconds."""

    name: str
    args: tuple[str, ...]
    seconds: float
    expected: object  # what is stored afterwards


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        chains = [
            _chain(root, "run, a transcript", ("run", str(_NOTES), "--transcript", str(_TRANSCRIPT))),
            _chain(
                root,
                "run, a recording",
                ("run", str(_RECORDING_NOTES), "--media", str(_RECORDING), "--model", "tiny.en"),
            ),
        ]
        for chain in chains:
            held = _kill_runs(chain, root, kills, rng)
            print(
                f"{chain.name} ({chain.seconds:.1f} s): killed {kills} times, {held} ended as undisturbed", flush=True
            )
        print(f"reindex: killed {kills} times, {_kill_reindex(root, kills, rng)} searches as before", flush=True)
        acknowledged, kept = _kill_serve(root, max(kills // 4, 1), rng)
        print(f"serve: killed {max(kills // 4, 1)} times, {kept} of {acknowledged} acknowledged corrections kept")


def _chain(root: Path, name: str, args: tuple[str, ...]) -> Chain:
    data = root / name.replace(" ", "-")
    start = time.monotonic()
    done = jumpnotes(*args, "--data-dir", data)
    assert done.returncode == 0, done.stderr
    return Chain(name, args, time.monotonic() - start, _stored(data))


def _kill_runs(chain: Chain, root: Path, kills: int, rng: random.Random) -> int:
    """How many of `kills` interrupted runs, each then run to its end, stored the same as an undisturbed one."""
    held = 0
    for number in range(kills):
        data = root / f"killed-{number}"
        _run_and_kill((*chain.args, "--data-dir", str(data)), rng.uniform(0.0, chain.seconds))
        again = jumpnotes(*chain.args, "--data-dir", data)
        same = again.returncode == 0 and _stored(data) == chain.expected and not _leftovers(data)
        held += same
        if not same:
            print(f"  not as undisturbed: {again.returncode} {again.stderr[-300:]} {_leftovers(data)}")
        subprocess.run(["rm", "-rf", str(data)], check=True)
    return held


def _kill_reindex(root: Path, kills: int, rng: random.Random) -> int:
    data = root / "run,-a-transcript"
    before, seconds = _found(data), _timed(lambda: jumpnotes("reindex", "--data-dir", data))
    held = 0
    for _ in range(kills):
        _run_and_kill(("reindex", "--data-dir", str(data)), rng.uniform(0.0, seconds))
        held += _found(data) == before
    return held


def _kill_serve(root: Path, kills: int, rng: random.Random) -> tuple[int, int]:
    """How many corrections were acknowledged, and how many of these are there after the last kill."""
    data = root / "run,-a-transcript"
    slug = _slug(data)
    meeting = json.loads(jumpnotes("export", slug, "--format", "json", "--data-dir", data).stdout)
    block = next(block["id"] for block in meeting["blocks"] if block["start"] is not None)
    acknowledged: list[int] = []
    for _ in range(kills):
        command = [_COMMAND, "serve", "--port", "0", "--data-dir", str(data)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
            try:
                newest = acknowledged[-1] if acknowledged else None
                acknowledged += _correct_until_killed(server, slug, block, newest, rng)
            finally:
                server.kill()
    with sqlite3.connect(data / "jumpnotes.db") as database:
        kept = {number for (number,) in database.execute("SELECT id FROM corrections")}
    return len(acknowledged), len(kept & set(acknowledged))


def _correct_until_killed(
    server: subprocess.Popen[str], slug: str, block: str, seen: int | None, rng: random.Random
) -> list[int]:
    """The corrections that `server` acknowledged before it was killed; `seen` is the newest one before."""
    assert server.stderr is not None
    found = re.search(r"http://\S+/", server.stderr.readline())
    assert found is not None
    made: list[int] = []
    threading.Timer(rng.uniform(0.2, 2.0), server.kill).start()
    # Until the connection is refused or cut off.
    with suppress(OSError, HTTPException):
        while True:
            seen = _correct(f"{found[0]}api/v1/meetings/{slug}/corrections", block, seen, rng)
            made.append(seen)
    return made


def _correct(address: str, block: str, seen: int | None, rng: random.Random) -> int:
    """Set a link; the number of the correction."""
    body = {"block": block, "verdict": "time", "start": rng.randrange(20), "seen": seen}
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(json.load(response)["correction"]["id"])
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise RuntimeError(error.read()) from error
        # One was made whose answer was cut off.
        return _correct(address, block, json.load(error)["correction"]["id"], rng)


def _run_and_kill(args: tuple[str, ...], seconds: float) -> None:
    with subprocess.Popen([_COMMAND, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()


def _stored(data: Path) -> object:
    """Everything a reader sees of the meetings, and whether the database and the search index are whole."""
    with sqlite3.connect(data / "jumpnotes.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert SearchIndex(data / "search").find_damage() is None
    slug = _slug(data)
    forms = ("transcript-json", "json")
    exports = [jumpnotes("export", slug, "--format", form, "--data-dir", data).stdout for form in forms]
    return exports, _found(data)


def _found(data: Path) -> str:
    return jumpnotes("search", "the", "--data-dir", data).stdout


def _slug(data: Path) -> str:
    with sqlite3.connect(data / "jumpnotes.db") as database:
        (slug,) = database.execute("SELECT slug FROM meetings").fetchone()
    return str(slug)


def _leftovers(data: Path) -> list[Path]:
    """Unfinished downloads and checkpoints."""
    return [*data.rglob("*.part"), *data.rglob("*.jsonl")]


def _timed(work: Callable[[], object]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


if __name__ == "__main__":
    main()
