"""Weights for meetings that they have not seen: fitted without a series, without a kind, or without both of two kinds.

What was fitted once is remembered, and what can be done side by side is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import combinations
from multiprocessing import get_context
from typing import Any, TypeVar

import numpy as np

from pipeline import evaluate
from pipeline.align import decode
from pipeline.align.confidence import OF_WORDS, Signal
from pipeline.align.meaning_features import MeaningFeature
from pipeline.align.weights import DecisionWeights, EmissionWeights, Weights
from pipeline.evaluate import ScoredItem
from tests.bench import fitting
from tests.bench.fitting import FittingCase, LabelledAnswer, LabelledPeaks, series

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


class Mode(StrEnum):
    """What the aligner has to go by."""

    WORDS = "by words alone"
    MEANING = "with the sentence model"
    ACROSS = "with the sentence model, as if across languages"


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


def _in_mode(mode: Mode, at: int) -> FittingCase:
    comparison = _cases[at].comparison
    if mode is Mode.WORDS:
        comparison = replace(comparison, meaning=None)
    elif mode is Mode.ACROSS:  # as if no word were the same
        comparison = replace(comparison, words_share=0.0, is_across_languages=True)
    return replace(_cases[at], comparison=comparison)


def _peaks_of(mode: Mode, share: Mapping[str, float], each: tuple[int, Weights]) -> list[LabelledPeaks]:
    at, weights = each
    case = _in_mode(mode, at)
    emission, posterior = decode.ordered_evidence(case.comparison, weights)
    return list(fitting.labelled_peaks(case, emission, posterior, share[case.meeting.group]))


def _answers_of(mode: Mode, share: Mapping[str, float], each: tuple[int, Weights]) -> list[LabelledAnswer]:
    at, weights = each
    case = _in_mode(mode, at)
    decision = decode.decide(case.comparison, weights)
    unmentioned = fitting.UNMENTIONED_WEIGHT
    if mode is Mode.ACROSS:
        decision.signals[:, [signal in OF_WORDS for signal in Signal]] = 0.0
        unmentioned = fitting.UNMENTIONED_ACROSS_WEIGHT
    return list(fitting.labelled_answers(case, decision, share[case.meeting.group], unmentioned))


def _score(mode: Mode, each: tuple[int, Weights]) -> list[ScoredItem]:
    at, weights = each
    case = _in_mode(mode, at)
    placed = decode.to_alignments(case.comparison, decode.decide(case.comparison, weights))
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
        self._peaks: dict[Mode, list[_PeaksWithout]] = {}
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
        return Weights(words, by_meaning or unknown, *(3 * [decision or blank]))

    def fit(self, meetings: Meetings, mode: Mode, *, without_kind: str | None = None) -> Weights:
        """On some meetings; `without_kind` says which kind they lack, if they are all meetings of the others.

        The confidence learns from meetings the rest was not fitted on: what it sees is then as good, and as bad, as it
        will be on a new meeting.
        """
        choice = fitting.fit_choice(list(self._peaks_for(meetings, mode, without_kind)))
        deciding = DecisionWeights(choice, np.zeros(len(Signal)), 0.0)
        parts = self._parts(meetings)
        self.emissions([meetings - part or meetings for part in parts])
        placed = [(at, self.weights(meetings - part or meetings, deciding)) for part in parts for at in sorted(part)]
        answers = self._each(partial(_answers_of, mode, self._share), placed)
        confidence, bias = fitting.fit_confidence([answer for some in answers for answer in some])
        return self.weights(meetings, DecisionWeights(choice, confidence, bias))

    def _parts(self, meetings: Meetings) -> list[Meetings]:
        fold_of = folds((self.cases[at] for at in sorted(meetings)), PARTS)
        part = {at: fold_of[series(self.cases[at].meeting.name)] for at in meetings}
        return [frozenset(at for at in meetings if part[at] == number) for number in sorted(set(part.values()))]

    def _peaks_for(self, meetings: Meetings, mode: Mode, without_kind: str | None) -> Iterator[LabelledPeaks]:
        mode = (
            Mode.MEANING if mode is Mode.ACROSS else mode
        )  # its ranks of words would learn from words that are the same
        if mode not in self._peaks:
            self._peaks[mode] = self._find_peaks(mode)
        for some in self._peaks[mode]:
            if without_kind in (None, some.other):
                for at, peaks in zip(some.meetings, some.peaks, strict=True):
                    if at in meetings:
                        yield from peaks

    def _find_peaks(self, mode: Mode) -> list[_PeaksWithout]:
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
                each = self._each(partial(_peaks_of, mode, self._share), placed)
                found.append(_PeaksWithout(name, other, meetings, tuple(each)))
        return sorted(found, key=lambda some: (some.kind, some.other))

    def score(self, placed: Sequence[tuple[int, Weights]], mode: Mode) -> list[ScoredItem]:
        """Each of these cases placed by its weights."""
        scored = self._each(partial(_score, mode), placed)
        return [item for items in scored for item in items]

    def over_folds(self, count: int, mode: Mode) -> list[ScoredItem]:
        """Every case by weights that had not seen its series."""
        fold_of = folds((self.cases[at] for at in sorted(self.fitted_on)), count)
        placed = []
        for number in range(count):
            here = frozenset(at for at in self.fitted_on if fold_of[series(self.cases[at].meeting.name)] == number)
            weights = self.fit(self.fitted_on - here or self.fitted_on, mode)
            placed += [(at, weights) for at in here]
        return self.score(sorted(placed, key=lambda each: each[0]), mode)

    def over_kinds(self, mode: Mode) -> list[ScoredItem]:
        """Every case by weights that had not seen its kind; nothing where there is but one."""
        placed = []
        kinds = sorted({kind(self.cases[at]) for at in self.fitted_on})
        for name in kinds if len(kinds) > 1 else ():
            here = frozenset(at for at in self.fitted_on if kind(self.cases[at]) == name)
            weights = self.fit(self.fitted_on - here, mode, without_kind=name)
            placed += [(at, weights) for at in here]
        return self.score(sorted(placed, key=lambda each: each[0]), mode)


def fit(cases: Sequence[FittingCase], *, jobs: int = 1) -> Weights:
    """Weights for all of `cases`, as they are shipped. Deterministic."""
    fitter = Fitter(cases, frozenset(range(len(cases))), jobs)
    return fit_all(fitter)


def fit_all(fitter: Fitter) -> Weights:
    """The same by a fitter; without a sentence model what is decided with one is decided as without."""
    by_words = fitter.fit(fitter.fitted_on, Mode.WORDS)
    if not fitter.has_meaning:
        return by_words
    with_meaning, across = (fitter.fit(fitter.fitted_on, mode) for mode in (Mode.MEANING, Mode.ACROSS))
    return replace(with_meaning, by_words=by_words.by_words, across_languages=across.across_languages)
