"""Fit the aligner's weights and print how well they do on series, and on kinds of meetings, that they have not seen.

    python -m tests.bench.fit_aligner CASES [--without SETS] [--no-meaning] [--folds 5] [--json FILE] [--write FILE]

CASES are meetings with gold times, as `jumpnotes evaluate` reads them. Every figure is printed twice, side by side:
"folds" by weights that had not seen the meeting's series, "kinds" by weights that had not seen any meeting of its kind.
A gain that is only in the folds is no gain for people whose meetings are of another kind. Nothing is fitted on the sets
given to `--without`; they are scored by weights fitted on all others. With a sentence model installed all of it is done
with and without it. Needs scipy, which only developers have.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline import evaluate, meaning
from pipeline.align.confidence import Signal
from pipeline.align.features import FEATURES
from pipeline.align.meaning_features import MeaningFeature
from pipeline.align.weights import DecisionWeights, EmissionWeights, Weights
from pipeline.cli.render.table import table
from pipeline.evaluate import METRIC_NAMES, Metrics, ScoredItem
from tests.bench.cross_fitting import Fitter, Mode, fit_all
from tests.bench.fitting import FittingCase, load

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
        "across_languages": _decision_document(weights.across_languages),
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


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers by weights that had not seen their series, their kind, or, of sets that are never fitted on, anything."""

    folds: Sequence[ScoredItem]
    kinds: Sequence[ScoredItem]
    unseen: Sequence[ScoredItem]

    def report(self) -> str:
        """The tables, for people."""
        columns = {"folds": self.folds} | ({"kinds": self.kinds} if self.kinds else {})
        shown = _table(columns)
        return f"{shown}\n\nnever fitted on\n{_table({'set': self.unseen})}" if self.unseen else shown

    def document(self) -> dict[str, Any]:
        """The same as `docs/tables.py` reads it."""
        tenths = evaluate.confidence_bins(self.folds, evaluate.TENTHS)
        return {
            "sets": _sets(self.folds),
            "kinds": _sets(self.kinds),
            "unseen": _sets(self.unseen),
            "reliability": [{**asdict(part), "gap": part.gap} for part in tenths],
        }


def measure(fitter: Fitter, count: int, mode: Mode) -> Measured:
    """Cross-fit in so many folds, and by kinds."""
    others = [at for at in range(len(fitter.cases)) if at not in fitter.fitted_on]
    weights = fitter.fit(fitter.fitted_on, mode) if others else None
    return Measured(
        fitter.over_folds(count, mode),
        fitter.over_kinds(mode),
        fitter.score([(at, weights) for at in others], mode) if weights else (),
    )


def _sets(scored: Sequence[ScoredItem]) -> dict[str, Any]:
    return {
        name: {"cases": len({item.case for item in items}), **asdict(evaluate.compute_metrics(items))}
        for name, items in sorted(evaluate.group_by_set(scored).items())
    }


def _table(columns: Mapping[str, Sequence[ScoredItem]]) -> str:
    """The metrics of each set, with a figure for each of `columns` side by side in every cell."""
    metrics = [
        {group: evaluate.compute_metrics(items) for group, items in evaluate.group_by_set(scored).items()}
        for scored in columns.values()
    ]
    groups = sorted({group for of_column in metrics for group in of_column})
    rows = [(group, *_cells([of_column.get(group) for of_column in metrics])) for group in groups]
    rows.append(("mean of sets", *_cells([evaluate.mean_metrics(of_column) for of_column in metrics])))
    head = (" / ".join(columns), *METRIC_NAMES)
    return table(head, rows, right=range(1, len(head)))


def _cells(of_columns: Sequence[Metrics | None]) -> Iterator[str]:
    for metric in METRIC_NAMES:
        digits = 1 if metric == "median" else 3
        values = [None if each is None else getattr(each, metric) for each in of_columns]
        yield "/".join("–" if value is None else f"{value:.{digits}f}".removeprefix("0") for value in values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--without", default="", metavar="SETS", help="never fit on these sets, separated by commas")
    parser.add_argument("--no-meaning", action="store_true", help="do without the sentence model")
    parser.add_argument("--folds", type=int, default=5, help="0: do not cross-fit")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--write", type=Path, help="fit on all cases and write the weights here")
    args = parser.parse_args()
    cases = load(args.cases, with_meaning=not args.no_meaning and meaning.is_installed(), jobs=args.jobs)
    left_out = set(args.without.split(","))
    fitted_on = frozenset(at for at, case in enumerate(cases) if case.meeting.group not in left_out)
    fitter = Fitter(cases, fitted_on, args.jobs)
    if args.folds:
        found: dict[str, Any] = {"command": "python -m tests.bench.fit_aligner CASES", "without": args.without}
        for mode in (Mode.WORDS, Mode.MEANING) if fitter.has_meaning else (Mode.WORDS,):
            measured = measure(fitter, args.folds, mode)
            print(f"{mode.value}\n{measured.report()}\n", flush=True)
            found[mode.name.lower()] = measured.document()
        if args.json:
            args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if args.write:
        document = dump(fit_all(fitter), provenance([cases[at] for at in sorted(fitted_on)]))
        args.write.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
