"""Notes aligned with the captions of videos that may be their recording."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import cues
from pipeline import notes as reader
from pipeline.matching import by_captions
from pipeline.records import CaptionsVerdict, Origin, Transcript
from tests.conftest import ROOT

CASES = ROOT / "tests" / "fixtures" / "cases" / "german"
BOARD = reader.read(CASES / "climbing-gym" / "notes.md")


def said(case: str) -> Transcript:
    return replace(cues.read(CASES / case / "transcript.vtt"), language="de-AT")


def test_the_captions_of_the_meeting_agree_with_its_notes_and_those_of_others_differ() -> None:
    own, other = (by_captions.score(BOARD, said(case)) for case in ("climbing-gym", "software-association"))

    assert by_captions.verdict(BOARD, own) is CaptionsVerdict.AGREE
    assert by_captions.verdict(BOARD, other) is CaptionsVerdict.DIFFER


def test_captions_in_another_language_or_without_words_say_nothing() -> None:
    """Without a model that translates, few words are shared with the right recording, too."""
    speech = said("climbing-gym")

    assert by_captions.score(BOARD, replace(speech, language="en")) is None
    assert by_captions.score(BOARD, Transcript("de", Origin.CAPTIONS, None, (), 60.0)) is None
    assert by_captions.score(replace(BOARD, sections=()), speech) is None
    assert by_captions.verdict(BOARD, None) is CaptionsVerdict.NONE


def test_a_low_score_says_nothing_of_notes_in_a_language_that_is_not_known() -> None:
    """The captions may be in another."""
    unknown = reader.read(CASES.parent / "chinese" / "product" / "notes.md")

    assert by_captions.verdict(unknown, 0.0) is CaptionsVerdict.UNCLEAR


@pytest.mark.parametrize(
    ("scores", "right"),
    [
        ({"a": 0.7, "b": 0.3}, "a"),
        ({"a": 0.7}, "a"),
        ({"a": 0.7, "b": 0.6}, None),  # too near
        ({"a": 0.5, "b": 0.1}, None),  # too weak
        ({"a": 0.7, "b": None}, None),  # one of them cannot be compared
        ({}, None),
    ],
)
def test_what_is_decided_is_clearly_ahead_of_all_others(scores: dict[str, float | None], right: str | None) -> None:
    assert by_captions.decided(scores) == right
