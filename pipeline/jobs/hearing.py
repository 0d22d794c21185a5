"""The part of a run that hears recordings, and stores what is said in them.

A recording is cut into pieces, and whoever takes that queue hears some of them; this process hears those that are left.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from pipeline import exchange
from pipeline.config import Settings
from pipeline.errors import Busy, ExchangeUnavailable, JumpnotesError, RecordingGone, StoreError
from pipeline.forget import locked
from pipeline.jobs.fetching import failure_of
from pipeline.jobs.orders import Finished, Orders, TranscribeOrder
from pipeline.jobs.reporting import JobReporter, Tell
from pipeline.jobs.sound_files import sound_of
from pipeline.machine import machine_name
from pipeline.records import Claim, JobHandedOn, Recording, RunStage, Transcript
from pipeline.refresh import Archive
from pipeline.run.inputs import file_errors, sound_errors
from pipeline.run.memory import RunMemory
from pipeline.run.spent_audio import SpentAudio
from pipeline.store import Store
from pipeline.transcribe import Cut, PieceRecogniser, piece_recogniser
from pipeline.transcribe.pieces import line_from

_WAIT_SECONDS = 0.5  # between two looks at what others have heard


def perform(claim: Claim, archive: Archive, settings: Settings, tell: Tell) -> JobHandedOn:
    """Hear what is ordered, one after the other; what cannot be heard fails its own meeting only.

    Raises:
        StoreError: the database refuses.
    """
    orders = Orders.decode(claim.job.orders)
    reporter = JobReporter(archive.store, None, RunMemory.of(settings.data_dir), settings.model or "default", tell)
    finished = list(orders.finished)
    for position, order in enumerate(orders.transcribe, start=1):
        failure = None
        try:
            with file_errors(settings.data_dir), locked(archive.store, settings, order.slug, Path(order.title)):
                _hear(order, claim, archive, settings, reporter)
                _drop_file(order, orders.transcribe[position:], claim, archive.store, settings)
        except StoreError:
            raise
        except JumpnotesError as error:
            if isinstance(error, RecordingGone):
                archive.store.fetched.drop_gone(order.media, order.exchange)
            failure = failure_of(error, "transcribing")
        finished.append(Finished(order.id, failure))
    reporter.remember_pace()
    return JobHandedOn(RunStage.ALIGN, Orders(finished=tuple(finished)).encode(), claim.job.remarks)


def _hear(order: TranscribeOrder, claim: Claim, archive: Archive, settings: Settings, reporter: JobReporter) -> None:
    """Hear one recording, and store what was said; done twice, it is stored once."""
    store = archive.store
    if not order.anew and store.heard_before(order.slug, order.sound, order.model) is not None:
        return
    reporter.stage(order.title, f"transcribing {order.which}".rstrip(), unit="seconds")
    machine = None if order.exchange else machine_name(settings.data_dir)
    with (
        sound_of(order, archive, settings) as recording,
        sound_errors(recording),
        recogniser_of(order, recording, settings) as recogniser,
    ):
        own = replace(order, model=recogniser.model)
        pieces = Pieces(own, hearing_key(own, recogniser), claim, machine, recogniser, store, reporter)
        transcript = recogniser.transcript(pieces.heard())
    if not _is_stored(store, order, transcript):
        store.save_transcript(order.slug, transcript, key=order.sound, of_part=order.apart or bool(order.which))
    store.hearings.drop(claim, pieces.key)


def _drop_file(
    order: TranscribeOrder, later: Sequence[TranscribeOrder], claim: Claim, store: Store, settings: Settings
) -> None:
    """Drop the file of a recording where nothing asks for it any more, nor any order does, `later` ones of this job."""
    if order.exchange is None:
        SpentAudio(store, settings, ()).drop(None, [order.slug])
    elif order.is_lent and (shared := exchange.of(settings)) is not None:
        is_fetched = any(each.exchange == order.exchange for _, each in store.fetched.all().values())
        is_ordered = any(each.exchange == order.exchange for each in later)
        if is_fetched or is_ordered or store.hearings.is_ordered(order.exchange, besides=claim.job.id):
            return
        with suppress(ExchangeUnavailable):  # tidying finds it
            shared.delete(order.exchange)


def _is_stored(store: Store, order: TranscribeOrder, transcript: Transcript) -> bool:
    """Whether the same was stored by whoever had this job before."""
    known = store.heard_before(order.slug, order.sound, transcript.model)
    return known is not None and known.segments == transcript.segments


def recogniser_of(
    order: TranscribeOrder, recording: Recording, settings: Settings
) -> AbstractContextManager[PieceRecogniser]:
    """What hears a recording as it was ordered; see `piece_recogniser`."""
    return piece_recogniser(
        Path(recording.media or ""),
        model=order.model or settings.model,
        model_dir=settings.model_dir,
        hotwords=order.hotwords,
        language=order.language,
        track=order.track,
    )


def hearing_key(order: TranscribeOrder, recogniser: PieceRecogniser) -> str:
    """What the pieces of a recording are known by: the meeting, the sound, and all that changes what is heard."""
    return sha256(f"{order.slug} {recogniser.key}".encode()).hexdigest()


@dataclass(slots=True)
class Pieces:
    """The pieces of one recording, in the hands of whoever has its job."""

    order: TranscribeOrder
    key: str
    claim: Claim
    machine: str | None
    recogniser: PieceRecogniser
    store: Store
    reporter: JobReporter
    _cuts: list[Cut] = field(default_factory=list)
    _lines: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    _told: int = 0  # pieces of which was told what is said in them
    _is_telling: bool = False  # of the next one, as it is heard

    def heard(self) -> list[Mapping[str, Any]]:
        """The lines of all pieces, in their order, once each was heard here or elsewhere.

        Raises:
            Busy: the job, or the hearing, is no longer this process's.
        """
        self._cut()
        self._look()
        while len(self._lines) < len(self._cuts):
            position = self.store.hearings.take(self.claim, self.key, self.machine)
            if position is None:
                self._check(self.store.hearings.holds(self.claim, self.key))
                time.sleep(_WAIT_SECONDS)
            else:
                self._hear(position)
            self._look()
        return [self._lines[position] for position in range(len(self._cuts))]

    def _cut(self) -> None:
        """Cut the recording, from the last piece on that is there."""
        hearings, document = self.store.hearings, msgspec.json.encode(self.order).decode()
        begun = hearings.begin(self.claim, self.key, self.order.slug, document, self.machine)
        self._check(begun)
        assert begun
        self._cuts = [Cut.decode(cut) for cut in begun.cuts]
        if begun.is_cut:
            return
        for cut in self.recogniser.cuts(tuple(self._cuts)):
            self._check(hearings.add(self.claim, self.key, len(self._cuts), cut.encode(), self.machine))
            self._cuts.append(cut)
        self._check(hearings.note_cut(self.claim, self.key))

    def _hear(self, position: int) -> None:
        cut = self._cuts[position]
        done = sum(self._cuts[each].seconds for each in self._lines)
        self._is_telling = position == self._told

        def progress(second: float, total: float) -> None:
            self.reporter.progress(done + max(second - cut.start_seconds, 0.0), total)

        progress(cut.start_seconds, self._seconds)
        line = self.recogniser.hear(cut, progress, self.reporter.heard if self._is_telling else None)
        progress(cut.start_seconds + cut.seconds, self._seconds)
        if self._is_telling:
            self._told += 1
        self._check(self.store.hearings.note_heard(self.claim, self.key, position, json.dumps(line)))
        self._lines[position] = line

    def _look(self) -> None:
        """See what others have heard, and tell of it in its order."""
        for position, text in self.store.hearings.lines(self.key, self._lines.keys()).items():
            line = line_from(text)
            self._lines[position] = line if line is not None else self.recogniser.hear(self._cuts[position])
        while self._told in self._lines:
            for segment in self._lines[self._told]["segments"]:
                self.reporter.heard(segment["words"][0][0], segment["text"])
            self._told += 1
        self.reporter.helped(sum(self._cuts[each].seconds for each in self._lines), self._seconds)

    @property
    def _seconds(self) -> float:
        """How long the recording is, as far as that is known."""
        return max(self.recogniser.duration or 0.0, sum(cut.seconds for cut in self._cuts))

    def _check(self, is_ours: object) -> None:
        if not is_ours:
            raise Busy(self.order.source, "its job was taken from this worker, or its recording changed")
