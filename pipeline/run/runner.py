"""Does what a plan says, meeting after meeting.

The stages are imported when they are needed: a thousand finished notes are skipped without loading yt-dlp, a speech
model or numpy.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path

from pipeline import lapsed_redactions, meaning
from pipeline.config import Settings
from pipeline.errors import Busy, FailedElsewhere, JumpnotesError, NotesError, NotReady
from pipeline.file_names import printable
from pipeline.meeting_locks import meeting_lock
from pipeline.part_clock import notes_on_common_clock
from pipeline.records import Failure, Meeting, Notes, RunKey, Transcript
from pipeline.run import moved_files, parts
from pipeline.run.downloads import Downloads
from pipeline.run.elsewhere import Elsewhere, HandedOver
from pipeline.run.given import GivenFiles
from pipeline.run.inputs import NotesReader, file_errors, notes_digest, source, stored_path
from pipeline.run.notes_edits import take_corrections
from pipeline.run.placing import Placing
from pipeline.run.plan import ALIGNER, WITH_MEANING, Asked, Known, RecordingStep, RunOptions, Stage, is_up_to_date, plan
from pipeline.run.politeness import PoliteFetcher
from pipeline.run.recognition import MeetingInHand
from pipeline.run.renewed import Renewals
from pipeline.run.reporter import Reporter
from pipeline.run.spent_audio import SpentAudio
from pipeline.run.transcripts import TranscriptSteps
from pipeline.store import AlignmentInputs, Store
from pipeline.unexpected import as_our_error

_MAX_CHECKED_MEETINGS = 50  # in a run of more, a finished one is not read through: that takes longer than all the rest
_LOCK_SECONDS = 0.2  # `list` takes the lock of a meeting for a moment, to see whether it is busy

_log = logging.getLogger(__name__)


class RunState(StrEnum):
    """How the run of one meeting ended."""

    LINKED = "linked"
    UNCHANGED = "unchanged"
    NO_RECORDING = "no recording"
    HANDED_OVER = "handed over"  # something is done elsewhere before it can go on
    BUSY = "busy"  # somebody else is at it; nothing is stored of that
    FAILED = "failed"


_FINISHED = {RunState.LINKED, RunState.UNCHANGED}


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What became of one meeting, or of a file that could not be read. `meeting` is what is stored now, for meetings
    that were worked on; `failure` also says who is BUSY.
    """

    path: Path
    state: RunState
    slug: str | None = None
    meeting: Meeting | None = None
    failure: Failure | None = None


