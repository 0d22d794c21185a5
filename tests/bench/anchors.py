"""What written times, corrections and chapters bring, on cases whose true times are known, with the shipped weights.

python -m tests.bench.anchors CASES [--only offsets,typos,hints,corrections,chapters] [--sets a,b]

offsets      every gold block has a written time, by a clock that is off
typos        one of them is ten minutes wrong
hints        all of them, or one in three, is right
corrections  a person corrects the three least certain blocks: the figures are of the others
chapters     the gold headings, shortened, are the video's chapters; or those of another meeting are
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline import cues, evaluate
from pipeline.align import decode, time_offset, weights
from pipeline.align.constraints import ExternalEvidence
from pipeline.records import LINK_CONFIDENCE, Alignment, Chapter, Hint
from tests.bench import fitting
from tests.bench.fitting import FittingCase, LabelledBlock

OFFSETS_SECONDS = (-400.0, -137.3, -20.0, 0.0, 63.7, 400.0, 777.7, 1200.0)
MIN_GOLD_BLOCKS = 5
TYPO_SECONDS = 600.0
MAX_TYPOS = 4  # blocks of each meeting that are mistyped, one after the other
PINS = 3
ROUND: dict[str, Callable[[float], float]] = {
    "exact": float,
    "seconds": lambda at: float(int(at)),
    "minutes": lambda at: 60.0 * int(at / 60),
}

Row = Mapping[str, float]
Rows = Iterator[tuple[str, Row]]
"""Set and figures; every table shows the mean of each figure by set, and the mean of the sets."""


@dataclass(frozen=True, slots=True)
class Meeting:
    case: FittingCase
    onsets: time_offset.SpeechOnsets

    @property
    def gold(self) -> list[LabelledBlock]:
        return [item for item in self.case.items if item.gold.start is not None]

    @property
    def group(self) -> str:
        return self.case.meeting.group

    def decide(
        self,
        hints: Mapping[int, float] | None = None,
        pins: Mapping[int, float | None] | None = None,
        chapters: Sequence[Chapter] = (),
    ) -> tuple[decode.Decision, dict[int, Alignment]]:
        """What is found when blocks, by their numbers, have these times written, or these corrections."""
        shape = self.case.comparison.outline
        blocks = tuple(
            replace(block, hint=Hint(hints[b]) if hints and b in hints else None)
            for b, block in enumerate(shape.blocks)
        )
        comparison = replace(self.case.comparison, outline=replace(shape, blocks=blocks))
        known = {blocks[b].id: at for b, at in (pins or {}).items()}
        decision = decode.decide(comparison, weights.shipped(), ExternalEvidence(known, tuple(chapters), self.onsets))
        number = {block.id: b for b, block in enumerate(blocks)}
        return decision, {number[found.block_id]: found for found in decode.to_alignments(comparison, decision)}


def start_of(item: LabelledBlock) -> float:
    assert item.gold.start is not None
    return item.gold.start


def judged(items: Iterable[LabelledBlock], found: Mapping[int, Alignment], suffix: str = "") -> Iterator[Row]:
    for item in items:
        placed = found.get(item.block)
        right = placed is not None and evaluate.is_inside(placed.start, item.gold)
        error = abs(placed.start - start_of(item)) if placed else np.inf
        row = {
            "start30": error <= 30,
            "inside": right,
            "far": placed is not None and error > 300 and not right,
            "sure": placed is not None and placed.confidence >= LINK_CONFIDENCE,
        }
        yield {name + suffix: float(value) for name, value in row.items()}


def written(items: Iterable[LabelledBlock], offset: float, rounded: Callable[[float], float]) -> dict[int, float]:
    """What a person with another clock wrote down; before that clock began nobody did."""
    return {item.block: rounded(start_of(item) - offset) for item in items if start_of(item) >= offset}


def offsets(meetings: Sequence[Meeting], rounded: Callable[[float], float]) -> Rows:
    """`told`: an offset was found; `right3` of all meetings, `true3` of those in which it was."""
    for meeting in meetings:
        for offset in OFFSETS_SECONDS:
            hints = written(meeting.gold, offset, rounded)
            if len(hints) < MIN_GOLD_BLOCKS:
                continue
            decision, found = meeting.decide(hints)
            heard = decision.constraints.offset
            error = np.inf if heard is None else abs(heard - offset)
            row = {"told": float(heard is not None), "right3": float(error <= 3), "right10": float(error <= 10)}
            if heard is not None:
                row |= {"true3": float(error <= 3), "true10": float(error <= 10)}
            close = [row["start30"] for row in judged(meeting.gold, found)]
            yield meeting.group, row | {"start30": float(np.mean(close))}


def typos(meetings: Sequence[Meeting], rounded: Callable[[float], float], offset: float = 0.0) -> Rows:
    """`rejected`: the answer is not within a minute of the wrong time. `others`: share of the right ones kept."""
    for meeting in meetings:
        gold = meeting.gold
        for number, item in enumerate(gold[:: max(1, len(gold) // MAX_TYPOS)][:MAX_TYPOS]):
            duration = meeting.case.comparison.units.duration
            sides = [
                start_of(item) + side
                for side in ((TYPO_SECONDS, -TYPO_SECONDS) if number % 2 else (-TYPO_SECONDS, TYPO_SECONDS))
            ]
            wrong = next((at for at in sides if max(0.0, offset) <= at <= duration), None)
            if wrong is None:
                continue
            hints = written(gold, offset, rounded) | {item.block: rounded(wrong - offset)}
            _, found = meeting.decide(hints)
            placed = found.get(item.block)
            others = [row["start30"] for row in judged([other for other in gold if other is not item], found)]
            yield (
                meeting.group,
                {
                    "rejected": float(placed is None or abs(placed.start - wrong) > 60),
                    "start30": float(placed is not None and abs(placed.start - start_of(item)) <= 30),
                    "others": float(np.mean(others)),
                },
            )


def right_hints(meetings: Sequence[Meeting], rounded: Callable[[float], float], every: int) -> Rows:
    for meeting in meetings:
        _, found = meeting.decide(written(meeting.gold[::every], 0.0, rounded))
        for row in judged(meeting.gold, found):
            yield meeting.group, row


def corrections(meetings: Sequence[Meeting], every: int | None = None) -> Rows:
    """Figures of the blocks that were not corrected, before and after (′). `every`: correct all but one in so many."""
    for meeting in meetings:
        gold = meeting.gold
        decision, before = meeting.decide()
        if every:
            fixed = [item for number, item in enumerate(gold) if number % every]
        else:
            fixed = sorted(gold, key=lambda item: float(decision.confidence[item.block]))[:PINS]
        rest = [item for item in gold if item not in fixed]
        _, after = meeting.decide(pins={item.block: start_of(item) for item in fixed})
        for old, new in zip(judged(rest, before), judged(rest, after, "′"), strict=True):
            yield meeting.group, dict(old) | dict(new)


def shortened(title: str) -> str:
    """A heading as a publisher abbreviates it: one word in three left out, at most five."""
    words = [word for number, word in enumerate(title.split()) if number % 3 != 2 or len(title.split()) < 4]
    return " ".join(words[:5])


def chapters_of(meeting: Meeting) -> list[Chapter]:
    shape = meeting.case.comparison.outline
    starts = sorted((start_of(i), shape.blocks[i.block].text) for i in meeting.gold if shape.is_heading[i.block])
    ends = [*(start for start, _ in starts[1:]), meeting.case.comparison.units.duration][: len(starts)]
    return [Chapter(start, end, shortened(text)) for (start, text), end in zip(starts, ends, strict=True)]


def chapters(meetings: Sequence[Meeting], *, foreign: bool) -> Rows:
    """Figures of meetings with gold headings, before and after (′)."""
    headed = [(meeting, made) for meeting in meetings if len(made := chapters_of(meeting)) > 2]
    for number, (meeting, own) in enumerate(headed):
        given = own
        if foreign:
            other, theirs = headed[(number + len(headed) // 2) % len(headed)]
            scale = meeting.case.comparison.units.duration / other.case.comparison.units.duration
            given = [Chapter(c.start * scale, c.end * scale, c.title) for c in theirs]
        _, before = meeting.decide()
        _, after = meeting.decide(chapters=given)
        for old, new in zip(judged(meeting.gold, before), judged(meeting.gold, after, "′"), strict=True):
            yield meeting.group, dict(old) | dict(new)


def show(title: str, rows: Rows) -> None:
    sets: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for group, row in rows:
        for name, value in row.items():
            sets[group][name].append(value)
    names = list(dict.fromkeys(name for figures in sets.values() for name in figures))
    print(f"\n{title:<34}{'n':>6}" + "".join(f"{name:>10}" for name in names))
    means: dict[str, list[float]] = defaultdict(list)
    for group, figures in sorted(sets.items()):
        for name, values in figures.items():
            means[name].append(float(np.mean(values)))
        count = len(next(iter(figures.values())))
        cells = (f"{means[name][-1]:>10.3f}" if name in figures else f"{'–':>10}" for name in names)
        print(f"  {group:<32}{count:>6}" + "".join(cells))
    print(f"  {'mean of sets':<38}" + "".join(f"{np.mean(means[name]):>10.3f}" for name in names), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--only", default="offsets,typos,hints,corrections,chapters")
    parser.add_argument("--sets", help="only these sets")
    args = parser.parse_args()
    wanted, sets = args.only.split(","), args.sets.split(",") if args.sets else None
    everything = [
        Meeting(case, time_offset.find_onsets(cues.read(case.meeting.transcript)))
        for case in fitting.load(args.cases)
        if sets is None or case.meeting.group in sets
    ]
    meetings = [meeting for meeting in everything if len(meeting.gold) >= MIN_GOLD_BLOCKS]
    print(
        f"{len(meetings)} meetings; "
        f"{len(everything) - len(meetings)} more have fewer than {MIN_GOLD_BLOCKS} gold blocks"
    )
    for name, rounded in ROUND.items():
        if "offsets" in wanted:
            show(f"offsets, times {name}", offsets(meetings, rounded))
        if "typos" in wanted:
            show(f"one time wrong, {name}", typos(meetings, rounded))
        if "hints" in wanted:
            show(f"every block has a time, {name}", right_hints(meetings, rounded, 1))
            show(f"one block in three, {name}", right_hints(meetings, rounded, 3))
    if "typos" in wanted:
        show("one time wrong, offset 400", typos(meetings, ROUND["seconds"], 400.0))
    if "corrections" in wanted:
        show(f"{PINS} corrections: the others", corrections(meetings))
        show("two in three corrected: the others", corrections(meetings, 3))
    if "chapters" in wanted:
        show("chapters", chapters(meetings, foreign=False))
        show("chapters of another meeting", chapters(meetings, foreign=True))


if __name__ == "__main__":
    main()
