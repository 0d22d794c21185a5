"""Three workers on one PostgreSQL, while machines, workers and the database fail: every meeting is made once.

    python -m tests.torture.machines [--short] [--meetings N] [--kills N] [--seed N] [--json FILE]

Each worker is on a machine of its own (`tests.torture.hosts`), and recordings come from a host on loopback, so that all
stages take their time. Killed (`kill -9`) is the process of a job, the worker, or a machine with all that is on it. The
database is stopped twice, once as a crash does, and the clocks of a machine and of the database are put forward and
back. A job that lost its process three times without a checkpoint in between has failed; it is retried as people do it,
by the reason.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg

from pipeline.audio import SAMPLE_RATE, open_sound
from pipeline.config import Settings
from pipeline.records import WORKER_DIED, JobKind, JobRequest, JobState
from pipeline.refresh import Archive
from pipeline.store import Store
from tests.conftest import ROOT
from tests.postgresql import PostgresqlServer
from tests.torture.hosts import Machine, begun, build_clock, environment, has_namespaces, program, shift_of
from tests.torture.jobs import _write_sound

_SEEDS = ROOT / "seeds"
_RECORDING = _SEEDS / "reenactment.m4a"
_NOTES = _SEEDS / "000_d54e42ad7e88ce35.txt"
_LINK = "https://www.youtube.com/watch?v=xO1o1N5o050"
_MACHINES = ("amber", "birch", "cedar")
_POLL_SECONDS = 0.2
_HOUR_SECONDS = 3_600
_UNSTARTED_SECONDS = 1.0  # between two looks at what is to be killed, where nothing is


@dataclass(frozen=True, slots=True)
class Attack:
    """What is done, and to what."""

    meetings: int
    kills: int
    seed: int
    shortest_seconds: int
    longest_seconds: int
    stops: tuple[str, ...]  # how the database is stopped, as pg_ctl names it
    stop_seconds: float
    patience_seconds: float  # for all to be done once nothing is attacked any more
    quick: bool


LONG = Attack(40, 30, 1, 20, 300, ("fast", "immediate"), 30.0, 1_200.0, quick=False)
SHORT = Attack(2, 2, 1, 20, 25, ("immediate",), 3.0, 120.0, quick=True)


@dataclass(slots=True)
class Survived:
    """What was done to the machines, and what became of the meetings."""

    killed: Counter[str] = field(default_factory=Counter)  # by what it was
    stops: int = 0
    jumps: int = 0
    retried: int = 0
    states: Counter[str] = field(default_factory=Counter)
    doubled: dict[str, int] = field(default_factory=dict)  # meetings with more than one row of a table
    different: list[str] = field(default_factory=list)  # meetings that are not as an undisturbed run makes them
    left: dict[str, int] = field(default_factory=dict)  # rows, files and processes that nobody needs any more
    kept: int = 0  # recordings in the exchange, where pages have them from
    linked: int = 0  # meetings with links
    seconds: float = 0.0
    calm_seconds: float = 0.0
    log: str = ""

    def is_good(self, attack: Attack) -> bool:
        """Whether everything was done once, in spite of everything."""
        is_done = self.states == Counter({str(JobState.DONE): attack.meetings})
        is_tidy = self.kept <= attack.meetings and not any(self.left.values())
        return is_done and is_tidy and not (any(self.doubled.values()) or self.different)

    def __str__(self) -> str:
        killed = ", ".join(f"{count} of a {what}" for what, count in sorted(self.killed.items()))
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        lines = {
            "killed (kill -9)": killed or "nothing",
            "stops of the database": self.stops,
            "jumps of a clock": self.jumps,
            "jobs": f"{states} ({self.retried} retried after {WORKER_DIED})",
            "meetings with links": self.linked,
            "meetings with a row too many": self.doubled,
            "meetings that are different": self.different or 0,
            "left over": self.left,
            "recordings in the exchange": self.kept,
            "seconds": f"{self.seconds:.0f}; undisturbed, on one machine, {self.calm_seconds:.0f}",
        }
        return "\n".join(f"  {name:<30}{value}" for name, value in lines.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="about a minute: few meetings, and short ones")
    parser.add_argument("--meetings", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    options = parser.parse_args()
    given = {name: getattr(options, name) for name in ("meetings", "kills", "seed")}
    base = asdict(SHORT if options.short else LONG)
    attack = Attack(**(base | {name: value for name, value in given.items() if value is not None}))
    with tempfile.TemporaryDirectory() as folder:
        survived = torture(Path(folder), attack)
    isolated = "hosts of their own" if has_namespaces() else "processes of their own"
    print(f"{attack.meetings} meetings, {len(_MACHINES)} workers in {isolated}, seed {attack.seed}\n{survived}")
    if options.json:
        counted = {"killed": dict(survived.killed), "states": dict(survived.states)}  # asdict turns them inside out
        found = asdict(attack) | asdict(replace(survived, log="")) | counted | {"isolated": has_namespaces()}
        command = "python -m tests.torture.machines --json docs/figures/machines.json"
        options.json.write_text(json.dumps({"command": command, **found}, indent=1) + "\n")
    if not survived.is_good(attack):
        print(survived.log)
        sys.exit(1)


def torture(root: Path, attack: Attack) -> Survived:
    """Have the same meetings made undisturbed, and attacked."""
    rng = random.Random(attack.seed)
    with ExitStack() as stack:
        port = _serve(stack, root / "recordings")
        files = _make_meetings(root, attack, rng, port)
        begin = time.monotonic()
        expected = _calm(root / "calm", files)
        survived = Survived(calm_seconds=time.monotonic() - begin)
        server = _start_server(stack, root)
        survived.seconds = _attack(root, server, files, attack, rng, survived)
        store = Store.open(root / "seen" / "jumpnotes.db", url=server.url())
        stack.callback(store.close)
        found = _stored(store)
    differing = (slug for slug in expected.keys() | found.keys() if expected.get(slug) != found.get(slug))
    survived.different = sorted(differing)
    survived.linked = sum(bool(meeting[1]) for meeting in found.values())
    return survived


# -- what there is -----------------------------------------------------------------------------------------------------
def _serve(stack: ExitStack, folder: Path) -> int:
    """A host on loopback that has what is in `folder`; its port."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # whoever asked was killed
                self.close_connection = True

    folder.mkdir()
    host = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    stack.callback(host.server_close)
    stack.callback(host.shutdown)
    return host.server_port


