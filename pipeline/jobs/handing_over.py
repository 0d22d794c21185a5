"""What a run of notes leaves to other workers: asked for once the notes have been gone through, found when they are
gone through again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline import exchange
from pipeline.config import Settings
from pipeline.errors import FailedElsewhere, RecordingGone
from pipeline.jobs.orders import FetchOrder, Finished, Orders, TranscribeOrder
from pipeline.machine import machine_name
from pipeline.records import WORKER_DIED, FetchedRecording, Job, JobHandedOn, Recording, RunStage
from pipeline.run.elsewhere import HandedOver, WantedTranscript
from pipeline.run.inputs import digest
from pipeline.run.plan import Source
from pipeline.store import Store


class Handover:
    """A run's `Elsewhere`, for a job that hops from queue to queue."""

    def __init__(self, job: Job, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._exchange = exchange.of(settings)
        self._machine = machine_name(settings.data_dir)
        orders = Orders.decode(job.orders)
        self._finished = {each.order: each for each in orders.finished}
        # What was ordered is still to be done: it failed, or nobody is there any more who could do it.
        is_lost = job.failure is None or job.failure.reason == WORKER_DIED
        self._lost = {each.machine for each in orders.transcribe if is_lost} - {None}
        self._fetch: dict[str, FetchOrder] = {}
        self._transcribe: dict[str, TranscribeOrder] = {}
        self._at: dict[str, FetchedRecording] = {}  # by where the file is, or would be, on this machine
        self._gone = set[str]()  # recordings that were fetched, and are not where they were put
        self._digests: dict[str, str] = {}

    def next(self, remarks: tuple[str, ...]) -> JobHandedOn | None:
        """Where the job goes on; None: nothing was left to others."""
        finished = tuple(self._finished.values())
        if self._fetch:
            orders = Orders(fetch=tuple(self._fetch.values()), finished=finished)
            return JobHandedOn(RunStage.FETCH, orders.encode(), remarks)
        if not self._transcribe:
            return None
        machine = next(iter(self._transcribe.values())).machine
        there = tuple(order for order in self._transcribe.values() if order.machine == machine)
        return JobHandedOn(RunStage.TRANSCRIBE, Orders(transcribe=there, finished=finished).encode(), remarks, machine)

    def kept(self) -> str:
        """What others have done, for when the run is tried again; what they could not do is then asked for anew."""
        known = self._finished.values()
        is_gone = any(each.failure and each.failure.reason == "recording-gone" for each in known)
        kept = (each for each in known if each.failure is None and not (is_gone and each.order.startswith("fetch ")))
        return Orders(finished=tuple(kept)).encode()

    # -- as a run asks ------------------------------------------------------------------------------------------------

    def recording(self, source: Source, *, anew: bool) -> Recording:
        order = FetchOrder(source.key, source.address, anew)
        is_done = self._is_done(order.id)
        if (is_done or not anew) and (found := self._known(source)) is not None:
            return found
        if self._finished.pop(order.id, None) and source.key in self._gone:
            raise RecordingGone(source.address)  # not again at once: this machine may have another exchange
        self._fetch[order.id] = order
        raise HandedOver

    def _known(self, source: Source) -> Recording | None:
        from pipeline import fetch

        fetched = self._store.fetched.get(source.key)
        if fetched is not None and not fetched.is_gone:
            media = self._settings.data_dir / (fetched.recording.media or "")
            recording, is_here = replace(fetched.recording, media=str(media)), media.is_file()
            if is_here or self._is_there(fetched):
                self._at[str(media)] = fetched
                return recording
            self._store.fetched.drop(source.key)
            if fetched.exchange:
                self._gone.add(source.key)
        return fetch.fetched(source.address, settings=self._settings)

    def _is_there(self, fetched: FetchedRecording) -> bool:
        """Whether others can get a file that is not here; what only another machine has is, unless that is gone."""
        if fetched.exchange is None:
            return fetched.machine not in {self._machine, *self._lost}
        return self._exchange is None or self._exchange.size(fetched.exchange) == fetched.size

    def sound_key(self, media: Path, track: str | None) -> str:
        key = self._sha256(media)
        return key if track is None else f"{key} track {track.strip().lower()}"

    def _sha256(self, media: Path) -> str:
        place = str(media)
        if place not in self._digests:
            is_here = media.is_file()
            self._digests[place] = digest(media) if is_here or place not in self._at else self._at[place].sha256
        return self._digests[place]

    def was_heard(self, slug: str, sound: str) -> bool:
        known = self._finished.get(f"transcribe {slug} {sound}")
        return known is not None and known.failure is None

    def hear(self, wanted: WantedTranscript) -> None:
        media = Path(wanted.recording.media or "")
        sha256, fetched = self._sha256(media), self._at.get(str(media))
        is_here = media.is_file()
        name = fetched.exchange if fetched and not is_here else None
        if self._exchange is not None and is_here:
            name = exchange.name_of(sha256, media)
        order = TranscribeOrder(
            slug=wanted.slug,
            title=wanted.title,
            sound=wanted.sound,
            media=_in_data_folder(media, self._settings.data_dir),
            sha256=sha256,
            size=media.stat().st_size if is_here or fetched is None else fetched.size,
            source=wanted.recording.source,
            machine=None if name else self._machine if is_here or fetched is None else fetched.machine,
            exchange=name,
            is_lent=fetched is None and self._exchange is not None,
            key=wanted.source,
            model=wanted.model,
            hotwords=wanted.hotwords,
            language=wanted.recording.language,
            track=wanted.track,
            which=wanted.which,
            apart=wanted.apart,
            anew=wanted.anew,
        )
        if self._is_done(order.id):
            del self._finished[order.id]
            raise FailedElsewhere(f"{order.source}: what was heard is not stored", reason="not-stored", retryable=True)
        if self._exchange is not None and is_here and name:
            self._exchange.put(media, name)
        self._transcribe[order.id] = order
        raise HandedOver

    def _is_done(self, order: str) -> bool:
        """Whether others have done it.

        Raises:
            FailedElsewhere: they could not.
        """
        known: Finished | None = self._finished.get(order)
        if known is not None and (failure := known.failure) is not None:
            raise FailedElsewhere(
                failure.message,
                hint=failure.hint,
                reason=failure.reason,
                stage=failure.stage,
                retryable=failure.retryable,
                ready_at=failure.ready_at,
            )
        return known is not None


def _in_data_folder(media: Path, folder: Path) -> str:
    """The place of a file in the data folder; of one that is elsewhere, where it is."""
    return media.relative_to(folder).as_posix() if media.is_relative_to(folder) else str(media)
