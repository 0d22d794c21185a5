"""The fitted numbers of the aligner (`weights.json`). `tests/bench/fit_aligner.py` fits them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from pipeline.align.confidence import Signal
from pipeline.align.features import FEATURES
from pipeline.align.meaning_features import MeaningFeature
from pipeline.align.reranking import ChoiceWeights
from pipeline.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class EmissionWeights:
    """Of the features of a table, for headings and for everything else."""

    heading: FloatArray
    body: FloatArray


@dataclass(frozen=True, slots=True)
class DecisionWeights:
    """The choice among a block's peaks, and a logistic regression for the confidence in what is chosen."""

    choice: ChoiceWeights | None  # None: no second look
    confidence: FloatArray  # of the signals
    bias: float


@dataclass(frozen=True, slots=True)
class Weights:
    """All of them.

    What is decided by words alone, with a sentence model, and with one across languages has weights of its own.
    """

    words: EmissionWeights
    meaning: EmissionWeights
    by_words: DecisionWeights
    with_meaning: DecisionWeights
    across_languages: DecisionWeights


def parse(data: Mapping[str, Any]) -> Weights:
    """The weights from their JSON form, whose tables are keyed by the names of features and signals."""
    return Weights(
        words=_emission(data["emission"], [feature.name for feature in FEATURES]),
        meaning=_emission(data["meaning_emission"], list(MeaningFeature)),
        by_words=_decision(data["by_words"]),
        with_meaning=_decision(data["with_meaning"]),
        across_languages=_decision(data["across_languages"]),
    )


def _emission(data: Mapping[str, Any], names: Sequence[str]) -> EmissionWeights:
    heading, body = (np.array([data[name][kind] for name in names]) for kind in ("heading", "body"))
    return EmissionWeights(heading, body)


def _decision(data: Mapping[str, Any]) -> DecisionWeights:
    choice, confidence = data["choice"], data["confidence"]
    return DecisionWeights(
        choice=ChoiceWeights(float(choice["worth"]), dict(choice["ranks"])),
        confidence=np.array([confidence["weights"][signal] for signal in Signal]),
        bias=float(confidence["bias"]),
    )


@cache
def shipped() -> Weights:
    """The weights that come with the package."""
    return parse(json.loads(resources.files(__package__).joinpath("weights.json").read_text(encoding="utf-8")))
