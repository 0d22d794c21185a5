"""Fit the aligner's weights and print how well they do on series they have not seen.

python -m tests.bench.fit CASES [--folds 5] [--write pipeline/align/weights.json]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from pipeline import cues, evaluate, notes
from pipeline.align import decode, weights
from pipeline.cli.render import evaluation
from tests.bench import fit_aligner


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--folds", type=int, default=5, help="0: do not cross-fit")
    parser.add_argument("--write", type=Path, help="fit on all cases and write the weights here")
    args = parser.parse_args()
    cases = fit_aligner.load(args.cases, notes.read, cues.read)
    if args.folds:
        show(args.cases, cases, fit_aligner.cross_fit(cases, args.folds))
    if args.write:
        fitted = fit_aligner.fit(cases)
        show(args.cases, cases, [fitted] * len(cases))
        text = json.dumps(weights.dump(fitted, fit_aligner.provenance(cases)), indent=1)
        args.write.write_text(text + "\n", encoding="utf-8")


def show(folder: Path, cases: Sequence[fit_aligner.Case], models: Sequence[weights.Model]) -> None:
    """The tables of `jumpnotes evaluate`, each case placed by its model."""
    judged = []
    for read, fitted in zip(cases, models, strict=True):
        case = evaluate.Case(read.group, read.name, folder / read.group / read.name)
        placed = decode.records(read.reading, decode.decide(read.reading, fitted))
        judged += evaluate.judge(case, evaluate.read_gold(case.gold), notes.read(case.notes), placed)
    print(evaluation.report(judged, worst=0))


if __name__ == "__main__":
    main()
