"""Meetings through all stages: skips what is stored, resumes what was cut off, goes on after a failure.

The stages are imported when they are needed: a thousand finished notes are skipped without loading yt-dlp,
a speech model or numpy.
"""

from __future__ import annotations

import errno
import json
import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path
from typing import Protocol, TypeVar

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.errors import Busy, CaptionsRateLimited, DiskFull, JumpnotesError, RateLimited, StoreError
from pipeline.notes.files import siblings_of
from pipeline.records import Failure, Meeting, Notes, Origin, Recording, Transcript
from pipeline.store import MadeFrom, Store, Stored

Fetched = TypeVar("Fetched")

_log = logging.getLogger(__name__)

ALIGNER = "3"
"""Goes up when the aligner finds other moments, so that stored meetings get the better links on the next run."""

Pins = Mapping[str, float | None]

CAPTIONS = "captions"
"""The value of Options.transcript that asks for the publisher's own captions."""


class Stage(StrEnum):
    FETCH = "fetch"
    TRANSCRIBE = "transcribe"
    ALIGN = "align"


class State(StrEnum):
    """How the run of one meeting ended."""

    LINKED = "linked"
    UNCHANGED = "unchanged"
    NO_RECORDING = "no recording"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for. `force` redoes that stage and those after it."""

    media: str | None = None  # a file or URL that replaces the link in the notes
    transcript: str | None = None  # a transcript file, or CAPTIONS
    model: str | None = None
    force: Stage | None = None

    def forces(self, stage: Stage) -> bool:
        order = list(Stage)
        return self.force is not None and order.index(self.force) <= order.index(stage)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one notes file. `meeting` is what is stored now, for meetings that were worked on."""

    path: Path
    state: State
    slug: str | None = None
    meeting: Meeting | None = None
    failure: Failure | None = None


class Reporter(Protocol):
    """Hears how a run goes on."""

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        """A stage of a meeting begins. `unit` is what its progress counts: "bytes", "seconds" or ""."""

    def progress(self, done: float, total: float) -> None: ...

    def say(self, text: str) -> None: ...


