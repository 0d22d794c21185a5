"""Whole meetings in languages other than English, with true times: one language the aligner knows, one it does not."""

from __future__ import annotations

import pytest

from pipeline import cues, evaluate, notes
from pipeline.align import align
from tests.conftest import ROOT

CASES = evaluate.find_cases(ROOT / "tests" / "fixtures" / "cases")


@pytest.mark.parametrize(("language", "close", "far"), [("german", 0.55, 0.06), ("polish", 0.4, 0.15)])
def test_notes_in_other_languages_are_placed(language: str, close: float, far: float) -> None:
    """More than half of the German notes start within 30 s; in an unknown language names and numbers still lead."""
    scored = []
    for case in CASES:
        if case.group == language:
            read = notes.read(case.notes)
            scored += evaluate.score_items(
                case, evaluate.read_gold(case.gold), read, align(read, cues.read(case.transcript)).alignments
            )

    metrics = evaluate.compute_metrics(scored)

    assert metrics.items >= 40
    assert (metrics.start30 or 0) >= close
    assert (metrics.far or 0) <= far
