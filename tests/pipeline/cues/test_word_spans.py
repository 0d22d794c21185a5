from __future__ import annotations

import pytest

from pipeline.cues.word_spans import words_without
from pipeline.records import Word

WORDS = (Word(0, 1, "so"), Word(1, 2, "we go"), Word(2, 3, "on"))


@pytest.mark.parametrize(
    ("gaps", "left"),
    [
        ([], ["so", "we go", "on"]),
        ([(0, 2)], ["we go", "on"]),
        ([(0, 3)], ["e go", "on"]),
        ([(2, 4)], ["so", "go", "on"]),
        ([(1, 7)], ["s", "n"]),
        ([(0, 1), (3, 4), (6, 8)], ["o", "w go"]),
        ([(0, 8)], []),
    ],
)
def test_words_lose_what_their_text_loses(gaps: list[tuple[int, int]], left: list[str]) -> None:
    """Spaces do not count, so it does not matter how the words were joined."""
    assert [word.text for word in words_without(WORDS, "so we goon", gaps)] == left


def test_words_of_another_text_are_not_guessed() -> None:
    assert words_without(WORDS, "something else", [(0, 2)]) == ()
