"""Pairs of transcripts with constructed clocks; the truth is how they were made."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import transcript_clock
from pipeline.records import ClockBasis, ClockPiece, Origin, Segment, Transcript
from pipeline.sync import find_by_words
from tests.pipeline.sync import speech

SAID = speech.reenactment()
END = SAID[-1].end
HEARD = speech.heard_transcript(speech.misheard(SAID, 1))


def placed(given_: Transcript, reference: Transcript) -> Transcript:
    """The transcript by the clock that was found."""
    found = find_by_words(given_, reference)
    assert found.clock is not None
    assert not found.is_of_another
    assert found.clock.basis is ClockBasis.WORDS
    return transcript_clock.apply(given_, found.clock)


def share_right(found: Transcript, starts: list[tuple[str, float]]) -> float:
    """The share of the cues that begin within half a second of where they were said; they are told apart by text."""
    where: dict[str, list[float]] = {}
    for segment in found.segments:
        where.setdefault(segment.text, []).append(segment.start)
    return sum(any(abs(at - start) <= 0.5 for at in where.get(text, [])) for text, start in starts) / len(starts)


def truth(words: list[speech.SaidWord] | tuple[speech.SaidWord, ...]) -> list[tuple[str, float]]:
    return [(segment.text, segment.start) for segment in speech.cues(words).segments]


@given(offset=st.floats(-30, 7200), errors=st.floats(0.15, 0.3), seed=st.integers(0, 99))
@settings(max_examples=6)
def test_an_offset_is_found(offset: float, errors: float, seed: int) -> None:
    words = [word for word in SAID if word.start >= max(-offset, 0.0)]
    heard = speech.heard_transcript(speech.misheard(SAID, seed, errors=errors))

    found = placed(speech.cues(words, lambda at: at + offset), heard)

    assert share_right(found, truth(words)) >= 0.95


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("ratio", [25 / 24, 24 / 25, 1.001])
def test_a_clock_of_another_speed_is_found(ratio: float, timed: bool) -> None:
    heard = speech.heard_transcript(speech.misheard(SAID, 2), timed=timed)

    found = placed(speech.cues(SAID, lambda at: at * ratio + 40.0), heard)

    assert share_right(found, truth(SAID)) >= 0.95


def cut(words: tuple[speech.SaidWord, ...], pauses: list[tuple[float, float]]) -> list[speech.SaidWord]:
    """The words of a recording from which the pauses were cut out, by its clock; an utterance is kept or not."""
    begins = {word.utterance: word.start for word in reversed(words)}
    kept = []
    for word in words:
        begin = begins[word.utterance]
        if not any(start <= begin < end for start, end in pauses):
            earlier = sum(end - start for start, end in pauses if begin >= end)
            kept.append(replace(word, start=word.start - earlier, end=word.end - earlier))
    return kept


@pytest.mark.parametrize("pauses", [[(300.0, 345.0)], [(130.0, 160.0), (300.0, 345.0), (600.0, 700.0)]])
def test_pauses_that_were_cut_out_of_the_recording_are_found(pauses: list[tuple[float, float]]) -> None:
    recorded = cut(SAID, pauses)
    heard = speech.heard_transcript(speech.misheard(recorded, 3))
    transcript = speech.cues(SAID, lambda at: at + 100.0)

    found = find_by_words(transcript, heard)

    assert found.clock is not None
    assert len(found.clock.pieces) == len(pauses) + 1
    for piece, (start, end) in zip(found.clock.pieces[1:], pauses, strict=True):
        assert start - 10 <= piece.start - 100.0 <= end + 10
        assert piece.start in {segment.start for segment in transcript.segments}
    assert share_right(transcript_clock.apply(transcript, found.clock), truth(recorded)) >= 0.95


def test_pauses_that_are_missing_in_the_transcript_are_found() -> None:
    written = cut(SAID, [(300.0, 345.0), (600.0, 700.0)])
    kept = {segment.text for segment in speech.cues(written).segments}

    found = placed(speech.cues(written), HEARD)

    assert share_right(found, [(text, start) for text, start in truth(SAID) if text in kept]) >= 0.95


@pytest.mark.parametrize("clock", [lambda at: at, lambda at: at + 0.25, lambda at: float(int(at))])
def test_the_recordings_own_clock_is_left_exactly_alone(clock: Callable[[float], float]) -> None:
    """Also where cues begin a little before or after what is said in them, or have no fractions of seconds."""
    found = find_by_words(speech.cues(SAID, clock), HEARD)

    assert found.clock is not None
    assert found.clock.is_recordings
    assert found.clock.pieces == (ClockPiece(0.0, 0.0),)
    assert found.clock.confidence > 0.8


def test_what_comes_before_a_cut_keeps_the_recordings_own_clock() -> None:
    heard = speech.heard_transcript(speech.misheard(cut(SAID, [(500.0, 560.0)]), 3))

    found = find_by_words(speech.cues(SAID), heard)

    assert found.clock is not None
    assert found.clock.pieces[0] == ClockPiece(0.0, 0.0)
    assert found.clock.pieces[1].offset == pytest.approx(-60.0, abs=0.3)


def test_a_part_of_the_meeting_is_enough() -> None:
    """A recording of the middle third, and a transcript of everything; and the other way round."""
    middle = [word for word in SAID if 270 <= word.start < 550]
    heard = speech.heard_transcript([replace(w, start=w.start - 270, end=w.end - 270) for w in middle])

    found = placed(speech.cues(SAID), heard)
    other = placed(speech.cues(middle, lambda at: at - 200.0), HEARD)

    assert share_right(found, [(text, start - 270) for text, start in truth(middle)]) >= 0.95
    assert share_right(other, truth(middle)) >= 0.95


@pytest.mark.parametrize("seed", range(6))
def test_another_meeting_is_refused_though_people_say_the_same_words_and_greetings(seed: int) -> None:
    opening = tuple(word for word in SAID if word.start < 32)
    talk = speech.small_talk(seed, like=SAID)
    last = opening[-1]
    later = [replace(w, start=w.start + last.end, end=w.end + last.end, utterance=w.utterance + 99) for w in talk]

    found = find_by_words(speech.cues([*opening, *later]), HEARD)

    assert found.clock is None
    assert found.is_of_another


def test_nothing_is_said_of_too_little_text() -> None:
    few = [word for word in SAID if word.start < 15]

    assert find_by_words(speech.cues(few), HEARD).clock is None
    assert not find_by_words(speech.cues(speech.small_talk(1, like=SAID, count=120)), HEARD).is_of_another


def test_nothing_is_said_of_another_language() -> None:
    """Captions may be a translation."""
    rng = random.Random(4)
    said = "wir haben heute über die neue version gesprochen und dann kam noch einmal der fehler mit dem ordner"
    german = said.split()
    lines = [[rng.choice(german) for _ in range(10)] for _ in range(60)]
    words = [word for at, line in enumerate(lines) for word in speech.evenly(line, at * 5.0, at * 5.0 + 4, at)]

    found = find_by_words(speech.cues(words), HEARD)

    assert found.clock is None
    assert not found.is_of_another


def test_invented_times_are_no_clock() -> None:
    """The words are the meeting's; the times were spread over them without hearing it."""
    rng = random.Random(5)
    lines = [segment.text for segment in speech.cues(SAID).segments]
    at, segments = 0.0, []
    for line in lines:
        length = len(line.split()) * rng.uniform(0.2, 0.8)
        segments.append(Segment(at, at + length, line))
        at += length

    found = find_by_words(Transcript("en", Origin.IMPORT, None, tuple(segments), at), HEARD)

    assert found.clock is None
    assert not found.is_of_another


