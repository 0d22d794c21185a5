from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.bench.judged import Found, Place, Question, ndcg, read

BLOCK = Place("notes", 3, line=4)
SECOND_BLOCK = Place("notes", 1, line=5)
SPEECH = Place("call", 2, start=100, end=130)
NEAR_SPEECH = Place("call", 3, start=180, end=200)
LATER_SPEECH = Place("call", 1, start=400, end=420)


def asked(*places: Place) -> Question:
    return Question("how", "notes", "question", places)


def test_a_perfect_ranking_is_worth_one() -> None:
    question = asked(SECOND_BLOCK, BLOCK)

    assert ndcg(question, [Found("notes", line=4), Found("notes", line=5)]) == 1


def test_gains_grow_with_the_grade_and_count_less_further_down() -> None:
    found = [Found("notes", line=9), Found("notes", line=5), Found("notes", line=4)]

    expected = (1 / math.log2(3) + 7 / math.log2(4)) / (7 + 1 / math.log2(3))
    assert ndcg(asked(BLOCK, SECOND_BLOCK), found) == pytest.approx(expected)


def test_what_comes_after_the_tenth_counts_nothing() -> None:
    others = [Found("notes", line=line) for line in range(10, 20)]

    assert ndcg(asked(BLOCK), [*others, Found("notes", line=4)]) == 0


def test_an_answer_counts_once() -> None:
    found = [Found("call", start=110), Found("call", start=120), Found("call", start=410)]

    assert ndcg(asked(SPEECH, LATER_SPEECH), found) == pytest.approx((3 + 1 / 2) / (3 + 1 / math.log2(3)))


def test_stretches_that_a_search_shows_as_one_are_one_answer_as_good_as_its_best() -> None:
    question = asked(SPEECH, NEAR_SPEECH)

    assert ndcg(question, [Found("call", start=190)]) == 1
    assert ndcg(question, [Found("call", start=110)]) == pytest.approx(3 / 7)


def test_a_block_and_the_speech_about_it_are_two_answers() -> None:
    question = asked(Place("call", 3, line=1), Place("call", 3, start=0, end=20))

    assert ndcg(question, [Found("call", line=1), Found("call", start=5)]) == 1
    assert ndcg(question, [Found("call", line=1)]) < 1


def test_the_same_line_or_time_of_another_document_does_not_count() -> None:
    assert ndcg(asked(BLOCK, SPEECH), [Found("call", line=4), Found("notes", start=110)]) == 0


def test_what_nobody_judged_is_told_from_what_does_not_answer() -> None:
    question = asked(BLOCK, Place("notes", 0, line=8))

    assert [question.grade(Found("notes", line=line)) for line in (4, 8, 9)] == [3, 0, None]


def test_the_data_file_names_blocks_by_line_and_speech_by_seconds(tmp_path: Path) -> None:
    path = tmp_path / "judged.json"
    path.write_text(
        '[{"text": "why", "archive": "calls", "kind": "question", "judged": {"a": [[4, 3], [10, 20.5, 0]]}}]'
    )

    (question,) = read(path)

    assert question == Question("why", "calls", "question", (Place("a", 3, line=4), Place("a", 0, start=10, end=20.5)))


def test_every_question_is_asked_once_and_has_an_answer() -> None:
    questions = read()

    assert all(question.answers for question in questions)
    assert len({question.text for question in questions}) == len(questions)
