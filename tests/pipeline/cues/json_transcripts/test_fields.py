from __future__ import annotations

import pytest

from pipeline.cues.json_transcripts.fields import read_fields
from pipeline.cues.json_transcripts.times import RawTime
from pipeline.cues.wording import PartKind


@pytest.mark.parametrize(
    "name", ["start_time", "startTime", "StartTime", "start-time", "start", "begin", "startOffset"]
)
def test_names_are_compared_without_their_case(name: str) -> None:
    assert read_fields({name: 2, "text": "x"}).start == RawTime(2.0, None)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("start_ms", 1e-3),
        ("tStartMs", 1e-3),
        ("offsetInTicks", 1e-7),
        ("startSeconds", 1.0),
        ("offsetMilliseconds", 1e-3),
    ],
)
def test_a_name_may_say_the_unit(name: str, unit: float) -> None:
    assert read_fields({name: 2, "duration": 1}).start == RawTime(2.0, unit)


def test_the_best_of_several_fields_counts() -> None:
    """The word as it is written, the name of a speaker, the times in seconds that stand beside places in a text."""
    found = read_fields(
        {
            "word": "hi",
            "punctuated_word": "Hi.",
            "startOffset": 40,
            "start": 1.5,
            "speaker_id": 3,
            "speaker_name": "Ana",
        }
    )
    assert (found.text, found.start, found.speaker) == ("Hi.", RawTime(1.5, None), "Ana")


@pytest.mark.parametrize(
    ("value", "speaker"),
    [
        ("SPEAKER_00", "SPEAKER_00"),
        (0, "0"),
        (1.0, "1"),
        ({"id": 3, "name": "Ana"}, "Ana"),
        ("  Ana   Ruiz ", "Ana Ruiz"),
        (None, None),
        ("", None),
        ("?", None),
        (True, None),
        ([1], None),
        (10**30, None),
    ],
)
def test_a_speaker_is_what_the_file_says(value: object, speaker: str | None) -> None:
    assert read_fields({"speaker": value, "text": "x"}).speaker == speaker


def test_nobody_told_apart_is_nobody() -> None:
    """Google's tags begin with 1, and 0 stands for none; Deepgram's speakers begin with 0."""
    assert read_fields({"speakerTag": 0, "text": "x"}).speaker is None


@pytest.mark.parametrize(("value", "probability"), [(0.5, 0.5), ("0.25", 0.25), (87, 1.0), (-3.2, 1.0), (None, 1.0)])
def test_a_probability_is_between_0_and_1(value: object, probability: float) -> None:
    assert read_fields({"confidence": value, "text": "x"}).probability == probability


def test_kinds_of_words() -> None:
    punctuation = {"type": "punctuation", "text": "("}

    assert read_fields(punctuation).kind is PartKind.PUNCTUATION
    assert read_fields({**punctuation, "attaches_to": "next"}).kind is PartKind.PREFIX
    assert read_fields({"type": "transcript.text.segment", "text": "x"}).kind is PartKind.SPEECH


def test_a_word_that_was_not_found_has_no_time() -> None:
    """Gentle counts characters in `startOffset`, and seconds in `start` where it found the word."""
    assert read_fields({"case": "not-found-in-audio", "word": "x", "startOffset": 8, "endOffset": 10}).start is None
