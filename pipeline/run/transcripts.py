"""The way to the transcript of a meeting: the steps of its plan, each tried in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import FailedElsewhere, FetchError, TranscribeError, TranscriptError, TranscriptWithoutTimes
from pipeline.file_names import printable
from pipeline.records import ClockBasis, Origin, Recording, Transcript, TranscriptClock
from pipeline.run import moved_files, parts
from pipeline.run.audible import audible
from pipeline.run.clocks import OF_ANOTHER, Compared, compare, given_clock
from pipeline.run.downloads import Downloads
from pipeline.run.elsewhere import Elsewhere
from pipeline.run.given import written_key
from pipeline.run.inputs import digest, sound_key
from pipeline.run.plan import RecordingStep, Source, Stage, TranscriptStep
from pipeline.run.recognition import Begin, MeetingInHand, SpeechRecognition
from pipeline.run.reporter import Reporter
from pipeline.store import Store, Stored
from pipeline.transcript_clock import apply, describe, shifted

_FOUND_BY_WORDS = TranscriptClock(ClockBasis.WORDS, shifted(0.0))
_OTHER_HINT = "Give the transcript of this recording. If it is, say so with --offset 0."


class TranscriptSteps:
    """Goes them for the meetings of one run; `begin` is told of each stage that takes a while.

    Recordings are heard here, or `elsewhere`.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        reporter: Reporter,
        downloads: Downloads,
        begin: Begin,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._reporter = reporter
        self._downloads = downloads
        self._begin = begin
        self._speech = SpeechRecognition(store, settings, reporter, begin, elsewhere)
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
                break
        else:
            found = None
        if found is not None and found.record.removed != (removed := self._store.removed_passages(meeting.notes.slug)):
            assert removed
            found = self._store.transcript(meeting.notes.slug)  # as it is kept: without what was taken out
        if given_clock(meeting.options.offset) and (found is None or found.record.origin is not Origin.IMPORT):
            self._warn(meeting, "--offset is ignored: it is for the times of a transcript that somebody has")
        return found

    # -- a transcript that somebody has ------------------------------------------------------------------------------

    def _stored(self, meeting: MeetingInHand) -> Stored[Transcript] | None:
        """The stored one, by the clock that the user now says it has, or by which a jumpnotes that looks finds it runs.

        It is never refused, as its links are there.
        """
        stored, offset = self._store.transcript(meeting.notes.slug), meeting.options.offset
        if stored is None or stored.record.origin is not Origin.IMPORT:
            return stored
        is_unlooked = meeting.is_upgraded and stored.record.clock is None
        if offset is None and not is_unlooked:
            return stored
        given = self._store.transcript(meeting.notes.slug, as_given=True)
        assert given is not None
        recording, reference = self._to_compare(meeting, asks_host=offset is not None)
        compared = self._compared(meeting, given.record, recording, reference)
        return self._take(meeting, given.record, given.key, recording, compared)

    def _imported(self, meeting: MeetingInHand) -> Stored[Transcript]:
        files = meeting.options.transcript_files
        parts.check_count(files, meeting.plan.source)
        key = digest(*files)
        if (known := self._known(meeting, key)) is not None:
            return known
        from pipeline import cues

        if len(files) > 1:
            return self._imported_by_parts(meeting, files, key)
        file = files[0]
        try:
            given = cues.read(file)
        except TranscriptWithoutTimes as error:
            return self._timed_by_words(meeting, file, key, error)
        recording, reference = self._to_compare(meeting)
        if cues.is_coarse(given) and (timed := self._refined(meeting, file, recording, given)) is not None:
            self._say(meeting, f"{_name(file)} has only rough times, so better ones were found by its words")
            return self._take(meeting, timed, key, recording, Compared(_FOUND_BY_WORDS), file)
        compared = self._compared(meeting, given, recording, reference)
        if compared.is_of_another:
            raise TranscriptError(file, OF_ANOTHER, hint=_OTHER_HINT)
        return self._take(meeting, given, key, recording, compared, file)

    def _imported_by_parts(self, meeting: MeetingInHand, files: Sequence[Path], key: str) -> Stored[Transcript]:
        """Transcripts of the parts of a recording, each by its own clock."""
        from pipeline import cues

        given = [cues.read(file) for file in files]
        recording = self._recording(meeting, lengths=[each.duration for each in given])
        assert recording is not None
        on_parts: list[Stored[Transcript]] = []
        moved: list[str] = []
        doubtful: list[str] = []
        for part, transcript, file in zip(recording.parts, given, files, strict=True):
            alone = Recording(part.source, part.title, part.duration, part.media, part.video_id)
            compared = self._compared(meeting, transcript, alone, self._heard_in(meeting, alone))
            if compared.is_of_another:
                raise TranscriptError(file, OF_ANOTHER, hint="Give the transcripts in the order of the parts.")
            if compared.clock and not compared.clock.is_recordings:
                moved.append(f"{_name(file)} {describe(compared.clock)}")
            doubtful += (f"{_name(file)}: {each}" for each in (*transcript.warnings, *compared.doubts))
            on_parts.append(Stored(0, digest(file), apply(transcript, compared.clock, part.duration)))
        self._warn(meeting, *doubtful)
        self._say(meeting, *moved)
        joined = parts.joined_transcript(recording, on_parts)
        self._keep(meeting, recording)
        return self._save(meeting, replace(joined.record, warnings=(*moved, *doubtful)), key)

    def _timed_by_words(
        self, meeting: MeetingInHand, file: Path, key: str, without_times: TranscriptWithoutTimes
    ) -> Stored[Transcript]:
        """A text without times, by what is heard in the recording.

        Raises:
            TranscriptWithoutTimes: there is no recording.
            TranscriptError: it is not of this recording.
        """
        recording, source = self._recording(meeting), meeting.plan.source
        is_here = recording is not None and (self._recognised_before(meeting) or parts.has_media(recording))
        if source is not None and not is_here:
            recording = parts.fetched_recording(source, partial(self._fetched, meeting))
        if recording is None:
            raise without_times
        timed = self._timed(meeting, file, recording)
        if timed is None:
            raise TranscriptError(file, OF_ANOTHER, hint="Give the text of what is said in this recording.")
        self._say(meeting, f"{_name(file)} has no times, so they were found by its words")
        clock = given_clock(meeting.plan.key.offset) or _FOUND_BY_WORDS
        return self._take(meeting, timed, key, recording, Compared(clock), file)

    def _refined(
        self, meeting: MeetingInHand, file: Path, recording: Recording | None, given: Transcript
    ) -> Transcript | None:
        """A transcript with rough times, with better ones; None where the sound is not here, or does not tell them."""
        if recording is None or given_clock(meeting.plan.key.offset) is not None:
            return None
        if not (self._recognised_before(meeting) or parts.has_media(recording)):
            return None
        try:
            timed = self._timed(meeting, file, recording)
        except (TranscribeError, FailedElsewhere) as error:
            self._warn(meeting, f"{_name(file)} has only rough times, and better ones were not found ({error})")
            return None
        return replace(timed, warnings=(*given.warnings, *timed.warnings)) if timed else None

    def _timed(self, meeting: MeetingInHand, file: Path, recording: Recording) -> Transcript | None:
        """What is said in a text, when it is heard in the recording; None where it is the text of another."""
        from pipeline import cues, sync

        heard = self._recognised_before(meeting)
        if heard is None:
            heard = parts.heard_transcript(
                self._audible(meeting, recording), partial(self._speech.heard, meeting, apart=True)
            ).record
        self._begin(meeting, "aligning the transcript")
        return sync.align_text(cues.read_utterances(file), heard)

    def _recognised_before(self, meeting: MeetingInHand) -> Transcript | None:
        """What speech recognition heard in this recording, whatever became of its sound."""
        if meeting.recording is None or Stage.TRANSCRIBE in meeting.plan.redo:
            return None
        made, model = self._store.made_from_recording(meeting.notes.slug), meeting.options.model
        return made if made and made.origin is Origin.ASR and model in {None, made.model} else None

    def _written(self, meeting: MeetingInHand) -> Stored[Transcript]:
        written, key = meeting.notes.transcript, written_key(meeting.notes) or ""
        assert written is not None
        assert written.transcript is not None
        if (known := self._known(meeting, key)) is not None:
            return known
        recording, reference = self._to_compare(meeting)
        compared = self._compared(meeting, written.transcript, recording, reference)
        return self._take(meeting, written.transcript, key, recording, compared)

    def _known(self, meeting: MeetingInHand, key: str) -> Stored[Transcript] | None:
        """The stored transcript, if it was made from what has this key, and of the same recording."""
        if meeting.plan.recording is not RecordingStep.STORED or Stage.TRANSCRIBE in meeting.plan.redo:
            return None
        stored = self._store.transcript(meeting.notes.slug)
        return self._stored(meeting) if stored and stored.key == key else None

    def _take(
        self,
        meeting: MeetingInHand,
        given: Transcript,
        key: str,
        recording: Recording | None,
        compared: Compared,
        file: Path | None = None,
    ) -> Stored[Transcript]:
        """Store a transcript with its clock and its recording, and tell what there is to tell of it."""
        name, clock = _name(file) if file else "the transcript", compared.clock
        self._warn(meeting, *(f"{name}: {each}" for each in (*(given.warnings if file else ()), *compared.doubts)))
        if clock and not clock.is_recordings:
            self._say(meeting, f"{name} {describe(clock)}")
        self._keep(meeting, recording)
        return self._save(meeting, replace(given, doubts=compared.doubts), key, clock)

    # -- its clock -----------------------------------------------------------------------------------------------------

    def _compared(
        self, meeting: MeetingInHand, given: Transcript, recording: Recording | None, reference: Transcript | None
    ) -> Compared:
        """The clock by which a transcript is read: the one that somebody says it has, or else what is found."""
        if not meeting.options.further_transcripts and (clock := given_clock(meeting.plan.key.offset)) is not None:
            return Compared(clock)
        begin = partial(self._begin, meeting, "comparing transcript and recording")
        track, model_dir = meeting.plan.key.track, self._settings.model_dir
        return compare(given, recording, reference, track=track, model_dir=model_dir, begin=begin)

    def _to_compare(
        self, meeting: MeetingInHand, *, asks_host: bool = True
    ) -> tuple[Recording | None, Transcript | None]:
        """The recording of a transcript, and what is known to be said in it.

        A video that was not heard here is told by its captions, if its host may be asked.
        """
        if given_clock(meeting.plan.key.offset) is not None:
            return self._recording(meeting), None
        made = self._store.made_from_recording(meeting.notes.slug) if meeting.recording is not None else None
        if made is not None:
            return self._recording(meeting), made
        source = meeting.plan.source
        if asks_host and source is not None and self._has_captions_to_ask_for(meeting, source):
            try:
                return self._downloads.captions(source)
            except FetchError as error:
                self._asks_for_captions = not error.retryable
                told = "the transcript was not compared with the video’s captions"
                self._say(meeting, f"{told} ({error})")
        recording = self._recording(meeting)
        return recording, self._heard_in(meeting, recording) if recording else None

    def _has_captions_to_ask_for(self, meeting: MeetingInHand, source: Source) -> bool:
        is_video = source.key.startswith("youtube ") and not source.parts
        is_here = meeting.recording is not None and parts.has_media(meeting.recording)
        return self._asks_for_captions and is_video and not is_here

    def _heard_in(self, meeting: MeetingInHand, recording: Recording) -> Transcript | None:
        """What speech recognition once heard in a recording in one piece, from wherever its sound came."""
        if recording.parts or not parts.has_media(recording):
            return None
        return self._store.heard_before(
            meeting.notes.slug, sound_key(Path(recording.media or ""), meeting.plan.key.track)
        )

    # -- a transcript that is made -------------------------------------------------------------------------------------

    def _published(self, meeting: MeetingInHand) -> Stored[Transcript] | None:
        name, source = meeting.options.transcript or "", meeting.plan.source
        assert source is not None
        self._begin(meeting, f"fetching {name}")
        published = partial(self._downloads.published, name=name)
        found = parts.published_or_heard(
            source, published, partial(self._fetched, meeting), partial(self._speech.heard, meeting)
        )
        if found is not None:
            recording, transcript = found
            self._store.save_recording(meeting.notes.slug, recording, key=source.key)
            return self._save(meeting, transcript.record, transcript.key)
        self._say(meeting, f"no usable {name}, so the audio is transcribed instead.")
        return None

    def _recognised(self, meeting: MeetingInHand) -> Stored[Transcript]:
        recording = self._recording(meeting)
        assert recording is not None
        self._keep(meeting, recording)
        heard = parts.heard_transcript(self._audible(meeting, recording), partial(self._speech.heard, meeting))
        return heard if heard.id else self._save(meeting, heard.record, heard.key)

    # -- what all of them need -----------------------------------------------------------------------------------------

    def _save(
        self, meeting: MeetingInHand, given: Transcript, key: str, clock: TranscriptClock | None = None
    ) -> Stored[Transcript]:
        """Store a transcript, unless the meeting has just this one, and it was not to be made anew."""
        slug, stored = meeting.notes.slug, self._store.transcript(meeting.notes.slug)
        if stored and not self._speech.is_redone(meeting, key):
            has = stored.key, stored.record.clock, stored.record.doubts
            if has == (key, clock, given.doubts):
                return stored
        self._store.save_transcript(slug, given, key=key, clock=clock)
        made = self._store.transcript(slug)
        assert made is not None
        return made

    def _recording(self, meeting: MeetingInHand, lengths: Sequence[float | None] = (None,)) -> Recording | None:
        """What the plan says about the recording, not stored yet; `lengths` are those of transcripts, in seconds."""
        source = meeting.plan.source
        if source is None or meeting.plan.recording is RecordingStep.STORED:
            return meeting.recording
        if meeting.plan.recording is RecordingStep.NOTED:
            return parts.noted_recording(source, meeting.notes.title, lengths, self._downloads.facts)
        return parts.fetched_recording(source, partial(self._fetched, meeting))

    def _audible(self, meeting: MeetingInHand, recording: Recording) -> Recording:
        """What may be heard of a recording: not what was taken out of it."""
        stored, source = self._store.recording(meeting.notes.slug), meeting.plan.source
        key = source.key if source and not (stored and stored.key == source.key) else None
        return audible(recording, self._store, self._settings, meeting.notes.slug, key)

    def _keep(self, meeting: MeetingInHand, recording: Recording | None) -> None:
        """Store the recording, if it is not the stored one."""
        source, slug = meeting.plan.source, meeting.notes.slug
        if source is None or recording is None or recording is meeting.recording:
            return
        found, stored = moved_files.describe(recording), self._store.recording(slug, audible=False)
        if Stage.FETCH in meeting.plan.redo or stored is None or (stored.key, stored.record) != (source.key, found):
            self._store.save_recording(slug, found, key=source.key)

    def _fetched(self, meeting: MeetingInHand, source: Source, which: str = "") -> Recording:
        stage = "reading" if source.is_file or source.missing else "fetching"
        self._begin(meeting, f"{stage} {which}".rstrip(), unit="bytes")
        return self._downloads.recording(source)

    def _warn(self, meeting: MeetingInHand, *warnings: str) -> None:
        for warning in warnings:
            self._reporter.warn(f"{meeting.notes.title}: {warning}")

    def _say(self, meeting: MeetingInHand, *texts: str) -> None:
        for text in texts:
            self._reporter.say(f"{meeting.notes.title}: {text}")


def _name(file: Path) -> str:
    return printable(file.name)
