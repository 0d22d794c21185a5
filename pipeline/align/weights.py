"""The fitted numbers (`weights.json`) and the two places they are used: the emission and the confidence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.align import confidence, features
from pipeline.align.lexical import Matrix

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """Linear weights: F for headings, F for everything else, and a logistic regression for the confidence."""

    heading: Array
    body: Array
    confidence: Array
    bias: float


def emission(table: Matrix, heading: Sequence[bool], model: Model) -> Array:
    """B × T: how likely each unit is to be the start of each block, by its own evidence; rows sum to 1.

    A softmax over the units of the weighted features, that is a multinomial logit (McFadden, 1974).
    """
    _, blocks, moments = table.shape
    weights = np.where(np.array(heading, dtype=np.bool_)[:, None], model.heading, model.body).astype(np.float32)
    scores = np.zeros((blocks, moments))
    for f, row in enumerate(table):  # one feature at a time: the whole product would need as much memory again
        scores += weights[:, f : f + 1] * row
    scores = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def parse(data: Mapping[str, Any]) -> Model:
    """A Model from the JSON form, whose tables are keyed by feature name."""
    table, sure = data["emission"], data["confidence"]
    return Model(
        heading=np.array([table[name]["heading"] for name in features.NAMES]),
        body=np.array([table[name]["body"] for name in features.NAMES]),
        confidence=np.array([sure["weights"][name] for name in confidence.NAMES]),
        bias=float(sure["bias"]),
    )


def dump(model: Model, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON form of `model`: numbers by name, four digits."""
    rows = zip(features.NAMES, model.heading, model.body, strict=True)
    return {
        "provenance": dict(provenance),
        "emission": {name: {"heading": _short(h), "body": _short(b)} for name, h, b in rows},
        "confidence": {
            "bias": _short(model.bias),
            "weights": {n: _short(w) for n, w in zip(confidence.NAMES, model.confidence, strict=True)},
        },
    }


@cache
def shipped() -> Model:
    """The model that comes with the package."""
    return parse(json.loads(resources.files(__package__).joinpath("weights.json").read_text(encoding="utf-8")))


def _short(value: float) -> float:
    return float(f"{value:.4g}")
