"""What is shown of a hit: the sentence that matches, and as much around it as there is room for."""

from __future__ import annotations

import pytest

from pipeline.search.snippet import MAX_CHARS, closest, snippet
from pipeline.search.terms import Found

LONG = "We began with the minutes of the last call, which nobody had read. " * 3
SENTENCE = "Then the badgers came up, and the fence. "


def found_in(text: str, *words: str) -> list[Found]:
    return sorted(Found(text.index(word), text.index(word) + len(word), number) for number, word in enumerate(words))


def shown(text: str, at: int, found: list[Found] | None = None) -> str:
    return "".join(piece for piece, _ in snippet(text, found or [], at))


def test_a_short_text_is_shown_whole() -> None:
    text = "Then the badgers came up."

    assert snippet(text, found_in(text, "badgers"), 9) == (
        ("Then the ", False),
        ("badgers", True),
        (" came up.", False),
    )


def test_of_a_long_text_the_sentence_is_shown_and_what_follows_it() -> None:
    """Not its beginning, and no half of a sentence while a whole one has room."""
    text = LONG + SENTENCE + "It has to be mended. " + LONG + LONG

    piece = shown(text, text.index("badgers"))

    assert SENTENCE in piece
    assert "It has to be mended." in piece
    assert len(piece) <= MAX_CHARS + 4
    assert piece.startswith("… ")
    assert piece.endswith(" …")


def test_what_precedes_fills_the_room_at_the_end() -> None:
    text = LONG + SENTENCE

    assert shown(text, text.index("badgers")).endswith(SENTENCE)
    assert "nobody had read. Then" in shown(text, text.index("badgers"))


@pytest.mark.parametrize("end", ["", ". The end"])
def test_of_a_sentence_without_end_the_words_around_are_shown(end: str) -> None:
    """Cut between words, with some before the match."""
    text = "so it went on and on " * 40 + "badgers " + "and on it went again " * 40 + end

    piece = shown(text, text.index("badgers"))

    assert len(piece) <= MAX_CHARS + 30
    assert 40 < piece.index("badgers") < 120
    assert not piece.strip("… ").startswith(("o ", "n ", "ent "))


def test_a_text_without_any_space_is_cut() -> None:
    assert len(shown("水" * 2_000, 1_000)) <= MAX_CHARS + 4


def test_matches_that_overlap_are_marked_as_one() -> None:
    """And one behind the end is not."""
    text = "a hard fork"

    assert snippet(text, [Found(2, 6, 0), Found(2, 11, 1)], 2) == (("a ", False), ("hard fork", True))


def test_the_closest_place_has_all_that_there_is() -> None:
    """The fewest characters with a match of each group, and the first of equals."""
    found = [Found(0, 1, 0), Found(50, 51, 1), Found(60, 61, 0), Found(100, 101, 1), Found(110, 111, 0)]

    assert closest(found) == (10, 1)
    assert closest([]) == (0, 0)
    assert closest([Found(7, 8, 0), Found(90, 91, 0)]) == (0, 0)
