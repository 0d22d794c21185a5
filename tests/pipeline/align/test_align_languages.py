"""Whole meetings in other languages than English, with true times: in one language or two, with spaces or without."""

from __future__ import annotations

import pytest

from pipeline import cues, evaluate, notes
from pipeline.align import align
from tests.conftest import ROOT

CASES = evaluate.find_cases(ROOT / "tests" / "fixtures" / "cases")


@pytest.mark.parametrize(
    ("meetings", "close", "inside", "far", "right"),
    [
        ("german", 0.55, 0.6, 0.06, 0.8),
        ("polish", 0.7, 0.75, 0.06, 0.85),
        ("spanish", 0.75, 0.8, 0.05, 0.9),
        ("spanish-notes", 0.55, 0.65, 0.05, 0.85),
    ],
)
def test_notes_in_other_languages_are_placed(
    meetings: str, close: float, inside: float, far: float, right: float
) -> None:
    """Most start within 30 s, and hardly any link is wrong, even where only the recording is in English."""
    metrics = measured(meetings)

    assert (metrics.start30 or 0) >= close
    assert (metrics.inside or 0) >= inside
    assert (metrics.far or 0) <= far
    assert (metrics.sure or 0) >= 0.3
    assert (metrics.right or 0) >= right


@pytest.mark.parametrize("language", ["chinese", "japanese", "thai"])
def test_notes_are_placed_where_no_spaces_are_written(language: str) -> None:
    """Three quarters lie in the right stretch, hardly any far off, and links that are sure can be relied on."""
    metrics = measured(language)

    assert metrics.items >= 16
    assert (metrics.inside or 0) >= 0.75
    assert (metrics.far or 0) <= 0.1
    assert (metrics.sure or 0) >= 0.4
    assert (metrics.right or 0) >= 0.9


def measured(language: str) -> evaluate.Metrics:
    """The links of the meetings of one set."""
    scored = []
    for case in CASES:
        if case.group == language:
            read = notes.read(case.notes)
            scored += evaluate.score_items(
                case, evaluate.read_gold(case.gold), read, align(read, cues.read(case.transcript)).alignments
            )
    return evaluate.compute_metrics(scored)