@dataclass(slots=True)
class Runner:
    """Takes meetings through the stages, one after the other."""

    store: Store
    settings: Settings
    options: Options
    reporter: Reporter
    _folders: dict[Path, tuple[dict[Path, str], frozenset[str]]] = field(default_factory=dict)
    _limited: RateLimited | None = None  # once YouTube asks us to slow down, the rest of the run leaves it alone
    _downloaded: bool = False  # something came over the network in this run
    _stage: str = ""

    def run(self, paths: Iterable[Path]) -> Iterator[Outcome]:
        """Process each notes file; a meeting that fails does not stop the others."""
        finished = self.store.finished()
        for path in paths:
            slug, done = finished.get(str(path.resolve()), (None, None))
            try:
                if done is not None and not self.options.force and self._made_from(path, done):
                    yield Outcome(path, State.UNCHANGED, slug)
                else:
                    yield self._process(path)
            except JumpnotesError as error:
                yield self._failed(path, error)

    def _made_from(self, path: Path, done: dict[str, str | None]) -> bool:
        """Whether a run would find just what the last one found."""
        try:
            digest = _digest(path)
        except OSError:
            return False  # reading them in earnest will say why
        if done["notes"] != digest or done["aligner"] != ALIGNER:
            return False
        asked = self._asked()
        return all(value is None or done.get(name) == value for name, value in asked.items())

    def _asked(self) -> dict[str, str | None]:
        """What the user named, as it is remembered."""
        media, transcript = self.options.media, self.options.transcript
        return {
            "media": _key(media) if media else None,
            "transcript": transcript if transcript in (None, CAPTIONS) else _digest(Path(transcript)),
            "model": self.options.model,
        }

    # -- one meeting -----------------------------------------------------------------------------------------------

    def _process(self, path: Path) -> Outcome:
        import filelock

        with _disk_errors(self.settings.data_dir):
            self._stage = "reading"
            notes, others = self._read(path)
            notes = replace(notes, slug=self.store.claim(str(path.resolve()), notes.slug))
            for warning in notes.warnings:
                self.reporter.say(f"{path.name}: {warning}")
            self.settings.checkpoint_dir.mkdir(parents=True, exist_ok=True)
            try:
                with filelock.FileLock(self.settings.checkpoint_dir / f"{notes.slug}.lock", blocking=False):
                    return self._stages(path, notes, others)
            except filelock.Timeout as error:
                raise Busy(path, "another jumpnotes is at work on these notes") from error

    def _stages(self, path: Path, notes: Notes, others: list[str]) -> Outcome:
        notes_id = self.store.save_notes(notes)
        link = _key(notes.video.url) if notes.video else None
        before = self.store.done(notes.slug)
        # What the user gave for this link once holds until the link changes.
        given = before if before.get("link") == link else {}
        transcript = self._transcript(notes, others, self.options.media or given.get("source"))
        pins, corrected = self.store.pins(notes.slug)
        if transcript is not None:
            self._align(notes, notes_id, transcript, pins, others)
        asked = {name: value for name, value in self._asked().items() if value is not None}
        source = {"source": self.options.media} if self.options.media else {}
        self.store.finish(
            notes.slug,
            given
            | asked
            | source
            | {"notes": _digest(path), "aligner": ALIGNER, "link": link, "corrections": corrected},
        )
        state = State.LINKED if transcript else State.NO_RECORDING
        return Outcome(path, state, notes.slug, self.store.meeting(notes.slug))

    def _read(self, path: Path) -> tuple[Notes, list[str]]:
        folder = path.resolve().parent
        if folder not in self._folders:
            texts = siblings_of(path)
            self._folders[folder] = texts, reader.folder_templates(texts.values())
        siblings, templates = self._folders[folder]
        notes = reader.read(path, templates=templates)
        return notes, [text for file, text in siblings.items() if file != path.resolve()]

    def _transcript(self, notes: Notes, others: list[str], given: str | None) -> Stored[Transcript] | None:
        """The meeting's transcript: imported, stored, published or recognised. None when there is no recording.

        `given` is the recording the user named, now or in an earlier run, instead of the link in the notes.
        """
        source = given or (notes.video.url if notes.video else None)
        if self.options.transcript not in (None, CAPTIONS):
            return self._imported(notes, Path(self.options.transcript or ""), source)
        stored = self.store.transcript(notes.slug)
        if source is None:
            return stored
        known = self.store.recording(notes.slug)
        same = known is not None and known.key == _key(source)
        # A file that was given earlier may be gone; what was heard in it is not.
        gone = "://" not in source and not Path(source).exists()
        if (same or gone) and stored and self._still_good(stored.record):
            return stored
        if self.options.transcript == CAPTIONS:
            published = self._captions(notes, source)
            if published:
                return published
            self.reporter.say(f"{notes.title}: no usable captions, so the audio is transcribed instead.")
        return self._recognised(notes, others, self._recording(notes, source, known.record if same and known else None))

    def _still_good(self, transcript: Transcript) -> bool:
        if self.options.forces(Stage.TRANSCRIBE):
            return False
        if self.options.transcript == CAPTIONS and transcript.origin is Origin.CAPTIONS:
            return True
        return self.options.transcript != CAPTIONS and self.options.model in (None, transcript.model)

    # -- stages ----------------------------------------------------------------------------------------------------

    def _imported(self, notes: Notes, file: Path, source: str | None) -> Stored[Transcript]:
        from pipeline import cues

        transcript = cues.read(file)
        known = self.store.recording(notes.slug)
        same = known is not None and source is not None and known.key == _key(source)
        if self.options.media:
            self._recording(notes, self.options.media, known.record if same and known else None)
        elif source and not same and ("://" in source or Path(source).exists()):
            recording = Recording(source, notes.title, transcript.duration, video_id=reader.youtube_id(source))
            self.store.save_recording(notes.slug, recording, key=_key(source))
        key = _digest(file)
        stored = self.store.transcript(notes.slug)
        if stored and stored.key == key:
            return stored
        return Stored(self.store.save_transcript(notes.slug, transcript, key=key), key, transcript)

    def _captions(self, notes: Notes, source: str) -> Stored[Transcript] | None:
        from pipeline import fetch

        self._begin(notes, "fetching captions")
        self._pause_before(source)
        try:
            recording, transcript = self._fetching(source, lambda: fetch.captions(source, settings=self.settings))
        except CaptionsRateLimited:
            return None
        if transcript is None:
            return None
        self.store.save_recording(notes.slug, recording, key=_key(source))
        key = f"captions {recording.source}"
        return Stored(self.store.save_transcript(notes.slug, transcript, key=key), key, transcript)

    def _recording(self, notes: Notes, source: str, known: Recording | None) -> Recording:
        if known and known.media and Path(known.media).exists() and not self.options.forces(Stage.FETCH):
            return known
        from pipeline import fetch

        self._begin(notes, "fetching", unit="bytes")
        self._pause_before(source)
        recording = self._fetching(
            source,
            lambda: fetch.recording(
                source,
                into=self.settings.media_dir,
                settings=self.settings,
                progress=self._came,
                force=self.options.forces(Stage.FETCH),
            ),
        )
        self.store.save_recording(notes.slug, recording, key=_key(source))
        return recording

    def _recognised(self, notes: Notes, others: list[str], recording: Recording) -> Stored[Transcript]:
        media = Path(recording.media or "")
        key = _digest(media)
        heard = self.store.heard_before(notes.slug, key)
        if heard and not self.options.forces(Stage.TRANSCRIBE) and self.options.model in (None, heard.model):
            # The same sound, perhaps from another address or after a vain look for captions.
            stored = self.store.transcript(notes.slug)
            if stored and stored.key == key:
                return stored
            return Stored(self.store.save_transcript(notes.slug, heard, key=key), key, heard)
        from pipeline import transcribe
        from pipeline.language import jargon

        self._begin(notes, "transcribing", unit="seconds")
        checkpoint = self.settings.checkpoint_dir / f"{notes.slug}.jsonl"
        transcript = transcribe.transcribe(
            media,
            model=self.options.model or self.settings.model,
            model_dir=self.settings.model_dir,
            hotwords=jargon.hotwords(notes, others=others),
            language=recording.language,
            checkpoint=checkpoint,
            progress=self.reporter.progress,
        )
        run = self.store.save_transcript(notes.slug, transcript, key=key)
        checkpoint.unlink(missing_ok=True)
        return Stored(run, key, transcript)

    def _align(
        self, notes: Notes, notes_id: int, transcript: Stored[Transcript], pins: Pins, others: list[str]
    ) -> None:
        made_from = MadeFrom(notes_id, transcript.id, ALIGNER, json.dumps(pins, sort_keys=True))
        if not self.options.forces(Stage.ALIGN) and self.store.aligned(notes.slug, made_from):
            return
        from pipeline import align
        from pipeline.misheard import find_mishearings

        self._begin(notes, "aligning")
        recording = self.store.recording(notes.slug)
        chapters = recording.record.chapters if recording else ()
        aligned = align.align(notes, transcript.record, pins=pins, chapters=chapters)
        if aligned.offset is not None:
            _log.info("%s: the notes' times + %.1f s are the recording's", notes.slug, aligned.offset)
        hearings = find_mishearings(notes, transcript.record, aligned.alignments, others=others)
        self.store.save_alignments(notes.slug, aligned.alignments, made_from, hearings)

    # -- failures and manners --------------------------------------------------------------------------------------

    def _begin(self, notes: Notes, stage: str, *, unit: str = "") -> None:
        self._stage = stage
        self.reporter.stage(notes.title, stage, unit=unit)

    def _came(self, done: float, total: float) -> None:
        self._downloaded = True
        self.reporter.progress(done, total)

    def _fetching(self, source: str, fetch: Callable[[], Fetched]) -> Fetched:
        try:
            return fetch()
        except RateLimited as error:
            if reader.youtube_id(source) and not isinstance(error, CaptionsRateLimited):
                self._limited = error
            raise

    def _pause_before(self, source: str) -> None:
        """Be polite to YouTube: pause between downloads, and stop asking once it said so."""
        if reader.youtube_id(source) is None:
            return
        if self._limited:
            raise RateLimited(source, "not asked for: YouTube asked us to slow down")
        if self._downloaded:
            time.sleep(random.uniform(5, 15))  # noqa: S311 - jitter, not a secret

    def _failed(self, path: Path, error: JumpnotesError) -> Outcome:
        failure = Failure(
            self._stage, str(error), error.hint, error.retryable, datetime.now(UTC).replace(microsecond=0)
        )
        slug = None
        with suppress(StoreError):  # a database that refuses cannot be told so
            slug = self.store.slug_of(str(path.resolve()))
            if slug:
                self.store.fail(slug, failure)
        return Outcome(path, State.FAILED, slug, None, failure)


@contextmanager
def _disk_errors(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(data_dir) from error
        raise


def _key(source: str) -> str:
    """What a recording is known by: a video's id, a URL, or a file and its state."""
    video = reader.youtube_id(source)
    if video or "://" in source:
        return f"youtube {video}" if video else source
    path = Path(source).resolve()
    # A file that is gone has a key no file that was read ever had.
    return f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" if path.exists() else str(path)


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
