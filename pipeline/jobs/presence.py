"""Whether a worker is there for a data folder, and what it can do.

A worker holds a lock for as long as it lives, so none is taken for alive that was killed; beside it stands what it says
of itself. A second worker waits for the lock, and goes on where the first one ended. Where several machines share the
queue, there is no lock, and workers say in the database that they are there.
"""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipeline import untrusted
from pipeline.machine import machine_name
from pipeline.records import JobKind, RunStage, WorkerAbilities
from pipeline.untrusted import InvalidInput
from pipeline.whole_files import disk_errors, write_whole

if TYPE_CHECKING:
    import filelock

    from pipeline.jobs.queue import Queue

_LOCK_NAME = "worker.lock"
_ABOUT_NAME = "worker.json"
_MAX_ABOUT_BYTES = 10_000


def abilities() -> WorkerAbilities:
    """What a worker of this installation can do."""
    from importlib.metadata import version

    return WorkerAbilities(
        transcribes=find_spec("faster_whisper") is not None,
        fetches=find_spec("yt_dlp") is not None,
        version=version("jumpnotes"),
        host=socket.gethostname(),
    )


def is_at_work_here(queue: Queue, data_dir: Path) -> bool:
    """Whether a worker of this computer, or container, gives signs of life."""
    workers = find_workers(queue, data_dir)
    return any(each.host == socket.gethostname() for each in workers) if queue.is_shared else bool(workers)


def find_worker(data_dir: Path) -> WorkerAbilities | None:
    """What the worker of this data folder can do; None: there is no worker."""
    try:
        with (data_dir / _LOCK_NAME).open("rb") as lock:  # shared: whoever else asks is not taken for a worker
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    except OSError:  # there is none, or it cannot be read
        return None
    else:
        return None
    with suppress(OSError, InvalidInput, msgspec.MsgspecError):
        about = untrusted.read_bytes(data_dir / _ABOUT_NAME, limit=_MAX_ABOUT_BYTES)
        return msgspec.json.decode(about, type=WorkerAbilities)
    return WorkerAbilities()


def find_workers(queue: Queue, data_dir: Path) -> Sequence[WorkerAbilities]:
    """The workers of a queue: where it is shared, those the database has heard of lately; else that of the folder."""
    if queue.is_shared:
        return queue.workers()
    found = find_worker(data_dir)
    return (found,) if found else ()


def find_abilities(queue: Queue, data_dir: Path) -> WorkerAbilities | None:
    """What all workers together can do for those who add meetings on this machine; None: nobody is there.

    What is uploaded lies in the data folder: only workers that have the same folder count for looking at it, and for
    the parts of a run that read it.
    """
    if not queue.is_shared:
        return find_worker(data_dir)
    workers = queue.workers()
    if not workers:
        return None
    here = machine_name(data_dir)
    near = [each for each in workers if each.machine == here]
    kinds = {kind for each in workers for kind in each.kinds} - {JobKind.RUN, JobKind.LOOK}
    kinds |= {kind for each in near for kind in each.kinds}
    runs = [each for each in workers if JobKind.RUN in each.kinds]
    stages = {stage for each in runs for stage in each.stages} - {RunStage.ALIGN}
    stages |= {stage for each in near if each in runs for stage in each.stages}
    return WorkerAbilities(
        transcribes=any(each.transcribes and RunStage.TRANSCRIBE in each.stages for each in runs),
        fetches=any(each.fetches and RunStage.FETCH in each.stages for each in runs),
        version=workers[0].version,
        kinds=tuple(kind for kind in JobKind if kind in kinds),
        stages=tuple(stage for stage in RunStage if stage in stages),
        machine=here,
    )


@contextmanager
def only_worker(data_dir: Path, *, patience_seconds: float = 0.0) -> Iterator[bool]:
    """Be the worker of this data folder. False: somebody else is, and has been for as long as was waited.

    Raises:
        DiskFull: there is no room to say so.
        FileError: the folder cannot be written.
    """
    import filelock

    lock = filelock.FileLock(data_dir / _LOCK_NAME)
    with disk_errors(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        is_ours = _is_acquired(lock, patience_seconds)
    if not is_ours:
        yield False
        return
    try:
        with disk_errors(data_dir):
            write_whole(data_dir / _ABOUT_NAME, msgspec.json.encode(abilities()))
        yield True
    finally:
        lock.release()


def _is_acquired(lock: filelock.BaseFileLock, patience_seconds: float) -> bool:
    import filelock

    try:
        lock.acquire(timeout=patience_seconds)
    except filelock.Timeout:
        return False
    return True
