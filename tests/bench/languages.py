"""How good links are in other languages than English, and where notes and recording are in two languages.

python -m tests.bench.languages [FOLDER ...] [--write FILE]

A FOLDER has sets of cases, as for `jumpnotes evaluate`; without one it is the meetings of our own, in
tests/fixtures/cases. Each set is measured without the sentence model and, where that is installed, with it.
The languages are those that the notes and the transcripts are taken for; a dash is a language without word lists, or
notes too short to tell. `--write` keeps the figures for the docs.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline import cues, evaluate, meaning, notes
from pipeline.align import align
from pipeline.evaluate import Case, Metrics, ScoredItem
from pipeline.language.word_lists import detect_language
from pipeline.records import MeetingAlignment, Notes, Transcript
from tests.conftest import ROOT

OUR_CASES = ROOT / "tests" / "fixtures" / "cases"
SHOWN = ("start30", "inside", "far", "auc", "foreign", "sure", "right")

Align = Callable[[Notes, Transcript], MeetingAlignment]


@dataclass(frozen=True, slots=True)
class LanguagePair:
    """What the notes and the transcript of a meeting are taken for: codes, or a dash."""

    notes: str
    transcript: str

    def __str__(self) -> str:
        return f"{self.notes} → {self.transcript}"


@dataclass(frozen=True, slots=True)
class MeetingOfSet:
    """A case that has been read."""

    case: Case
    notes: Notes
    transcript: Transcript

    @property
    def languages(self) -> LanguagePair:
        written = detect_language(block.text for block in self.notes.blocks).code
        said = detect_language(segment.text for segment in self.transcript.heard).code
        return LanguagePair(written or "–", said or "–")

    def score(self, place: Align) -> list[ScoredItem]:
        gold = evaluate.read_gold(self.case.gold)
        return evaluate.score_items(self.case, gold, self.notes, place(self.notes, self.transcript).alignments)


def ways() -> dict[str, Align]:
    """Without the sentence model, and with it where it can be loaded."""
    found: dict[str, Align] = {"words": align}
    if model := meaning.load():
        found["meaning"] = partial(align, meaning=model)
    return found


def read(folders: Iterable[Path]) -> dict[str, list[MeetingOfSet]]:
    """The meetings of each set."""
    sets: dict[str, list[MeetingOfSet]] = {}
    for folder in folders:
        for case in evaluate.find_cases(folder):
            meeting = MeetingOfSet(case, notes.read(case.notes), cues.read(case.transcript))
            sets.setdefault(case.group, []).append(meeting)
    return sets


def measure(meetings: Sequence[MeetingOfSet], place: Align) -> Metrics:
    return evaluate.compute_metrics([item for meeting in meetings for item in meeting.score(place)])


def figures(sets: dict[str, list[MeetingOfSet]], place: Align) -> dict[str, dict[str, Any]]:
    """The metrics of each set, as the docs keep them."""
    return {name: {"cases": len(of_set), **asdict(measure(of_set, place))} for name, of_set in sets.items()}


def rows(sets: dict[str, list[MeetingOfSet]], found: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield f"{'set':<16}{'languages':<22}{'cases':>6}{'items':>6}" + "".join(f"{name:>9}" for name in SHOWN)
    for name, of_set in sets.items():
        pairs = Counter(str(meeting.languages) for meeting in of_set)
        shown = ", ".join(f"{count} {pair}" for pair, count in pairs.items())
        cells = (found[name][metric] for metric in SHOWN)
        counts = f"{found[name]['cases']:>6}{found[name]['items']:>6}"
        yield f"{name:<16}{shown:<22}{counts}" + "".join(
            f"{'–':>9}" if cell is None else f"{cell:>9.3f}" for cell in cells
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", default=[OUR_CASES])
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the figures as JSON")
    args = parser.parse_args()
    sets = read(args.folders)
    document: dict[str, Any] = {"command": "python -m tests.bench.languages tests/fixtures/cases BILINGUAL"}
    for way, place in ways().items():
        document[way] = figures(sets, place)
        print(f"\n{way}", *rows(sets, document[way]), sep="\n", flush=True)
    if args.write:
        args.write.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
