"""Fit how sure a further moment is, and print how often it is right, on notes whose moments are known to be several.

python -m tests.bench.moments CASES

A moment is right when it lies in one of the block's gold spans, give or take 15 s. The figures are of five folds; the
last lines are fitted on all and belong into `pipeline/align/moments.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipeline import cues, notes
from pipeline.align import decode, further_moments, weights
from pipeline.records import LINK_CONFIDENCE
from tests.bench import fit_aligner

Array = NDArray[np.float64]

FOLDS = 5
RIDGE = 1.0
MARGIN = 15.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--sets", default="ami,icsi,qmsum", help="sets in which all moments of a block are known")
    args = parser.parse_args()
    sets = args.sets.split(",")
    cases = [case for case in fit_aligner.load(args.cases, notes.read, cues.read) if case.group in sets]
    rows = [(number % FOLDS, *row) for number, case in enumerate(cases) for row in candidates(case)]
    fold, right = np.array([row[0] for row in rows]), np.array([row[2] for row in rows], dtype=np.float64)
    signals = np.array([row[1] for row in rows])
    unseen = np.zeros(len(rows))
    for k in range(FOLDS):
        unseen[fold == k] = sure(signals[fold == k], fitted(signals[fold != k], right[fold != k]))
    print(f"{len(rows)} candidates, {right.mean():.3f} right")
    for least in (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7):
        told = unseen >= least
        if told.any():
            print(
                f"from {least:.2f}: {told.sum():4} told, {right[told].mean():.3f} right, {unseen[told].mean():.3f} said"
            )
    *weights, bias = fitted(signals, right)
    print("FITTED =", {name: round(float(w), 3) for name, w in zip(further_moments.FITTED, weights, strict=True)})
    print("BIAS =", round(float(bias), 3))


def candidates(case: fit_aligner.Case) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Signals of each candidate of a block with several gold spans, and whether it lies in one."""
    decision = decode.decide(case.reading, weights.shipped())
    links = {link.block_id: link for link in decode.records(case.reading, decision)}
    for item in case.items:
        link = links.get(case.reading.outline.blocks[item.block].id)
        if len(item.spans) > 1 and link and link.confidence >= LINK_CONFIDENCE:
            heard = further_moments.Heard(case.reading, item.block)
            for found in further_moments.candidates(decision, item.block, link, heard):
                start = heard.time[found.unit]
                yield found.signals, any(a - MARGIN <= start <= b + MARGIN for a, b in item.spans)


def fitted(signals: Array, right: Array) -> Array:
    """Weights and bias of a ridge logistic regression on standardised signals, for raw signals."""
    mean, deviation = signals.mean(axis=0), signals.std(axis=0)
    scaled = (signals - mean) / deviation

    def loss(w: Array) -> tuple[float, Array]:
        logit = scaled @ w[:-1] + w[-1]
        off = 1 / (1 + np.exp(-logit)) - right
        value = np.logaddexp(0, -(2 * right - 1) * logit).sum() + RIDGE * (w[:-1] ** 2).sum()
        return float(value), np.append(scaled.T @ off + 2 * RIDGE * w[:-1], off.sum())

    found = minimize(loss, np.zeros(signals.shape[1] + 1), jac=True).x
    weights = found[:-1] / deviation
    return np.append(weights, found[-1] - weights @ mean)


def sure(signals: Array, weights: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-(signals @ weights[:-1] + weights[-1]))))


if __name__ == "__main__":
    main()
