"""The same again and again: loops of a speech model, and people who all give one answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.invented_speech import mark_suspect
from pipeline.records import Segment

QUESTION = Segment(0, 3, "Who is in favour?")
RESULT = Segment(20_000, 20_002, "Carried.")


def same(text: str, *times: tuple[float, float], speakers: Sequence[str | None] = (None,)) -> list[Segment]:
    """Segments of one text; the speakers take turns."""
    return [Segment(start, end, text, speaker=speakers[at % len(speakers)]) for at, (start, end) in enumerate(times)]


def suspect(segments: Sequence[Segment]) -> list[bool]:
    """Of each, with a question before it and a result after it."""
    marked = mark_suspect([QUESTION, *segments, RESULT])
    assert not marked[0].suspect
    assert not marked[-1].suspect
    return [segment.suspect for segment in marked[1:-1]]


def every(distance: float, length: float, count: int) -> list[tuple[float, float]]:
    return [(10 + at * distance, 10 + at * distance + length) for at in range(count)]


@pytest.mark.parametrize(
    "answers",
    [
        same("Yes.", (10, 10.4), (12.1, 12.4), (14, 14.5), (16.3, 16.6), (18, 18.3), (20.2, 20.6)),
        same("Yes.", *every(3, 1, 6)),
        same("Thank you.", (10, 11), (12.5, 13.2), (19, 20)),
        same("Thank you.", (10, 11), (11.2, 12), (12.1, 13), speakers=("Ada", "Ben")),
        same("Aye.", (10, 10.3), (10.5, 10.8), (12.4, 12.7), (14, 14.2)),
        same("Here.", *((10 + 2 * at + 0.3 * (at % 3), 10.6 + 2 * at + 0.3 * (at % 3)) for at in range(25))),
    ],
    ids=["a vote", "a vote on the second", "thanks", "two speak", "two at once", "a roll call"],
)
def test_answers_that_stand_apart_are_heard(answers: list[Segment]) -> None:
    """Pauses of a second, or names of those who speak, tell people from a loop."""
    assert not any(suspect(answers))


@pytest.mark.parametrize(
    "loop",
    [
        same("Thank you.", *every(2, 2, 3)),
        same("Thank you.", *every(30, 2, 3)),
        same("Thank you.", *every(30, 29.98, 5)),
        same("Thank you.", *((10 + 3 * at + at % 2, 11 + 3 * at + at % 2) for at in range(300))),
        same("Thank you.", *every(4, 2, 20)),
        same("I'm going to go to the house.", *every(2.5, 2.4, 9)),
        same("Okay.", *every(0.4, 0.3, 12), (30, 30.3)),
    ],
    ids=["without a pause", "in silence", "drawn out", "for ever", "regular", "a sentence", "with a pause at last"],
)
def test_a_loop_is_suspect(loop: list[Segment]) -> None:
    """Back to back, once in every window of silence, on and on, or like clockwork."""
    assert all(suspect(loop))


def test_what_a_loop_adds_to_an_answer_is_suspect() -> None:
    """The model repeats the last of several answers: the answers stay."""
    answers = same("Yes.", (10, 10.3), (12, 12.2), (14, 14.3), (16, 16), (16.02, 16.1), (16.3, 16.3))

    assert suspect(answers) == [False, False, False, False, True, True]