def _make_meetings(root: Path, attack: Attack, rng: random.Random, port: int) -> list[Path]:
    """Notes, each in a folder of its own, with a link to a recording of their own."""
    with open_sound(_RECORDING) as sound:
        samples = np.concatenate(list(sound.blocks))
    files = []
    for number in range(attack.meetings):
        seconds = rng.uniform(attack.shortest_seconds, attack.longest_seconds)
        first = rng.randrange(len(samples) - int(seconds * SAMPLE_RATE))
        recording = root / "recordings" / f"{number:03}.wav"
        _write_sound(recording, samples[first : first + int(seconds * SAMPLE_RATE)])
        here = root / "notes" / f"{number:03}"
        here.mkdir(parents=True)
        text = _NOTES.read_text().replace(_LINK, f"http://127.0.0.1:{port}/{recording.name}")
        (here / "call.md").write_text(text.replace("osquery office hours", f"Office hours of room {number}"))
        files.append(here / "call.md")
    return files


def _start_server(stack: ExitStack, root: Path) -> PostgresqlServer:
    """A database that keeps what it says it has, with a clock that can be put forward and back."""
    folder = root / "postgresql"
    folder.mkdir()
    folder.chmod(0o755)
    env = {}
    if library := build_clock(folder):
        shift_of(folder / "shift", 0)
        env = {"LD_PRELOAD": str(library), "JUMPNOTES_TEST_CLOCK_SECONDS": str(folder / "shift")}
    server = PostgresqlServer.make(folder / "server", env, synchronous_commit="on")
    server.start()
    stack.callback(server.stop, "immediate")
    return server


