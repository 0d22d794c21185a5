"""The figures mean what they say: constructed answers with known figures, and gold as people write it."""

from __future__ import annotations

import json
from dataclasses import astuple
from itertools import product
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import evaluate, notes
from pipeline.errors import GoldError, TranscriptError
from pipeline.evaluate import Bin, Case, Figures, Gold, Judged
from pipeline.records import LINK_CONFIDENCE, SURE_CONFIDENCE, Alignment, Basis

Answers = dict[int, tuple[float, float]]

BEES: tuple[Gold, ...] = (
    Gold(1, 100.0, ((100.0, 160.0), (400.0, 430.0))),
    Gold(3, 200.0),
    Gold(5, 300.0, ((300.0, 330.0),)),
    Gold(7, 500.0, ((500.0, 520.0),)),
    Gold(9, 600.0, ((600.0, 700.0),)),
    Gold(11, 900.0),
    Gold(13, 950.0),
    Gold(15, None),
    Gold(17, None),
    Gold(19, None),
    Gold(21, 50.0),
    Gold(23, 50.0),
    Gold(25, 2000.0, ((2000.0, 2100.0), (4000.0, 4100.0))),
    Gold(26, 70.0),
)
HIVES: Answers = {
    1: (104.5, 0.93),
    3: (259.0, 0.71),
    5: (345.0, 0.5),  # as late as is still inside
    7: (485.0, 0.5),  # as early
    9: (1000.5, 0.55),  # far
    11: (1200.0, 0.3),  # outside, but not more than five minutes off
    15: (12.0, 0.62),  # a foreign block that is linked
    19: (30.0, 0.3),  # and one that is not
    21: (110.0, 0.3),  # inside, with the confidence of one outside
    23: (110.004, 0.4997),  # inside and linked in the digits that are published
    25: (4050.0, 0.8),  # in the second passage, half an hour from the start
}
"""Answers by line: start and confidence. Line 13 is not placed, line 17 rightly so, and no block starts on 26."""

SETS: dict[str, tuple[tuple[Gold, ...], Answers]] = {
    "bees": (BEES, HIVES),
    "foreign": ((Gold(1, None), Gold(3, None)), {1: (20.0, 0.7)}),
    "mute": ((Gold(1, 10.0), Gold(3, 20.0, ((20.0, 30.0),))), {}),
}
NOTES = notes.parse("\n\n".join(f"Paragraph {number} about bees" for number in range(13)), name="bees.md")


def alignments(answers: Answers) -> list[Alignment]:
    blocks = {block.line: block.id for block in NOTES.blocks}
    return [
        Alignment(blocks[line], start, start + 1, confidence, Basis.MATCH, ("bees",))
        for line, (start, confidence) in answers.items()
    ]


def judged(group: str = "bees") -> list[Judged]:
    gold, answers = SETS[group]
    return evaluate.judge(Case(group, "call", Path(group, "call")), gold, NOTES, alignments(answers))


@pytest.mark.parametrize(
    ("group", "figures"),
    [
        (
            "bees",
            Figures(
                items=11,
                start30=0.18181818181818182,
                inside=0.6363636363636364,
                median=60.0,
                placed=0.8181818181818182,
                far=0.09090909090909091,
                auc=0.7428571428571429,
                foreign=0.3333333333333333,
                sure=0.6363636363636364,
                right=0.8571428571428571,
            ),
        ),
        ("foreign", Figures(0, None, None, None, None, None, None, 0.5, None, None)),
        ("mute", Figures(2, 0.0, 0.0, None, 0.0, 0.0, None, None, 0.0, None)),
    ],
)
def test_the_figures_of_a_set_are_those_of_the_definitions(group: str, figures: Figures) -> None:
    """Recorded from an independent count of the same answers, to the last digit, and None where there is nothing."""
    assert evaluate.figures(judged(group)) == figures


def test_the_mean_is_over_the_sets_that_have_the_figure() -> None:
    """A set without foreign blocks says nothing about them; recorded from an independent count."""
    assert evaluate.mean({group: evaluate.figures(judged(group)) for group in SETS}) == Figures(
        items=13,
        start30=0.09090909090909091,
        inside=0.3181818181818182,
        median=60.0,
        placed=0.4090909090909091,
        far=0.045454545454545456,
        auc=0.7428571428571429,
        foreign=0.41666666666666663,
        sure=0.3181818181818182,
        right=0.8571428571428571,
    )


def test_nothing_measured_has_no_figures() -> None:
    """None, not an error and not 0."""
    assert astuple(evaluate.figures([])) == astuple(evaluate.mean({})) == (0, *[None] * len(evaluate.FIGURES))


CONFIDENCES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1)


@given(CONFIDENCES, CONFIDENCES)
def test_the_area_is_the_chance_that_right_beats_wrong(right: list[float], wrong: list[float]) -> None:
    """Ties count half."""
    wins = fmean((good > bad) + (good == bad) / 2 for good, bad in product(right, wrong))

    assert evaluate.auc(right, wrong) == pytest.approx(wins)


def test_bins_hold_every_answer_once() -> None:
    """An edge belongs to the bin above it, a link to a foreign block is wrong, and what is not placed is in none."""
    tenths = evaluate.bins(judged(), evaluate.TENTHS)

    assert [part.count for part in tenths] == [0, 0, 0, 3, 0, 4, 1, 1, 1, 1]
    assert tenths[3] == Bin(0.3, 0.4, 3, 0.3, 1 / 3)
    assert tenths[6] == Bin(0.6, 0.7, 1, 0.62, 0.0)
    assert tenths[9].gap == pytest.approx(1 - 0.93)
    assert tenths[0] == Bin(0.0, 0.1, 0, None, None)
    assert tenths[0].gap is None
    certain = evaluate.bins([_answered(1.0, right=True)], evaluate.TENTHS)
    assert certain[9].count == 1


