from __future__ import annotations

from pipeline.records import Word
from pipeline.sentences import MAX_SEGMENT_SECONDS, sentences


def words(text: str, pace: float = 0.5) -> list[Word]:
    return [Word(number * pace, (number + 1) * pace, f" {token}") for number, token in enumerate(text.split())]


def joined(runs: list[list[Word]]) -> list[str]:
    return ["".join(word.text for word in run).strip() for run in runs]


def test_a_sentence_ends_with_its_mark_and_not_with_an_abbreviation() -> None:
    found = list(sentences(words("We asked Dr. Smith. He said “no.” And 好。 left!")))

    assert joined(found) == ["We asked Dr. Smith.", "He said “no.”", "And 好。", "left!"]


def test_a_long_run_is_halved_where_people_breathe() -> None:
    """No part is too long, and nothing is lost."""
    given = words("and so on " * 200)
    found = list(sentences(given))

    assert [word for run in found for word in run] == given
    assert all(run[-1].end - run[0].start <= MAX_SEGMENT_SECONDS for run in found)


def test_silence_ends_a_sentence() -> None:
    assert joined(list(sentences([Word(0, 1, " Well"), Word(2.5, 3, " yes")]))) == ["Well", "yes"]
