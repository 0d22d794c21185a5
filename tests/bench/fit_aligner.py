"""Fit the aligner's weights and print how well they do on series, and on kinds of meetings, that they have not seen.

    python -m tests.bench.fit_aligner CASES [--without SETS] [--no-meaning] [--folds 5] [--write FILE]

CASES are meetings with gold times, as `jumpnotes evaluate` reads them. Every figure is printed twice, side by side:
"folds" by weights that had not seen the meeting's series, "kinds" by weights that had not seen any meeting of its kind.
A gain that is only in the folds is no gain for people whose meetings are of another kind. Nothing is fitted on the sets
given to `--without`; they are scored by weights fitted on all others. With a sentence model installed all of it is done
with and without it. Needs scipy, which only developers have.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from pipeline import evaluate, meaning
from pipeline.align import decode
from pipeline.align.confidence import Signal
from pipeline.align.features import FEATURES
from pipeline.align.meaning_features import MeaningFeature
from pipeline.align.weights import DecisionWeights, EmissionWeights, Weights
from pipeline.cli.render.table import table
from pipeline.evaluate import METRIC_NAMES, Metrics, ScoredItem
from tests.bench import fitting
from tests.bench.fitting import FittingCase, LabelledAnswer, LabelledBlock, LabelledPeaks, load, series

__all__ = ["FittingCase", "LabelledBlock", "folds", "load", "main", "series"]

PARTS = 4  # into which the series are dealt, to fit the confidence on meetings that the rest has not seen

KINDS: Mapping[str, str] = {
    "ami": "research meetings",
    "ami-topics": "research meetings",
    "icsi": "research meetings",
    "icsi-topics": "research meetings",
    "qmsum": "research meetings",
    "human": "developer calls",
    "human-interp": "developer calls",
    "tldr": "developer calls",
    "tldr-chrono": "developer calls",
    "notes-json": "developer calls",
}
"""Sets that are alike; every other set is a kind of its own."""

Meetings = frozenset[int]
"""By their place among the cases."""

Result = TypeVar("Result")


def kind(case: FittingCase) -> str:
    """What meetings of several series have in common."""
    return KINDS.get(case.meeting.group, case.meeting.group)


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


# -- work that is done side by side ------------------------------------------------------------------------------------

_cases: list[FittingCase] = []  # in the processes that work


def _emission_of(meetings: Meetings) -> tuple[EmissionWeights, EmissionWeights | None]:
    some = [_cases[i] for i in sorted(meetings)]
    words = fitting.fit_emission(some, fitting.word_features)
    has_meaning = all(case.comparison.meaning for case in some)
    return words, fitting.fit_emission(some, fitting.meaning_features) if has_meaning else None


def _place(weights: Weights, at: int, with_meaning: bool) -> decode.Decision:
    case = _cases[at] if with_meaning else _by_words(_cases[at])
    return decode.decide(case.comparison, weights)


def _by_words(case: FittingCase) -> FittingCase:
    return replace(case, comparison=replace(case.comparison, meaning=None))


def _peaks_of(with_meaning: bool, share: Mapping[str, float], each: tuple[int, Weights]) -> list[LabelledPeaks]:
    at, weights = each
    case = _cases[at] if with_meaning else _by_words(_cases[at])
    emission, posterior = decode.ordered_evidence(case.comparison, weights)
    return list(fitting.labelled_peaks(case, emission, posterior, share[case.meeting.group]))


def _answers_of(with_meaning: bool, share: Mapping[str, float], each: tuple[int, Weights]) -> list[LabelledAnswer]:
    at, weights = each
    case = _cases[at]
    return list(fitting.labelled_answers(case, _place(weights, at, with_meaning), share[case.meeting.group]))


def _score(with_meaning: bool, each: tuple[int, Weights]) -> list[ScoredItem]:
    at, weights = each
    case = _cases[at]
    placed = decode.to_alignments(case.comparison, _place(weights, at, with_meaning))
    return evaluate.score_items(case.meeting, evaluate.read_gold(case.meeting.gold), case.notes, placed)


# -- fitting -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _PeaksWithout:
    """Peaks of meetings of one kind, by an emission that had seen neither it nor another kind."""

    kind: str
    other: str
    meetings: tuple[int, ...]
    peaks: tuple[list[LabelledPeaks], ...]


class Fitter:
    """Fits on some of the cases, and remembers what it fitted."""

    def __init__(self, cases: Sequence[FittingCase], fitted_on: Meetings, jobs: int) -> None:
        """Nothing is fitted on cases that are not in `fitted_on`."""
        _cases[:] = cases
        for case in cases:
            if case.comparison.features:
                list(case.comparison.features.tables())  # small ones are kept, and shared with the processes
        self.cases, self.fitted_on = cases, fitted_on
        self.has_meaning = all(case.comparison.meaning for case in cases)
        # A forked process has the cases; one that starts anew would have to read them again.
        self._pool = ProcessPoolExecutor(jobs, mp_context=get_context("fork")) if jobs > 1 else None
        self._emissions: dict[Meetings, tuple[EmissionWeights, EmissionWeights | None]] = {}
        self._peaks: dict[bool, list[_PeaksWithout]] = {}
        counts = fitting.items_per_set(cases)
        self._share = {name: count**-0.5 for name, count in counts.items()}

    def _each(self, work: Callable[[Any], Result], given: Iterable[Any], *, chunk: int = 4) -> Iterator[Result]:
        return self._pool.map(work, given, chunksize=chunk) if self._pool else map(work, given)

    def emissions(self, wanted: Iterable[Meetings]) -> None:
        """Fit the emissions of these meetings at once."""
        new = [meetings for meetings in dict.fromkeys(wanted) if meetings not in self._emissions]
        self._emissions |= dict(zip(new, self._each(_emission_of, new, chunk=1), strict=True))

    def weights(self, meetings: Meetings, decision: DecisionWeights | None = None) -> Weights:
        """Those of the emission, with a decision that has not been fitted yet, or `decision`."""
        self.emissions([meetings])
        words, by_meaning = self._emissions[meetings]
        blank = DecisionWeights(None, np.zeros(len(Signal)), 0.0)
        unknown = EmissionWeights(np.zeros(len(MeaningFeature)), np.zeros(len(MeaningFeature)))
        return Weights(words, by_meaning or unknown, decision or blank, decision or blank)

    def fit(self, meetings: Meetings, *, with_meaning: bool, without_kind: str | None = None) -> Weights:
        """On some meetings; `without_kind` says which kind they lack, if they are all meetings of the others.

        The confidence learns from meetings the rest was not fitted on: what it sees is then as good, and as bad, as it
        will be on a new meeting.
        """
        choice = fitting.fit_choice(list(self._peaks_for(meetings, with_meaning, without_kind)))
        deciding = DecisionWeights(choice, np.zeros(len(Signal)), 0.0)
        parts = self._parts(meetings)
        self.emissions([meetings - part or meetings for part in parts])
        placed = [(at, self.weights(meetings - part or meetings, deciding)) for part in parts for at in sorted(part)]
        answers = self._each(partial(_answers_of, with_meaning, self._share), placed)
        confidence, bias = fitting.fit_confidence([answer for some in answers for answer in some])
        return self.weights(meetings, DecisionWeights(choice, confidence, bias))

    def _parts(self, meetings: Meetings) -> list[Meetings]:
        fold_of = folds((self.cases[at] for at in sorted(meetings)), PARTS)
        part = {at: fold_of[series(self.cases[at].meeting.name)] for at in meetings}
        return [frozenset(at for at in meetings if part[at] == number) for number in sorted(set(part.values()))]

    def _peaks_for(self, meetings: Meetings, with_meaning: bool, without_kind: str | None) -> Iterator[LabelledPeaks]:
        if with_meaning not in self._peaks:
            self._peaks[with_meaning] = self._find_peaks(with_meaning)
        for some in self._peaks[with_meaning]:
            if without_kind in (None, some.other):
                for at, peaks in zip(some.meetings, some.peaks, strict=True):
                    if at in meetings:
                        yield from peaks

    def _find_peaks(self, with_meaning: bool) -> list[_PeaksWithout]:
        of_kind: dict[str, set[int]] = defaultdict(set)
        for at in self.fitted_on:
            of_kind[kind(self.cases[at])].add(at)
        kinds = sorted(of_kind)
        pairs = list(combinations(kinds, 2)) or [(kinds[0], kinds[0])]
        rest = {pair: self.fitted_on - of_kind[pair[0]] - of_kind[pair[1]] or self.fitted_on for pair in pairs}
        self.emissions(rest.values())
        found = []
        for pair in pairs:
            for name, other in {pair, pair[::-1]}:
                meetings = tuple(sorted(of_kind[name]))
                weights = self.weights(rest[pair])
                placed = [(at, weights) for at in meetings]
                each = self._each(partial(_peaks_of, with_meaning, self._share), placed)
                found.append(_PeaksWithout(name, other, meetings, tuple(each)))
        return sorted(found, key=lambda some: (some.kind, some.other))

    def score(self, placed: Sequence[tuple[int, Weights]], *, with_meaning: bool) -> list[ScoredItem]:
        """Each of these cases placed by its weights."""
        scored = self._each(partial(_score, with_meaning), placed)
        return [item for items in scored for item in items]

    def over_folds(self, count: int, *, with_meaning: bool) -> list[ScoredItem]:
        """Every case by weights that had not seen its series."""
        fold_of = folds((self.cases[at] for at in sorted(self.fitted_on)), count)
        placed = []
        for number in range(count):
            here = frozenset(at for at in self.fitted_on if fold_of[series(self.cases[at].meeting.name)] == number)
            weights = self.fit(self.fitted_on - here or self.fitted_on, with_meaning=with_meaning)
            placed += [(at, weights) for at in here]
        return self.score(sorted(placed, key=lambda each: each[0]), with_meaning=with_meaning)

    def over_kinds(self, *, with_meaning: bool) -> list[ScoredItem]:
        """Every case by weights that had not seen its kind; nothing where there is but one."""
        placed = []
        kinds = sorted({kind(self.cases[at]) for at in self.fitted_on})
        for name in kinds if len(kinds) > 1 else ():
            here = frozenset(at for at in self.fitted_on if kind(self.cases[at]) == name)
            weights = self.fit(self.fitted_on - here, with_meaning=with_meaning, without_kind=name)
            placed += [(at, weights) for at in here]
        return self.score(sorted(placed, key=lambda each: each[0]), with_meaning=with_meaning)


def fit(cases: Sequence[FittingCase], *, jobs: int = 1) -> Weights:
    """Weights for all of `cases`, as they are shipped. Deterministic."""
    fitter = Fitter(cases, frozenset(range(len(cases))), jobs)
    return fit_all(fitter)


def fit_all(fitter: Fitter) -> Weights:
    """The same by a fitter; without a sentence model what is decided with one is decided as without."""
    by_words = fitter.fit(fitter.fitted_on, with_meaning=False)
    if not fitter.has_meaning:
        return by_words
    with_meaning = fitter.fit(fitter.fitted_on, with_meaning=True)
    return replace(with_meaning, by_words=by_words.by_words)


# -- what is written and printed ---------------------------------------------------------------------------------------


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
    return {
        "provenance": dict(provenance),
        "emission": _emission_document([feature.name for feature in FEATURES], weights.words),
        "meaning_emission": _emission_document([feature.value for feature in MeaningFeature], weights.meaning),
        "by_words": _decision_document(weights.by_words),
        "with_meaning": _decision_document(weights.with_meaning),
    }


def _emission_document(names: Sequence[str], weights: EmissionWeights) -> dict[str, Any]:
    rows = zip(names, weights.heading, weights.body, strict=True)
    return {name: {"heading": _short(heading), "body": _short(body)} for name, heading, body in rows}


def _decision_document(weights: DecisionWeights) -> dict[str, Any]:
    assert weights.choice
    signals = zip(Signal, weights.confidence, strict=True)
    return {
        "choice": {
            "worth": _short(weights.choice.worth),
            "ranks": {name: _short(weight) for name, weight in weights.choice.ranks.items()},
        },
        "confidence": {
            "bias": _short(weights.bias),
            "weights": {signal.value: _short(weight) for signal, weight in signals},
        },
    }


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def report(columns: Mapping[str, Sequence[ScoredItem]]) -> str:
    """One table of the metrics of each set, with a figure for each of `columns` side by side in every cell."""
    sets = {name: evaluate.group_by_set(scored) for name, scored in columns.items()}
    metrics = {
        name: {group: evaluate.compute_metrics(items) for group, items in groups.items()}
        for name, groups in sets.items()
    }
    groups = sorted({group for of_column in metrics.values() for group in of_column})
    rows = [(group, *_cells([of_column.get(group) for of_column in metrics.values()])) for group in groups]
    means = [evaluate.mean_metrics(of_column) if of_column else None for of_column in metrics.values()]
    rows.append(("mean of sets", *_cells(means)))
    head = (" / ".join(columns), *METRIC_NAMES)
    return table(head, rows, right=range(1, len(head)))


def _cells(of_columns: Sequence[Metrics | None]) -> Iterator[str]:
    for metric in METRIC_NAMES:
        digits = 1 if metric == "median" else 3
        values = [None if each is None else getattr(each, metric) for each in of_columns]
        yield "/".join("–" if value is None else f"{value:.{digits}f}".removeprefix("0") for value in values)


def show(fitter: Fitter, count: int, *, with_meaning: bool) -> None:
    """Print the tables: of what is fitted on, and of what never is."""
    print("with the sentence model" if with_meaning else "by words alone")
    folded, left_out = fitter.over_folds(count, with_meaning=with_meaning), fitter.over_kinds(with_meaning=with_meaning)
    print(report({"folds": folded, "kinds": left_out} if left_out else {"folds": folded}), flush=True)
    unseen = [at for at in range(len(fitter.cases)) if at not in fitter.fitted_on]
    if unseen:
        weights = fitter.fit(fitter.fitted_on, with_meaning=with_meaning)
        scored = fitter.score([(at, weights) for at in unseen], with_meaning=with_meaning)
        print("\nnever fitted on\n" + report({"set": scored}), flush=True)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--without", default="", metavar="SETS", help="never fit on these sets, separated by commas")
    parser.add_argument("--no-meaning", action="store_true", help="do without the sentence model")
    parser.add_argument("--folds", type=int, default=5, help="0: do not cross-fit")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--write", type=Path, help="fit on all cases and write the weights here")
    args = parser.parse_args()
    cases = load(args.cases, None if args.no_meaning else meaning.load())
    left_out = set(args.without.split(","))
    fitted_on = frozenset(at for at, case in enumerate(cases) if case.meeting.group not in left_out)
    fitter = Fitter(cases, fitted_on, args.jobs)
    if args.folds:
        show(fitter, args.folds, with_meaning=False)
        if fitter.has_meaning:
            show(fitter, args.folds, with_meaning=True)
    if args.write:
        document = dump(fit_all(fitter), provenance([cases[at] for at in sorted(fitted_on)]))
        args.write.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
