"""What was said, and the time of each word of it."""

from __future__ import annotations

import pytest

from pipeline.records import Segment, Word


def test_words_without_times_share_their_segments() -> None:
    """Evenly, whatever their length, where a language has spaces."""
    words = Segment(10.0, 13.0, " we agree unanimously ").timed_words

    assert [(word.text, word.start, word.end) for word in words] == [
        ("we", 10.0, 11.0),
        ("agree", 11.0, 12.0),
        ("unanimously", 12.0, 13.0),
    ]


def test_a_sentence_without_spaces_has_a_time_every_few_characters() -> None:
    """By their number: what stands in the middle of a sentence is said in the middle of its time."""
    words = Segment(10.0, 20.0, "我们下周 把PostgreSQL升级。").timed_words

    assert [word.text for word in words] == ["我们", "下周 ", "把", "PostgreSQL", "升级。"]
    assert [word.start for word in words] == pytest.approx([10.0, 11.11, 12.22, 12.78, 18.33], abs=0.01)
    assert words[-1].end == pytest.approx(20.0)


def test_words_with_times_keep_them() -> None:
    """A recogniser gives Chinese a character or two at a time."""
    given = (Word(1.0, 1.2, " 开"), Word(1.2, 1.5, "会"), Word(1.5, 1.6, " "))

    assert [(word.text, word.start) for word in Segment(1.0, 2.0, "开会", given).timed_words] == [
        ("开", 1.0),
        ("会", 1.2),
    ]


def test_a_segment_without_words_has_none() -> None:
    """Nothing is divided by nothing."""
    assert Segment(1.0, 2.0, " ").timed_words == ()
