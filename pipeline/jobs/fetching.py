"""The part of a run that asks hosts for recordings, and puts them where others find them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline import exchange, fetch
from pipeline.config import Settings
from pipeline.errors import JumpnotesError, NotReady, StoreError
from pipeline.jobs.orders import FetchOrder, Finished, Orders
from pipeline.jobs.reporting import JobReporter, Tell
from pipeline.machine import machine_name
from pipeline.records import Claim, Failure, FetchedRecording, JobHandedOn, RunStage
from pipeline.refresh import Archive
from pipeline.run.inputs import digest, file_errors
from pipeline.run.memory import RunMemory
from pipeline.run.politeness import PoliteFetcher


def perform(claim: Claim, archive: Archive, settings: Settings, tell: Tell) -> JobHandedOn:
    """Fetch what is ordered, one after the other; what cannot be fetched fails its own meeting only.

    Raises:
        StoreError: the database refuses.
    """
    orders = Orders.decode(claim.job.orders)
    reporter = JobReporter(archive.store, None, RunMemory.of(settings.data_dir), settings.model or "default", tell)
    fetcher = PoliteFetcher(reporter.progress)
    finished = list(orders.finished)
    for order in orders.fetch:
        reporter.stage(claim.job.title, "fetching", unit="bytes")
        failure = None
        try:
            with file_errors(settings.data_dir):
                archive.store.fetched.save(order.key, _fetched(order, settings, fetcher))
        except StoreError:
            raise
        except JumpnotesError as error:
            failure = failure_of(error, "fetching")
        finished.append(Finished(order.id, failure))
    return JobHandedOn(RunStage.ALIGN, Orders(finished=tuple(finished)).encode(), claim.job.remarks)


def _fetched(order: FetchOrder, settings: Settings, fetcher: PoliteFetcher) -> FetchedRecording:
    folder = settings.media_dir
    found = fetcher.fetch(
        order.address,
        lambda: fetch.recording(
            order.address, into=folder, settings=settings, progress=fetcher.note_progress, force=order.anew
        ),
    )
    media = Path(found.media or "")
    sha256, name = digest(media), None
    if (shared := exchange.of(settings)) is not None:
        name = exchange.name_of(sha256, media)
        shared.put(media, name, anew=order.anew)
    size = media.stat().st_size
    if name and found.video_id and not settings.keep_audio:  # whoever hears it has it from there
        fetch.drop(media, folder)
    kept = replace(found, media=str(media.relative_to(settings.data_dir)))
    return FetchedRecording(kept, sha256, size, machine_name(settings.data_dir), name)


def failure_of(error: JumpnotesError, stage: str) -> Failure:
    """What is to be told of a failure where the run goes on."""
    ready_at = error.at if isinstance(error, NotReady) else None
    at = datetime.now(UTC).replace(microsecond=0)
    return Failure(stage, str(error), error.hint, error.retryable, at, error.reason, ready_at)
