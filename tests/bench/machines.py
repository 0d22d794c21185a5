"""How much more is done by two and three workers than by one, and how many jobs a second the queue hands out.

    python -m tests.bench.machines [--json FILE]

Each worker has one core: the first and the third the same one where there are two. All wait on one PostgreSQL on the
same computer, which takes its share, too. The ratios are what can be compared between computers.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg

from pipeline.audio import SAMPLE_RATE, open_sound
from pipeline.config import Settings
from pipeline.records import JobDone, JobKind, JobRequest, JobState, RunStage
from pipeline.store import Store
from tests.conftest import ROOT
from tests.postgresql import PostgresqlServer, running_server
from tests.torture.hosts import Machine
from tests.torture.jobs import _write_sound

WORKERS = (1, 2, 3)
MEETINGS = 6
MEETING_SECONDS = 60
LONG_SECONDS = 360
CLAIMS = 1_000
CLAIMING_THREADS = 8
_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 900.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder))
    show(found)
    if options.json:
        command = "python -m tests.bench.machines --json docs/figures/throughput.json"
        options.json.write_text(json.dumps({"command": command, **found}, indent=1) + "\n")


def measured(root: Path) -> dict[str, Any]:
    """Everything, one thing after the other."""
    with open_sound(ROOT / "seeds" / "reenactment.m4a") as sound:
        samples = np.concatenate(list(sound.blocks))
    short = MEETING_SECONDS * SAMPLE_RATE
    meetings = [samples[number * short :][:short] for number in range(MEETINGS)]
    with running_server(root / "postgresql", synchronous_commit="on") as server:
        many = [jobs_done(root / f"many{count}", server, meetings, count) for count in WORKERS]
        long = [
            jobs_done(root / f"long{count}", server, [samples[: LONG_SECONDS * SAMPLE_RATE]], count) for count in (1, 2)
        ]
        claims = {
            "postgresql": claims_per_second(root / "queue", _database(server)),
            "sqlite": claims_per_second(root / "file", None),
        }
    return {
        "cores": len(os.sched_getaffinity(0)),
        "meetings": MEETINGS,
        "meeting_seconds": MEETING_SECONDS,
        "many_seconds": [seconds for seconds, _ in many],
        "database_bytes_per_hour": long[0][1] * 3_600 // LONG_SECONDS,
        "long_seconds": LONG_SECONDS,
        "long_recording_seconds": [seconds for seconds, _ in long],
        "claims_per_second": claims,
    }


def show(found: dict[str, Any]) -> None:
    """Print them."""
    many, long = found["many_seconds"], found["long_recording_seconds"]
    for count, seconds in zip(WORKERS, many, strict=True):
        a_minute = 60 * found["meetings"] / seconds
        print(f"{count} workers: {a_minute:5.1f} meetings a minute, {many[0] / seconds:4.2f} times one worker")
    print(f"a recording of {found['long_seconds']} s in pieces, by two workers: {long[0] / long[1]:.2f} times as fast")
    for name, rate in found["claims_per_second"].items():
        print(f"{name}: {rate:,.0f} jobs a second are claimed and ended by {CLAIMING_THREADS} threads")


def jobs_done(folder: Path, server: PostgresqlServer, recordings: list[Any], workers: int) -> tuple[float, int]:
    """Seconds until `workers` have made meetings of all recordings, not counting their start, and bytes stored."""
    url, mark, cores = _database(server), uuid4().hex, sorted(os.sched_getaffinity(0))
    (folder / "exchange").mkdir(parents=True)
    machines = [
        Machine(name, folder / name, url, folder / "exchange", mark, quick=False, core=cores[at % len(cores)])
        for at, name in enumerate(f"machine{number}" for number in range(workers))
    ]
    with _opened(folder, url) as store:
        try:
            for machine in machines:
                machine.start()
            _wait(lambda: len(store.jobs.workers()) == workers)
            empty = _stored_bytes(url)
            begin = time.monotonic()
            for number, samples in enumerate(recordings):
                _put(store, folder / "notes" / f"{number}", number, samples)
            _wait(lambda: not store.jobs.jobs(states=(JobState.QUEUED, JobState.RUNNING)))
            seconds = time.monotonic() - begin
        finally:
            for machine in machines:
                machine.switch_off()
        done = store.jobs.jobs(kinds=(JobKind.RUN,), states=(JobState.DONE,))
        assert len(done) == len(recordings), [job.failure for job in store.jobs.jobs(kinds=(JobKind.RUN,))]
    return seconds, _stored_bytes(url) - empty


def _stored_bytes(url: str) -> int:
    """Of the database, as far as it is filled."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM FULL")
        row = db.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


def _put(store: Store, folder: Path, number: int, samples: Any) -> None:
    folder.mkdir(parents=True)
    _write_sound(folder / "call.wav", samples)
    text = (ROOT / "seeds" / "000_d54e42ad7e88ce35.txt").read_text()
    notes = folder / "call.md"
    notes.write_text(text.replace("osquery office hours", f"Office hours of room {number}"))
    store.jobs.put(JobKind.RUN, f"{number}", JobRequest(str(notes), str(folder / "call.wav")), "bench")


def claims_per_second(folder: Path, url: str | None) -> float:
    """Jobs that threads with a connection of their own take and end."""
    with _opened(folder, url) as store:
        for number in range(CLAIMS):
            store.jobs.put(JobKind.RUN, f"{number}", JobRequest(f"/{number}.md"), "bench")
    ended: list[int] = []

    def work(ready: threading.Barrier) -> None:
        with _opened(folder, url) as store:
            ready.wait()
            while claim := store.jobs.take([JobKind.RUN], [RunStage.ALIGN]):
                if store.jobs.report(claim, JobDone((), ())):
                    ended.append(claim.job.id)

    ready = threading.Barrier(CLAIMING_THREADS + 1)
    with ThreadPoolExecutor(CLAIMING_THREADS) as threads:
        begun = [threads.submit(work, ready) for _ in range(CLAIMING_THREADS)]
        ready.wait()
        begin = time.monotonic()
        for each in begun:
            each.result()
        seconds = time.monotonic() - begin
    assert len(ended) == len(set(ended)) == CLAIMS
    return CLAIMS / seconds


def _database(server: PostgresqlServer) -> str:
    name = f"bench_{uuid4().hex}"
    server.execute(f"CREATE DATABASE {name}")
    return server.url(name)


@contextmanager
def _opened(folder: Path, url: str | None) -> Iterator[Store]:
    with ExitStack() as stack:
        store = Store.of(Settings(data_dir=folder / "web", database=url), timeout_seconds=60.0)
        stack.callback(store.close)
        yield store


def _wait(is_so: Any) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(_POLL_SECONDS)


if __name__ == "__main__":
    main()
