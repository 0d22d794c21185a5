from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.arrays import IntArray
from pipeline.sync.anchors import anchored_tokens, longest_chain, run_length, shared_runs, token_numbers


def numbers(*texts: str) -> list[IntArray]:
    return token_numbers(*(list(text) for text in texts))


def test_equal_tokens_have_equal_numbers() -> None:
    left, right = token_numbers(["a", "b", "a"], ["b", "c"])
    assert left.tolist() == [0, 1, 0]
    assert right.tolist() == [1, 2]


def test_shared_runs_are_all_pairs_of_places_of_rare_runs() -> None:
    left, right = numbers("abcxabc", "yabc")
    here, there = shared_runs(left, right, 3)
    assert sorted(zip(here.tolist(), there.tolist(), strict=True)) == [(0, 1), (4, 1)]


def test_a_run_that_occurs_too_often_tells_no_place() -> None:
    left, right = numbers("abc" * 5, "abc")
    assert len(shared_runs(left, right, 3)[0]) == 0
    assert len(shared_runs(left, right, 3, most=5)[0]) == 5


@settings(max_examples=40)
@given(st.lists(st.integers(0, 40), max_size=60))
def test_the_longest_chain_rises_and_none_is_longer(places: list[int]) -> None:
    right = np.array(places, dtype=np.int64)
    chain = right[longest_chain(right)].tolist()
    assert chain == sorted(set(chain))
    best = [0] * (len(places) + 1)  # by trying every one before
    for at, place in enumerate(places):
        best[at] = 1 + max((best[before] for before in range(at) if places[before] < place), default=0)
    assert len(chain) == max(best)


def test_anchored_tokens_leave_out_what_is_in_another_order() -> None:
    left, right = numbers("onetwothree", "twoonethree")
    here, there = anchored_tokens(left, right, 3)
    assert all(np.diff(here) > 0)
    assert all(np.diff(there) > 0)
    assert {"onetwothree"[at] for at in here} <= set("onetwthr")
    assert len(here) == 8  # `three`, and either word before it


def test_short_texts_have_no_runs() -> None:
    left, right = numbers("ab", "abc")
    assert len(anchored_tokens(left, right, 3)[0]) == 0


def test_runs_of_characters_are_longer_than_those_of_words() -> None:
    assert run_length(list("下花园的水泵")) > run_length(["the", "pump", "broke"])