class Runner:
    """Takes meetings through the stages, one after the other; what others fetch and hear is left to `elsewhere`."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        options: RunOptions,
        reporter: Reporter,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._options = options
        self._reporter = reporter
        fetcher = PoliteFetcher(reporter.progress)
        downloads = Downloads(fetcher, settings, anew=options.forces(Stage.FETCH), elsewhere=elsewhere)
        self._transcripts = TranscriptSteps(store, settings, reporter, downloads, self._begin, elsewhere)
        self._reader = NotesReader()
        self._placing = Placing(store, self._reader, reporter.say, options.same_as)
        self._given = GivenFiles(options, ())
        self._spent = SpentAudio(store, settings, ())
        self._paths: tuple[Path, ...] = ()
        self._done: Mapping[str, RunKey] = {}  # of the meetings of which nothing was missing, by slug
        self._at_path: Mapping[str, Sequence[str]] = {}  # slugs
        self._renewals = Renewals(store, settings, fetcher, reporter.say)
        self._stage = ""

    def pending(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """Those of the notes that there is something to do for, as far as that can be told without reading them."""
        self._prepare(tuple(paths))
        finished = set()
        for path in self._paths:
            with suppress(JumpnotesError):  # the run says what is wrong with it
                finished |= {path} if self._finished(path) else set()
        return tuple(path for path in self._paths if path not in finished)

    def recordings(self, path: Path) -> int:
        """How many meetings in the notes have a recording that may have to be heard."""
        with suppress(Exception):  # perhaps a bug, and told when its turn comes
            return self._given.count_recordings(path, self._reader.read(path))
        return 0

    def run(self, paths: Iterable[Path]) -> Iterator[RunOutcome]:
        """Process each notes file, meeting by meeting; one that fails does not stop the others."""
        self._prepare(tuple(paths))
        for path in self._paths:
            self._reporter.begin(path)
            finished = []
            for outcome in self._run_file(path):
                finished += [outcome.slug] if outcome.slug and outcome.state in _FINISHED else []
                yield outcome
            self._spent.drop(path, finished)

    def _prepare(self, paths: tuple[Path, ...]) -> None:
        """Find out what is stored of these notes, those that moved among them."""
        if paths == self._paths:
            return
        self._paths = paths
        self._given = GivenFiles(self._options, paths)
        self._spent = SpentAudio(self._store, self._settings, paths)
        self._placing.find_moved(paths)
        self._done, self._at_path = self._store.finished(), self._placing.slugs_by_path()

    def _run_file(self, path: Path) -> Iterator[RunOutcome]:
        self._stage = "reading"
        try:
            with file_errors(self._settings.data_dir):
                slugs = self._finished(path)
                checks_all = len(self._paths) <= _MAX_CHECKED_MEETINGS
                is_done = bool(slugs) and (not checks_all or all(map(self._store.is_intact, slugs)))
                if is_done and not [slug for slug in slugs if self._renewals.check(slug)]:
                    yield from (RunOutcome(path, RunState.UNCHANGED, slug) for slug in slugs)
                    return
                read_from = notes_digest(path) or ""  # before it is read: what changes then is a change to the next run
                meetings = self._reader.read(path)
                placed = self._placing.place(path, meetings)
        except Exception as error:  # noqa: BLE001 - may be a bug, and the other meetings cannot help it
            yield self._failed(path, None, error)
            return
        for number, (notes, slug) in enumerate(zip(meetings, placed, strict=True)):
            self._stage = "reading"
            if isinstance(slug, NotesError):
                yield self._failed(path, (), slug)
                continue
            try:
                with file_errors(self._settings.data_dir):
                    others = self._reader.others(path, meetings, number)
                    alone = len(meetings) == 1
                    yield self._process(path, replace(notes, slug=slug), others, read_from=read_from, alone=alone)
            except HandedOver:
                yield RunOutcome(path, RunState.HANDED_OVER, slug)
            except Exception as error:  # noqa: BLE001
                yield self._failed(path, (slug,), error)

    def _finished(self, path: Path) -> Sequence[str]:
        """The meetings of a file none of which has anything to do; none where one has, or that cannot be told."""
        slugs = self._at_path.get(stored_path(path), ())
        with suppress(OSError):
            is_known = bool(slugs) and all(slug in self._done for slug in slugs)
            if is_known and self._options.same_as is None and notes_digest(path) is not None:
                asked = self._given.again(path, self._done[slugs[0]], alone=len(slugs) == 1)
                return slugs if all(is_up_to_date(self._done[slug], asked) for slug in slugs) else ()
        return ()

    # -- one meeting -----------------------------------------------------------------------------------------------

    def _process(self, path: Path, notes: Notes, others: tuple[str, ...], *, read_from: str, alone: bool) -> RunOutcome:
        """Take one meeting through the stages; `alone`: it is the only one of its file, whose digest is `read_from`."""
        given_for = partial(self._given.of, path, notes, read_from=read_from, alone=alone)
        done = self._done.get(notes.slug)
        if done and notes.slug not in self._renewals.slugs:
            asked = given_for(done).asked
            if self._has_only_moved(path, notes, replace(done, notes=asked.notes), asked):
                return RunOutcome(path, RunState.UNCHANGED, notes.slug)
        repaired = self._store.repair(notes.slug)
        given = given_for(self._store.run_key(notes.slug))
        for warning in (*notes.warnings, *given.warnings, *repaired):
            self._reporter.warn(f"{printable(path.name)}: {warning}")
        lock = meeting_lock(self._store, self._settings, notes.slug, _LOCK_SECONDS)
        with lock as is_ours, self._store.telling_once():
            if not is_ours:
                raise Busy(path, "another jumpnotes is working on these notes")
            return self._go_through_stages(path, notes, others, given.asked)

    def _has_only_moved(self, path: Path, notes: Notes, key: RunKey, asked: Asked) -> bool:
        """Whether only other things in its file have changed, so that its lines are all there is to note."""
        if not (is_up_to_date(key, asked) and self._store.is_intact(notes.slug) and self._store.keep(notes, key)):
            return False
        return not take_corrections(self._store, path, notes, self._reporter.warn)

    def _go_through_stages(self, path: Path, notes: Notes, others: tuple[str, ...], asked: Asked) -> RunOutcome:
        notes_id = self._store.save_notes(notes)
        take_corrections(self._store, path, notes, self._reporter.warn)
        moved_files.follow(self._store, notes.slug, (asked.media, asked.link))
        meeting = self._in_hand(notes, others, asked)
        transcript = self._transcripts.transcript(meeting)
        if count := lapsed_redactions.lapsed(self._store, notes.slug):
            self._reporter.warn(f"{notes.title}: {lapsed_redactions.remark(count, notes.slug)}")
        key = meeting.plan.key
        if transcript is not None and key.aligner == WITH_MEANING and not self._meaning:  # what is installed is no use
            key = replace(key, aligner=ALIGNER)
        pins, corrections = self._store.pins(notes.slug)
        if transcript is not None:
            inputs = AlignmentInputs(notes_id, transcript.id, key.aligner or "", json.dumps(pins, sort_keys=True))
            if Stage.ALIGN in meeting.plan.redo or not self._store.is_aligned(notes.slug, inputs):
                self._align(meeting, transcript.record, pins, inputs)
        self._store.finish(notes.slug, replace(key, corrections=corrections))
        state = RunState.LINKED if transcript else RunState.NO_RECORDING
        return RunOutcome(path, state, notes.slug, self._store.meeting(notes.slug))

    def _in_hand(self, notes: Notes, others: tuple[str, ...], asked: Asked) -> MeetingInHand:
        key, stored = self._store.run_key(notes.slug), self._store.recording(notes.slug)
        transcript = self._store.transcript(notes.slug)
        known = Known(
            key=key,
            given=source(key.source) if key and key.source else None,
            recording=stored.key if stored else None,
            parts=max(len(stored.record.parts), 1) if stored else 1,
            has_media=stored is not None and parts.has_media(stored.record),
            transcript=transcript.record if transcript else None,
        )
        made = plan(known, asked)
        stays = made.recording is RecordingStep.STORED or (made.source and stored and stored.key == made.source.key)
        recording = stored.record if stored and stays else None
        is_upgraded = key is not None and key.aligner not in (ALIGNER, WITH_MEANING)
        return MeetingInHand(notes, others, made, recording, asked.options, is_upgraded)

    @cached_property
    def _meaning(self) -> meaning.Meaning | None:
        """The sentence model, where it is to be used and can be."""
        return meaning.load(self._settings.vector_dir) if self._options.meaning else None

    # -- what follows ----------------------------------------------------------------------------------------------

    def _align(
        self, meeting: MeetingInHand, transcript: Transcript, pins: dict[str, float | None], inputs: AlignmentInputs
    ) -> None:
        from pipeline import align, coverage, misheard

        self._begin(meeting, "aligning")
        slug = meeting.notes.slug
        stored = self._store.recording(slug)
        recording = stored.record if stored else None
        notes = notes_on_common_clock(meeting.notes, recording.parts if recording else ())
        chapters = recording.chapters if recording else ()
        model = self._meaning.kept_as(slug) if self._meaning else None
        aligned = align.align(notes, transcript, pins=pins, chapters=chapters, meaning=model)
        if aligned.cut_line is not None:
            cut = f"nothing from line {aligned.cut_line} on was looked for"
            self._reporter.warn(f"{meeting.notes.title}: {cut}, as the notes and the recording together are too long.")
        if aligned.offset is not None:
            _log.info("%s: the notes' times + %.1f s are the recording's", slug, aligned.offset)
        mishearings = misheard.find_mishearings(meeting.notes, transcript, aligned.alignments, others=meeting.others)
        by_block = {alignment.block_id: alignment for alignment in aligned.alignments}
        uncovered = coverage.uncovered(meeting.notes, by_block, transcript)
        self._store.save_alignments(slug, aligned.alignments, inputs, mishearings, uncovered, aligned.within)

    # -- reports ---------------------------------------------------------------------------------------------------

    def _begin(self, meeting: MeetingInHand, stage: str, *, unit: str = "") -> None:
        self._stage = stage
        self._reporter.stage(meeting.notes.title, stage, unit=unit)

    def _failed(self, path: Path, slugs: Sequence[str] | None, caught: Exception) -> RunOutcome:
        """How meetings failed, None: all those of a file; kept with them, unless somebody else was at it."""
        if not isinstance(caught, JumpnotesError):  # a bug
            _log.debug("%s", path, exc_info=caught)
        error = caught if isinstance(caught, JumpnotesError) else as_our_error(caught)
        at = datetime.now(UTC).replace(microsecond=0)
        ready_at = error.at if isinstance(error, (NotReady, FailedElsewhere)) else None
        stage = error.stage if isinstance(error, FailedElsewhere) else self._stage
        failure = Failure(stage, str(error), error.hint, error.retryable, at, error.reason, ready_at)
        state = RunState.BUSY if isinstance(error, Busy) else RunState.FAILED
        with suppress(JumpnotesError, OSError):  # a database that refuses cannot be told
            if slugs is None:
                slugs = [place.slug for place in self._store.places(stored_path(path)) if place.anchor is not None]
            for slug in slugs if state is RunState.FAILED else ():
                self._store.fail(slug, failure)
        return RunOutcome(path, state, slugs[0] if slugs and len(slugs) == 1 else None, None, failure)