def test_levels_are_what_a_page_shows() -> None:
    """No link, a link with a question mark, a link."""
    unsure, likely, sure = evaluate.bins(judged(), evaluate.LEVELS)

    assert (unsure.count, likely.count, sure.count) == (3, 5, 3)
    assert (unsure.high, likely.high) == (LINK_CONFIDENCE, SURE_CONFIDENCE)
    assert likely.right == 3 / 5
    assert sure.right == 1.0


def test_the_largest_gap_is_sought_where_there_is_enough() -> None:
    """A bin with few answers is off by chance; which way the confidence errs does not matter."""
    few = [_answered(0.95, right=False) for _ in range(evaluate.ENOUGH - 1)]
    modest = [_answered(0.55, right=True) for _ in range(evaluate.ENOUGH)]
    boastful = [_answered(0.75, right=number % 2 == 0) for number in range(evaluate.ENOUGH)]

    assert evaluate.largest_gap(evaluate.bins(few, evaluate.TENTHS)) is None
    gap = evaluate.largest_gap(evaluate.bins([*few, *modest, *boastful], evaluate.TENTHS))
    assert gap is not None
    assert gap.low == 0.5
    assert gap.gap == pytest.approx(0.45)


def test_the_worst_are_the_surest_of_the_wrong() -> None:
    """Foreign blocks among them; what is right or was not placed is not wrong."""
    assert [row.gold.line for row in evaluate.worst(judged(), 10)] == [15, 9, 11, 19]
    assert [row.gold.line for row in evaluate.worst(judged(), 1)] == [15]


def test_gold_may_be_written_by_hand(tmp_path: Path) -> None:
    """Clocks count as seconds, spans may be left out, and other fields are nobody's business."""
    path = tmp_path / "gold.json"
    items = [
        {"line": 3, "start": "12:34", "spans": [["12:34", 800], [1000.5, "1:02:03"]]},
        {"line": 5, "start": 7, "spans": None, "text": "kept for the reader"},
        {"line": 9, "start": None},
    ]
    path.write_text(json.dumps({"items": items, "meeting": "bees"}), encoding="utf-8-sig")

    assert evaluate.read_gold(path) == (
        Gold(3, 754.0, ((754.0, 800.0), (1000.5, 3723.0))),
        Gold(5, 7.0),
        Gold(9, None),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"items": [\n{"line": 3 "start": 1}]}', "gold.json:2: is broken JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "Expected `object`"),
        ('{"items": []}', "length >= 1"),
        ('{"items": [{"line": 3}]}', "missing required field `start`"),
        ('{"items": [{"line": 0, "start": 1}]}', "`int` >= 1"),
        ('{"items": [{"line": 3, "start": -1}]}', ">= 0.0"),
        ('{"items": [{"line": 3, "start": NaN}]}', ">= 0.0"),
        ('{"items": [{"line": 3, "start": 1e400}]}', "< 1000000000.0"),
        ('{"items": [{"line": 3, "start": "soon"}]}', "'soon', of notes line 3, is not a time"),
        ('{"items": [{"line": 3, "start": 1, "spans": [[1]]}]}', "length 2"),
        ('{"items": [{"line": 3, "start": 1, "spans": [[9, 1]]}]}', "a span of notes line 3 ends before it starts"),
        ("caf\udce9", "is not text in UTF-8"),
    ],
)
def test_gold_that_cannot_be_read_is_named(tmp_path: Path, text: str, says: str) -> None:
    """The error says which file, and where in it."""
    path = tmp_path / "gold.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")

    with pytest.raises(GoldError, match=r"gold\.json") as caught:
        evaluate.read_gold(path)

    assert says in str(caught.value)


def test_cases_are_found_in_sets_in_a_folder_or_alone(tmp_path: Path) -> None:
    """<set>/<meeting>, <meeting>, or one meeting; folders without gold are none."""
    for name in ("spring/two", "spring/one", "autumn/one", "spring/draft"):
        (tmp_path / name).mkdir(parents=True)
        if not name.endswith("draft"):
            (tmp_path / name / "gold.json").touch()

    def names(root: Path) -> list[tuple[str, str]]:
        return [(case.group, case.name) for case in evaluate.find(root)]

    assert names(tmp_path) == [("autumn", "one"), ("spring", "one"), ("spring", "two")]
    assert names(tmp_path / "spring") == [("spring", "one"), ("spring", "two")]
    assert names(tmp_path / "spring" / "two") == [("spring", "two")]
    with pytest.raises(GoldError, match="draft"):
        evaluate.find(tmp_path / "spring" / "draft")


@pytest.mark.parametrize("suffix", ["vtt", "srt", "json"])
def test_a_transcript_may_be_of_any_kind(tmp_path: Path, suffix: str) -> None:
    """WebVTT, SRT or JSON, by the name `transcript`."""
    case = Case("bees", "call", tmp_path)
    with pytest.raises(TranscriptError, match=r"transcript\.vtt: does not exist"):
        _ = case.transcript

    (tmp_path / f"transcript.{suffix}").touch()

    assert case.transcript == tmp_path / f"transcript.{suffix}"


def _answered(confidence: float, *, right: bool) -> Judged:
    answer = Alignment("a", 0.0 if right else 1000.0, 1001.0, confidence, Basis.PATH)
    return Judged(Case("bees", "call", Path("call")), Gold(1, 0.0), None, answer)
