"""The clock of a transcript, and that of the recording it belongs to.

Half of all transcripts of calls do not run by the clock of the recording people see: the upload was trimmed, a pause
was cut out, an editor's timeline begins at an hour. A transcript is stored as it was given, with the clock by which it
is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import msgspec

from pipeline import timecode
from pipeline.records import ClockBasis, ClockPiece, Segment, Transcript, TranscriptClock, Word
from pipeline.untrusted import MAX_SECONDS

AUTOMATIC = "auto"
"""The offset that is found, not given."""

_MIN_RATE = 1e-6  # by which a clock runs; one that stands has no time to go back to
_MIN_SECONDS_INSIDE = 0.05  # of a segment: less of it within the recording, and it is not in it


def apply(transcript: Transcript, clock: TranscriptClock | None, duration: float | None = None) -> Transcript:
    """The transcript on the clock of the recording, whose length is `duration` seconds, as far as it is known.

    What was said before the recording begins, after it ends, or in what was cut out of it, is not in it.
    """
    if clock is None or clock.is_recordings:
        return replace(transcript, clock=clock)
    end = MAX_SECONDS if duration is None else duration
    segments = tuple(_moved(transcript.segments, clock.pieces, end))
    last = max((segment.end for segment in segments), default=0.0)
    length = None if transcript.duration is None else last
    return replace(transcript, segments=segments, duration=duration if length and duration else length, clock=clock)


def _moved(segments: Sequence[Segment], pieces: Sequence[ClockPiece], end: float) -> Iterator[Segment]:
    starts = [piece.start for piece in pieces]
    limits = [*(piece.moved(piece.start) for piece in pieces[1:]), end]  # where the next piece begins in the recording
    for each in segments:
        number = max(bisect_right(starts, each.start) - 1, 0)
        piece, limit = pieces[number], min(limits[number], end)
        start, stop = piece.moved(each.start), min(piece.moved(each.end), limit)
        if stop - max(start, 0.0) < min(_MIN_SECONDS_INSIDE, each.end - each.start) or start >= limit or stop < 0.0:
            continue
        words = tuple(_moved_word(word, piece, limit) for word in each.words)
        yield replace(each, start=max(start, 0.0), end=stop, words=words)


def _moved_word(word: Word, piece: ClockPiece, limit: float) -> Word:
    start, end = (min(max(piece.moved(time), 0.0), limit) for time in (word.start, word.end))
    return msgspec.structs.replace(word, start=start, end=end)


def in_recording(clock: TranscriptClock | None) -> Callable[[Segment, float], float]:
    """When in the recording a time is that a segment of a transcript has, before `apply`: seconds → seconds."""
    if clock is None:
        return lambda _, seconds: seconds
    starts = [piece.start for piece in clock.pieces]

    def moved(segment: Segment, seconds: float) -> float:
        return clock.pieces[max(bisect_right(starts, segment.start) - 1, 0)].moved(seconds)

    return moved


def to_recording(clock: TranscriptClock | None, seconds: float) -> float:
    """When in the recording a time of a transcript is, in seconds; perhaps before its beginning."""
    if clock is None:
        return seconds
    starts = [piece.start for piece in clock.pieces]
    return clock.pieces[max(bisect_right(starts, seconds) - 1, 0)].moved(seconds)


def to_transcript(clock: TranscriptClock | None, seconds: float) -> float:
    """When by the clock of a transcript a time of the recording is, in seconds: what `to_recording` undoes.

    >>> to_transcript(TranscriptClock(ClockBasis.GIVEN, (ClockPiece(0.0, 10.0), ClockPiece(50.0, -5.0))), 30.0)
    20.0
    """
    if clock is None:
        return seconds
    starts = [piece.moved(piece.start) for piece in clock.pieces]
    piece = next((each for each, at in zip(clock.pieces[::-1], starts[::-1], strict=True) if at <= seconds), None)
    piece = piece or clock.pieces[0]
    return piece.start + (seconds - piece.start - piece.offset) / max(1.0 + piece.drift, _MIN_RATE)


def describe(clock: TranscriptClock) -> str:
    """What was done to the times of a transcript and why, as the end of a sentence that begins with its name.

    >>> describe(TranscriptClock(ClockBasis.SOUND, shifted(-104.0)))
    'runs 1:44 ahead of the recording, so its times were moved (found by its sound)'
    """
    why = REASONS[clock.basis]
    if clock.is_recordings:
        return f"runs by the recording’s clock ({why})"
    offsets = sorted(piece.offset for piece in clock.pieces)
    if len(offsets) > 1:
        span = f"{signed(offsets[0])} to {signed(offsets[-1])}"
        return f"runs by another clock than the recording, so its times were moved by {span}, piece by piece ({why})"
    piece = clock.pieces[0]
    parts = [f"{_shown(piece.offset)} {'behind' if piece.offset > 0 else 'ahead of'} the recording"]
    if not piece.offset:
        parts = []
    parts += [f"{abs(piece.drift):.2%} too {'slowly' if piece.drift > 0 else 'fast'}"] if piece.drift else []
    return f"runs {' and '.join(parts)}, so its times were moved ({why})"


REASONS = {
    ClockBasis.SOUND: "found by its sound",
    ClockBasis.WORDS: "found by its words",
    ClockBasis.GIVEN: "set by hand",
}


def signed(offset: float) -> str:
    """An offset as people read and give it: seconds that are added to a transcript's times.

    >>> signed(-104.0), signed(3600.5)
    ('-1:44', '+1:00:00.5')
    """
    return f"{'-' if offset < 0 else '+'}{_shown(offset)}"


def _shown(offset: float) -> str:
    """To a tenth of a second: no clock is known better."""
    return timecode.exact(round(abs(offset), 1))


def parse_offset(text: str) -> float | None:
    """Seconds written as `signed` writes them, or without a sign; None for anything else.

    >>> parse_offset("-1:44"), parse_offset("+90.5"), parse_offset("later")
    (-104.0, 90.5, None)
    """
    text = text.strip().replace("−", "-")
    seconds = timecode.parse(text.lstrip("+-")) if len(text) - len(text.lstrip("+-")) <= 1 else None
    return None if seconds is None else 0.0 - seconds if text.startswith("-") else seconds


def shifted(offset: float) -> tuple[ClockPiece, ...]:
    """The one piece of a clock that is `offset` seconds behind the recording's throughout."""
    return (ClockPiece(0.0, offset),)
