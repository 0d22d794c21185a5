from __future__ import annotations

from pipeline import transcript_clock
from pipeline.records import ClockBasis, ClockPiece, Origin, Segment, Transcript, TranscriptClock, Word

SAID = Transcript(
    "en",
    Origin.IMPORT,
    None,
    tuple(Segment(at, at + 4.0, f"at {at:.0f}", (Word(at, at + 1.0, "at"),)) for at in (0.0, 10.0, 20.0, 30.0)),
    duration=34.0,
)


def moved(*pieces: ClockPiece, duration: float | None = None) -> list[tuple[float, float, str]]:
    clock = TranscriptClock(ClockBasis.SOUND, pieces)
    found = transcript_clock.apply(SAID, clock, duration)
    assert all(segment.start <= word.start <= word.end for segment in found.segments for word in segment.words)
    return [(segment.start, segment.end, segment.text) for segment in found.segments]


def test_times_move_to_the_recordings_clock() -> None:
    assert moved(ClockPiece(0.0, 5.5)) == [
        (5.5, 9.5, "at 0"),
        (15.5, 19.5, "at 10"),
        (25.5, 29.5, "at 20"),
        (35.5, 39.5, "at 30"),
    ]


def test_what_was_said_before_and_after_the_recording_is_not_in_it() -> None:
    assert moved(ClockPiece(0.0, -12.0), duration=18.0) == [(0.0, 2.0, "at 10"), (8.0, 12.0, "at 20")]


def test_what_was_said_in_a_pause_that_was_cut_out_is_not_in_the_recording() -> None:
    cut = ClockPiece(0.0, 0.0), ClockPiece(26.0, -12.0)  # 14 to 26 are gone
    assert moved(*cut) == [(0.0, 4.0, "at 0"), (10.0, 14.0, "at 10"), (18.0, 22.0, "at 30")]


def test_a_slow_clock_is_stretched() -> None:
    start, end, text = moved(ClockPiece(0.0, 0.0, drift=0.1))[-1]
    assert (start, round(end, 3), text) == (33.0, 37.4, "at 30")


def test_a_transcript_of_the_recordings_clock_stays_as_it_is() -> None:
    clock = TranscriptClock(ClockBasis.SOUND, (ClockPiece(0.0, 0.0),), 0.9)
    found = transcript_clock.apply(SAID, clock, duration=20.0)
    assert found.segments is SAID.segments
    assert found.clock == clock
