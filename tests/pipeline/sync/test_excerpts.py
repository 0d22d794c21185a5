"""A transcript's clock, found by the words of a few excerpts."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from statistics import mean

import pytest

from pipeline.records import ClockBasis, ClockPiece, Origin, Segment, SpeechActivity, Transcript, TranscriptClock
from pipeline.sync import ClockFinding, find_by_excerpts, is_plain
from pipeline.sync.excerpts import BUDGET_SHARE
from tests.conversations import Cut, Manners, Said, conversation, heard, joined, recorded, transcript
from tests.excerpts import FakeRecogniser, chained, spoken_words, with_own_words
from tests.pipeline.sync.speech import reenactment
from tests.pipeline.sync.test_speech_clock import clips

SOURCE = [word.text for word in reenactment()]
ROUGH = Manners(jitter=1.0, missing=0.15, whole_seconds=True)
UNCLEAR = ClockFinding(None)
Place = Callable[[float], float | None]


def offset_by_sound(offset: float) -> ClockFinding:
    return ClockFinding(TranscriptClock(ClockBasis.SOUND, (ClockPiece(0.0, offset),), 0.99))


class Recorded:
    """A meeting of half an hour, its recording without the `cuts`, and a model that hears it."""

    def __init__(self, seed: int, cuts: Sequence[Cut] = (), errors: float = 0.3) -> None:
        self.draw = random.Random(seed)
        self.texts = chained(SOURCE, self.draw)
        self.said: list[Said] = with_own_words(conversation(clips(self.draw), 1800, self.draw), self.texts)
        end = max(each.end for each in self.said) + 5.0
        self.place: Place
        self.speech: SpeechActivity
        self.speech, self.place = recorded(joined(heard(self.said, self.draw)), end, cuts)
        words = spoken_words(self.said, self.place)
        self.recogniser = FakeRecogniser(words, self.speech.duration, self.draw, errors)

    def find(
        self, cues: Sequence[Segment], by_sound: ClockFinding = UNCLEAR, budget: float | None = None
    ) -> ClockFinding:
        given = Transcript("en", Origin.IMPORT, None, tuple(cues))
        return find_by_excerpts(given, self.speech, self.recogniser, by_sound, budget=budget, now=self.recogniser.now)

    def cues(self, manners: Manners = ROUGH, rate: float = 1.0, shift: float = 100.0) -> list[Segment]:
        return transcript(self.said, manners, self.draw, lambda time: time * rate + shift)

    def share_right(self, clock: TranscriptClock, cues: Sequence[Segment], rate: float = 1.0) -> float:
        """Of the cues that are in the recording, those that are placed within half a second."""
        starts = [piece.start for piece in clock.pieces]
        places = [(cue.start, self.place((cue.start - 100.0) / rate)) for cue in cues]
        return mean(
            abs(clock.pieces[max(bisect_right(starts, start) - 1, 0)].moved(start) - right) <= 0.5
            for start, right in places
            if right is not None
        )


def test_pieces_of_a_recording_that_was_cut_are_found_in_little_time() -> None:
    meeting = Recorded(1, [Cut(500.0, 525.0), Cut(1100.0, 1240.0)])
    cues = meeting.cues()
    clock = meeting.find(cues).clock
    assert clock
    assert clock.basis is ClockBasis.WORDS
    assert [round(piece.offset) for piece in clock.pieces] == pytest.approx([-100, -125, -265], abs=1)
    assert meeting.share_right(clock, cues) > 0.95
    assert meeting.recogniser.spent < 1.2 * BUDGET_SHARE * meeting.speech.duration


def test_a_boundary_is_looked_for_in_the_middle_between_excerpts_that_do_not_agree() -> None:
    meeting = Recorded(2, [Cut(900.0, 960.0)])
    meeting.find(meeting.cues())
    assert sum(abs(start - 900.0) < 120.0 for start, _ in meeting.recogniser.listened) >= 3


def test_a_drift_is_no_row_of_cuts() -> None:
    meeting = Recorded(3)
    cues = meeting.cues(rate=25 / 24)
    clock = meeting.find(cues).clock
    assert clock
    assert len(clock.pieces) == 1
    assert clock.pieces[0].drift == pytest.approx(24 / 25 - 1, abs=5e-4)
    assert meeting.share_right(clock, cues, 25 / 24) > 0.95


def test_a_transcript_of_another_meeting_is_known() -> None:
    meeting, other = Recorded(4), Recorded(5)
    found = meeting.find(other.cues())
    assert found.clock is None
    assert found.is_of_another


def test_words_of_another_language_say_nothing() -> None:
    """A model that knows English only writes English whatever is said."""
    meeting = Recorded(6)
    vowels = str.maketrans("aeiou", "qxzjw")
    foreign = [Segment(cue.start, cue.end, cue.text.translate(vowels)) for cue in meeting.cues()]
    assert meeting.find(foreign) == ClockFinding(None)


def test_without_words_there_is_no_clock() -> None:
    meeting = Recorded(7, errors=1.0)
    assert meeting.find(meeting.cues()).clock is None


def test_what_the_sound_tells_stays_where_the_words_agree() -> None:
    meeting = Recorded(10)
    by_sound = offset_by_sound(-99.9)
    assert meeting.find(meeting.cues(), by_sound) is by_sound
    assert len(meeting.recogniser.listened) <= 16


def test_words_refute_a_constant_offset_that_the_sound_tells() -> None:
    meeting = Recorded(11, [Cut(900.0, 960.0)])
    found = meeting.find(meeting.cues(), offset_by_sound(-100.0))
    assert found.clock
    assert [round(piece.offset) for piece in found.clock.pieces] == pytest.approx([-100, -160], abs=1)


def test_words_of_another_language_do_not_refute_the_sound() -> None:
    meeting = Recorded(6)
    vowels = str.maketrans("aeiou", "qxzjw")
    foreign = [Segment(cue.start, cue.end, cue.text.translate(vowels)) for cue in meeting.cues()]
    by_sound = offset_by_sound(-100.0)
    assert meeting.find(foreign, by_sound) is by_sound


def test_a_transcript_of_the_end_of_a_recording_is_found() -> None:
    meeting = Recorded(12)
    cues = [cue for cue in meeting.cues() if cue.start > 1100.0]
    clock = meeting.find(cues).clock
    assert clock
    assert len(clock.pieces) == 1
    assert meeting.share_right(clock, cues) > 0.95


def test_one_round_is_heard_whatever_it_costs() -> None:
    meeting = Recorded(8)
    found = meeting.find(meeting.cues(), budget=0.0)
    assert len(meeting.recogniser.listened) == 8
    assert found.clock
    assert len(found.clock.pieces) == 1


def test_little_speech_is_not_listened_to() -> None:
    meeting = Recorded(9)
    assert meeting.find(meeting.cues()[:5]) == ClockFinding(None)
    assert not meeting.recogniser.listened


@pytest.mark.parametrize(
    ("pieces", "confidence", "plain"),
    [
        ((ClockPiece(0.0, 5.0),), 0.99, True),
        ((ClockPiece(0.0, 5.0),), 0.5, False),
        ((ClockPiece(0.0, 5.0, 0.001),), 0.99, False),
        ((ClockPiece(0.0, 5.0), ClockPiece(900.0, 8.0)), 0.99, False),
    ],
)
def test_only_a_sure_constant_offset_is_plain(pieces: tuple[ClockPiece, ...], confidence: float, plain: bool) -> None:
    assert is_plain(ClockFinding(TranscriptClock(ClockBasis.SOUND, pieces, confidence))) is plain
    assert not is_plain(ClockFinding(None))
