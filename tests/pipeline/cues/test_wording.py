from __future__ import annotations

import pytest

from pipeline.cues.wording import PartKind, SpokenWord, as_written, timed, whole_words


def parts(*texts: str) -> list[SpokenWord]:
    return [SpokenWord(text, float(number), number + 1.0) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([" pre", "-release", " of", " it", "."], ["pre-release", " of", " it."]),
        (["Hel", "lo ", "to ", "you"], ["Hello", " to", " you"]),
        (["Hello", "to", "you", "."], ["Hello", " to", " you."]),
        (["水", "泵"], ["水", "泵"]),
        ([" 水", "泵", " 坏"], ["水", "泵", " 坏"]),
        (["", " ", "\n"], []),
    ],
)
def test_parts_become_words(given: list[str], words: list[str]) -> None:
    """Where parts bring their spaces, what has none goes on with the word before; elsewhere each part is a word."""
    assert [word.text for word in whole_words(parts(*given))] == words


def test_a_word_lasts_as_long_as_its_parts() -> None:
    (word,) = whole_words([SpokenWord(" Hel", 1.0, 1.2, "A", 0.9), SpokenWord("lo", 1.2, 1.5, "A", 0.4)])

    assert (word.text, word.start, word.end, word.probability) == ("Hello", 1.0, 1.5, 0.4)


def test_punctuation_and_sounds() -> None:
    """Punctuation is part of the word before it, or after it where the file says so; a sound is no word."""
    found = whole_words(
        [
            SpokenWord("¿", None, None, kind=PartKind.PREFIX),
            SpokenWord("Cómo", 1.0, 1.5),
            SpokenWord("(laughs)", 1.5, 2.0, kind=PartKind.SOUND),
            SpokenWord("-", 9.0, 9.5, kind=PartKind.PUNCTUATION),
            SpokenWord("estás", 2.0, 2.5),
        ]
    )
    assert [(word.text, word.end) for word in found] == [("¿Cómo-", 1.5), (" estás", 2.5)]


def test_two_people_do_not_share_a_word() -> None:
    found = whole_words([SpokenWord(" yes", 1, 2, "A"), SpokenWord("no", 2, 3, "B"), SpokenWord(" no", 3, 4, "B")])

    assert [word.text for word in found] == ["yes", "no", " no"]


@pytest.mark.parametrize(
    ("spans", "start", "end", "times"),
    [
        ([(1, 2), (None, None), (4, 5)], None, None, [(1, 2), (2, 3), (4, 5)]),
        ([(None, None), (None, None), (3, 4)], 1.0, None, [(1, 2), (2, 3), (3, 4)]),
        ([(1, 2), (None, None), (None, None)], None, 4.0, [(1, 2), (2, 3), (3, 4)]),
        ([(1, None), (1.5, None)], None, None, [(1, 1.5), (1.5, 2.5)]),
        ([(1, 9), (2, 3)], None, None, [(1, 2), (2, 3)]),
        ([(5, 4)], None, None, [(5, 5)]),
        ([(None, None)], None, None, [(0, 1)]),
        ([(5, 6), (1, 2)], None, None, [(5, 6), (1, 2)]),
    ],
)
def test_what_has_no_time_gets_one(
    spans: list[tuple[float | None, float | None]],
    start: float | None,
    end: float | None,
    times: list[tuple[float, float]],
) -> None:
    """It shares what is between its neighbours; a word ends no later than the next one starts."""
    words = [SpokenWord("x", *span) for span in spans]

    assert [(word.start, word.end) for word in timed(words, start, end)] == times


def test_words_are_written_as_in_the_text() -> None:
    """By their place where there are as many, by their letters where there are not; spaces stay as they are."""
    one_to_one, by_letters = parts("hello", " dr", " smith"), parts("it", " was", " twenty", " five", " euros")
    as_written(one_to_one, "Hello, Dr. Smith!")
    as_written(by_letters, "It was 25 Euros.")

    assert [word.text for word in one_to_one] == ["Hello,", " Dr.", " Smith!"]
    assert [word.text for word in by_letters] == ["It", " was", " twenty", " five", " Euros."]
