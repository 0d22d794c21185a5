from __future__ import annotations

import random

import numpy as np
import pytest

from pipeline.align import units, word_evidence
from pipeline.align.features import Matching
from pipeline.align.lexical import TermCounts, count_terms
from pipeline.align.units import Units
from pipeline.align.word_evidence import SATURATION_COUNTS, Span, WindowEdges, WordEvidence
from pipeline.arrays import Float32Array
from pipeline.language.terms import TermExtractor
from pipeline.language.word_lists import load_languages
from tests.pipeline.align.meetings import heard

SPANS = [Span(matching, before, 60.0 - before) for matching in Matching for before in (0.0, 60.0)]


def compared() -> tuple[TermCounts, Units]:
    """Blocks of words that are heard all the time, now and then, misheard, and never."""
    draw = random.Random(2)
    words = ["keccak", "catchack", "ledger", "harvest", "compost", "tractor", "beehive", "badger", "greenhouse"]
    said = [" ".join(draw.choices(words, [1 / n for n in range(1, 10)], k=3)) for _ in range(80)]
    texts = [" ".join(draw.choices([*words, "zeppelin"], k=4)) for _ in range(12)]
    found = units.build_units(heard(*said, every=7.0))
    return count_terms(texts, [False] * 12, found, TermExtractor(load_languages()[0])), found


def dense(counts: TermCounts, found: Units, span: Span) -> Float32Array:
    """Terms × units: how often each is heard in the span, counted the simple way."""
    matrix = (counts.exact if span.matching is Matching.EXACT else counts.fuzzy).dense(np.arange(len(counts.exact)))
    time = found.start
    inside = (time[:, None] >= time[None, :] - span.before) & (time[:, None] < time[None, :] + span.after)
    return np.asarray(matrix @ inside)


@pytest.mark.parametrize("share", [0.0, 1 / 16, 0.5, 10.0], ids=["all written out", "most", "some", "all as steps"])
def test_evidence_is_the_sum_of_what_each_word_has_in_the_window(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few terms are worked on at once, and whichever are written out."""
    monkeypatch.setattr(word_evidence, "MAX_SELDOM_SHARE", share)
    monkeypatch.setattr(word_evidence, "MAX_STEPS", 50)
    monkeypatch.setattr(word_evidence, "TERM_CELLS", 200)
    monkeypatch.setattr(word_evidence, "PRODUCT_CELLS", 300)
    counts, found = compared()
    rows = np.array([1, 4, 5, 11])

    words = WordEvidence(counts, WindowEdges(found.start), rows, SPANS, onsets=True)

    weights = counts.weights.dense(rows)
    for span in SPANS:
        expected = weights @ (1 - np.exp(-dense(counts, found, span) / SATURATION_COUNTS[60]))
        assert words.evidence(span) == pytest.approx(expected, abs=1e-5)
        assert words.coverage(span) == pytest.approx(expected / weights.sum(axis=1, keepdims=True), abs=1e-5)
        assert ((words.evidence(span) == 0) == (expected == 0)).all()
    here, past, ever = (
        dense(counts, found, Span(Matching.EXACT, *seconds)) for seconds in ((0.0, 15.0), (120.0, 0.0), (1e9, 0.0))
    )
    total = weights.sum(axis=1, keepdims=True)
    assert words.burst() == pytest.approx(weights @ ((here > 0) & (past == 0)) / total, abs=1e-5)
    assert words.first_mention() == pytest.approx(weights @ ((here > 0) & (ever == 0)) / total, abs=1e-5)
