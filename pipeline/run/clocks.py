"""By which clock a transcript is read: what somebody said, or what comparing it with its recording gives."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import AudioUnreadable, TranscribeError
from pipeline.records import (
    ClockBasis,
    Recording,
    RecordingPart,
    SpeechActivity,
    Transcript,
    TranscriptClock,
)
from pipeline.run import parts
from pipeline.transcript_clock import parse_offset, shifted

if TYPE_CHECKING:
    from pipeline.sync import ClockFinding

_log = logging.getLogger(__name__)

# Of processor time, that may go into excerpts: what else the machine does must not change what is found.
_LISTENING_SHARE = 0.024  # of the recording's length; half of that by the clock where two processors share it
_MIN_LISTENING_SECONDS = 30.0

OF_ANOTHER = "does not fit the recording, so it is probably of another one"


def given_clock(offset: str | None) -> TranscriptClock | None:
    """The clock that somebody says a transcript has; None where it is to be found."""
    seconds = None if offset is None else parse_offset(offset)
    return None if seconds is None else TranscriptClock(ClockBasis.GIVEN, shifted(seconds))


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing a transcript with its recording gives. `clock` is None where it is not clear: then its times stay
    as they are, and `doubts` are half-sentences on what looks wrong about them.
    """

    clock: TranscriptClock | None
    doubts: tuple[str, ...] = ()
    is_of_another: bool = False


def compare(
    given: Transcript,
    recording: Recording | None,
    reference: Transcript | None,
    *,
    track: str | None,
    model_dir: Path | None,
    begin: Callable[[], None],
) -> Compared:
    """Compare a transcript with what is here of its recording. Nothing is downloaded for it.

    Args:
        reference: what is known to be said in the recording, by its clock.
        track: of the recording's sound.
        model_dir: of speech models.
        begin: called before something that takes a while.
    """
    from pipeline import sync

    found: ClockFinding | None = None
    unread: tuple[str, ...] = ()
    if recording is not None and (reference or parts.has_media(recording)):
        begin()
        try:
            found = _find(given, recording, reference, track, model_dir)
        except AudioUnreadable as error:
            problem = str(error).removeprefix(f"{error.path}: ")
            unread = (f"was not compared with the recording, whose sound cannot be used ({problem})",)
    if found and found.clock:
        return Compared(found.clock)
    if found and found.is_of_another:
        return Compared(None, (OF_ANOTHER,), is_of_another=True)
    return Compared(None, (*unread, *sync.doubts(given, recording.duration if recording else None)))


def _find(
    given: Transcript, recording: Recording, reference: Transcript | None, track: str | None, model_dir: Path | None
) -> ClockFinding:
    """Whose clock `given` has: by its words, or where those do not tell, by where people speak.

    Raises:
        AudioUnreadable: the sound cannot be decoded.
    """
    from pipeline import sync

    found = sync.find_by_words(given, reference) if reference else None
    if (found is None or found.clock is None) and parts.has_media(recording):
        by_sound = _find_by_sound(given, recording, track, model_dir)
        found = by_sound if found is None or by_sound.clock else found
    assert found is not None
    return found


def _find_by_sound(given: Transcript, recording: Recording, track: str | None, model_dir: Path | None) -> ClockFinding:
    """By where people speak; then by what is said in a few excerpts, where a model is here that hears it."""
    from pipeline import sync, transcribe

    speech = _speech(recording, track)
    by_sound = sync.find_by_sound(given.segments, speech)
    if recording.parts or recording.media is None:
        return by_sound
    recognise = transcribe.excerpt_recogniser(
        Path(recording.media), language=given.language, model_dir=model_dir, track=track
    )
    if recognise is None:
        return by_sound
    try:
        budget = max(_LISTENING_SHARE * speech.duration, _MIN_LISTENING_SECONDS)
        return sync.find_by_excerpts(given, speech, recognise, by_sound, budget=budget, now=time.process_time)
    except AudioUnreadable:
        raise
    except TranscribeError as error:  # of the model, without which the pauses are all there is
        _log.warning("the transcript was compared by pauses alone, as no words were heard (%s)", error)
        return by_sound


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
