"""`jumpnotes serve` on a disk that fills up, or killed, while people read, correct and upload."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.faults.harness import COMMAND, damage, is_open, settings_of, wrong_words
from tests.faults.mishaps import clock_env
from tests.faults.scenes import SLUG
from tests.faults.small_disk import fill

READ = ("", "meetings/", f"meetings/{SLUG}", "search?q=hose", "jobs", f"api/v1/meetings/{SLUG}", "api/v1/search?q=hose")
_BESIDE = (("list",), ("token", "list"), ("search", "hose"), ("run", "ROOT/notes", "--no-meaning", "--quiet"))
_HEALED_SECONDS = 60.0
_PIECE = bytes(100_000)


@dataclass(slots=True)
class Server:
    """A server, where it answers, and what was asked of it."""

    root: Path
    url: str
    process: subprocess.Popen[bytes]
    read: Counter[int] = field(default_factory=Counter)  # answers, by their status
    written: Counter[int] = field(default_factory=Counter)
    kept: set[int] = field(default_factory=set)  # corrections that it acknowledged
    seen: int | None = None
    beside: int = 0  # commands that ran beside it
    problems: list[str] = field(default_factory=list)

    def ask(self, path: str, body: dict[str, Any] | bytes | None = None, method: str | None = None) -> tuple[int, Any]:
        """The status, and what came, as JSON where it is JSON."""
        packed = json.dumps(body).encode() if isinstance(body, dict) else body
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        request = urllib.request.Request(self.url + path, packed, {"Content-Type": kind}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                status, content = response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, content = error.code, error.read()
        try:
            return status, json.loads(content)
        except ValueError:
            return status, content.decode(errors="replace")

    def read_all(self) -> None:
        """Everybody goes on reading, whatever happens."""
        for path in READ:
            status, content = self.ask(path)
            self.read[status] += 1
            if status != 200:
                self.problems.append(f"GET /{path}: {status} {str(content)[-300:]}")

    def correct(self, rng: random.Random) -> int:
        """Somebody corrects a link; the status."""
        block = self.ask(f"api/v1/meetings/{SLUG}")[1]["blocks"][3]["id"]
        body = {"block": block, "verdict": "time", "start": rng.randrange(20), "seen": self.seen}
        status, content = self.ask(f"api/v1/meetings/{SLUG}/corrections", body)
        if status == 201:
            self.seen = content["correction"]["id"]
            self.kept.add(content["correction"]["id"])
        elif status == 409 and content.get("correction"):  # made, and its answer was lost
            self.seen = content["correction"]["id"]
        return self._note("correction", status, content, {201, 409, 503, 507})

    def upload(self) -> int:
        """Somebody uploads notes and a file, and asks for a job."""
        files = [{"role": "transcript", "name": "a.vtt", "size": len(_PIECE)}]
        status, content = self.ask("api/v1/drafts", {"text": "# Garden\n\n- the hose\n", "files": files})
        if self._note("draft", status, content, {201, 422, 503, 507}) != 201:
            return status
        path = f"api/v1/drafts/{content['id']}"
        status, piece = self.ask(f"{path}/files/transcript?offset=0", _PIECE, "PUT")
        self._note("piece", status, piece, {200, 422, 503, 507})
        status, job = self.ask("api/v1/jobs", {"draft": content["id"]})
        self._note("job", status, job, {202, 409, 422, 503, 507})
        status, gone = self.ask(path, method="DELETE")
        return self._note("discard", status, gone, {200, 404, 422, 503, 507})

    def _note(self, what: str, status: int, content: Any, good: set[int]) -> int:
        self.written[status] += 1
        if status not in good:
            self.problems.append(f"{what}: {status} {str(content)[-300:]}")
        return status


@contextmanager
def serving(root: Path, *options: str) -> Iterator[Server]:
    """`jumpnotes serve` for the archive at `root`; at the end, what it says must hold no traceback."""
    command = [COMMAND, "serve", *options, "--port", "0", "--data-dir", str(root / "data")]
    with tempfile.NamedTemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env=_env(root), stdout=subprocess.DEVNULL, stderr=said)
        server = Server(root, "", process)
        try:
            server.url = _address(process, Path(said.name))
            yield server
        finally:
            process.kill()
            process.wait()
            told = Path(said.name).read_text()
            if "Traceback" in told:
                server.problems.append(f"it showed a traceback: {told[-2000:]}")


def _env(root: Path) -> dict[str, str]:
    return os.environ | clock_env(root) | {"JUMPNOTES_MEANING": "false"}


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"http://\S+/", said.read_text()):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"it did not start: {said.read_text()}")


def on_full_disks(root: Path, times: int, rng: random.Random) -> Server:
    """The disk at `root` fills up again and again, to the last bytes or nearly so, and is emptied."""
    with serving(root) as server:
        for number in range(times):
            ballast = fill(root, leave=rng.choice((0, 0, 2_000, 12_000, 40_000, 100_000, 300_000)))
            server.read_all()
            for _ in range(rng.randrange(1, 4)):
                server.correct(rng)
                server.upload()
                fill(root)
            server.read_all()
            if number == 0:
                with serving(root) as second:  # is started now
                    second.read_all()
                    second.correct(rng)
                server.problems += [f"started on a full disk: {each}" for each in second.problems]
                server.read += second.read
                server.kept |= second.kept
            ballast.unlink()
            if not _healed(server, rng):
                server.problems.append("it did not heal when there was room again")
            server.read_all()
        if not is_open(settings_of(root).database_file):
            server.problems.append("others do not see that it has the database open")
    server.problems += lost(server) + damage(root)
    return server


def _healed(server: Server, rng: random.Random) -> bool:
    until = time.monotonic() + _HEALED_SECONDS
    while time.monotonic() < until:
        if server.correct(rng) == 201:
            return True
        time.sleep(0.2)
    return False


def killed(root: Path, rng: random.Random, *, within_seconds: float = 2.0) -> Server:
    """`kill -9` while corrections arrive."""
    with serving(root) as server:
        threading.Timer(rng.uniform(0.1, within_seconds), server.process.kill).start()
        try:
            while True:
                server.correct(rng)
        except (OSError, HTTPException, TypeError):  # refused, or cut off in the middle
            pass
    server.problems += lost(server) + damage(root)
    return server


def killed_beside_others(root: Path, rng: random.Random, *, within_seconds: float = 8.0) -> Server:
    """`kill -9` while corrections arrive and other commands come and go; then it is started anew.

    Each of these has the database open for a moment. Whoever closes it last tidies up its files: they have to see that
    the server has it open, too. It has no worker, which would have it open for the server.
    """
    with serving(root, "--no-worker") as server:
        beside = threading.Thread(target=_commands_beside, args=(server, random.Random(rng.random())))
        beside.start()
        threading.Timer(rng.uniform(within_seconds / 2, within_seconds), server.process.kill).start()
        try:
            while True:
                server.correct(rng)
        except (OSError, HTTPException, TypeError):  # refused, or cut off in the middle
            pass
        beside.join()
    server.problems += lost(server) + damage(root)
    with serving(root, "--no-worker") as again:
        again.correct(rng)
        _commands_beside(again, rng, count=2)
        if not is_open(settings_of(root).database_file):
            again.problems.append("others do not see that it has the database open")
        again.correct(rng)
    again.problems += lost(again) + damage(root)
    server.problems += [f"started anew: {each}" for each in again.problems]
    server.kept |= again.kept
    return server


def _commands_beside(server: Server, rng: random.Random, count: int | None = None) -> None:
    """Run commands beside a server, as many, or for as long as it lives."""
    root = server.root
    while server.process.poll() is None and count != 0:
        args = [each.replace("ROOT", str(root)) for each in rng.choice(_BESIDE)]
        command = [COMMAND, *args, "--data-dir", str(root / "data")]
        done = subprocess.run(command, cwd=ROOT, env=_env(root), capture_output=True, text=True, check=False)
        server.beside += 1
        told = done.stdout + done.stderr
        problems = wrong_words(done.returncode, told) + ([f"failed: {told[-400:]}"] if done.returncode == 1 else [])
        server.problems += [f"{args[0]}, beside it: {each}" for each in problems]
        count = None if count is None else count - 1


def lost(server: Server) -> list[str]:
    """The corrections that were acknowledged, and are not there."""
    with closing(sqlite3.connect(settings_of(server.root).database_file)) as db:
        there = {number for (number,) in db.execute("SELECT id FROM corrections")}
    return [f"lost: corrections {sorted(server.kept - there)}"] if server.kept - there else []


def at(template: Path, root: Path) -> Path:
    """A copy of an archive, at `root`."""
    return Path(shutil.copytree(template, root, dirs_exist_ok=True))
