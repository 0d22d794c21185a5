"""A transcript's clock, found by where people speak in the recording.

As ffsubsync does it for subtitles (https://github.com/smacke/ffsubsync), cues are correlated with detected speech at
every offset; here with both whitened, in windows, so that cuts are found, and weighed as evidence, so that a
transcript of another meeting is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from pipeline.records import ClockBasis, ClockPiece, Segment, SpeechActivity, TranscriptClock
from pipeline.sync import clock_fit
from pipeline.sync.clock_fit import FittedClock
from pipeline.sync.clock_path import OffsetHint, Overlay, Path, best_path, chance_noise
from pipeline.sync.findings import ClockFinding
from pipeline.sync.said_places import SaidPlace
from pipeline.sync.speech_signals import STEP_SECONDS, cue_signal, speech_signal

MIN_CUES = 10
MIN_SECONDS = 120.0  # of the recording, and of the transcript
MAX_SECONDS = 24 * 3600.0  # of both together; memory grows with it

RATES = (1.0, 1.001, 0.999, 25 / 24, 24 / 25, 25 / 23.976, 23.976 / 25)
"""Recording's seconds in one of the transcript's: recorders disagree by a thousandth, editors take films of 24 pictures
a second for ones of 25."""

_GAINS = (0.15, 0.27, 0.5)  # of speech for cues, with rough, usual and good times
_ROUGH_GAIN = 0.2  # with times that are a second off
_MIN_EXPECTED = 15.0  # nats, with that gain; where there should be so much and is none, nothing fits
_MIN_EVIDENCE = 7.0  # nats; that of a transcript of another meeting reached 5 in 95 of 100
_ODD_RATE_COST = 6.0  # nats: few transcripts have one
_CHANCE_NATS = 4.0  # so much more evidence, and it is chance e times less often
_PLENTY = 30.0  # of evidence: no other rate need be tried
_MARGIN_SECONDS = 3.0  # before the first cue and after the last
_OWN_CLOCK_SECONDS = 0.5  # so far off, and times are left as they are,
_WHOLE_SECONDS = 0.3  # and so much more where all are whole seconds, perhaps rounded down
_MAX_TOLERANCE_SECONDS = 0.75  # where the offset is not known any better


@dataclass(frozen=True, slots=True)
class _Attempt:
    rate: float
    overlay: Overlay
    path: Path

    @property
    def evidence(self) -> float:
        """Nats, against chance."""
        return self.path.evidence - (_ODD_RATE_COST if self.rate != 1.0 else 0.0)


def find_by_sound(segments: Sequence[Segment], speech: SpeechActivity) -> ClockFinding:
    """The clock by which `segments` run, in order, by where people speak in the recording."""
    cues = _said(segments)
    if not is_long_enough(cues, speech):
        return ClockFinding(None)
    attempt = _attempt(cues, speech, 1.0)
    if attempt.evidence < _PLENTY:
        others = [_attempt(cues, speech, rate) for rate in RATES[1:]]
        attempt = max([attempt, *others], key=lambda each: each.evidence)
    if attempt.evidence < _MIN_EVIDENCE:
        expected = 0.5 * _ROUGH_GAIN**2 * float(attempt.overlay.cues @ attempt.overlay.cues) / attempt.overlay.noise
        return ClockFinding(None, attempt.evidence < 0.0 and expected > _MIN_EXPECTED)
    return ClockFinding(_clock(attempt, cues))


def is_long_enough(cues: Sequence[Segment], speech: SpeechActivity) -> bool:
    """Whether anything can be said of a transcript and a recording; nor are both together too long for the memory."""
    if len(cues) < MIN_CUES or speech.duration < MIN_SECONDS or not speech.stretches:
        return False
    span = max(cue.end for cue in cues) - min(cue.start for cue in cues)
    return MIN_SECONDS <= span <= MAX_SECONDS - speech.duration


def _said(segments: Sequence[Segment]) -> list[Segment]:
    return [segment for segment in segments if not segment.suspect and segment.text.strip()]


def fit_with_places(
    segments: Sequence[Segment], speech: SpeechActivity, places: Sequence[SaidPlace], drift: float
) -> TranscriptClock:
    """The clock of a transcript some of whose words were heard in the recording; the sound tells what they leave open.

    `drift`: about by how many seconds a second the recording's clock runs faster.
    """
    cues = _said(segments)
    return _clock(_attempt(cues, speech, 1.0 + drift, places), cues)


def _attempt(
    cues: Sequence[Segment], speech: SpeechActivity, rate: float, places: Sequence[SaidPlace] = ()
) -> _Attempt:
    """The best path at `rate`."""
    if rate != 1.0:
        cues = [_faster(cue, rate) for cue in cues]
    start = min(cue.start for cue in cues) - _MARGIN_SECONDS
    end = max(cue.end for cue in cues) + _MARGIN_SECONDS
    told, heard = cue_signal(cues, start, end), speech_signal(speech)
    overlay = Overlay(told, start, heard, _GAINS, chance_noise(told, heard))
    if places:
        overlay = replace(overlay, hints=tuple(_hint(overlay, place, rate) for place in places))
    return _Attempt(rate, overlay, best_path(overlay))


def _hint(overlay: Overlay, place: SaidPlace, rate: float) -> OffsetHint:
    return OffsetHint(
        int((place.time * rate - overlay.start) / STEP_SECONDS),
        overlay.steps(place.time + place.lag - place.time * rate),
        place.doubt / STEP_SECONDS,
        place.nats,
    )


def _faster(cue: Segment, rate: float) -> Segment:
    words = tuple(msgspec.structs.replace(word, start=word.start * rate, end=word.end * rate) for word in cue.words)
    return replace(cue, start=cue.start * rate, end=cue.end * rate, words=words)


def _clock(attempt: _Attempt, cues: Sequence[Segment]) -> TranscriptClock:
    overlay, rate = attempt.overlay, attempt.rate
    fitted = clock_fit.fit(overlay, attempt.path)
    starts = np.sort([cue.start for cue in cues])
    steps = np.floor((starts * rate - overlay.start) / STEP_SECONDS).astype(int)
    firsts = np.searchsorted(steps, clock_fit.boundaries(overlay, fitted, steps))
    tolerance = _OWN_CLOCK_SECONDS + (_WHOLE_SECONDS if _has_whole_seconds(cues) else 0.0)
    bounds = [0.0, *(float(starts[min(first, len(starts) - 1)]) for first in firsts)]
    pieces = tuple(_piece(attempt, fitted, number, start, tolerance) for number, start in enumerate(bounds))
    sureness = min(piece.sureness for piece in fitted.pieces)
    chance = float(np.exp(-attempt.evidence / _CHANCE_NATS))
    return TranscriptClock(ClockBasis.SOUND, pieces, sureness * (1 - chance))


def _has_whole_seconds(cues: Sequence[Segment]) -> bool:
    return all(cue.start == round(cue.start) for cue in cues)


def _piece(attempt: _Attempt, fitted: FittedClock, number: int, start: float, tolerance: float) -> ClockPiece:
    """A piece from `start` of the transcript on; the recording's own clock, if that is as good."""
    overlay, rate, piece = attempt.overlay, attempt.rate, fitted.pieces[number]

    def offset_at(time: float) -> float:
        step = (time * rate - overlay.start) / STEP_SECONDS
        return time * rate + overlay.seconds(piece.offset_at(step, fitted.drift)) - time

    tolerance = max(tolerance, min(2 * piece.spread, _MAX_TOLERANCE_SECONDS))
    last = (overlay.start + overlay.windows[piece.after - 1][1] * STEP_SECONDS) / rate
    if max(abs(offset_at(start)), abs(offset_at(last))) <= tolerance:
        return ClockPiece(start, 0.0)
    return ClockPiece(start, offset_at(start), rate * (1 + fitted.drift) - 1)
