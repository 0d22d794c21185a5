"""What `evaluate` shows: the figures of each set, whether the confidence keeps its promise, and the worst misses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline import evaluate, timecode
from pipeline.cli.render.progress import ConsoleReporter
from pipeline.cli.render.table import shortened, table
from pipeline.errors import JumpnotesError
from pipeline.evaluate import Bin, Case, Figures, Judged
from pipeline.records import MeetingAlignment, Notes, Transcript

Align = Callable[[Path, Path], tuple[Notes, Transcript, MeetingAlignment]]
Faults = list[tuple[Case, JumpnotesError]]

_NONE = "–"


def measure(cases: Sequence[Case], align: Align, progress: ConsoleReporter) -> tuple[list[Judged], Faults]:
    """Align and judge each case; one that cannot be read is told and left out."""
    judged: list[Judged] = []
    faults: Faults = []
    progress.stage(f"{len(cases)} meetings", "align", unit="meetings")
    for done, case in enumerate(cases, start=1):
        try:
            gold = evaluate.read_gold(case.gold)
            notes, _, aligned = align(case.notes, case.transcript)
            rows = evaluate.judge(case, gold, notes, aligned.alignments)
        except JumpnotesError as error:
            faults.append((case, error))
            progress.say(f"error: {error}\nhint: {error.hint}")
        else:
            judged += rows
            for row in rows:
                if row.block is None:
                    progress.say(f"{case.gold}: no block of the notes starts on line {row.gold.line}: not placed")
        progress.progress(done, len(cases))
    return judged, faults


def report(judged: Sequence[Judged], worst: int) -> str:
    """All tables, for people. `worst` is how many misses are shown."""
    tenths, levels = evaluate.bins(judged, evaluate.TENTHS), evaluate.bins(judged, evaluate.LEVELS)
    parts = [_sets(judged), _reliability(tenths), _levels(levels), _worst(evaluate.worst(judged, worst))]
    return "\n\n".join(part for part in parts if part)


def document(judged: Sequence[Judged], faults: Faults, worst: int) -> dict[str, object]:
    """The same for programs."""
    sets = evaluate.by_set(judged)
    found = {name: evaluate.figures(rows) for name, rows in sets.items()}
    tenths, levels = evaluate.bins(judged, evaluate.TENTHS), evaluate.bins(judged, evaluate.LEVELS)
    gap = evaluate.largest_gap(tenths)
    return {
        "sets": {name: {"cases": _cases(sets[name]), **asdict(row)} for name, row in found.items()},
        "mean": {"cases": _cases(judged), **asdict(evaluate.mean(found))},
        "reliability": [_bin(part) for part in tenths],
        "largest_gap": _bin(gap) if gap else None,
        "levels": {name: _bin(part) for name, part in zip(evaluate.LEVEL_NAMES, levels, strict=True)},
        "worst": [_miss(row) for row in evaluate.worst(judged, worst)],
        "failures": [
            {"set": case.group, "meeting": case.name, "error": str(error), "hint": error.hint} for case, error in faults
        ],
    }


def _sets(judged: Sequence[Judged]) -> str:
    sets = evaluate.by_set(judged)
    found = {name: evaluate.figures(rows) for name, rows in sets.items()}
    rows = [_figures(name, _cases(sets[name]), figures) for name, figures in found.items()]
    rows.append(_figures("mean of sets", _cases(judged), evaluate.mean(found)))
    return table(("set", "cases", "items", *evaluate.FIGURES), rows, right=range(1, len(evaluate.FIGURES) + 3))


def _figures(name: str, cases: int, row: Figures) -> tuple[str, ...]:
    shown = [_number(getattr(row, figure), 1 if figure == "median" else 3) for figure in evaluate.FIGURES]
    return name, str(cases), str(row.items), *shown


def _reliability(tenths: Sequence[Bin]) -> str:
    rows = [
        (
            f"{part.low:.1f} to {part.high:.1f}",
            str(part.count),
            _number(part.confidence, 3),
            _number(part.right, 3),
            _number(part.gap, 3, sign="+"),
        )
        for part in tenths
    ]
    gap = evaluate.largest_gap(tenths)
    said = (
        f"Largest gap where there are at least {evaluate.ENOUGH} answers: {_number(gap.gap, 3, sign='+')}, "
        f"from {gap.low:.1f} to {gap.high:.1f}."
        if gap
        else f"No tenth has the {evaluate.ENOUGH} answers that a gap needs to mean something."
    )
    return table(("confidence", "answers", "mean", "inside", "gap"), rows, right=(1, 2, 3, 4)) + f"\n{said}"


def _levels(levels: Sequence[Bin]) -> str:
    rows = [
        (name, f"{part.low:g} to {part.high:g}", str(part.count), _number(part.right, 3))
        for name, part in zip(evaluate.LEVEL_NAMES, levels, strict=True)
    ]
    return table(("level", "confidence", "answers", "inside"), rows[::-1], right=(2, 3))


def _worst(misses: Sequence[Judged]) -> str:
    rows = [
        (
            f"{row.case.group}/{row.case.name}",
            str(row.gold.line),
            shortened(row.block.text, 40) if row.block else "",
            _NONE if row.gold.start is None else timecode.clock(row.gold.start),
            timecode.clock(row.answer.start),
            _number(row.answer.confidence, 3),
            shortened(", ".join(row.answer.evidence), 32),
        )
        for row in misses
        if row.answer
    ]
    head = ("wrong, the surest first", "line", "notes", "gold", "answer", "confidence", "heard")
    return table(head, rows, right=(1, 3, 4, 5))


def _miss(row: Judged) -> dict[str, object]:
    assert row.answer is not None
    return {
        "set": row.case.group,
        "meeting": row.case.name,
        "line": row.gold.line,
        "text": row.block.text if row.block else None,
        "gold": row.gold.start,
        "start": row.answer.start,
        "confidence": row.answer.confidence,
        "evidence": list(row.answer.evidence),
    }


def _bin(part: Bin) -> dict[str, object]:
    return {**asdict(part), "gap": part.gap}


def _cases(judged: Iterable[Judged]) -> int:
    return len({row.case for row in judged})


def _number(value: float | None, digits: int, *, sign: str = "") -> str:
    return _NONE if value is None else f"{value:{sign}.{digits}f}"
