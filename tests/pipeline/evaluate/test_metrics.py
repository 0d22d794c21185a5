"""The metrics mean what they say: constructed answers with known metrics."""

from __future__ import annotations

from dataclasses import astuple
from itertools import product
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import evaluate, notes
from pipeline.evaluate import Case, ConfidenceBin, GoldItem, Metrics, ScoredItem, SpanMetrics
from pipeline.records import LINK_CONFIDENCE, SURE_CONFIDENCE, Alignment, Basis, SectionSpan

Answers = dict[int, tuple[float, float]]

BEES: tuple[GoldItem, ...] = (
    GoldItem(1, 100.0, ((100.0, 160.0), (400.0, 430.0))),
    GoldItem(3, 200.0),
    GoldItem(5, 300.0, ((300.0, 330.0),)),
    GoldItem(7, 500.0, ((500.0, 520.0),)),
    GoldItem(9, 600.0, ((600.0, 700.0),)),
    GoldItem(11, 900.0),
    GoldItem(13, 950.0),
    GoldItem(15, None),
    GoldItem(17, None),
    GoldItem(19, None),
    GoldItem(21, 50.0),
    GoldItem(23, 50.0),
    GoldItem(25, 2000.0, ((2000.0, 2100.0), (4000.0, 4100.0))),
    GoldItem(26, 70.0),
)
HIVES: Answers = {
    1: (104.5, 0.93),
    3: (259.0, 0.71),
    5: (345.0, 0.5),  # as late as is still inside
    7: (485.0, 0.5),  # as early
    9: (1000.5, 0.55),  # far
    11: (1200.0, 0.3),  # outside, but not more than five minutes off
    15: (12.0, 0.62),  # an unmentioned block that is linked
    19: (30.0, 0.3),  # and one that is not
    21: (110.0, 0.3),  # inside, with the confidence of one outside
    23: (110.004, 0.4997),  # inside and linked in the digits that are published
    25: (4028.5, 0.8),  # near the start of the second passage, half an hour from that of the first
}
"""Answers by line: start and confidence. Line 13 is not placed, line 17 rightly so, and no block starts on 26."""

SETS: dict[str, tuple[tuple[GoldItem, ...], Answers]] = {
    "bees": (BEES, HIVES),
    "unmentioned": ((GoldItem(1, None), GoldItem(3, None)), {1: (20.0, 0.7)}),
    "mute": ((GoldItem(1, 10.0), GoldItem(3, 20.0, ((20.0, 30.0),))), {}),
}
NOTES = notes.parse("\n\n".join(f"Paragraph {number} about bees" for number in range(13)), name="bees.md")


def alignments(answers: Answers) -> list[Alignment]:
    blocks = {block.line: block.id for block in NOTES.blocks}
    return [
        Alignment(blocks[line], start, start + 1, confidence, Basis.MATCH, ("bees",))
        for line, (start, confidence) in answers.items()
    ]


def scored(group: str = "bees") -> list[ScoredItem]:
    gold, answers = SETS[group]
    return evaluate.score_items(Case(group, "call", Path(group, "call")), gold, NOTES, alignments(answers))


