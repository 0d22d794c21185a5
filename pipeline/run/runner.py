"""Does what a plan says, meeting after meeting.

The stages are imported when they are needed: a thousand finished notes are skipped without loading yt-dlp, a speech
model or numpy.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Protocol

from pipeline import notes as reader
from pipeline import untrusted
from pipeline.config import Settings
from pipeline.errors import (
    Busy,
    DiskFull,
    FileError,
    JumpnotesError,
    NotesError,
)
from pipeline.file_names import printable, stored
from pipeline.links import youtube_id
from pipeline.notes.files import MAX_NOTES_BYTES, siblings_of
from pipeline.part_clock import notes_on_common_clock
from pipeline.records import Failure, Meeting, Notes, Recording, RunKey, Transcript, Video
from pipeline.run import parts
from pipeline.run.downloads import Downloads
from pipeline.run.plan import (
    Asked,
    Known,
    Plan,
    RecordingStep,
    RunOptions,
    Source,
    Stage,
    TranscriptStep,
    is_up_to_date,
    plan,
)
from pipeline.run.politeness import PoliteFetcher
from pipeline.run.sources import PUBLISHED
from pipeline.store import AlignmentInputs, Store, Stored
from pipeline.unexpected import UnexpectedError
from pipeline.untrusted import InvalidInput

_MAX_FOLDERS_KEPT = 8  # whose notes are in memory; a run goes through them in order

_MAX_CHECKED_MEETINGS = 50  # in a run of more, a finished one is not read through: that takes longer than all the rest

_log = logging.getLogger(__name__)


class RunState(StrEnum):
    """How the run of one meeting ended."""

    LINKED = "linked"
    UNCHANGED = "unchanged"
    NO_RECORDING = "no recording"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What became of one notes file. `meeting` is what is stored now, for meetings that were worked on."""

    path: Path
    state: RunState
    slug: str | None = None
    meeting: Meeting | None = None
    failure: Failure | None = None


