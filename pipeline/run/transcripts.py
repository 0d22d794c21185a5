"""The way to the transcript of a meeting: the steps of its plan, each tried in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from pipeline.config import Settings
from pipeline.errors import FetchError, TranscriptError, TranscriptWithoutTimes
from pipeline.file_names import printable
from pipeline.records import ClockBasis, Notes, Origin, Recording, Transcript, TranscriptClock
from pipeline.run import moved_files, parts
from pipeline.run.clocks import ClockFinder, given_clock
from pipeline.run.downloads import Downloads
from pipeline.run.given import written_key
from pipeline.run.inputs import digest, sound_errors, sound_key
from pipeline.run.plan import Plan, RecordingStep, RunOptions, Source, Stage, TranscriptStep
from pipeline.run.reporter import Reporter
from pipeline.store import Store, Stored
from pipeline.transcript_clock import apply, describe, shifted

_OTHER = "does not fit the recording: it is probably the transcript of another one"
_OTHER_HINT = "Give the transcript of this recording. If it is, say so with --offset 0."


@dataclass(frozen=True, slots=True)
class MeetingInHand:
    """One meeting in hand: its notes, those of the other meetings in the folder, and what there is to do."""

    notes: Notes
    others: tuple[str, ...]
    plan: Plan
    recording: Recording | None  # the stored one, if it is that of the plan
    options: RunOptions  # with what belongs to the notes
    is_upgraded: bool = False  # the last run was an older jumpnotes'


class Begin(Protocol):
    def __call__(self, meeting: MeetingInHand, stage: str, *, unit: str = "") -> None: ...


class TranscriptSteps:
    """Goes them for the meetings of one run; `begin` is told of each stage that takes a while."""

    def __init__(
        self, store: Store, settings: Settings, reporter: Reporter, downloads: Downloads, begin: Begin
    ) -> None:
        self._store = store
        self._settings = settings
        self._reporter = reporter
        self._downloads = downloads
        self._begin = begin
        self._asks_for_captions = True  # to compare with; not once the net is not there

    def transcript(self, meeting: MeetingInHand) -> Stored[Transcript] | None:
        """The meeting's transcript by the first step that yields one. None: there is no recording."""
        steps: dict[TranscriptStep, Callable[[MeetingInHand], Stored[Transcript] | None]] = {
            TranscriptStep.STORED: self._stored,
            TranscriptStep.FILE: self._imported,
            TranscriptStep.WRITTEN: self._written,
            TranscriptStep.PUBLISHED: self._published,
            TranscriptStep.RECOGNISED: self._recognised,
        }
        for step in meeting.plan.transcript:
            if found := steps[step](meeting):
                return found
        return None

    # -- a transcript that somebody has ------------------------------------------------------------------------------

    def _stored(self, meeting: MeetingInHand) -> Stored[Transcript] | None:
        """The stored one, by the clock that the user now says it has."""
        stored, offset = self._store.transcript(meeting.notes.slug), meeting.options.offset
        if stored is None or (offset is None and not self._may_be_of_another_clock(meeting, stored.record)):
            return stored
        if stored.record.origin is not Origin.IMPORT:
            self._warn(meeting, "--offset is ignored, as this transcript was made from the recording itself")
            return stored
        given = self._store.transcript(meeting.notes.slug, as_given=True)
        assert given is not None
        return self._save_given(meeting, given.record, given.key, meeting.recording)

    def _imported(self, meeting: MeetingInHand) -> Stored[Transcript]:
        files = meeting.options.transcript_files
        parts.check_count(files, meeting.plan.source)
        key = digest(*files)
        if (known := self._unchanged(meeting, key)) is not None:
            return known
        from pipeline import cues

        if len(files) > 1:
            return self._imported_by_parts(meeting, files, key)
        try:
            given = cues.read(files[0])
        except TranscriptWithoutTimes as error:
            return self._timed_by_words(meeting, files[0], key, error)
        recording, captions = self._recording_to_compare(meeting, given)
        if cues.is_coarse(given) and recording is not None and parts.has_media(recording):
            return self._timed_by_words(meeting, files[0], key, None)
        return self._save_given(meeting, given, key, recording, captions, file=files[0])

    def _imported_by_parts(self, meeting: MeetingInHand, files: Sequence[Path], key: str) -> Stored[Transcript]:
        """Transcripts of the parts of a recording, each by its own clock."""
        from pipeline import cues

        given = [cues.read(file) for file in files]
        recording = self._recording(meeting, lengths=[each.duration for each in given])
        assert recording is not None
        on_parts: list[Stored[Transcript]] = []
        for part, transcript, file in zip(recording.parts, given, files, strict=True):
            alone = Recording(part.source, part.title, part.duration, part.media, part.video_id)
            clock, checked = self._clock(meeting, transcript, alone, None, file)
            self._warn(meeting, *(f"{printable(file.name)}: {warning}" for warning in checked.warnings))
            on_parts.append(Stored(0, digest(file), apply(checked, clock, part.duration)))
        joined = parts.joined_transcript(recording, on_parts)
        return self._save(meeting, joined.record, key)

    def _timed_by_words(
        self, meeting: MeetingInHand, file: Path, key: str, without_times: TranscriptWithoutTimes | None
    ) -> Stored[Transcript]:
        """A text without times, or only with coarse ones, by what is heard in the recording."""
        from pipeline import cues, sync

        recording, source = self._recording(meeting), meeting.plan.source
        if recording is not None and not parts.has_media(recording) and source is not None:
            recording = self._keep(meeting, parts.fetched_recording(source, partial(self._fetched, meeting)))
        if recording is None:
            raise without_times or TranscriptWithoutTimes(file)
        heard = parts.heard_transcript(recording, partial(self._heard, meeting))
        self._begin(meeting, "aligning the transcript")
        timed = sync.align_text(cues.read_utterances(file), heard.record)
        if timed is None:
            raise TranscriptError(file, _OTHER, hint="Give the text of what is said in this recording.")
        self._warn(meeting, *(f"{printable(file.name)}: {warning}" for warning in timed.warnings))
        return self._save(meeting, timed, key, clock=TranscriptClock(ClockBasis.WORDS, shifted(0.0)))

    def _written(self, meeting: MeetingInHand) -> Stored[Transcript]:
        written, key = meeting.notes.transcript, written_key(meeting.notes) or ""
        assert written is not None
        assert written.transcript is not None
        if (known := self._unchanged(meeting, key)) is not None:
            return known
        recording, captions = self._recording_to_compare(meeting, written.transcript)
        return self._save_given(meeting, written.transcript, key, recording, captions)

    def _unchanged(self, meeting: MeetingInHand, key: str) -> Stored[Transcript] | None:
        """The stored transcript, if it was made from the same file, and nothing is asked of its clock."""
        if meeting.plan.recording is not RecordingStep.STORED or Stage.TRANSCRIBE in meeting.plan.redo:
            return None
        stored = self._store.transcript(meeting.notes.slug)
        if stored is None or stored.key != key or meeting.options.offset is not None:
            return None
        return None if self._may_be_of_another_clock(meeting, stored.record) else stored

    def _may_be_of_another_clock(self, meeting: MeetingInHand, stored: Transcript) -> bool:
        """Whether a transcript was stored by a jumpnotes that did not look."""
        return meeting.is_upgraded and stored.origin is Origin.IMPORT and stored.clock is None

    # -- its clock -----------------------------------------------------------------------------------------------------

    def _save_given(
        self,
        meeting: MeetingInHand,
        given: Transcript,
        key: str,
        recording: Recording | None,
        captions: Transcript | None = None,
        *,
        file: Path | None = None,
    ) -> Stored[Transcript]:
        clock, checked = self._clock(meeting, given, recording, captions, file)
        name = printable(file.name) if file else "the transcript"
        self._warn(meeting, *(f"{name}: {warning}" for warning in checked.warnings))
        if clock and not clock.is_recordings:
            self._reporter.say(f"{meeting.notes.title}: {name} {describe(clock)}")
        return self._save(meeting, checked, key, clock=clock)

    def _clock(
        self,
        meeting: MeetingInHand,
        given: Transcript,
        recording: Recording | None,
        captions: Transcript | None,
        file: Path | None,
    ) -> tuple[TranscriptClock | None, Transcript]:
        """The clock by which a transcript is read, and the transcript with what is doubtful about its times.

        Raises:
            TranscriptError: it is that of another recording, and somebody gave the file.
        """
        if (clock := given_clock(meeting.plan.key.offset)) is not None:
            return clock, given
        from pipeline import sync

        finder = ClockFinder(
            self._store,
            lambda: self._begin(meeting, "comparing transcript and recording"),
            self._settings.model_dir,
        )
        found = finder.find(meeting.notes.slug, given, recording, captions, meeting.plan.key.track)
        if found and found.clock:
            return found.clock, given
        if found and found.is_of_another:
            if file:
                raise TranscriptError(file, _OTHER, hint=_OTHER_HINT)
            return None, replace(given, warnings=(*given.warnings, _OTHER))
        doubts = sync.doubts(given, recording.duration if recording else None)
        return None, replace(given, warnings=(*given.warnings, *doubts))

    def _recording_to_compare(
        self, meeting: MeetingInHand, given: Transcript
    ) -> tuple[Recording | None, Transcript | None]:
        """The recording of a transcript, and the captions of a video whose sound is not here."""
        source = meeting.plan.source
        found = None
        if source is not None and self._has_captions_to_ask_for(meeting, source):
            try:
                found = self._downloads.captions(source)
            except FetchError as error:
                self._asks_for_captions = not error.retryable
                told = "the transcript’s clock is not compared with the video’s captions"
                self._reporter.say(f"{meeting.notes.title}: {told} ({error})")
        if found is None:
            return self._recording(meeting, lengths=[given.duration]), None
        recording, captions = found
        if meeting.plan.recording is RecordingStep.NOTED:
            self._keep(meeting, recording)
        return recording, captions

    def _has_captions_to_ask_for(self, meeting: MeetingInHand, source: Source) -> bool:
        is_video = source.key.startswith("youtube ") and not source.parts
        is_here = meeting.recording is not None and parts.has_media(meeting.recording)
        needs_none = given_clock(meeting.plan.key.offset) is not None
        return self._asks_for_captions and is_video and not is_here and not needs_none

    # -- a transcript that is made -------------------------------------------------------------------------------------

    def _published(self, meeting: MeetingInHand) -> Stored[Transcript] | None:
        name, source = meeting.options.transcript or "", meeting.plan.source
        assert source is not None
        self._begin(meeting, f"fetching {name}")
        published = partial(self._downloads.published, name=name)
        found = parts.published_or_heard(
            source, published, partial(self._fetched, meeting), partial(self._heard, meeting)
        )
        if found is not None:
            recording, transcript = found
            self._store.save_recording(meeting.notes.slug, recording, key=source.key)
            return self._save(meeting, transcript.record, transcript.key)
        self._reporter.say(f"{meeting.notes.title}: no usable {name}, so the audio is transcribed instead.")
        return None

    def _recognised(self, meeting: MeetingInHand) -> Stored[Transcript]:
        recording = self._recording(meeting)
        assert recording is not None
        heard = parts.heard_transcript(recording, partial(self._heard, meeting))
        is_new = Stage.TRANSCRIBE in meeting.plan.redo
        return heard if heard.id else self._save(meeting, heard.record, heard.key, anew=is_new)

    def _heard(self, meeting: MeetingInHand, recording: Recording, which: str = "") -> Stored[Transcript]:
        """What is said in a recording; `which` part it is of one in several, each of which is kept by itself."""
        slug, media, model = meeting.notes.slug, Path(recording.media or ""), meeting.options.model
        track = meeting.plan.key.track
        key = sound_key(media, track)
        heard = self._store.heard_before(slug, key, model)
        if heard and Stage.TRANSCRIBE not in meeting.plan.redo:
            # The same sound, perhaps from another address or after a vain look for captions.
            return Stored(0, key, heard)
        from pipeline import transcribe
        from pipeline.language import jargon

        self._begin(meeting, f"transcribing {which}".rstrip(), unit="seconds")
        checkpoint = self._settings.checkpoint_dir / (f"{slug}.{key[:12]}.jsonl" if which else f"{slug}.jsonl")
        with sound_errors(recording):
            transcript = transcribe.transcribe(
                media,
                model=model or self._settings.model,
                model_dir=self._settings.model_dir,
                hotwords=jargon.hotwords(meeting.notes, others=meeting.others),
                language=recording.language,
                track=track,
                checkpoint=checkpoint,
                progress=self._reporter.progress,
            )
        run = self._store.save_transcript(slug, transcript, key=key, of_part=bool(which))
        checkpoint.unlink(missing_ok=True)
        return Stored(run, key, transcript)

    # -- what all of them need -----------------------------------------------------------------------------------------

    def _save(
        self,
        meeting: MeetingInHand,
        given: Transcript,
        key: str,
        *,
        clock: TranscriptClock | None = None,
        anew: bool = False,
    ) -> Stored[Transcript]:
        """Store a transcript, unless the meeting has one that was made from the same, or it was to be made `anew`."""
        slug = meeting.notes.slug
        stored = self._store.transcript(slug)
        if stored and stored.key == key and stored.record.clock == clock and not anew:
            return stored
        run = self._store.save_transcript(slug, given, key=key, clock=clock)
        made = self._store.transcript(slug)
        return made if made and made.id == run else Stored(run, key, given)

    def _recording(self, meeting: MeetingInHand, lengths: Sequence[float | None] = (None,)) -> Recording | None:
        """Do what the plan says about the recording; `lengths`, in seconds, are those of the transcripts given."""
        source = meeting.plan.source
        if source is None or meeting.plan.recording is RecordingStep.STORED:
            return meeting.recording
        if meeting.plan.recording is RecordingStep.NOTED:
            return self._keep(
                meeting, parts.noted_recording(source, meeting.notes.title, lengths, self._downloads.facts)
            )
        return self._keep(meeting, parts.fetched_recording(source, partial(self._fetched, meeting)))

    def _keep(self, meeting: MeetingInHand, recording: Recording) -> Recording:
        assert meeting.plan.source is not None
        found = moved_files.describe(recording)
        self._store.save_recording(meeting.notes.slug, found, key=meeting.plan.source.key)
        return found

    def _fetched(self, meeting: MeetingInHand, source: Source, which: str = "") -> Recording:
        self._begin(meeting, f"fetching {which}".rstrip(), unit="bytes")
        return self._downloads.recording(source)

    def _warn(self, meeting: MeetingInHand, *warnings: str) -> None:
        for warning in warnings:
            self._reporter.warn(f"{meeting.notes.title}: {warning}")