def _calm(data: Path, files: list[Path]) -> dict[str, tuple[Any, ...]]:
    """What the meetings are where nothing happens: in an archive of one file, made by one process."""
    command = [sys.executable, "-c", program(["run", *(str(file) for file in files)], quick=False)]
    done = subprocess.run(command, cwd=ROOT, env=environment(data, "calm"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    archive = Archive.open(Settings(data_dir=data))
    try:
        return _stored(archive.store)
    finally:
        archive.close()


def _stored(store: Store) -> dict[str, tuple[Any, ...]]:
    """What readers see of each meeting."""
    found = {}
    for summary in store.meetings():
        meeting = store.meeting(summary.slug)
        segments = meeting.transcript.segments if meeting.transcript else ()
        found[summary.slug] = (segments, meeting.alignments, meeting.within, meeting.mishearings)
    return found


# -- what is done to it ------------------------------------------------------------------------------------------------
def _attack(
    root: Path, server: PostgresqlServer, files: list[Path], attack: Attack, rng: random.Random, survived: Survived
) -> float:
    """Have the meetings made by machines that fail; returns the seconds that took."""
    mark, exchange = uuid4().hex, root / "exchange"
    exchange.mkdir()
    store = Store.open(root / "web" / "jumpnotes.db", url=server.url(), timeout_seconds=60.0)
    machines = [Machine(name, root / name, server.url(), exchange, mark, attack.quick) for name in _MACHINES]
    begin = time.monotonic()
    try:
        for file in files:
            store.jobs.put(JobKind.RUN, file.parent.name, JobRequest(str(file)), "torture")
        for machine in machines:
            machine.start()
        for number, strike in enumerate(_strikes(root, server, machines, attack, rng, survived), start=1):
            _wait_until(store, len(files) * number / (attack.kills + 2) * 0.8, survived)
            time.sleep(rng.uniform(0.0, 1.0))
            strike()
        until = time.monotonic() + attack.patience_seconds
        while not _is_over(store, survived) and time.monotonic() < until:
            time.sleep(1.0)
        seconds = time.monotonic() - begin
        survived.states = Counter(str(job.state) for job in store.jobs.jobs(kinds=(JobKind.RUN,), limit=1_000))
    finally:
        for machine in machines:
            machine.switch_off()
        store.close()
    survived.log = "\n".join(f"{each.name}:\n{(each.folder / 'log').read_text()[-3_000:]}" for each in machines)
    survived.doubled, survived.left = _doubled(server), _left(server, exchange, machines, mark)
    survived.kept = len([file for file in exchange.rglob("[!.]*") if file.is_file()])
    return seconds


def _strikes(
    root: Path,
    server: PostgresqlServer,
    machines: list[Machine],
    attack: Attack,
    rng: random.Random,
    survived: Survived,
) -> list[Callable[[], None]]:
    """What is done, in its order: kills, and evenly among them the stops and jumps."""

    def kill() -> None:
        machine, dice = rng.choice(machines), rng.random()
        while True:
            if dice < 0.6 and machine.kill_job():
                survived.killed["job"] += 1
                return
            if 0.6 <= dice < 0.8 and machine.kill_worker():
                survived.killed["worker"] += 1
                return
            if dice >= 0.8 and machine.switch_off():
                survived.killed["machine"] += 1
                machine.start()
                return
            time.sleep(_POLL_SECONDS)
            machine, dice = rng.choice(machines), rng.random()

    def stop(how: str) -> None:
        server.stop(how)
        time.sleep(attack.stop_seconds)
        server.start()
        survived.stops += 1

    def jump(turn: Callable[[int], None], seconds: int) -> None:
        turn(seconds)
        survived.jumps += 1

    strikes: list[Callable[[], None]] = [kill] * attack.kills
    turn_server = partial(shift_of, root / "postgresql" / "shift")
    others = [
        partial(jump, machines[0].turn_clock, _HOUR_SECONDS),
        *(partial(stop, how) for how in attack.stops[:1]),
        partial(jump, turn_server, _HOUR_SECONDS),
        *(partial(stop, how) for how in attack.stops[1:]),
        partial(jump, machines[1].turn_clock, -2 * _HOUR_SECONDS),
        partial(jump, turn_server, -_HOUR_SECONDS),
    ]
    for number, other in enumerate(others):
        strikes.insert(round((number + 1) * attack.kills / (len(others) + 1)) + number, other)
    return strikes


def _wait_until(store: Store, done: float, survived: Survived) -> None:
    """Until so many jobs are done, or nothing goes on."""
    until = time.monotonic() + 90.0
    while time.monotonic() < until and not _is_over(store, survived):
        if len(store.jobs.jobs(kinds=(JobKind.RUN,), states=(JobState.DONE,), limit=1_000)) >= done:
            return
        time.sleep(_POLL_SECONDS)


def _is_over(store: Store, survived: Survived) -> bool:
    survived.retried += len(store.jobs.retry_failed(WORKER_DIED))
    return not store.jobs.jobs(states=(JobState.QUEUED, JobState.RUNNING))


# -- what became of it -------------------------------------------------------------------------------------------------
def _doubled(server: PostgresqlServer) -> dict[str, int]:
    several = "SELECT count(*) FROM (SELECT slug FROM {} GROUP BY slug HAVING count(*) > 1) AS several"
    with psycopg.connect(server.url()) as db:
        tables = ("notes", "recordings", "transcripts", "alignment_runs")
        return {table: db.execute(several.format(table).encode()).fetchone()[0] for table in tables}  # type: ignore[index]


def _left(server: PostgresqlServer, exchange: Path, machines: list[Machine], mark: str) -> dict[str, int]:
    asked = {
        "lines": "SELECT count(*) FROM job_lines",
        "hearings": "SELECT count(*) FROM hearings",
        "pieces": "SELECT count(*) FROM pieces",
        "tasks": "SELECT count(*) FROM procrastinate_jobs WHERE status NOT IN ('succeeded', 'failed', 'cancelled')",
    }
    with psycopg.connect(server.url()) as db:
        found = {name: db.execute(query.encode()).fetchone()[0] for name, query in asked.items()}  # type: ignore[index]
    unfinished = [file for each in machines for file in each.folder.rglob("*.jsonl")]
    cut_off = [file for file in exchange.rglob(".*") if file.is_file()]
    return found | {"checkpoints": len(unfinished), "unfinished files": len(cut_off), "processes": len(begun(mark))}


if __name__ == "__main__":
    main()
