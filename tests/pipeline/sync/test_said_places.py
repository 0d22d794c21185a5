"""Where in a transcript the words of an excerpt are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.records import ClockBasis, ClockPiece, TranscriptClock
from pipeline.sync.said_places import HeardExcerpt, find_places
from pipeline.sync.spoken_tokens import spoken_tokens
from tests.pipeline.sync.speech import SaidWord, cues, heard_transcript, misheard, reenactment, small_talk

WORDS = reenactment()
GIVEN = spoken_tokens(cues(WORDS, lambda at: at + 60.0).segments)
STRETCH = (300.0, 314.0)


def excerpt(words: list[SaidWord], clock: TranscriptClock | None = None) -> HeardExcerpt:
    own = [word for word in words if STRETCH[0] <= word.start < STRETCH[1]]
    return find_places(GIVEN, heard_transcript(own).segments, [STRETCH], clock)[0]


def test_an_excerpt_is_found_by_its_words() -> None:
    found = excerpt(misheard(WORDS, 1, errors=0.2))
    assert found.lag == pytest.approx(-60.0, abs=1.0)
    assert found.time == pytest.approx(367.0, abs=9.0)
    assert found.words > 20
    assert sum(place.nats for place in found.places) > 14


def test_little_agrees_in_other_talk_of_the_same_words() -> None:
    for seed in range(5):
        assert sum(place.nats for place in excerpt(list(small_talk(seed, like=WORDS))).places) < 14


def test_what_is_said_twice_tells_no_place() -> None:
    twice = [
        *WORDS,
        *(replace(word, start=word.start + 900, end=word.end + 900, utterance=word.utterance + 200) for word in WORDS),
    ]
    given = spoken_tokens(cues(twice).segments)
    own = [word for word in WORDS if STRETCH[0] <= word.start < STRETCH[1]]
    assert not find_places(given, heard_transcript(own).segments, [STRETCH])[0].places


def test_fewer_words_are_enough_where_the_sound_expects_them() -> None:
    """Every third word is another one, so that no three are left in a row."""
    words = [replace(word, text="thing" if at % 3 == 0 else word.text) for at, word in enumerate(WORDS)]
    assert not excerpt(words).places
    clock = TranscriptClock(ClockBasis.SOUND, (ClockPiece(0.0, -58.0),))
    assert excerpt(words, clock).lag == pytest.approx(-60.0, abs=1.5)
    elsewhere = TranscriptClock(ClockBasis.SOUND, (ClockPiece(0.0, -160.0),))
    assert not excerpt(words, elsewhere).places
