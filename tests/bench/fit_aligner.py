"""Fit the aligner's weights and print how well they do on series they have not seen.

    python -m tests.bench.fit_aligner CASES [--folds 5] [--write pipeline/align/weights.json]

CASES are meetings with gold times, as `jumpnotes evaluate` reads them. Meetings of one series stay in one fold, so no
meeting is scored by weights that have seen its series. Needs scipy, which only developers have.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from pipeline import cues, evaluate
from pipeline import notes as reader
from pipeline.align import decode
from pipeline.align.confidence import Signal
from pipeline.align.features import FEATURES
from pipeline.align.outline import build_outline
from pipeline.align.units import build_units
from pipeline.align.weights import Weights
from pipeline.arrays import FloatArray, logistic
from pipeline.cli.render import evaluation
from pipeline.evaluate import Case, GoldItem
from pipeline.records import Notes

FULL_CREDIT_SECONDS = 5.0  # from the gold start, that are as good as it
CREDIT_SECONDS = 15.0  # scale in which the credit of what is further away fades
MAX_CREDIT_SECONDS = 60.0
SPAN_CREDIT = 0.12  # of a unit inside a gold span
NOISE = 0.08  # share of gold times that are taken to be wrong
EMISSION_RIDGE = 0.002  # on standardised weights
HEADING_RIDGE = 0.01  # on what headings weigh differently
UNMENTIONED_WEIGHT = 1.1  # of a block nobody mentioned: a wrong link costs more trust than a missing one
CONFIDENCE_RIDGE = 0.008
EMISSION_ITERATIONS, CONFIDENCE_ITERATIONS = 40, 300  # stopping early keeps the weights of rare features small
PARTS = 4  # into which the series are dealt, to fit the confidence on meetings that the rest has not seen


@dataclass(frozen=True, slots=True)
class LabelledBlock:
    """A block of the outline, by its index, and when it was really discussed."""

    block: int
    gold: GoldItem


@dataclass(frozen=True, slots=True)
class FittingCase:
    """A meeting that was read and compared. `notes` are kept to score what is found."""

    meeting: Case
    notes: Notes
    comparison: decode.Comparison
    items: tuple[LabelledBlock, ...]


def series(name: str) -> str:
    """What meetings of one series share: ES2003b and ES2004a → ES, acde-2026-04-23_235 → acde."""
    letters = re.match(r"[^\W\d_]+", name)
    return letters[0] if letters else re.sub(r"[\d\W_]+", "", name) or name


def load(folder: Path) -> list[FittingCase]:
    """Every case under `folder`, by set and name."""
    return [_load(case) for case in evaluate.find_cases(folder)]


def _load(case: Case) -> FittingCase:
    notes = reader.read(case.notes)
    outline, units = build_outline(notes), build_units(cues.read(case.transcript))
    lines = {block.line: b for b, block in enumerate(outline.blocks)}
    items = [LabelledBlock(lines[gold.line], gold) for gold in evaluate.read_gold(case.gold) if gold.line in lines]
    return FittingCase(case, notes, decode.compare(outline, units), tuple(items))


def fit(cases: Sequence[FittingCase]) -> Weights:
    """The emission by maximum likelihood, then the confidence on what it leads to. Deterministic.

    The confidence learns from meetings the rest was not fitted on: what it sees is then as good, and as bad, as it will
    be on a new meeting.
    """
    fold_of = folds(cases, PARTS)
    part = [fold_of[series(case.meeting.name)] for case in cases]
    compare_and_place = []
    for k in sorted(set(part)):
        others = [case for case, own in zip(cases, part, strict=True) if own != k] or list(cases)
        weights = Weights(*fit_emission(others), np.zeros(len(Signal)), 0.0)
        compare_and_place += [
            (case, decode.decide(case.comparison, weights)) for case, own in zip(cases, part, strict=True) if own == k
        ]
    return Weights(*fit_emission(cases), *fit_confidence(compare_and_place))


def credit(gold: GoldItem, time: FloatArray) -> FloatArray:
    """What answering each of the T units is worth, 0..1."""
    assert gold.start is not None
    error = np.abs(time - gold.start)
    faded = np.exp(-np.maximum(0, error - FULL_CREDIT_SECONDS) / CREDIT_SECONDS)
    value = np.where(error <= MAX_CREDIT_SECONDS, faded, 0.0)
    for start, end in gold.spans:
        value = np.maximum(value, np.where((time >= start) & (time <= end), SPAN_CREDIT, 0.0))
    return value


def fit_emission(cases: Sequence[FittingCase]) -> tuple[FloatArray, FloatArray]:
    """Heading and body weights that make the gold units likely: a shared part and a penalised difference."""
    rows, goals, heads, shares, lengths = [], [], [], [], []
    count = _items_per_set(cases)
    for case in cases:
        time, features = case.comparison.units.start, case.comparison.features.whole()
        for item in case.items:
            if item.gold.start is None:
                continue
            rows.append(features[:, item.block, :].T)
            goals.append(credit(item.gold, time))
            heads.append(case.comparison.outline.is_heading[item.block])
            shares.append(count[case.meeting.group] ** -0.5)
            lengths.append(len(time))
    table = np.concatenate(rows).astype(np.float32)
    spread = table.std(axis=0)
    spread = np.where(spread > 1e-6, spread, 1.0).astype(np.float32)
    table /= spread
    goal = np.concatenate(goals)
    edges = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    length = np.array(lengths)
    head = np.repeat(np.array(heads), length)
    share = np.array(shares) / np.sum(shares)
    width = table.shape[1]

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        shared, split = flat[:width], flat[width:]
        score = (table @ shared.astype(np.float32)).astype(np.float64)
        score[head] += table[head] @ split.astype(np.float32)
        score -= np.repeat(np.maximum.reduceat(score, edges), length)
        grown = np.exp(score)
        chance = grown / np.repeat(np.add.reduceat(grown, edges), length)
        hit = np.add.reduceat(chance * goal, edges)
        likely = (1 - NOISE) * hit + NOISE / length
        value = -(share * np.log(likely)).sum() + EMISSION_RIDGE * (shared @ shared) + HEADING_RIDGE * (split @ split)
        pull = np.repeat(share * (1 - NOISE) / likely, length) * chance * (goal - np.repeat(hit, length))
        slope = -np.concatenate([pull.astype(np.float32) @ table, pull[head].astype(np.float32) @ table[head]])
        return value, slope.astype(np.float64) + 2 * np.concatenate([EMISSION_RIDGE * shared, HEADING_RIDGE * split])

    best = minimize(loss, np.zeros(2 * width), jac=True, method="L-BFGS-B", options={"maxiter": EMISSION_ITERATIONS}).x
    return (best[:width] + best[width:]) / spread, best[:width] / spread


def fit_confidence(compare_and_place: Sequence[tuple[FittingCase, decode.Decision]]) -> tuple[FloatArray, float]:
    """Logistic regression of the right answers on the signals; blocks that nobody mentioned are all wrong."""
    count = _items_per_set(case for case, _ in compare_and_place)
    signals, right, shares = [], [], []
    for case, decision in compare_and_place:
        time = case.comparison.units.start
        for item in case.items:
            signals.append(decision.signals[item.block])
            start = float(time[decision.picks[item.block]])
            right.append(evaluate.is_inside(start, item.gold))
            shares.append(count[case.meeting.group] ** -0.5 * (UNMENTIONED_WEIGHT if item.gold.start is None else 1.0))
    table = np.array(signals)
    mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
    table = (table - mean) / spread
    truth, share = np.array(right, dtype=np.float64), np.array(shares) / np.sum(shares)

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        score = table @ flat[:-1] + flat[-1]
        chance = logistic(score)
        value = (share * (np.logaddexp(0, score) - truth * score)).sum() + CONFIDENCE_RIDGE * (flat[:-1] @ flat[:-1])
        pull = share * (chance - truth)
        return float(value), np.append(pull @ table + 2 * CONFIDENCE_RIDGE * flat[:-1], pull.sum())

    best = minimize(
        loss, np.zeros(table.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": CONFIDENCE_ITERATIONS}
    ).x
    weights = best[:-1] / spread
    return weights, float(best[-1] - weights @ mean)


def folds(cases: Iterable[FittingCase], count: int) -> dict[str, int]:
    """Fold of each series, filled evenly by items."""
    items: dict[str, int] = defaultdict(int)
    for case in cases:
        items[series(case.meeting.name)] += len(case.items)
    load_of = [0] * count
    chosen = {}
    for name in sorted(items, key=lambda name: (-items[name], name)):
        fold = load_of.index(min(load_of))
        chosen[name] = fold
        load_of[fold] += items[name]
    return chosen


def _items_per_set(cases: Iterable[FittingCase]) -> dict[str, int]:
    count: dict[str, int] = defaultdict(int)
    for case in cases:
        count[case.meeting.group] += len(case.items)
    return count


def cross_fit(cases: Sequence[FittingCase], count: int) -> list[Weights]:
    """For each case the weights that were fitted without its series."""
    fold_of = folds(cases, count)
    fitted = [fit([case for case in cases if fold_of[series(case.meeting.name)] != k]) for k in range(count)]
    return [fitted[fold_of[series(case.meeting.name)]] for case in cases]


def provenance(cases: Sequence[FittingCase]) -> dict[str, object]:
    """What the weights were fitted on: counts and names of sets, no text."""
    return {
        "meetings": len(cases),
        "items": sum(item.gold.start is not None for case in cases for item in case.items),
        "unmentioned": sum(item.gold.start is None for case in cases for item in case.items),
        "sets": sorted({case.meeting.group for case in cases}),
        "fitted_by": "tests/bench/fit_aligner.py",
    }


def dump(weights: Weights, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON form of `weights`: numbers by name, four digits."""
    rows = zip(FEATURES, weights.heading, weights.body, strict=True)
    signals = zip(Signal, weights.confidence, strict=True)
    return {
        "provenance": dict(provenance),
        "emission": {
            feature.name: {"heading": _short(heading), "body": _short(body)} for feature, heading, body in rows
        },
        "confidence": {
            "bias": _short(weights.bias),
            "weights": {signal.value: _short(weight) for signal, weight in signals},
        },
    }


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def show(cases: Sequence[FittingCase], fitted: Sequence[Weights]) -> None:
    """The tables of `jumpnotes evaluate`, each case placed by its weights."""
    scored = []
    for case, weights in zip(cases, fitted, strict=True):
        placed = decode.to_alignments(case.comparison, decode.decide(case.comparison, weights))
        scored += evaluate.score_items(case.meeting, evaluate.read_gold(case.meeting.gold), case.notes, placed)
    print(evaluation.report(scored, worst=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--folds", type=int, default=5, help="0: do not cross-fit")
    parser.add_argument("--write", type=Path, help="fit on all cases and write the weights here")
    args = parser.parse_args()
    cases = load(args.cases)
    if args.folds:
        show(cases, cross_fit(cases, args.folds))
    if args.write:
        weights = fit(cases)
        show(cases, [weights] * len(cases))
        text = json.dumps(dump(weights, provenance(cases)), indent=1)
        args.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
