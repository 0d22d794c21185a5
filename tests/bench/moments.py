"""Fit how sure a further moment is, and print how often it is right, on notes whose moments are known to be several.

python -m tests.bench.moments CASES

A moment is right when it lies in one of the block's gold spans, give or take 15 s. The figures are of five folds; the
last lines are fitted on all and belong into `pipeline/align/further_moments.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from pipeline import evaluate
from pipeline.align import decode, further_moments, weights
from pipeline.arrays import FloatArray, logistic
from pipeline.records import LINK_CONFIDENCE
from tests.bench import fitting

FOLDS = 5
RIDGE = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--sets", default="ami,icsi,qmsum", help="sets in which all moments of a block are known")
    args = parser.parse_args()
    sets = args.sets.split(",")
    cases = [case for case in fitting.load(args.cases) if case.meeting.group in sets]
    rows = [(number % FOLDS, *row) for number, case in enumerate(cases) for row in candidates(case)]
    fold, right = np.array([row[0] for row in rows]), np.array([row[2] for row in rows], dtype=np.float64)
    signals = np.array([row[1] for row in rows])
    unseen = np.zeros(len(rows))
    for k in range(FOLDS):
        unseen[fold == k] = sure(signals[fold == k], fitted(signals[fold != k], right[fold != k]))
    print(f"{len(rows)} candidates, {right.mean():.3f} right")
    for confidence in (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7):
        shown = unseen >= confidence
        if shown.any():
            mean = unseen[shown].mean()
            print(f"from {confidence:.2f}: {shown.sum():4} shown, {right[shown].mean():.3f} right, mean {mean:.3f}")
    *by_signal, bias = fitted(signals, right)
    named = zip(further_moments.SIGNAL_WEIGHTS, by_signal, strict=True)
    print("SIGNAL_WEIGHTS =", {name: round(float(weight), 3) for name, weight in named})
    print("BIAS =", round(float(bias), 3))


def candidates(case: fitting.FittingCase) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Signals of each candidate of a block with several gold spans, and whether it lies in one."""
    decision = decode.decide(case.comparison, weights.shipped())
    links = {link.block_id: link for link in decode.to_alignments(case.comparison, decision)}
    for item in case.items:
        link = links.get(case.comparison.outline.blocks[item.block].id)
        if len(item.gold.spans) > 1 and link and link.confidence >= LINK_CONFIDENCE:
            occurrences = further_moments.BlockOccurrences(case.comparison, item.block)
            for found in further_moments.moment_candidates(decision, item.block, link, occurrences):
                yield found.signals, evaluate.is_inside(float(occurrences.time[found.unit]), item.gold)


def fitted(signals: FloatArray, right: FloatArray) -> FloatArray:
    """Weights and bias of a ridge logistic regression on standardised signals, for raw signals."""
    mean, deviation = signals.mean(axis=0), signals.std(axis=0)
    scaled = (signals - mean) / deviation

    def loss(w: FloatArray) -> tuple[float, FloatArray]:
        logit = scaled @ w[:-1] + w[-1]
        off = logistic(logit) - right
        value = np.logaddexp(0, -(2 * right - 1) * logit).sum() + RIDGE * (w[:-1] ** 2).sum()
        return float(value), np.append(scaled.T @ off + 2 * RIDGE * w[:-1], off.sum())

    found = minimize(loss, np.zeros(signals.shape[1] + 1), jac=True).x
    raw = found[:-1] / deviation
    return np.append(raw, found[-1] - raw @ mean)


def sure(signals: FloatArray, fitted: FloatArray) -> FloatArray:
    return logistic(signals @ fitted[:-1] + fitted[-1])


if __name__ == "__main__":
    main()
