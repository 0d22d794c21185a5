from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sync.word_matching import NOT_MATCHED, find_moved, match_tokens

SENTENCE = "we looked at the pump in the lower garden and the seal is worn so tomas orders one before the frost"
SAID = SENTENCE.split()


def picture(text: list[str], heard: list[str]) -> list[str]:
    """Each word of the text with what it was matched with."""
    return [
        f"{word}={'' if at == NOT_MATCHED else heard[at]}"
        for word, at in zip(text, match_tokens(text, heard).tolist(), strict=True)
    ]


def test_what_was_heard_as_it_is_written_is_matched_one_to_one() -> None:
    assert match_tokens(SAID, SAID).tolist() == list(range(len(SAID)))


def test_misheard_words_are_matched_with_what_they_were_heard_as() -> None:
    heard = ["tumas" if word == "tomas" else "seals" if word == "seal" else word for word in SAID]
    assert "tomas=tumas" in picture(SAID, heard)
    assert "seal=seals" in picture(SAID, heard)


def test_the_word_that_is_most_alike_is_the_one_that_was_misheard() -> None:
    for heard_for_it in ("tumas banana", "banana tumas"):
        assert "tomas=tumas" in picture(SAID, SENTENCE.replace("tomas", heard_for_it).split())


def test_words_that_were_not_heard_are_not_matched() -> None:
    heard = [word for word in SAID if word not in ("pump", "worn")]
    assert [pair for pair in picture(SAID, heard) if pair.endswith("=")] == ["pump=", "worn="]


def test_quite_other_words_are_not_matched() -> None:
    heard = ["banana" if word == "pump" else word for word in SAID]
    assert "pump=" in picture(SAID, heard)


def test_a_word_in_common_is_no_match_where_nothing_else_is() -> None:
    line = "nobody knows why our treasurer never told the members about any new fence prices until next spring"
    other = line.split()
    assert set(match_tokens(SAID, other).tolist()) == {NOT_MATCHED}


@given(st.data())
@settings(max_examples=30)
def test_matches_run_forward(data: st.DataObject) -> None:
    words = st.lists(st.sampled_from(SAID[:9]), max_size=80)
    matches = match_tokens(data.draw(words), data.draw(words))
    found = matches[matches != NOT_MATCHED]
    assert (np.diff(found) > 0).all()


def test_large_gaps_are_anchored_by_shorter_runs() -> None:
    """Every third word is another: no run of three is left, in more words than can be compared one by one."""
    rng = np.random.default_rng(2)
    text = [f"word{number}" for number in rng.integers(0, 5000, 1500)]
    heard = [f"noise{at}" if at % 3 == 0 else word for at, word in enumerate(text)]

    matches = match_tokens(text, heard)

    right = matches == np.arange(len(text))
    assert right.sum() > 0.6 * len(text)


def test_a_stretch_in_another_place_is_found_among_what_is_free() -> None:
    line, stretched = (
        "yes good evening everybody and welcome here shall we look at the pump first",
        "shall we look at a pump",
    )
    heard, stretch = line.split(), stretched.split()
    free = np.ones(len(heard), dtype=np.bool_)

    found = find_moved(stretch, heard, free, 0)

    assert found is not None
    assert found.tolist() == [7, 8, 9, 10, NOT_MATCHED, 12]
    free[7:] = False
    assert find_moved(stretch, heard, free, 0) is None
    assert find_moved(["yes"], heard, free, 0) is None
