"""Fit `weights.json` to cases whose true times are known: <set>/<meeting>/{notes.md, transcript.vtt, gold.json}.

gold.json holds {"items": [{"line", "start": seconds | null, "spans": [[start, end], ...] | null}, ...]}; `start` null
marks a block that nobody mentioned. Meetings of one series stay in one fold, so no meeting is scored by weights that
have seen its series. `tests/bench/fit.py` runs it. Needs scipy, which only developers have.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import evaluate
from pipeline.align import confidence, decode
from pipeline.align.outline import outline
from pipeline.align.units import build_units
from pipeline.align.weights import Model
from pipeline.records import Notes, Transcript

Array = NDArray[np.float64]

SURE_NEAR = 5.0  # seconds from the gold start that are as good as it
NEAR_SCALE = 15.0
NEAR_END = 60.0
INSIDE = 0.12  # worth of a unit inside the gold span
NOISE = 0.08  # share of gold times that are taken to be wrong
RIDGE = 0.002  # on standardised weights
RIDGE_SPLIT = 0.01  # on what headings weigh differently
FOREIGN = 1.1  # weight of a block nobody mentioned: a wrong link costs more trust than a missing one
RIDGE_SURE = 0.008
ITERATIONS = 40  # stopping early keeps rare features small


@dataclass(frozen=True, slots=True)
class Item:
    """One gold answer. `start` None: nobody mentioned the block."""

    block: int
    start: float | None
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Case:
    group: str  # set
    name: str
    reading: decode.Reading
    items: tuple[Item, ...]


def series(name: str) -> str:
    """What meetings of one series share: ES2003b and ES2004a → ES, acde-2026-04-23_235 → acde."""
    letters = re.match(r"[^\W\d_]+", name)
    return letters[0] if letters else re.sub(r"[\d\W_]+", "", name) or name


def load(folder: Path, read_notes: Callable[[Path], Notes], read_cues: Callable[[Path], Transcript]) -> list[Case]:
    """Every case under `folder`, in name order."""
    cases = []
    for path in sorted(folder.glob("*/*/gold.json")):
        notes = read_notes(path.with_name("notes.md"))
        shape, moments = outline(notes), build_units(read_cues(path.with_name("transcript.vtt")))
        lines = {block.line: b for b, block in enumerate(shape.blocks)}
        items = [
            Item(lines[item["line"]], item["start"], tuple((a, b) for a, b in item.get("spans") or ()))
            for item in json.loads(path.read_text(encoding="utf-8"))["items"]
            if item["line"] in lines
        ]
        cases.append(Case(path.parts[-3], path.parts[-2], decode.compare(shape, moments), tuple(items)))
    return cases


def fit(cases: Sequence[Case], parts: int = 4) -> Model:
    """The emission by maximum likelihood, then the confidence on what it leads to. Deterministic.

    The confidence learns from meetings the rest of the model was not fitted on: what it sees is then as good, and as
    bad, as it will be on a new meeting. The series are dealt into `parts` for that.
    """
    fold = folds(cases, parts)
    part = [fold[series(case.name)] for case in cases]
    decided = []
    for k in sorted(set(part)):
        others = [case for case, own in zip(cases, part, strict=True) if own != k] or list(cases)
        model = Model(*fit_emission(others), np.zeros(len(confidence.NAMES)), 0.0)
        decided += [
            (case, decode.decide(case.reading, model)) for case, own in zip(cases, part, strict=True) if own == k
        ]
    return Model(*fit_emission(cases), *fit_confidence(decided))


def target(item: Item, time: Array) -> Array:
    """T worths 0..1 of answering each unit."""
    assert item.start is not None
    error = np.abs(time - item.start)
    worth = np.where(error <= NEAR_END, np.exp(-np.maximum(0, error - SURE_NEAR) / NEAR_SCALE), 0.0)
    for start, end in item.spans:
        worth = np.maximum(worth, np.where((time >= start) & (time <= end), INSIDE, 0.0))
    return worth


def fit_emission(cases: Sequence[Case]) -> tuple[Array, Array]:
    """Heading and body weights that make the gold units likely: a shared part and a penalised difference."""
    from scipy.optimize import minimize  # a developer's dependency

    rows, goals, heads, shares, lengths = [], [], [], [], []
    count = _items_per_set(cases)
    for case in cases:
        time = case.reading.units.start
        for item in case.items:
            if item.start is None:
                continue
            rows.append(case.reading.table[:, item.block, :].T)
            goals.append(target(item, time))
            heads.append(case.reading.outline.heading[item.block])
            shares.append(count[case.group] ** -0.5)
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

    def loss(flat: Array) -> tuple[float, Array]:
        shared, split = flat[:width], flat[width:]
        score = (table @ shared.astype(np.float32)).astype(np.float64)
        score[head] += table[head] @ split.astype(np.float32)
        score -= np.repeat(np.maximum.reduceat(score, edges), length)
        grown = np.exp(score)
        chance = grown / np.repeat(np.add.reduceat(grown, edges), length)
        hit = np.add.reduceat(chance * goal, edges)
        likely = (1 - NOISE) * hit + NOISE / length
        value = -(share * np.log(likely)).sum() + RIDGE * (shared @ shared) + RIDGE_SPLIT * (split @ split)
        pull = np.repeat(share * (1 - NOISE) / likely, length) * chance * (goal - np.repeat(hit, length))
        slope = -np.concatenate([pull.astype(np.float32) @ table, pull[head].astype(np.float32) @ table[head]])
        return value, slope.astype(np.float64) + 2 * np.concatenate([RIDGE * shared, RIDGE_SPLIT * split])

    best = minimize(loss, np.zeros(2 * width), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    return (best[:width] + best[width:]) / spread, best[:width] / spread


def fit_confidence(decided: Sequence[tuple[Case, decode.Decision]]) -> tuple[Array, float]:
    """Logistic regression of `inside` on the signals; blocks that nobody mentioned are all wrong."""
    from scipy.optimize import minimize

    count = _items_per_set(case for case, _ in decided)
    signals, right, shares = [], [], []
    for case, decision in decided:
        time = case.reading.units.start
        for item in case.items:
            signals.append(decision.signals[item.block])
            right.append(inside(item, float(time[decision.picks[item.block]])))
            shares.append(count[case.group] ** -0.5 * (FOREIGN if item.start is None else 1.0))
    table = np.array(signals)
    mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
    table = (table - mean) / spread
    truth, share = np.array(right, dtype=np.float64), np.array(shares) / np.sum(shares)

    def loss(flat: Array) -> tuple[float, Array]:
        score = table @ flat[:-1] + flat[-1]
        chance = 1 / (1 + np.exp(-score))
        value = (share * (np.logaddexp(0, score) - truth * score)).sum() + RIDGE_SURE * (flat[:-1] @ flat[:-1])
        pull = share * (chance - truth)
        return float(value), np.append(pull @ table + 2 * RIDGE_SURE * flat[:-1], pull.sum())

    best = minimize(loss, np.zeros(table.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    weights = best[:-1] / spread
    return weights, float(best[-1] - weights @ mean)


def inside(item: Item, at: float) -> bool:
    """Whether a link to `at` is right, as `jumpnotes evaluate` counts."""
    return evaluate.inside(at, item.start, item.spans)


def folds(cases: Iterable[Case], count: int) -> dict[str, int]:
    """Fold of each series, filled evenly by items."""
    items: dict[str, int] = defaultdict(int)
    for case in cases:
        items[series(case.name)] += len(case.items)
    load_of = [0] * count
    chosen = {}
    for name in sorted(items, key=lambda name: (-items[name], name)):
        fold = load_of.index(min(load_of))
        chosen[name] = fold
        load_of[fold] += items[name]
    return chosen


def _items_per_set(cases: Iterable[Case]) -> dict[str, int]:
    count: dict[str, int] = defaultdict(int)
    for case in cases:
        count[case.group] += len(case.items)
    return count


def cross_fit(cases: Sequence[Case], count: int) -> list[Model]:
    """For each case the model that was fitted without its series."""
    fold = folds(cases, count)
    models = [fit([case for case in cases if fold[series(case.name)] != k]) for k in range(count)]
    return [models[fold[series(case.name)]] for case in cases]


def provenance(cases: Sequence[Case]) -> dict[str, object]:
    """What the weights were fitted on: counts and names of sets, no text."""
    return {
        "meetings": len(cases),
        "items": sum(item.start is not None for case in cases for item in case.items),
        "unmentioned": sum(item.start is None for case in cases for item in case.items),
        "sets": sorted({case.group for case in cases}),
        "fitted_by": "tests/bench/fit_aligner.py",
    }