def test_times_to_the_minute_are_no_clock() -> None:
    found = find_by_words(speech.cues(SAID, lambda at: at // 60 * 60.0), HEARD)

    assert found.clock is None
    assert not found.is_of_another


def test_a_recording_without_any_pause_is_no_clock_of_pieces() -> None:
    """Every pause longer than a second was cut out: there would be a piece for every few sentences."""
    starts = sorted({word.utterance: word.start for word in reversed(SAID)}.values())
    paused = [(at + 0.1, at + 3.0) for at in starts[1::2]]
    recorded = cut(SAID, paused)

    found = find_by_words(speech.cues(SAID), speech.heard_transcript(recorded))

    assert found.clock is None


def test_languages_without_spaces_are_compared_by_characters() -> None:
    rng = random.Random(6)
    signs = "我们今天先看花园的水泵坏了需要换密封圈然后讨论预算下个月开会时间会员名单种子交换温室漏水工具借用费用收据"
    lines = ["".join(rng.choice(signs) for _ in range(rng.randint(6, 20))) for _ in range(80)]
    given_ = Transcript(
        "zh", Origin.IMPORT, None, tuple(Segment(at * 5 + 77.0, at * 5 + 81.0, text) for at, text in enumerate(lines))
    )
    misheard = ["".join(rng.choice(signs) if rng.random() < 0.2 else sign for sign in text) for text in lines]
    heard = Transcript(
        "zh", Origin.ASR, "tiny", tuple(Segment(at * 5.0, at * 5 + 4.0, text) for at, text in enumerate(misheard))
    )

    found = find_by_words(given_, heard)

    assert found.clock is not None
    assert found.clock.pieces[0].offset == pytest.approx(-77.0, abs=0.3)


def test_an_empty_transcript_and_one_of_a_single_word_repeated_are_no_clock() -> None:
    empty = Transcript("en", Origin.IMPORT, None, ())
    loop = Transcript("en", Origin.IMPORT, None, tuple(Segment(at, at + 1.0, "yes yes yes yes") for at in range(500)))

    assert find_by_words(empty, HEARD).clock is None
    assert find_by_words(loop, HEARD).clock is None
    assert find_by_words(HEARD, loop).clock is None
