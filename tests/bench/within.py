"""Fit how sure the span of a block without a link is, and print how often it is right on meetings it has not seen.

    python -m tests.bench.within CASES [--refit]

A span is right when the block's gold start lies in it, give or take 15 s; of a block that nobody mentioned it is wrong.
The figures are of folds by series, and of kinds of meetings that were left out altogether. The last lines are fitted on
all and belong into `pipeline/align/within.py`.

The aligner has seen these meetings. With --refit, which takes an hour, its weights are fitted anew as often: each
meeting is placed by weights that know nothing of its series, or of its kind.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline import evaluate
from pipeline.align import decode, weights, within
from pipeline.arrays import FloatArray
from tests.bench import cross_fitting, fitting
from tests.bench.cross_fitting import kind
from tests.bench.fitting import FittingCase, series
from tests.bench.moments import fitted, sure

FOLDS = 5
CONFIDENCES = (0.65, 0.7, 0.75, 0.8, 0.85)


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A span that a block without a link may be in. `item` numbers the blocks, `part` the folds or the kinds."""

    item: int
    part: int
    signals: tuple[float, ...]
    seconds: float
    right: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--refit", action="store_true", help="place each meeting by weights that have not seen it")
    args = parser.parse_args()
    cases = fitting.load(args.cases)
    fold_of, kinds = cross_fitting.folds(cases, FOLDS), sorted({kind(case) for case in cases})
    by_fold, blocks = spans(cases, [fold_of[series(case.meeting.name)] for case in cases], refit=args.refit)
    by_kind, others = spans(cases, [kinds.index(kind(case)) for case in cases], refit=args.refit)
    for what, found, count in (("series", by_fold, blocks), ("kinds", by_kind, others)):
        print(f"{what} left out, {count} blocks without a link, {len(found)} spans:")
        unseen = unseen_probabilities(found)
        for confidence in CONFIDENCES:
            print(f"  from {confidence:.2f}: {summary(found, unseen, confidence)}")
    for k, name in enumerate(kinds):
        of_kind = np.where([span.part == k for span in by_kind], unseen, 0.0)
        print(f"  {name}: {summary(by_kind, of_kind, within.MIN_SPAN_CONFIDENCE)}")
    *by_signal, bias = fitted(*table(by_fold))
    named = zip(within.SIGNAL_WEIGHTS, by_signal, strict=True)
    print("SIGNAL_WEIGHTS =", {name: round(float(weight), 3) for name, weight in named})
    print("BIAS =", round(float(bias), 3))


def spans(cases: Sequence[FittingCase], parts: Sequence[int], *, refit: bool) -> tuple[list[LabelledSpan], int]:
    """The spans of gold items without a link, and how many of these there are.

    With `refit` each case is placed by weights fitted without its part.
    """
    fitted_without = {
        k: cross_fitting.fit([case for case, part in zip(cases, parts, strict=True) if part != k])
        for k in (sorted(set(parts)) if refit else ())
    }
    found: list[LabelledSpan] = []
    items = 0
    for case, part in zip(cases, parts, strict=True):
        decision = decode.decide(case.comparison, fitted_without.get(part, weights.shipped()))
        links = within.BoundingLinks(case.comparison.outline, decode.to_alignments(case.comparison, decision))
        for item in case.items:
            if item.block in links.of_block:
                continue
            items += 1
            for candidate in within.candidates(case.comparison, decision, item.block, links):
                start, end = candidate.span
                right = evaluate.lies_within(item.gold, start, end)
                found.append(LabelledSpan(items, part, candidate.signals, end - start, right))
    return found, items


def table(found: Sequence[LabelledSpan]) -> tuple[FloatArray, FloatArray]:
    """The signals of the spans, a row each, and 1 where they are right."""
    return np.array([span.signals for span in found]), np.array([span.right for span in found], dtype=np.float64)


def unseen_probabilities(found: Sequence[LabelledSpan]) -> FloatArray:
    """How sure each span is, by weights that were fitted without its part."""
    signals, right = table(found)
    part, unseen = np.array([span.part for span in found]), np.zeros(len(found))
    for k in np.unique(part):
        unseen[part == k] = sure(signals[part == k], fitted(signals[part != k], right[part != k]))
    return unseen


def summary(found: Sequence[LabelledSpan], probability: FloatArray, confidence: float) -> str:
    """How many blocks tell a span, the shortest from this confidence up, and how many of these are right."""
    told: dict[int, tuple[LabelledSpan, float]] = {}
    for span, chance in sorted(zip(found, probability.tolist(), strict=True), key=lambda pair: -pair[0].seconds):
        if chance >= confidence:
            told[span.item] = span, chance
    if not told:
        return "none told"
    right, mean = np.mean([span.right for span, _ in told.values()]), np.mean([chance for _, chance in told.values()])
    median = np.median([span.seconds for span, _ in told.values()])
    return f"{len(told):4} told, {right:.3f} right, mean {mean:.3f}, median length {median:.0f} s"


if __name__ == "__main__":
    main()
