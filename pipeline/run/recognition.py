"""The meeting that is in hand, and how what is said in its recording is recognised: here, or by others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pipeline.config import Settings
from pipeline.records import Notes, Recording, Transcript
from pipeline.run.elsewhere import Elsewhere, WantedTranscript
from pipeline.run.inputs import sound_errors, sound_key
from pipeline.run.plan import Plan, RunOptions, Stage
from pipeline.run.reporter import Reporter
from pipeline.store import Store, Stored


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


class SpeechRecognition:
    """Hears the recordings of one run, or has them heard `elsewhere`; what was heard before is not heard again."""

    def __init__(
        self, store: Store, settings: Settings, reporter: Reporter, begin: Begin, elsewhere: Elsewhere | None
    ) -> None:
        self._store = store
        self._settings = settings
        self._reporter = reporter
        self._begin = begin
        self._elsewhere = elsewhere

    def heard(
        self, meeting: MeetingInHand, recording: Recording, which: str = "", *, apart: bool = False
    ) -> Stored[Transcript]:
        """What is said in a recording, or in `which` part of one in several.

        A part is kept by itself, as is what is heard `apart`: it does not become the meeting's transcript.
        """
        slug, media, model = meeting.notes.slug, Path(recording.media or ""), meeting.options.model
        track = meeting.plan.key.track
        key = self._elsewhere.sound_key(media, track) if self._elsewhere else sound_key(media, track)
        heard = self._store.heard_before(slug, key, model)
        if heard and not self.is_redone(meeting, key):
            # The same sound, perhaps from another address or after a vain look for captions.
            return Stored(0, key, heard)
        from pipeline.language import jargon

        hotwords = jargon.hotwords(meeting.notes, others=meeting.others)
        if self._elsewhere:
            source = meeting.plan.source.key if meeting.plan.source else None
            wanted = WantedTranscript(slug, meeting.notes.title, recording, key, source, which=which, apart=apart)
            wanted = replace(wanted, model=model or self._settings.model, hotwords=hotwords, track=track)
            self._elsewhere.hear(replace(wanted, anew=self.is_redone(meeting, key)))
        from pipeline import transcribe

        self._begin(meeting, f"transcribing {which}".rstrip(), unit="seconds")
        checkpoint = self._settings.checkpoint_dir / (f"{slug}.{key[:12]}.jsonl" if which else f"{slug}.jsonl")
        with sound_errors(recording):
            transcript = transcribe.transcribe(
                media,
                model=model or self._settings.model,
                model_dir=self._settings.model_dir,
                hotwords=hotwords,
                language=recording.language,
                track=track,
                checkpoint=checkpoint,
                progress=self._reporter.progress,
                heard=self._reporter.heard,
            )
        run = self._store.save_transcript(slug, transcript, key=key, of_part=apart or bool(which))
        checkpoint.unlink(missing_ok=True)
        return Stored(run, key, transcript)

    def is_redone(self, meeting: MeetingInHand, key: str) -> bool:
        """Whether what was heard before does not count; what was heard elsewhere for this run does."""
        was_heard = self._elsewhere is not None and self._elsewhere.was_heard(meeting.notes.slug, key)
        return Stage.TRANSCRIBE in meeting.plan.redo and not was_heard