@pytest.mark.parametrize(
    ("group", "metrics"),
    [
        (
            "bees",
            Metrics(
                items=11,
                start30=0.18181818181818182,
                start10=0.09090909090909091,
                any30=0.2727272727272727,
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
        ("unmentioned", Metrics(0, None, None, None, None, None, None, None, None, 0.5, None, None)),
        ("mute", Metrics(2, 0.0, 0.0, 0.0, 0.0, None, 0.0, 0.0, None, None, 0.0, None)),
    ],
)
def test_the_figures_of_a_set_are_those_of_the_definitions(group: str, metrics: Metrics) -> None:
    """Recorded from an independent count of the same answers, to the last digit, and None where there is nothing."""
    assert evaluate.compute_metrics(scored(group)) == metrics


def test_the_mean_is_over_the_sets_that_have_the_figure() -> None:
    """A set without unmentioned blocks says nothing about them; recorded from an independent count."""
    assert evaluate.mean_metrics({group: evaluate.compute_metrics(scored(group)) for group in SETS}) == Metrics(
        items=13,
        start30=0.09090909090909091,
        start10=0.045454545454545456,
        any30=0.13636363636363635,
        inside=0.3181818181818182,
        median=60.0,
        placed=0.4090909090909091,
        far=0.045454545454545456,
        auc=0.7428571428571429,
        foreign=0.41666666666666663,
        sure=0.3181818181818182,
        right=0.8571428571428571,
    )


def test_nothing_measured_has_no_metrics() -> None:
    """None, not an error and not 0."""
    assert (
        astuple(evaluate.compute_metrics([]))
        == astuple(evaluate.mean_metrics({}))
        == (0, *[None] * len(evaluate.METRIC_NAMES))
    )


CONFIDENCES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1)


@given(CONFIDENCES, CONFIDENCES)
def test_the_area_is_the_chance_that_right_beats_wrong(right: list[float], wrong: list[float]) -> None:
    """Ties count half."""
    wins = fmean((good > bad) + (good == bad) / 2 for good, bad in product(right, wrong))

    assert evaluate.auc(right, wrong) == pytest.approx(wins)


def test_bins_hold_every_answer_once() -> None:
    """An edge belongs to the bin above it, a link to an unmentioned block is wrong, and a missing answer is in none."""
    tenths = evaluate.confidence_bins(scored(), evaluate.TENTHS)

    assert [part.count for part in tenths] == [0, 0, 0, 3, 0, 4, 1, 1, 1, 1]
    assert tenths[3] == ConfidenceBin(0.3, 0.4, 3, 0.3, 1 / 3)
    assert tenths[6] == ConfidenceBin(0.6, 0.7, 1, 0.62, 0.0)
    assert tenths[9].gap == pytest.approx(1 - 0.93)
    assert tenths[0] == ConfidenceBin(0.0, 0.1, 0, None, None)
    assert tenths[0].gap is None
    certain = evaluate.confidence_bins([_answered(1.0, right=True)], evaluate.TENTHS)
    assert certain[9].count == 1


def test_levels_are_what_a_page_shows() -> None:
    """No link, a link with a question mark, a link."""
    not_found, likely, sure = evaluate.confidence_bins(scored(), evaluate.LEVEL_EDGES)

    assert (not_found.count, likely.count, sure.count) == (3, 5, 3)
    assert (not_found.high, likely.high) == (LINK_CONFIDENCE, SURE_CONFIDENCE)
    assert likely.right == 3 / 5
    assert sure.right == 1.0


def test_the_largest_gap_is_sought_where_there_is_enough() -> None:
    """A bin with few answers is off by chance; which way the confidence errs does not matter."""
    few = [_answered(0.95, right=False) for _ in range(evaluate.MIN_BIN_ANSWERS - 1)]
    modest = [_answered(0.55, right=True) for _ in range(evaluate.MIN_BIN_ANSWERS)]
    boastful = [_answered(0.75, right=number % 2 == 0) for number in range(evaluate.MIN_BIN_ANSWERS)]

    assert evaluate.largest_gap(evaluate.confidence_bins(few, evaluate.TENTHS)) is None
    gap = evaluate.largest_gap(evaluate.confidence_bins([*few, *modest, *boastful], evaluate.TENTHS))
    assert gap is not None
    assert gap.low == 0.5
    assert gap.gap == pytest.approx(0.45)


def test_the_worst_are_the_surest_of_the_wrong() -> None:
    """Unmentioned blocks among them; what is right or was not placed is not wrong."""
    assert [row.gold.line for row in evaluate.surest_errors(scored(), 10)] == [15, 9, 11, 19]
    assert [row.gold.line for row in evaluate.surest_errors(scored(), 1)] == [15]


def _answered(confidence: float, *, right: bool) -> ScoredItem:
    answer = Alignment("a", 0.0 if right else 1000.0, 1001.0, confidence, Basis.PATH)
    return ScoredItem(Case("bees", "call", Path("call")), GoldItem(1, 0.0), None, answer)


def test_a_span_is_right_where_it_holds_the_moment() -> None:
    """With the margin of a passage, whatever else the block has; that of a block nobody mentioned never is."""
    blocks = {block.line: block.id for block in NOTES.blocks}
    told = {
        1: (115.0, 300.0),  # begins as late as is still right
        3: (100.0, 185.0),  # ends as early
        5: (315.1, 400.0),
        7: (100.0, 484.9),
        15: (0.0, 600.0),  # unmentioned
        27: (0.0, 10.0),  # without a gold time
    }
    within = [SectionSpan(blocks[line], *span, 0.9) for line, span in told.items() if line in blocks]
    case = Case("bees", "call", Path("bees", "call"))

    items = evaluate.score_items(case, BEES, NOTES, alignments(HIVES), within)

    assert evaluate.compute_span_metrics(items) == SpanMetrics(5, 0.4)
    assert evaluate.compute_span_metrics(scored()) == SpanMetrics(0, None)
