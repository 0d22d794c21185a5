from __future__ import annotations

import pytest

from pipeline.records import Origin, Segment, Transcript
from pipeline.sync import doubts

LENGTH = 823.0  # of the recording: 13:43


def transcript(*starts: float, lasts: float = 4.0) -> Transcript:
    segments = tuple(Segment(at, at + lasts, f"said at {at}") for at in starts)
    return Transcript("en", Origin.IMPORT, None, segments)


def evenly(first: float, last: float, count: int = 40) -> Transcript:
    """Cues from `first` on, the last one beginning at `last`."""
    return transcript(*(first + (last - first) * at / (count - 1) for at in range(count)))


@pytest.mark.parametrize("duration", [None, LENGTH])
@pytest.mark.parametrize(
    "usual",
    [
        evenly(1.2, 815.3),
        evenly(0.0, 821.0),  # the last cue stays past the end
        evenly(1010.5, 6400.0),  # a stream that began with a quarter of an hour of music
        transcript(0.0, 240.0, 480.0),  # few, and on the minute by accident
        transcript(),
    ],
)
def test_nothing_is_odd_about_usual_times(usual: Transcript, duration: float | None) -> None:
    last = max((segment.end for segment in usual.segments), default=0.0)
    assert doubts(usual, None if duration is None else max(duration, last)) == ()


def test_a_call_whose_recording_ran_on_is_not_odd() -> None:
    assert doubts(evenly(2.0, 3000.0), 3900.0) == ()


def test_a_transcript_that_ends_after_the_recording() -> None:
    assert doubts(evenly(104.5, 883.0), LENGTH) == (
        "ends 1:04 after the recording, which is 13:43 long; if its clock is another, say so with --offset",
    )


@pytest.mark.parametrize("duration", [None, LENGTH])
def test_an_editors_timeline(duration: float | None) -> None:
    assert doubts(evenly(3603.2, 4400.0), duration) == (
        "begins at 1:00:03, as an editor's timeline does; if so, set it right with --offset -3600",
    )
    assert "--offset -36000" in doubts(evenly(36_010.0, 36_800.0), duration)[0]


@pytest.mark.parametrize("duration", [None, LENGTH])
def test_a_time_of_day(duration: float | None) -> None:
    """14:03:22 is no place in a recording of a quarter of an hour."""
    assert doubts(evenly(50_602.4, 51_400.0), duration) == (
        "begins at 14:03:22, which looks like a time of day; if the recording began then, say so with --offset -50602",
    )


def test_a_late_beginning() -> None:
    late = "begins as late as 42:10; if people speak before that, say by how much with --offset"
    assert doubts(evenly(2530.0, 4000.0), None) == (late,)
    assert doubts(evenly(2530.0, 4000.0), 4010.0) == (late,)


def test_an_hour_of_a_long_recording_is_no_timeline() -> None:
    """The recording is long enough for it."""
    assert doubts(evenly(3603.2, 9000.0), 9010.0) == (
        "begins as late as 1:00:03; if people speak before that, say by how much with --offset",
    )


def test_a_transcript_much_shorter_than_the_recording() -> None:
    assert doubts(evenly(2.0, 216.0), LENGTH) == (
        "ends at 3:40, and the recording is 13:43 long; is it of another recording, or cut off?",
    )


def test_times_to_the_minute() -> None:
    assert doubts(transcript(0.0, 60.0, 60.0, 180.0, 300.0, 420.0), 450.0) == (
        "has times to the minute only, so a link may be a minute early",
    )


def test_one_time_for_everything() -> None:
    assert doubts(transcript(*[0.0] * 8), 200.0) == (
        "has no other time than 0:00, so nothing in it can be linked to its moment",
    )


def test_what_is_not_shown_is_not_looked_at() -> None:
    """What a model invented after the end is no reason to doubt the clock."""
    invented = Segment(900.0, 930.0, "Thank you.", suspect=True)
    usual = evenly(1.0, 815.0)
    assert doubts(Transcript("en", Origin.IMPORT, None, (*usual.segments, invented)), LENGTH) == ()
