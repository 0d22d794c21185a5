"""A transcript's clock, found by where people speak."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.records import ClockBasis, Segment, SpeechActivity, Word
from pipeline.sync import find_by_sound
from tests.conversations import (
    Cut,
    Manners,
    Said,
    SpokenClip,
    conversation,
    heard,
    joined,
    moved,
    music,
    recorded,
    transcript,
)


def clips(draw: random.Random, count: int = 60) -> list[SpokenClip]:
    """Utterances of phrases with a short pause after each."""
    made = []
    for _ in range(count):
        stretches, now, words = [], 0.0, 0
        for _ in range(draw.randint(1, 6)):
            length = draw.uniform(0.6, 3.5)
            stretches.append((now, now + length))
            now += length + draw.uniform(0.2, 0.8)
            words += max(round(length * 2.7), 1)
        made.append(SpokenClip(" ".join(["word"] * words), stretches[-1][1], tuple(stretches)))
    return made


class Meeting:
    """Talk of `minutes`, after some music, and the speech that is heard in its recording."""

    def __init__(self, seed: int, minutes: float = 15.0, lead: float = 40.0) -> None:
        self.draw = random.Random(seed)
        self.lead = lead
        self.said: list[Said] = conversation(clips(self.draw), minutes * 60, self.draw)
        self.length = lead + max(each.end for each in self.said) + 25.0
        self.stretches = joined([*music(lead, self.draw), *moved(heard(self.said, self.draw), lead)])

    @property
    def speech(self) -> SpeechActivity:
        return SpeechActivity(tuple(self.stretches), self.length)

    def cues(self, manners: Manners, clock: Callable[[float], float] = lambda time: time) -> list[Segment]:
        return transcript(self.said, manners, self.draw, lambda time: clock(time + self.lead))


@pytest.mark.parametrize(
    ("manners", "offset"),
    [
        (Manners(), 3600.0),
        (Manners(jitter=1.0, missing=0.25), 104.0),
        (Manners(jitter=0.5, missing=0.25, whole_seconds=True), -250.5),
        (Manners(jitter=0.5, filled=True), 50_583.0),
        (Manners(captions=True, missing=0.25), -12.0),
    ],
    ids=["good", "rough", "whole seconds", "without pauses", "captions"],
)
def test_another_clock_is_found(manners: Manners, offset: float) -> None:
    meeting = Meeting(1)
    clock = find_by_sound(meeting.cues(manners, lambda time: time + offset), meeting.speech).clock
    assert clock
    assert clock.basis is ClockBasis.SOUND
    assert len(clock.pieces) == 1
    assert clock.pieces[0].moved(700.0 + offset) == pytest.approx(700.0, abs=0.5)
    assert clock.confidence > 0.9


def test_live_captions_are_moved_back_to_the_speech() -> None:
    meeting = Meeting(2)
    clock = find_by_sound(meeting.cues(Manners(late=3.5, jitter=0.3)), meeting.speech).clock
    assert clock
    assert clock.pieces[0].offset == pytest.approx(-3.5, abs=0.5)


@pytest.mark.parametrize(
    "manners",
    [Manners(), Manners(jitter=1.0, missing=0.25), Manners(whole_seconds=True, jitter=0.5, merged=1.0)],
    ids=["good", "rough", "coarse"],
)
def test_the_recordings_own_clock_is_left_exactly_as_it_is(manners: Manners) -> None:
    meeting = Meeting(3, lead=900.0)
    clock = find_by_sound(meeting.cues(manners), meeting.speech).clock
    assert clock
    assert clock.is_recordings


def test_whole_seconds_rounded_down_are_no_other_clock() -> None:
    meeting = Meeting(4)
    cues = [replace(cue, start=float(int(cue.start)), end=float(int(cue.end) + 1)) for cue in meeting.cues(Manners())]
    clock = find_by_sound(cues, meeting.speech).clock
    assert clock
    assert clock.is_recordings


@pytest.mark.parametrize("rate", [25 / 24, 0.998])
def test_a_clock_that_drifts(rate: float) -> None:
    meeting = Meeting(5, minutes=60.0)
    clock = find_by_sound(meeting.cues(Manners(jitter=0.3), lambda time: time * rate + 60.0), meeting.speech).clock
    assert clock
    assert len(clock.pieces) == 1
    for time in (60.0, 1800.0, 3500.0):
        assert clock.pieces[0].moved(time * rate + 60.0) == pytest.approx(time, abs=0.5)


def test_what_was_cut_out_of_the_recording_splits_the_clock() -> None:
    meeting = Meeting(6, minutes=30.0)
    speech, _ = recorded(meeting.stretches, meeting.length, [Cut(600.0, 720.0), Cut(1300.0, 1330.0)])
    cues = meeting.cues(Manners(jitter=0.3), lambda time: time + 104.0)
    clock = find_by_sound(cues, speech).clock
    assert clock
    assert [piece.offset for piece in clock.pieces] == [pytest.approx(each, abs=0.5) for each in (-104, -224, -254)]
    assert clock.pieces[1].start == pytest.approx(824.0, abs=20.0)
    assert clock.pieces[2].start == pytest.approx(1434.0, abs=20.0)
    assert {piece.start for piece in clock.pieces[1:]} <= {cue.start for cue in cues}


def test_a_break_that_only_the_recording_has() -> None:
    meeting = Meeting(7, minutes=25.0)
    said = [each for each in meeting.said if not 600.0 < each.start < 900.0]
    cues = transcript(
        said, Manners(jitter=0.3), meeting.draw, lambda time: time + meeting.lead - (300.0 if time > 700.0 else 0.0)
    )
    clock = find_by_sound(cues, meeting.speech).clock
    assert clock
    assert [piece.offset for piece in clock.pieces] == [pytest.approx(each, abs=0.5) for each in (0.0, 300.0)]
    assert clock.pieces[1].start == pytest.approx(600.0 + meeting.lead, abs=45.0)


@pytest.mark.parametrize("seed", range(3))
def test_a_transcript_of_another_meeting_is_refused(seed: int) -> None:
    finding = find_by_sound(Meeting(100 + seed, 15.0).cues(Manners(jitter=0.5)), Meeting(200 + seed, 15.0).speech)
    assert finding.clock is None


def test_nothing_that_fits_in_a_long_meeting_tells_of_another_recording() -> None:
    finding = find_by_sound(Meeting(8, 40.0).cues(Manners()), Meeting(9, 40.0).speech)
    assert finding.is_of_another


def test_too_little_is_not_clear_and_no_other_recording() -> None:
    meeting = Meeting(10, minutes=30.0)
    few = meeting.cues(Manners())[:9]
    short = Meeting(11, minutes=1.2, lead=10.0)
    nothing = SpeechActivity((), 1800.0)
    for cues, speech in (
        (few, meeting.speech),
        (short.cues(Manners()), short.speech),
        (meeting.cues(Manners()), nothing),
    ):
        finding = find_by_sound(cues, speech)
        assert (finding.clock, finding.is_of_another) == (None, False)


def test_speech_without_a_pause_tells_nothing() -> None:
    cues = [Segment(5.0 * number, 5.0 * number + 5.0, "one two three four five " * 3) for number in range(200)]
    finding = find_by_sound(
        [replace(cue, start=cue.start + 50, end=cue.end + 50) for cue in cues], SpeechActivity(((0.0, 1000.0),), 1000.0)
    )
    assert finding.clock is None


def test_times_of_words_are_used() -> None:
    meeting = Meeting(12, minutes=12.0)
    words = [
        Word(each.start + start + 77.0, each.start + end + 77.0, "word")
        for each in meeting.said
        for start, end in each.clip.stretches
    ]
    whole = [
        Segment(words[at].start, words[min(at + 60, len(words)) - 1].end, "word " * 60, tuple(words[at : at + 60]))
        for at in range(0, len(words), 60)
    ]
    while len(whole) < 10:
        whole.append(whole[-1])
    clock = find_by_sound(whole, meeting.speech).clock
    assert clock
    assert clock.pieces[0].offset == pytest.approx(meeting.lead - 77.0, abs=0.3)


def test_invented_speech_is_not_looked_at() -> None:
    meeting = Meeting(13)
    invented = [Segment(10.0 * number, 10.0 * number + 9.0, "Thank you.", suspect=True) for number in range(400)]
    cues = sorted([*meeting.cues(Manners(), lambda time: time + 500.0), *invented], key=lambda cue: cue.start)
    clock = find_by_sound(cues, meeting.speech).clock
    assert clock
    assert clock.pieces[0].offset == pytest.approx(-500.0, abs=0.5)


def test_a_span_of_days_is_given_up() -> None:
    meeting = Meeting(14)
    cues = [*meeting.cues(Manners()), Segment(500_000.0, 500_002.0, "Bye.")]
    assert find_by_sound(cues, meeting.speech).clock is None
