from __future__ import annotations

import pytest

from pipeline.records import Segment, Word
from pipeline.sync.spoken_tokens import is_unspaced, spoken_tokens, tokens


def test_words_take_their_own_times_and_others_share_those_of_their_cue() -> None:
    found = spoken_tokens([Segment(10.0, 14.0, "one two"), Segment(20.0, 29.0, "x", (Word(21.0, 22.0, "don't"),))])
    assert found.texts == ["one", "two", "don", "t"]
    assert found.starts.tolist() == pytest.approx([10.0, 12.0, 21.0, 21.0 + 4 / 6])
    assert found.segments.tolist() == [0, 0, 1, 1]


def test_times_within_a_long_cue_are_doubtful() -> None:
    found = spoken_tokens([Segment(0.0, 40.0, "some words in a cue that takes long")])
    assert found.doubts[0] < 0.2
    assert found.doubts[4] > 2.0


def test_nobody_says_a_word_as_long_as_this() -> None:
    assert max(map(len, tokens("x" * 1000))) <= 40


def test_a_text_is_unspaced_if_most_of_it_is() -> None:
    assert is_unspaced(tokens("水泵坏了 GPU"))
    assert not is_unspaced(tokens("the pump 泵 a b"))
    assert not is_unspaced([])
