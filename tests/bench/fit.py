"""Fit the aligner's weights and print how well they do on series they have not seen.

python -m tests.bench.fit CASES [--folds 5] [--write pipeline/align/weights.json]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import fmean

from pipeline import cues, notes
from pipeline.align import fit, model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--folds", type=int, default=5, help="0: do not cross-fit")
    parser.add_argument("--write", type=Path, help="fit on all cases and write the weights here")
    args = parser.parse_args()
    cases = fit.load(args.cases, notes.read, cues.read)
    if args.folds:
        show(fit.figures(cases, fit.cross_fit(cases, args.folds)))
    if args.write:
        fitted = fit.fit(cases)
        show(fit.figures(cases, [fitted] * len(cases)))
        text = json.dumps(model.dump(fitted, fit.provenance(cases)), indent=1)
        args.write.write_text(text + "\n", encoding="utf-8")


def show(figures: dict[str, dict[str, float]]) -> None:
    names = ("items", "start30", "inside", "far", "linked")
    print(f"{'set':<16}" + "".join(f"{name:>9}" for name in names))
    for group, row in figures.items():
        print(f"{group:<16}{row['items']:>9.0f}" + "".join(f"{row[name]:>9.3f}" for name in names[1:]))
    means = "".join(f"{fmean(row[name] for row in figures.values()):>9.3f}" for name in names[1:])
    print(f"{'mean of sets':<16}{'':>9}{means}")


if __name__ == "__main__":
    main()
