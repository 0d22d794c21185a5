"""Whole meetings in languages other than English, with true times: one language the aligner knows, one it does not."""

from __future__ import annotations

import pytest

from pipeline import cues, evaluate, notes
from pipeline.align import align
from tests.conftest import ROOT

CASES = evaluate.find(ROOT / "tests" / "fixtures" / "cases")


@pytest.mark.parametrize(("language", "close", "far"), [("german", 0.55, 0.06), ("polish", 0.4, 0.15)])
def test_notes_in_other_languages_are_placed(language: str, close: float, far: float) -> None:
    """More than half of the German notes start within 30 s; in an unknown language names and numbers still lead."""
    judged = []
    for case in CASES:
        if case.group == language:
            read = notes.read(case.notes)
            judged += evaluate.judge(
                case, evaluate.read_gold(case.gold), read, align(read, cues.read(case.transcript)).alignments
            )

    figures = evaluate.figures(judged)

    assert figures.items >= 40
    assert (figures.start30 or 0) >= close
    assert (figures.far or 0) <= far
