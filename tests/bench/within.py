"""Print how often the span that is told of a block without a link is right.

    python -m tests.bench.within CASES [--meaning] [--refit]

A span is right when the block's gold start lies in it, give or take 15 s; of a block that nobody mentioned it is wrong.
The figures are for each confidence and share of words heard from which spans may be told. Those that are to be told
belong into `pipeline/align/within.py`.

The aligner has seen these meetings. With --refit, which takes an hour, its weights are fitted anew: each meeting is
placed by weights that know nothing of its series, and then by some that know nothing of its kind.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline import evaluate
from pipeline.align import decode, weights, within
from pipeline.align.weights import Weights
from tests.bench import cross_fitting, fitting
from tests.bench.cross_fitting import kind
from tests.bench.fitting import FittingCase, series

FOLDS = 5
CONFIDENCES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.8)
HEARD = (0.3, 0.4, 0.5, 0.6, 0.7)


@dataclass(frozen=True, slots=True)
class UnlinkedItem:
    """A gold item without a link, of a kind of meetings, and the stretches that it may be in."""

    kind: str
    gold: evaluate.GoldItem
    spans: tuple[within.SpanCandidate, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--meaning", action="store_true", help="with the sentence model")
    parser.add_argument("--refit", action="store_true", help="place each meeting by weights that have not seen it")
    args = parser.parse_args()
    cases = fitting.load(args.cases, with_meaning=args.meaning)
    show("placed by the shipped weights", cases, [weights.shipped()] * len(cases))
    if args.refit:
        fold_of = cross_fitting.folds(cases, FOLDS)
        show("series left out", cases, without(cases, [str(fold_of[series(case.meeting.name)]) for case in cases]))
        show("kinds left out", cases, without(cases, [kind(case) for case in cases]))


def without(cases: Sequence[FittingCase], parts: Sequence[str]) -> list[Weights]:
    """For each case the aligner's weights, fitted without the cases of its part."""
    fitted = {
        name: cross_fitting.fit([case for case, part in zip(cases, parts, strict=True) if part != name])
        for name in sorted(set(parts))
    }
    return [fitted[part] for part in parts]


def show(title: str, cases: Sequence[FittingCase], fitted: Sequence[Weights]) -> None:
    """What would be told of the gold items without a link, each case placed by its weights."""
    items = [item for case, known in zip(cases, fitted, strict=True) for item in unlinked_items(case, known)]
    mentioned = sum(item.gold.start is not None for item in items)
    print(f"{title}: {len(items)} blocks without a link, {mentioned} of them mentioned")
    for confidence in CONFIDENCES:
        for heard in HEARD:
            print(f"  from {confidence:.2f}, heard from {heard:.1f}: {summary(items, confidence, heard)}")
    for name in sorted({item.kind for item in items}):
        print(f"  {name}, as it is told: {summary([item for item in items if item.kind == name])}")


def unlinked_items(case: FittingCase, known: Weights) -> list[UnlinkedItem]:
    """The gold items of a case without a link."""
    decision = decode.decide(case.comparison, known)
    links = within.BoundingLinks(case.comparison.outline, decode.to_alignments(case.comparison, decision))
    return [
        UnlinkedItem(kind(case), item.gold, tuple(within.candidates(case.comparison, decision, item.block, links)))
        for item in case.items
        if item.block not in links.of_block
    ]


def summary(
    items: Sequence[UnlinkedItem], confidence: float = within.MIN_SPAN_CONFIDENCE, heard: float = within.MIN_HEARD
) -> str:
    """Of how many blocks a span is told, and how many of these are right."""
    told = [
        (span, evaluate.lies_within(item.gold, *span.span))
        for item in items
        if (span := within.shortest_sure(item.spans, confidence, heard))
    ]
    if not told:
        return "none told"
    right, mean = np.mean([right for _, right in told]), np.mean([span.confidence for span, _ in told])
    median = np.median([span.seconds for span, _ in told])
    return f"{len(told):4} told, {right:.3f} right, mean {mean:.3f}, median length {median:.0f} s"


if __name__ == "__main__":
    main()
