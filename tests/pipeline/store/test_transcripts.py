"""Transcripts are kept as they were given, and read by the clock of their recording."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.records import ClockBasis, Origin, Recording, TranscriptClock
from pipeline.refresh import Archive
from pipeline.store import Store
from pipeline.transcript_clock import shifted
from tests.pipeline.store.meetings import notes, transcript

AHEAD = TranscriptClock(ClockBasis.SOUND, shifted(-2.0), 0.75)
GIVEN = replace(transcript(), origin=Origin.IMPORT, duration=5.0, warnings=("line 2 is no timing",), doubts=("late",))
SLUG = "call-1"


@pytest.fixture
def store(archive: Archive) -> Store:
    archive.store.claim("/notes/call.md", SLUG)
    archive.store.save_notes(notes())
    return archive.store


def recorded(store: Store, seconds: float | None, key: str = "k") -> None:
    store.save_recording(SLUG, Recording("https://youtu.be/xO1o1N5o050", "Call", seconds), key=key)


def test_a_transcript_is_read_by_its_clock_and_kept_as_it_was_given(store: Store) -> None:
    recorded(store, 60.0)
    store.save_transcript(SLUG, GIVEN, key="file", clock=AHEAD)

    as_given, read = store.transcript(SLUG, as_given=True), store.meeting(SLUG).transcript

    assert as_given is not None
    assert as_given.record == GIVEN
    assert read is not None
    assert (read.clock, read.warnings, read.doubts) == (AHEAD, GIVEN.warnings, GIVEN.doubts)
    assert (read.segments[0].start, read.segments[0].end) == (0.0, 3.0)
    assert [each.clock for each in store.meetings()] == [AHEAD]


@pytest.mark.parametrize(("length", "end"), [(4.0, 4.0), (60.0, 8.0), (5.0, 8.0), (None, 8.0)])
def test_nothing_is_read_after_the_end_of_the_recording_if_that_is_known(
    store: Store, length: float | None, end: float
) -> None:
    """A length that is the transcript's was noted where the recording was not here."""
    recorded(store, length)
    store.save_transcript(SLUG, GIVEN, key="file", clock=TranscriptClock(ClockBasis.GIVEN, shifted(3.0)))

    read = store.transcript(SLUG)

    assert read is not None
    assert [segment.end for segment in read.record.segments] == [end]


def test_without_a_recording_the_length_is_that_of_what_is_read(store: Store) -> None:
    store.save_transcript(SLUG, GIVEN, key="file", clock=TranscriptClock(ClockBasis.GIVEN, shifted(3.0)))

    assert store.meeting(SLUG).duration == 8.0
    assert [each.duration for each in store.meetings()] == [8.0]


def test_what_was_made_from_the_recording_is_known_whatever_was_given_since(store: Store) -> None:
    """Of this recording: what was heard in another one runs by another clock."""
    assert store.made_from_recording(SLUG) is None
    recorded(store, 60.0)
    store.save_transcript(SLUG, transcript("first"), key="sound")
    store.save_transcript(SLUG, transcript("heard"), key="sound")
    store.save_transcript(SLUG, transcript("a part"), key="sound", of_part=True)
    store.save_transcript(SLUG, GIVEN, key="file", clock=AHEAD)
    made = store.made_from_recording(SLUG)
    recorded(store, 50.0, key="another")

    assert made == transcript("heard")
    assert store.made_from_recording(SLUG) is None
