"""The part of a run that hears recordings, and stores what is said in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from pipeline import exchange
from pipeline.config import Settings
from pipeline.errors import JumpnotesError, RecordingGone, StoreError
from pipeline.jobs.fetching import failure_of
from pipeline.jobs.orders import Finished, Orders, TranscribeOrder
from pipeline.jobs.reporting import JobReporter, Tell
from pipeline.records import Claim, JobHandedOn, Recording, RunStage
from pipeline.refresh import Archive
from pipeline.run.audible import audible
from pipeline.run.inputs import digest, file_errors, sound_errors
from pipeline.run.memory import RunMemory

COPIES = "exchanged"
"""The folder of a data folder that has what was got from the exchange, until it was heard."""


def perform(claim: Claim, archive: Archive, settings: Settings, tell: Tell) -> JobHandedOn:
    """Hear what is ordered, one after the other; what cannot be heard fails its own meeting only.

    Raises:
        StoreError: the database refuses.
    """
    orders = Orders.decode(claim.job.orders)
    reporter = JobReporter(archive.store, None, RunMemory.of(settings.data_dir), settings.model or "default", tell)
    finished = list(orders.finished)
    for order in orders.transcribe:
        failure = None
        try:
            with file_errors(settings.data_dir):
                _hear(order, archive, settings, reporter)
        except StoreError:
            raise
        except JumpnotesError as error:
            failure = failure_of(error, "transcribing")
        finished.append(Finished(order.id, failure))
    reporter.remember_pace()
    return JobHandedOn(RunStage.ALIGN, Orders(finished=tuple(finished)).encode(), claim.job.remarks)


def _hear(order: TranscribeOrder, archive: Archive, settings: Settings, reporter: JobReporter) -> None:
    from pipeline import transcribe

    reporter.stage(order.title, f"transcribing {order.which}".rstrip(), unit="seconds")
    with sound_of(order, archive, settings) as recording, sound_errors(recording):
        transcript = transcribe.transcribe(
            Path(recording.media or ""),
            model=order.model or settings.model,
            model_dir=settings.model_dir,
            hotwords=order.hotwords,
            language=order.language,
            track=order.track,
            progress=reporter.progress,
            heard=reporter.heard,
        )
    archive.store.save_transcript(order.slug, transcript, key=order.sound, of_part=order.apart or bool(order.which))


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
    copy = settings.data_dir / COPIES / order.exchange
    copy.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(copy.with_name(f"{copy.name}.lock")):
        if not _is_it(copy, order) and not shared.get(order.exchange, copy):
            raise RecordingGone(order.source)
    try:
        yield copy
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def _is_it(file: Path, order: TranscribeOrder) -> bool:
    return file.is_file() and file.stat().st_size == order.size and digest(file) == order.sha256
