"""The fitted numbers of the aligner (`weights.json`). `tests/bench/fit_aligner.py` fits them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from pipeline.align.confidence import Signal
from pipeline.align.features import FEATURES
from pipeline.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the F features for headings and for everything else, and a logistic regression for the confidence."""

    heading: FloatArray
    body: FloatArray
    confidence: FloatArray  # of the signals
    bias: float


def parse(data: Mapping[str, Any]) -> Weights:
    """The weights from their JSON form, whose tables are keyed by the names of features and signals."""
    emission, confidence = data["emission"], data["confidence"]
    return Weights(
        heading=np.array([emission[feature.name]["heading"] for feature in FEATURES]),
        body=np.array([emission[feature.name]["body"] for feature in FEATURES]),
        confidence=np.array([confidence["weights"][signal] for signal in Signal]),
        bias=float(confidence["bias"]),
    )


@cache
def shipped() -> Weights:
    """The weights that come with the package."""
    return parse(json.loads(resources.files(__package__).joinpath("weights.json").read_text(encoding="utf-8")))
