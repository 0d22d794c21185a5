"""The file of a recording that was ordered to be heard, on this machine: its own, or a copy from the exchange that is
there for as long as somebody hears it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from pipeline import exchange
from pipeline.config import Settings
from pipeline.errors import RecordingGone
from pipeline.jobs.orders import TranscribeOrder
from pipeline.records import Recording
from pipeline.refresh import Archive
from pipeline.run.audible import audible
from pipeline.run.inputs import digest

COPIES = "exchanged"
"""The folder of a data folder that has these copies."""


@contextmanager
def sound_of(order: TranscribeOrder, archive: Archive, settings: Settings) -> Iterator[Recording]:
    """The recording of an order, with a file on this machine, in which what was taken out is muted.

    Raises:
        RecordingGone: it is no longer where it was.
        ExchangeUnavailable: the exchange cannot be reached.
        DiskFull: there is no room for it here.
    """
    with _file_of(order, settings) as file:
        source = str(file) if order.source == order.media else order.source
        recording = Recording(source, order.title, None, str(file), language=order.language)
        yield audible(recording, archive.store, settings, order.slug, order.key)


@contextmanager
def _file_of(order: TranscribeOrder, settings: Settings) -> Iterator[Path]:
    own = settings.data_dir / order.media
    if _is_it(own, order):
        yield own
        return
    shared = exchange.of(settings)
    if shared is None or order.exchange is None:
        raise RecordingGone(order.source)
    folder = settings.data_dir / COPIES
    folder.mkdir(parents=True, exist_ok=True)
    drop_unused(folder)
    copy = folder / order.exchange
    with _alone(copy):
        if not _is_it(copy, order) and not shared.get(order.exchange, copy):
            raise RecordingGone(order.source)
        opened = copy.open("rb")
        fcntl.flock(opened, fcntl.LOCK_SH)
    try:
        yield copy
    finally:
        opened.close()
        drop_unused(folder)


def drop_unused(folder: Path) -> None:
    """Delete copies that no process uses; whoever is killed leaves its own to the next one."""
    for copy in folder.glob("[!.]*"):
        with suppress(OSError, filelock.Timeout), _alone(copy, timeout=0), copy.open("rb") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            copy.unlink()


def _alone(copy: Path, timeout: float = -1) -> filelock.BaseFileLock:
    """Nobody gets or deletes this copy meanwhile."""
    return filelock.FileLock(copy.with_name(f".{copy.name}.lock"), timeout=timeout)


def _is_it(file: Path, order: TranscribeOrder) -> bool:
    return file.is_file() and file.stat().st_size == order.size and digest(file) == order.sha256