class Reporter(Protocol):
    """Hears how a run progresses."""

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        """A stage of a meeting begins. `unit` is what its progress counts: "bytes", "seconds" or ""."""

    def progress(self, done: float, total: float) -> None: ...

    def say(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Job:
    """One meeting in hand: its notes, those of the other meetings in the folder, and what there is to do."""

    notes: Notes
    others: tuple[str, ...]
    plan: Plan
    recording: Recording | None  # the stored one, if it is that of the plan


class Runner:
    """Takes meetings through the stages, one after the other."""

    def __init__(self, store: Store, settings: Settings, options: RunOptions, reporter: Reporter) -> None:
        self._store = store
        self._settings = settings
        self._options = options
        self._reporter = reporter
        self._downloads = Downloads(PoliteFetcher(reporter.progress), settings, anew=options.forces(Stage.FETCH))
        self._folders: dict[Path, tuple[dict[Path, str], frozenset[str]]] = {}  # texts and templates
        self._stage = ""
        self._checks_all = True

    def run(self, paths: Iterable[Path]) -> Iterator[RunOutcome]:
        """Process each notes file; a meeting that fails does not stop the others."""
        finished, paths = self._store.finished(), tuple(paths)
        self._checks_all = len(paths) <= _MAX_CHECKED_MEETINGS
        for path in paths:
            self._stage = "reading"
            try:
                with _file_errors(self._settings.data_dir):
                    slug, key = finished.get(_stored(path), (None, None))
                    if slug is not None and key is not None and self._is_up_to_date(path, slug, key):
                        yield RunOutcome(path, RunState.UNCHANGED, slug)
                    else:
                        yield self._process(path)
            except JumpnotesError as error:
                yield self._failed(path, error)
            except Exception as error:  # noqa: BLE001 - a bug, and the other meetings cannot help it
                _log.debug("%s", path, exc_info=error)
                yield self._failed(path, UnexpectedError(error))

    def _is_up_to_date(self, path: Path, slug: str, key: RunKey) -> bool:
        is_done = self._is_readable(path) and is_up_to_date(key, self._asked(path))
        return is_done and (not self._checks_all or self._store.is_intact(slug))

    def _asked(self, path: Path, links: tuple[Video, ...] = ()) -> Asked:
        media, transcript = self._options.media, self._options.transcript
        return Asked(
            options=self._options,
            notes=_digest(path),
            link=parts.joined_source([_source(link.url) for link in links]) if links else None,
            media=_source(media) if media else None,
            transcript=transcript if transcript is None or transcript in PUBLISHED else _digest(*self._files()),
        )

    def _files(self) -> tuple[Path, ...]:
        """The transcripts the user gave."""
        return tuple(map(Path, (self._options.transcript or "", *self._options.further_transcripts)))

    @staticmethod
    def _is_readable(path: Path) -> bool:
        """Whether notes can be read; if not, reading them in earnest says why."""
        try:
            untrusted.read_bytes(path, limit=MAX_NOTES_BYTES)
        except (OSError, InvalidInput):
            return False
        return True

    # -- one meeting -----------------------------------------------------------------------------------------------

    def _process(self, path: Path) -> RunOutcome:
        import filelock

        notes, others = self._read(path)
        notes = replace(notes, slug=self._store.claim(_stored(path), notes.slug))
        for warning in (*notes.warnings, *self._store.repair(notes.slug)):
            self._reporter.say(f"{printable(path.name)}: {warning}")
        self._settings.checkpoint_dir.mkdir(parents=True, exist_ok=True)
        try:
            with filelock.FileLock(self._settings.checkpoint_dir / f"{notes.slug}.lock", blocking=False):
                return self._go_through_stages(path, notes, others)
        except filelock.Timeout as error:
            raise Busy(path, "another jumpnotes is working on these notes") from error

    def _read(self, path: Path) -> tuple[Notes, tuple[str, ...]]:
        folder = path.resolve().parent
        if folder not in self._folders:
            texts = siblings_of(path)
            if len(self._folders) == _MAX_FOLDERS_KEPT:
                del self._folders[next(iter(self._folders))]
            self._folders[folder] = texts, reader.folder_templates(texts.values())
        siblings, templates = self._folders[folder]
        notes = reader.read(path, templates=templates)
        return notes, tuple(text for file, text in siblings.items() if file != path.resolve())

    def _go_through_stages(self, path: Path, notes: Notes, others: tuple[str, ...]) -> RunOutcome:
        notes_id = self._store.save_notes(notes)
        job = self._job(notes, others, self._asked(path, notes.recordings))
        transcript = self._transcript(job)
        pins, corrections = self._store.pins(notes.slug)
        if transcript is not None:
            inputs = AlignmentInputs(
                notes_id, transcript.id, job.plan.key.aligner or "", json.dumps(pins, sort_keys=True)
            )
            if Stage.ALIGN in job.plan.redo or not self._store.is_aligned(notes.slug, inputs):
                self._align(job, transcript.record, pins, inputs)
        self._store.finish(notes.slug, replace(job.plan.key, corrections=corrections))
        state = RunState.LINKED if transcript else RunState.NO_RECORDING
        return RunOutcome(path, state, notes.slug, self._store.meeting(notes.slug))

    def _job(self, notes: Notes, others: tuple[str, ...], asked: Asked) -> _Job:
        key, stored = self._store.run_key(notes.slug), self._store.recording(notes.slug)
        transcript = self._store.transcript(notes.slug)
        known = Known(
            key=key,
            given=_source(key.source) if key and key.source else None,
            recording=stored.key if stored else None,
            parts=max(len(stored.record.parts), 1) if stored else 1,
            has_media=stored is not None and parts.has_media(stored.record),
            transcript=transcript.record if transcript else None,
        )
        made = plan(known, asked)
        same = stored is not None and made.source is not None and stored.key == made.source.key
        return _Job(notes, others, made, stored.record if stored and same else None)

    # -- the recording and its transcript --------------------------------------------------------------------------

    def _transcript(self, job: _Job) -> Stored[Transcript] | None:
        """The meeting's transcript by the first step that yields one. None: there is no recording."""
        steps = {
            TranscriptStep.STORED: self._stored,
            TranscriptStep.FILE: self._imported,
            TranscriptStep.PUBLISHED: self._published,
            TranscriptStep.RECOGNISED: self._recognised,
        }
        for step in job.plan.transcript:
            if found := steps[step](job):
                return found
        return None

    def _stored(self, job: _Job) -> Stored[Transcript] | None:
        return self._store.transcript(job.notes.slug)

    def _imported(self, job: _Job) -> Stored[Transcript]:
        from pipeline import cues

        files = self._files()
        parts.check_count(files, job.plan.source)
        given = [Stored(0, _digest(file), cues.read(file)) for file in files]
        recording = self._recording(job, lengths=[stored.record.duration for stored in given])
        made = parts.joined_transcript(recording, given) if recording and len(given) > 1 else given[0]
        return self._save(job, made.record, made.key)

    def _published(self, job: _Job) -> Stored[Transcript] | None:
        name, source = self._options.transcript or "", job.plan.source
        assert source is not None
        self._begin(job, f"fetching {name}")
        published = partial(self._downloads.published, name=name)
        found = parts.published_or_heard(source, published, partial(self._fetched, job), partial(self._heard, job))
        if found is not None:
            recording, transcript = found
            self._store.save_recording(job.notes.slug, recording, key=source.key)
            return self._save(job, transcript.record, transcript.key)
        self._reporter.say(f"{job.notes.title}: no usable {name}, so the audio is transcribed instead.")
        return None

    def _recognised(self, job: _Job) -> Stored[Transcript]:
        recording = self._recording(job)
        assert recording is not None
        heard = parts.heard_transcript(recording, partial(self._heard, job))
        is_new = Stage.TRANSCRIBE in job.plan.redo
        return heard if heard.id else self._save(job, heard.record, heard.key, anew=is_new)

    def _heard(self, job: _Job, recording: Recording, which: str = "") -> Stored[Transcript]:
        """What is said in a recording; `which` part it is of one in several, each of which is kept by itself."""
        slug, media = job.notes.slug, Path(recording.media or "")
        key = _digest(media)
        heard = self._store.heard_before(slug, key)
        if heard and Stage.TRANSCRIBE not in job.plan.redo and self._options.model in (None, heard.model):
            # The same sound, perhaps from another address or after a vain look for captions.
            return Stored(0, key, heard)
        from pipeline import transcribe
        from pipeline.language import jargon

        self._begin(job, f"transcribing {which}".rstrip(), unit="seconds")
        checkpoint = self._settings.checkpoint_dir / (f"{slug}.{key[:12]}.jsonl" if which else f"{slug}.jsonl")
        transcript = transcribe.transcribe(
            media,
            model=self._options.model or self._settings.model,
            model_dir=self._settings.model_dir,
            hotwords=jargon.hotwords(job.notes, others=job.others),
            language=recording.language,
            checkpoint=checkpoint,
            progress=self._reporter.progress,
        )
        run = self._store.save_transcript(slug, transcript, key=key, of_part=bool(which))
        checkpoint.unlink(missing_ok=True)
        return Stored(run, key, transcript)

    def _save(self, job: _Job, transcript: Transcript, key: str, *, anew: bool = False) -> Stored[Transcript]:
        """Store a transcript, unless the meeting has one that was made from the same, or it was to be made `anew`."""
        stored = self._store.transcript(job.notes.slug)
        if stored and stored.key == key and not anew:
            return stored
        return Stored(self._store.save_transcript(job.notes.slug, transcript, key=key), key, transcript)

    def _recording(self, job: _Job, lengths: Sequence[float | None] = (None,)) -> Recording | None:
        """Do what the plan says about the recording; `lengths`, in seconds, are those of the transcripts given."""
        source = job.plan.source
        if source is None or job.plan.recording is RecordingStep.STORED:
            return job.recording
        if job.plan.recording is RecordingStep.NOTED:
            found = parts.noted_recording(source, job.notes.title, lengths, self._downloads.facts)
        else:
            found = parts.fetched_recording(source, partial(self._fetched, job))
        self._store.save_recording(job.notes.slug, found, key=source.key)
        return found

    def _fetched(self, job: _Job, source: Source, which: str = "") -> Recording:
        self._begin(job, f"fetching {which}".rstrip(), unit="bytes")
        return self._downloads.recording(source)

    # -- what follows ----------------------------------------------------------------------------------------------

    def _align(self, job: _Job, transcript: Transcript, pins: dict[str, float | None], inputs: AlignmentInputs) -> None:
        from pipeline import align, coverage, misheard

        self._begin(job, "aligning")
        slug = job.notes.slug
        stored = self._store.recording(slug)
        recording = stored.record if stored else None
        notes = notes_on_common_clock(job.notes, recording.parts if recording else ())
        aligned = align.align(notes, transcript, pins=pins, chapters=recording.chapters if recording else ())
        if aligned.cut_line is not None:
            cut = f"nothing from line {aligned.cut_line} on was looked for"
            self._reporter.say(f"{job.notes.title}: {cut}, as the notes and the recording together are too long.")
        if aligned.offset is not None:
            _log.info("%s: the notes' times + %.1f s are the recording's", slug, aligned.offset)
        mishearings = misheard.find_mishearings(job.notes, transcript, aligned.alignments, others=job.others)
        by_block = {alignment.block_id: alignment for alignment in aligned.alignments}
        uncovered = coverage.uncovered(job.notes, by_block, transcript)
        self._store.save_alignments(slug, aligned.alignments, inputs, mishearings, uncovered)

    # -- reports ---------------------------------------------------------------------------------------------------

    def _begin(self, job: _Job, stage: str, *, unit: str = "") -> None:
        self._stage = stage
        self._reporter.stage(job.notes.title, stage, unit=unit)

    def _failed(self, path: Path, error: JumpnotesError) -> RunOutcome:
        at = datetime.now(UTC).replace(microsecond=0)
        failure = Failure(self._stage, str(error), error.hint, error.retryable, at)
        slug = None
        with suppress(JumpnotesError, OSError):  # a database that refuses cannot be told
            slug = self._store.slug_of(_stored(path))
            if slug:
                self._store.fail(slug, failure)
        return RunOutcome(path, RunState.FAILED, slug, None, failure)


@contextmanager
def _file_errors(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(data_dir) from error
        place = Path(os.fsdecode(error.filename)) if error.filename else data_dir
        hint = "Check its owner, its permissions and what it is, or choose another folder with --data-dir."
        raise FileError(place, f"cannot be used ({error.strerror or error})", hint=hint) from error


def _stored(path: Path) -> str:
    """What the database knows notes by.

    Raises:
        NotesError: a symlink that leads to itself.
    """
    try:
        return stored(path.resolve())
    except RuntimeError as error:
        raise NotesError(path, "is a symlink that leads to itself", hint="Remove it.") from error


def _source(address: str) -> Source:
    """A recording by its address. Its key is a video's id, a URL, or a file and its state."""
    video = youtube_id(address)
    if video or "://" in address:
        return Source(address, f"youtube {video}" if video else address)
    path = Path(address).resolve()
    if not path.exists():  # a file that is gone has a key no file that was read ever had
        return Source(address, str(path), missing=True)
    state = path.stat()
    return Source(address, f"{path} {state.st_size} {state.st_mtime_ns}")


def _digest(*paths: Path) -> str:
    """The sha256 of a file, or of those of several."""
    digests = []
    for path in paths:
        with path.open("rb") as opened:
            digests.append(file_digest(opened, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else sha256(" ".join(digests).encode()).hexdigest()
