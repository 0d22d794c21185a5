"""By which clock a transcript is read: what somebody said, or what comparing it with its recording gives.

Nothing is downloaded for it but the captions of a video, which are its clock in words. Where its sound is here, people
speak in it when the transcript says so, or what was once heard in it is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.records import (
    ClockBasis,
    Recording,
    RecordingPart,
    SpeechActivity,
    Transcript,
    TranscriptClock,
)
from pipeline.run import parts
from pipeline.run.inputs import sound_key
from pipeline.store import Store
from pipeline.transcript_clock import AUTOMATIC, shifted

if TYPE_CHECKING:
    from pipeline.sync import ClockFinding


def given_clock(offset: str | None) -> TranscriptClock | None:
    """The clock that somebody says a transcript has; None where it is to be found."""
    if offset in {None, AUTOMATIC}:
        return None
    return TranscriptClock(ClockBasis.GIVEN, shifted(float(offset or 0.0)))


@dataclass(frozen=True, slots=True)
class ClockFinder:
    """Compares transcripts with what is here of their recordings; `begin` is called before that takes a while."""

    store: Store
    begin: Callable[[], None]
    model_dir: Path | None = None

    def find(
        self, slug: str, given: Transcript, recording: Recording | None, captions: Transcript | None, track: str | None
    ) -> ClockFinding | None:
        """Whose clock `given` has; None where there is nothing to compare it with.

        Args:
            captions: of the recording, if they were asked for.
            track: of the recording's sound.

        Raises:
            AudioUnreadable: the sound cannot be decoded.
        """
        if recording is None or not (captions or parts.has_media(recording)):
            return None
        from pipeline import sync

        self.begin()
        reference = captions or self._heard_before(slug, recording, track)
        found = sync.find_by_words(given, reference) if reference else None
        if (found is None or found.clock is None) and parts.has_media(recording):
            by_sound = self._by_sound(given, recording, track)
            return by_sound if found is None or by_sound.clock else found
        return found

    def _by_sound(self, given: Transcript, recording: Recording, track: str | None) -> ClockFinding:
        """By where people speak; then by what is said in a few excerpts, where a model is here that hears it."""
        from pipeline import sync, transcribe

        speech = _speech(recording, track)
        by_sound = sync.find_by_sound(given.segments, speech)
        if recording.parts or recording.media is None:
            return by_sound
        recognise = transcribe.excerpt_recogniser(
            Path(recording.media), language=given.language, model_dir=self.model_dir, track=track
        )
        if recognise is None:
            return by_sound
        return sync.find_by_excerpts(given, speech, recognise, by_sound)

    def _heard_before(self, slug: str, recording: Recording, track: str | None) -> Transcript | None:
        """What speech recognition once heard in a recording in one piece."""
        if recording.parts or recording.media is None:
            return None
        return self.store.heard_before(slug, sound_key(Path(recording.media), track))


def _speech(recording: Recording, track: str | None) -> SpeechActivity:
    """Where somebody speaks in a recording, or in its parts one after the other."""
    from pipeline import transcribe

    whole = [RecordingPart(0.0, recording.duration or 0.0, recording.source, recording.title, recording.media)]
    stretches: list[tuple[float, float]] = []
    end = 0.0
    for part in recording.parts or whole:
        speech = transcribe.speech_activity(Path(part.media or ""), track=track)
        stretches += ((part.start + start, part.start + stop) for start, stop in speech.stretches)
        end = part.start + speech.duration
    return SpeechActivity(tuple(stretches), end)
