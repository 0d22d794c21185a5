"""What is fitted of the aligner, and on what: meetings with gold times → weights, by maximum likelihood.

Three steps, each on what the one before leads to: the emission, the choice among a block's peaks, and the confidence.
All are deterministic.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from pipeline import cues, evaluate, meaning
from pipeline import notes as reader
from pipeline.align import decode
from pipeline.align.outline import build_outline
from pipeline.align.reranking import ChoiceWeights, PeakFeature, Peaks, Reranker
from pipeline.align.units import build_units
from pipeline.align.weights import EmissionWeights
from pipeline.arrays import Float32Array, FloatArray, logistic
from pipeline.evaluate import Case, GoldItem
from pipeline.records import Notes

FULL_CREDIT_SECONDS = 5.0  # from the gold start, that are as good as it
CREDIT_SECONDS = 15.0  # scale in which the credit of what is further away fades
MAX_CREDIT_SECONDS = 60.0
SPAN_CREDIT = 0.12  # of a unit inside a gold span
NOISE = 0.08  # share of gold times that are taken to be wrong
EMISSION_RIDGE = 0.002  # on standardised weights
HEADING_RIDGE = 0.01  # on what headings weigh differently
CHOICE_RIDGE = 0.02
UNMENTIONED_WEIGHT = 1.3  # of a block nobody mentioned: a wrong link costs more trust than a missing one ...
UNMENTIONED_ACROSS_WEIGHT = 2.5  # ... and across languages less is known
CONFIDENCE_RIDGE = 0.002
EMISSION_ITERATIONS, CONFIDENCE_ITERATIONS = 40, 300  # stopping early keeps the weights of rare features small


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

    @property
    def discussed(self) -> list[LabelledBlock]:
        """The items that somebody talked about."""
        return [item for item in self.items if item.gold.start is not None]


def series(name: str) -> str:
    """What meetings of one series share: ES2003b and ES2004a → ES, acde-2026-04-23_235 → acde."""
    letters = re.match(r"[^\W\d_]+", name)
    return letters[0] if letters else re.sub(r"[\d\W_]+", "", name) or name


def load(folder: Path, *, with_meaning: bool = False, jobs: int = 1) -> list[FittingCase]:
    """Every case under `folder`, by set and name, read and compared in so many processes."""
    cases, read = evaluate.find_cases(folder), partial(_load, with_meaning)
    if jobs == 1:
        return [read(case) for case in cases]
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        return list(pool.map(read, cases, chunksize=4))


def _load(with_meaning: bool, case: Case) -> FittingCase:
    notes = reader.read(case.notes)
    outline, units = build_outline(notes), build_units(cues.read(case.transcript))
    model = meaning.load() if with_meaning else None
    lines = {block.line: b for b, block in enumerate(outline.blocks)}
    items = [LabelledBlock(lines[gold.line], gold) for gold in evaluate.read_gold(case.gold) if gold.line in lines]
    return FittingCase(case, notes, decode.compare(outline, units, model), tuple(items))


def items_per_set(cases: Iterable[FittingCase]) -> dict[str, int]:
    """How many items each set has, by its name."""
    count: dict[str, int] = defaultdict(int)
    for case in cases:
        count[case.meeting.group] += len(case.items)
    return count


def credit(gold: GoldItem, time: FloatArray) -> FloatArray:
    """What answering each of the T units is worth, 0..1."""
    assert gold.start is not None
    error = np.abs(time - gold.start)
    faded = np.exp(-np.maximum(0, error - FULL_CREDIT_SECONDS) / CREDIT_SECONDS)
    value = np.where(error <= MAX_CREDIT_SECONDS, faded, 0.0)
    for start, end in gold.spans:
        value = np.maximum(value, np.where((time >= start) & (time <= end), SPAN_CREDIT, 0.0))
    return value


# -- emission ----------------------------------------------------------------------------------------------------------


def word_features(case: FittingCase) -> Iterator[tuple[int, Float32Array]]:
    """Each discussed block with its features, T × F."""
    of_block = {item.block for item in case.discussed}
    for rows, table in case.comparison.features.tables():
        for block in range(rows.start, rows.stop):
            if block in of_block:
                yield block, table[:, block - rows.start].T


def meaning_features(case: FittingCase) -> Iterator[tuple[int, Float32Array]]:
    """The same of the features by meaning, T × M."""
    assert case.comparison.meaning
    for item in case.discussed:
        yield item.block, case.comparison.meaning.slab(slice(item.block, item.block + 1))[:, 0].T


def fit_emission(
    cases: Sequence[FittingCase], features: Callable[[FittingCase], Iterator[tuple[int, Float32Array]]]
) -> EmissionWeights:
    """Heading and body weights that make the gold units likely: a shared part and a penalised difference."""
    rows, goals, heads, shares, lengths = [], [], [], [], []
    count = items_per_set(cases)
    for case in cases:
        time, gold = case.comparison.units.start, {item.block: item.gold for item in case.discussed}
        for block, table in sorted(features(case), key=lambda each: each[0]):
            rows.append(table)
            goals.append(credit(gold[block], time))
            heads.append(case.comparison.outline.is_heading[block])
            shares.append(count[case.meeting.group] ** -0.5)
            lengths.append(len(time))
    table = np.concatenate(rows).astype(np.float32)
    spread = table.std(axis=0)
    spread = np.where(spread > 1e-6, spread, 1.0).astype(np.float32)
    table /= spread
    goal, length = np.concatenate(goals), np.array(lengths)
    edges = np.concatenate([[0], np.cumsum(length)[:-1]])
    head, width = np.repeat(np.array(heads), length), table.shape[1]
    of_headings, share = table[head], np.array(shares) / np.sum(shares)

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        shared, split = flat[:width], flat[width:]
        score = (table @ shared.astype(np.float32)).astype(np.float64)
        score[head] += of_headings @ split.astype(np.float32)
        score -= np.repeat(np.maximum.reduceat(score, edges), length)
        grown = np.exp(score)
        chance = grown / np.repeat(np.add.reduceat(grown, edges), length)
        hit = np.add.reduceat(chance * goal, edges)
        likely = (1 - NOISE) * hit + NOISE / length
        value = -(share * np.log(likely)).sum() + EMISSION_RIDGE * (shared @ shared) + HEADING_RIDGE * (split @ split)
        pull = np.repeat(share * (1 - NOISE) / likely, length) * chance * (goal - np.repeat(hit, length))
        slope = -np.concatenate([pull.astype(np.float32) @ table, pull[head].astype(np.float32) @ of_headings])
        return value, slope.astype(np.float64) + 2 * np.concatenate([EMISSION_RIDGE * shared, HEADING_RIDGE * split])

    best = minimize(loss, np.zeros(2 * width), jac=True, method="L-BFGS-B", options={"maxiter": EMISSION_ITERATIONS}).x
    return EmissionWeights((best[:width] + best[width:]) / spread, best[:width] / spread)


# -- choice ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LabelledPeaks:
    """The peaks of one discussed block, what answering each is worth, and how much the block counts."""

    series: str
    worth: FloatArray
    ranks: FloatArray  # peaks × features, in the order of PeakFeature
    credit: FloatArray
    share: float


def labelled_peaks(
    case: FittingCase, emission: Float32Array, posterior: Float32Array, share: float
) -> Iterator[LabelledPeaks]:
    """Those of every discussed block of a meeting that has more than one."""
    comparison = case.comparison
    reranker = Reranker(comparison.outline, comparison.units.start, emission, posterior)
    gold = {item.block: item.gold for item in case.discussed}
    parts = comparison.features.slabs()
    for (rows, crowd), (_, table) in zip(reranker.crowds(parts), comparison.features.tables(), strict=True):
        peaks = reranker.peaks(rows, crowd, table)
        for row in range(rows.stop - rows.start):
            if rows.start + row in gold and peaks.exists[row].sum() > 1:
                of_units = credit(gold[rows.start + row], comparison.units.start)
                yield _labelled(case, peaks, row, of_units, share)


def _labelled(case: FittingCase, peaks: Peaks, row: int, of_units: FloatArray, share: float) -> LabelledPeaks:
    exists = peaks.exists[row]
    ranks = np.stack([peaks.ranks[name][row, exists] for name in PeakFeature], axis=1)
    worth = of_units[peaks.units[row, exists]]
    return LabelledPeaks(series(case.meeting.name), peaks.worth[row, exists], ranks, worth, share)


def fit_choice(labelled: Sequence[LabelledPeaks]) -> ChoiceWeights:
    """A conditional logit that makes the peaks with credit likely; its prior is what their worth alone would choose."""
    share = np.array([each.share for each in labelled])
    share /= share.sum()
    length = np.array([len(each.worth) for each in labelled])
    edges = np.concatenate([[0], np.cumsum(length)[:-1]])
    table = np.concatenate([np.column_stack([np.log(each.worth), each.ranks]) for each in labelled])
    goal = np.concatenate([each.credit for each in labelled])
    prior = np.zeros(table.shape[1])
    prior[0] = 1.0

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        score = table @ flat
        score -= np.repeat(np.maximum.reduceat(score, edges), length)
        grown = np.exp(score)
        chance = grown / np.repeat(np.add.reduceat(grown, edges), length)
        hit = np.add.reduceat(chance * goal, edges)
        likely = (1 - NOISE) * hit + NOISE / length
        away = flat - prior
        value = -(share * np.log(likely)).sum() + CHOICE_RIDGE * (away @ away)
        pull = np.repeat(share * (1 - NOISE) / likely, length) * chance * (goal - np.repeat(hit, length))
        return float(value), -(pull @ table) + 2 * CHOICE_RIDGE * away

    best = minimize(loss, prior, jac=True, method="L-BFGS-B").x
    ranks = {name.value: float(weight) for name, weight in zip(PeakFeature, best[1:], strict=True)}
    return ChoiceWeights(float(best[0]), ranks)


# -- confidence --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """Where a block was placed: the signals of its confidence, whether that is right, and how much it counts."""

    signals: FloatArray
    is_right: bool
    share: float


def labelled_answers(
    case: FittingCase, decision: decode.Decision, share: float, unmentioned_weight: float
) -> Iterator[LabelledAnswer]:
    """Those of every block with gold; what nobody mentioned is always wrong."""
    time = case.comparison.units.start
    for item in case.items:
        right = evaluate.is_inside(float(time[decision.picks[item.block]]), item.gold)
        weight = share * (unmentioned_weight if item.gold.start is None else 1.0)
        yield LabelledAnswer(decision.signals[item.block], right, weight)


def fit_confidence(labelled: Sequence[LabelledAnswer]) -> tuple[FloatArray, float]:
    """Logistic regression of the right answers on the signals: weights and bias."""
    table = np.array([each.signals for each in labelled])
    mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
    table = (table - mean) / spread
    truth, share = (np.array([getattr(each, name) for each in labelled], float) for name in ("is_right", "share"))
    share /= share.sum()

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
