from __future__ import annotations

import numpy as np
import pytest

from pipeline.sync.word_times import WordTimes, fill_in, speaking_pace

NAN = np.nan


def filled(
    starts: list[float],
    *,
    groups: list[int] | None = None,
    heard: list[float] | None = None,
    end: float = 100.0,
    expected: list[float] | None = None,
) -> list[float]:
    """The starts of words of five letters, at a second a word; those that are known last half a second."""
    known = np.array(starts)
    times = fill_in(
        WordTimes(known, known + 0.5),
        np.full(len(starts), 5),
        np.array(groups or [0] * len(starts)),
        np.array(heard or []),
        0.2,
        end,
        None if expected is None else np.array(expected),
    )
    assert np.array_equal(np.isnan(times.starts), np.isnan(times.ends))
    return [round(at, 2) for at in times.starts.tolist()]


def test_words_share_the_time_between_those_that_were_heard() -> None:
    assert filled([10.0, NAN, NAN, 13.5]) == [10.0, 10.5, 12.0, 13.5]


def test_words_share_what_was_heard_in_the_gap() -> None:
    """Something was said from 14 to 16, which was misheard."""
    assert filled([10.0, NAN, NAN, 30.0], heard=[14.0, 15.0]) == [10.0, 14.0, 15.0, 30.0]


def test_words_stay_with_their_utterance_in_a_pause() -> None:
    assert filled([10.0, NAN, NAN, 40.0], groups=[0, 0, 1, 1]) == [10.0, 10.5, 39.0, 40.0]


def test_words_before_the_first_and_after_the_last_that_were_heard() -> None:
    assert filled([NAN, NAN, 50.0, NAN]) == [48.0, 49.0, 50.0, 50.5]


def test_words_for_which_there_is_no_time_are_left_out() -> None:
    """Twenty seconds of another utterance in none; a word of those that are there stays."""
    found = filled([10.0, NAN, *[NAN] * 20, NAN, 11.0], groups=[0, 0, *[1] * 20, 2, 2])
    assert np.isnan(found[2:22]).all()
    assert found[1] == 10.5
    assert 10.0 <= found[22] <= 11.0


def test_a_long_text_where_nothing_was_heard_is_left_out() -> None:
    assert np.isnan(filled([10.0, *[NAN] * 50, 90.0], groups=[0, *[1] * 50, 2])[1:51]).all()


def test_a_long_text_where_something_else_was_heard_is_kept() -> None:
    """A passage in another language, which the model heard as nonsense."""
    heard = list(np.arange(15.0, 80.0, 1.0))
    assert not np.isnan(filled([10.0, *[NAN] * 50, 90.0], groups=[0, *[1] * 50, 2], heard=heard)).any()


def test_words_are_put_where_they_are_expected() -> None:
    found = filled([10.0, NAN, 90.0], groups=[0, 1, 2], expected=[10.0, 60.0, 90.0])
    assert found == [10.0, 60.0, 90.0]
    assert filled([10.0, NAN, 90.0], groups=[0, 1, 2], expected=[10.0, 600.0, 90.0])[1] <= 89.0


def test_the_pace_is_that_of_the_middle() -> None:
    starts = np.array([0.0, 0.5, 1.0, 9.0, 9.5])
    assert speaking_pace(starts, ["pump"] * 5) == pytest.approx(0.1)
    assert speaking_pace(np.zeros(0), []) > 0
