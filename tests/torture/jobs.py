"""`kill -9` at random moments to whoever does the jobs: each result is there once, no job is lost, none is stuck.

    python -m tests.torture.jobs [KILLS] [JOBS] [SEED]

Two jobs of three hear a recording, with a checkpoint after each minute of it; the others have a transcript. Killed is
the process that does a job, and now and then the worker itself, which is then started again. A job that lost its
process three times without a checkpoint in between has failed; it is retried as people do it, by the reason.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import wave
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipeline.audio import SAMPLE_RATE, Samples, open_sound
from pipeline.config import Settings
from pipeline.jobs.queue import Queue
from pipeline.records import WORKER_DIED, JobKind, JobRequest, JobState
from pipeline.refresh import Archive
from tests.conftest import CALL, ROOT

_RECORDING = ROOT / "seeds" / "reenactment.m4a"
_PIECE_SECONDS = 100
_PIECE_STEP_SECONDS = 19
_WORKER = (
    "from pipeline.jobs import worker; "
    "short = 'from pipeline.transcribe import chunking; chunking.MAX_CHUNK_SAMPLES = 60 * 16_000; '; "
    "worker._MAIN = short + worker._MAIN; "
    "from pipeline.cli import main; main(['worker'])"
)
_PAUSES_SECONDS = (0.3, 5.0)  # between two kills
_WORKER_KILLED_ONCE_IN = 8
_POLL_SECONDS = 0.05
_DEFAULTS = ("200", "30", "1")  # kills, jobs, seed


@dataclass
class JobsTorture:
    """What was done to a queue, and what became of it."""

    kills: int = 0
    worker_kills: int = 0
    retried: int = 0
    states: Counter[str] = field(default_factory=Counter)
    doubled: int = 0  # meetings with more than one transcript, or listed twice
    different: int = 0  # meetings that are not as an undisturbed run makes them
    left: int = 0  # lines, checkpoints and claims of jobs that have ended

    @property
    def is_good(self) -> bool:
        return set(self.states) == {JobState.DONE} and not (self.doubled or self.different or self.left)

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in self.states.items())
        return (
            f"{self.kills} kills of the process, {self.worker_kills} of the worker: {states} "
            f"({self.retried} retried after {WORKER_DIED}), {self.doubled} doubled, "
            f"{self.different} different, {self.left} left over"
        )


def main() -> None:
    kills, jobs, seed = map(int, (*sys.argv[1:], *_DEFAULTS[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        done = torture(Path(folder), kills=kills, jobs=jobs, rng=random.Random(seed))
    print(done, flush=True)
    sys.exit(not done.is_good)


def torture(
    root: Path, *, kills: int, jobs: int, rng: random.Random, piece_seconds: int = _PIECE_SECONDS
) -> JobsTorture:
    """Have `jobs` done undisturbed, and again with `kills`."""
    files = _make_notes(root / "notes", jobs, piece_seconds)
    calm, hard = root / "calm", root / "hard"
    _work(calm, files, 0, rng)
    done = _work(hard, files, kills, rng)
    stored, expected = _stored(hard), _stored(calm)
    done.different = sum(stored.get(slug) != expected[slug] for slug in expected) + len(stored.keys() - expected.keys())
    return done


def _make_notes(folder: Path, count: int, seconds: int) -> list[Path]:
    """Notes in a folder of their own each, with a recording or a transcript beside them."""
    needed, blocks = (count * _PIECE_STEP_SECONDS + seconds) * SAMPLE_RATE, []
    with open_sound(_RECORDING) as sound:
        for block in sound.blocks:
            blocks.append(block)
            if (needed := needed - len(block)) <= 0:
                break
    samples = np.concatenate(blocks)
    files = []
    for number in range(count):
        here = folder / f"{number:03}"
        here.mkdir(parents=True)
        text = (CALL / "2024-03-05-garden.md").read_text().replace("Community garden call", f"Call of plot {number}")
        (here / "call.md").write_text(text)
        if number % 3:
            first = number * _PIECE_STEP_SECONDS * SAMPLE_RATE % (len(samples) - seconds * SAMPLE_RATE)
            _write_sound(here / "call.wav", samples[first : first + seconds * SAMPLE_RATE])
        else:
            shutil.copy(CALL / "garden.vtt", here / "call.vtt")
        files.append(here / "call.md")
    return files


def _write_sound(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


def _work(data: Path, files: list[Path], kills: int, rng: random.Random) -> JobsTorture:
    archive = Archive.open(Settings(data_dir=data))
    queue, done = archive.store.jobs, JobsTorture()
    for file in files:
        media = file.with_suffix(".wav")
        queue.put(
            JobKind.RUN, file.parent.name, JobRequest(str(file), str(media) if media.exists() else None), "torture"
        )
    worker = _start(data)
    try:
        for number in range(kills):
            if not _wait_for_child(worker, queue, done):
                break
            time.sleep(rng.uniform(*_PAUSES_SECONDS))
            if rng.randrange(_WORKER_KILLED_ONCE_IN):
                done.kills += _kill_child(worker)
            else:
                worker.kill()
                worker.wait()
                done.worker_kills += 1
                worker = _start(data)
            done.retried += len(queue.retry_failed(WORKER_DIED)) if number % 5 == 4 else 0
        while not _is_over(queue):
            done.retried += len(queue.retry_failed(WORKER_DIED))
            time.sleep(1)
    finally:
        worker.terminate()
        worker.wait()
    done.states = Counter(job.state for job in queue.jobs(kinds=(JobKind.RUN,), limit=len(files) + 1))
    archive.close()
    done.doubled, done.left = _doubled(data), _left(data)
    return done


def _start(data: Path) -> subprocess.Popen[bytes]:
    env = os.environ | {"JUMPNOTES_DATA_DIR": str(data), "JUMPNOTES_MODEL": "tiny.en", "JUMPNOTES_MEANING": "false"}
    return subprocess.Popen([sys.executable, "-c", _WORKER], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)


def _wait_for_child(worker: subprocess.Popen[bytes], queue: Queue, done: JobsTorture) -> bool:
    """Wait until a job is being done; False: all are over."""
    while not _children(worker):
        if not queue.jobs(states=(JobState.QUEUED, JobState.RUNNING)):
            again = len(queue.retry_failed(WORKER_DIED))
            done.retried += again
            if not again:
                return False
        time.sleep(_POLL_SECONDS)
    return True


def _is_over(queue: Queue) -> bool:
    return not queue.jobs(states=(JobState.QUEUED, JobState.RUNNING)) and not queue.jobs(states=(JobState.FAILED,))


def _children(worker: subprocess.Popen[bytes]) -> list[int]:
    with suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()]
    return []


def _kill_child(worker: subprocess.Popen[bytes]) -> int:
    killed = 0
    for child in _children(worker):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
            killed += 1
    return killed


def _stored(data: Path) -> dict[str, object]:
    """What readers see of each meeting."""
    archive = Archive.open(Settings(data_dir=data))
    found: dict[str, object] = {}
    for summary in archive.store.meetings():
        meeting = archive.store.meeting(summary.slug)
        segments = meeting.transcript.segments if meeting.transcript else ()
        found[summary.slug] = (segments, meeting.alignments, meeting.within, meeting.mishearings)
    archive.close()
    return found


def _doubled(data: Path) -> int:
    with closing(sqlite3.connect(data / "jumpnotes.db")) as db:
        several = "SELECT count(*) FROM (SELECT slug FROM {} GROUP BY slug HAVING count(*) > 1)"
        tables = ("transcripts", "alignment_runs", "recordings", "notes")
        return sum(db.execute(several.format(table)).fetchone()[0] for table in tables)


def _left(data: Path) -> int:
    with closing(sqlite3.connect(data / "jumpnotes.db")) as db:
        lines = db.execute("SELECT count(*) FROM job_lines").fetchone()[0]
        claims = db.execute("SELECT count(*) FROM jobs WHERE claim IS NOT NULL").fetchone()[0]
    return int(lines + claims) + len(list((data / "checkpoints").glob("*.jsonl")))


if __name__ == "__main__":
    main()
