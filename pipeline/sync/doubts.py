"""What looks wrong about the times of a transcript, where there is no sound to compare it with."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Segment, Transcript
from pipeline.timecode import clock

_HOUR = 3600.0
_EDITOR_HOURS = (1, 10)  # at which the timelines of editors (DaVinci Resolve, Premiere) and of broadcasters begin
_AFTER_HOUR_SECONDS = 120.0  # within which the first words come
_MIN_TIME_OF_DAY = 5 * _HOUR  # a call that begins earlier in the day is rarer than one with hours of silence
_LATE_SECONDS = 1800.0  # people wait for each other, and streams begin with music, but not for so long
_OVERHANG_SECONDS = 5.0  # by which a cue may begin after the end of the recording; the last one may stay for long
_MIN_MISSING_SECONDS, _MIN_COVERED_SHARE = 300.0, 0.5  # at the end of a recording; silence after a call is shorter
_MIN_SEGMENTS_OF_MINUTES = 5  # by accident all times of a few are whole minutes


def doubts(transcript: Transcript, duration: float | None) -> tuple[str, ...]:
    """Half-sentences that say what is odd about the transcript's times, and what to do about it.

    `duration` is the recording's, in seconds; None: not known. Empty for most transcripts.
    """
    segments = sorted(transcript.heard, key=lambda segment: segment.start)
    if not segments:
        return ()
    found = (_of_precision(segments), _of_place(segments, duration), _of_length(segments, duration))
    return tuple(doubt for doubt in found if doubt)


def _of_precision(segments: Sequence[Segment]) -> str | None:
    if len(segments) < _MIN_SEGMENTS_OF_MINUTES or any(segment.start % 60 for segment in segments):
        return None
    if segments[0].start == segments[-1].start:
        return f"has no other time than {clock(segments[0].start)}, so nothing in it can be linked to its moment"
    return "has times to the minute only, so a link may be a minute early"


def _of_place(segments: Sequence[Segment], duration: float | None) -> str | None:
    """Where the transcript lies, if that is probably not where the recording does."""
    first, last = segments[0].start, segments[-1].start
    overhangs = duration is not None and last > duration + _OVERHANG_SECONDS
    hours = int(first // _HOUR)
    if (duration is None or overhangs) and hours in _EDITOR_HOURS and first % _HOUR <= _AFTER_HOUR_SECONDS:
        return (
            f"begins at {clock(first)}, as an editor's timeline does; if so, set it right with --offset -{hours * 3600}"
        )
    if (duration is None or overhangs) and first >= _MIN_TIME_OF_DAY:
        return (
            f"begins at {clock(first)}, which looks like a time of day; if the recording began then, "
            f"say so with --offset -{first:.0f}"
        )
    if duration is not None and overhangs:
        over = max(segment.end for segment in segments) - duration
        return (
            f"ends {clock(over)} after the recording, which is {clock(duration)} long; if its clock is another, "
            "say so with --offset"
        )
    if first > _LATE_SECONDS:
        return f"begins as late as {clock(first)}; if people speak before that, say by how much with --offset"
    return None


def _of_length(segments: Sequence[Segment], duration: float | None) -> str | None:
    end = max(segment.end for segment in segments)
    if duration is None or duration - end < _MIN_MISSING_SECONDS or end >= _MIN_COVERED_SHARE * duration:
        return None
    return f"ends at {clock(end)}, and the recording is {clock(duration)} long; is it of another recording, or cut off?"
