"""The clock of a transcript, and that of the recording it belongs to.

Half of all transcripts of calls do not run by the clock of the recording people see: the upload was trimmed, a pause
was cut out, an editor's timeline begins at an hour. A transcript is stored as it was given, with the clock by which it
is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from pipeline.records import ClockPiece, Segment, Transcript, TranscriptClock, Word
from pipeline.untrusted import MAX_SECONDS

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


def shifted(offset: float) -> tuple[ClockPiece, ...]:
    """The one piece of a clock that is `offset` seconds behind the recording's throughout."""
    return (ClockPiece(0.0, offset),)
