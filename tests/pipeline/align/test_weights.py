from __future__ import annotations

import json
from pathlib import Path

from pipeline.align import weights
from pipeline.align.confidence import Signal
from pipeline.align.features import FEATURES
from pipeline.align.meaning_features import MeaningFeature
from pipeline.align.reranking import PeakFeature


def test_the_shipped_weights_are_complete() -> None:
    """Every feature and every signal has its number, and the file says where they come from."""
    shipped = weights.shipped()

    assert len(shipped.words.heading) == len(shipped.words.body) == len(FEATURES)
    assert len(shipped.meaning.heading) == len(shipped.meaning.body) == len(MeaningFeature)
    for decision in (shipped.by_words, shipped.with_meaning):
        assert len(decision.confidence) == len(Signal)
        assert decision.choice is not None
        assert set(decision.choice.ranks) == set(PeakFeature)
    path = Path(weights.__file__).with_name("weights.json")
    assert json.loads(path.read_text(encoding="utf-8"))["provenance"]["meetings"] > 0


def test_weights_are_found_by_name() -> None:
    """The order of the file does not matter."""
    path = Path(weights.__file__).with_name("weights.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["emission"] = dict(reversed(data["emission"].items()))

    assert weights.parse(data).words.heading.tolist() == weights.shipped().words.heading.tolist()
