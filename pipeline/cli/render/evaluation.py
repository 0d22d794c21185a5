"""What `evaluate` shows: the metrics of each set, how well the confidence is calibrated, and the surest errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline import evaluate, timecode
from pipeline.cli.render.progress import ConsoleReporter
from pipeline.cli.render.table import shortened, table
from pipeline.errors import JumpnotesError
from pipeline.evaluate import Case, ConfidenceBin, Metrics, ScoredItem
from pipeline.records import MeetingAlignment, Notes, Transcript

Align = Callable[[Path, Path], tuple[Notes, Transcript, MeetingAlignment]]
Failures = list[tuple[Case, JumpnotesError]]

_NONE = "–"


def measure(cases: Sequence[Case], align: Align, progress: ConsoleReporter) -> tuple[list[ScoredItem], Failures]:
    """Align and score each case; one that cannot be read is reported and left out."""
    scored: list[ScoredItem] = []
    failures: Failures = []
    progress.stage(f"{len(cases)} meetings", "align", unit="meetings")
    for done, case in enumerate(cases, start=1):
        try:
            gold = evaluate.read_gold(case.gold)
            notes, _, aligned = align(case.notes, case.transcript)
            items = evaluate.score_items(case, gold, notes, aligned.alignments, aligned.within)
        except JumpnotesError as error:
            failures.append((case, error))
            progress.say(f"error: {error}\nhint: {error.hint}")
        else:
            scored += items
            for item in items:
                if item.block is None:
                    progress.say(f"{case.gold}: no block of the notes starts on line {item.gold.line}: not placed")
        progress.progress(done, len(cases))
    return scored, failures


def report(scored: Sequence[ScoredItem], worst: int) -> str:
    """All tables, for people. `worst` is how many errors are shown."""
    tenths = evaluate.confidence_bins(scored, evaluate.TENTHS)
    levels = evaluate.confidence_bins(scored, evaluate.LEVEL_EDGES)
    errors = _errors(evaluate.surest_errors(scored, worst))
    parts = [_sets(scored), _reliability(tenths), _levels(levels), _spans(scored), errors]
    return "\n\n".join(part for part in parts if part)


def document(scored: Sequence[ScoredItem], failures: Failures, worst: int) -> dict[str, object]:
    """The same for programs."""
    sets = evaluate.group_by_set(scored)
    metrics = {name: evaluate.compute_metrics(items) for name, items in sets.items()}
    tenths = evaluate.confidence_bins(scored, evaluate.TENTHS)
    levels = evaluate.confidence_bins(scored, evaluate.LEVEL_EDGES)
    gap = evaluate.largest_gap(tenths)
    return {
        "sets": {name: {"cases": _cases(sets[name]), **asdict(row)} for name, row in metrics.items()},
        "mean": {"cases": _cases(scored), **asdict(evaluate.mean_metrics(metrics))},
        "reliability": [_bin_document(part) for part in tenths],
        "largest_gap": _bin_document(gap) if gap else None,
        "levels": {name: _bin_document(part) for name, part in zip(evaluate.LEVEL_NAMES, levels, strict=True)},
        "spans": asdict(evaluate.compute_span_metrics(scored)),
        "worst": [_error_document(item) for item in evaluate.surest_errors(scored, worst)],
        "failures": [
            {"set": case.group, "meeting": case.name, "error": str(error), "hint": error.hint}
            for case, error in failures
        ],
    }


def _sets(scored: Sequence[ScoredItem]) -> str:
    sets = evaluate.group_by_set(scored)
    metrics = {name: evaluate.compute_metrics(items) for name, items in sets.items()}
    rows = [_set_row(name, _cases(sets[name]), row) for name, row in metrics.items()]
    rows.append(_set_row("mean of sets", _cases(scored), evaluate.mean_metrics(metrics)))
    head = ("set", "cases", "items", *evaluate.METRIC_NAMES)
    return table(head, rows, right=range(1, len(head)))


def _set_row(name: str, cases: int, metrics: Metrics) -> tuple[str, ...]:
    shown = [_number(getattr(metrics, metric), 1 if metric == "median" else 3) for metric in evaluate.METRIC_NAMES]
    return name, str(cases), str(metrics.items), *shown


def _reliability(tenths: Sequence[ConfidenceBin]) -> str:
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
    summary = (
        f"Largest gap of a tenth with at least {evaluate.MIN_BIN_ANSWERS} answers: {_number(gap.gap, 3, sign='+')}, "
        f"from {gap.low:.1f} to {gap.high:.1f}."
        if gap
        else f"No tenth has the {evaluate.MIN_BIN_ANSWERS} answers that make its gap meaningful."
    )
    return table(("confidence", "answers", "mean", "inside", "gap"), rows, right=(1, 2, 3, 4)) + f"\n{summary}"


def _levels(levels: Sequence[ConfidenceBin]) -> str:
    rows = [
        (name, f"{part.low:g} to {part.high:g}", str(part.count), _number(part.right, 3))
        for name, part in zip(evaluate.LEVEL_NAMES, levels, strict=True)
    ]
    return table(("level", "confidence", "answers", "inside"), rows[::-1], right=(2, 3))


def _spans(scored: Sequence[ScoredItem]) -> str:
    spans = evaluate.compute_span_metrics(scored)
    if spans.within is None:
        return ""
    told = "1 line" if spans.told == 1 else f"{spans.told} lines"
    return f"{told} without a link tell the span of their section: {spans.within:.3f} of these hold the true moment."


def _errors(errors: Sequence[ScoredItem]) -> str:
    rows = [
        (
            f"{item.case.group}/{item.case.name}",
            str(item.gold.line),
            shortened(item.block.text, 40) if item.block else "",
            _NONE if item.gold.start is None else timecode.clock(item.gold.start),
            timecode.clock(item.answer.start),
            _number(item.answer.confidence, 3),
            shortened(", ".join(item.answer.evidence), 32),
        )
        for item in errors
        if item.answer
    ]
    head = ("wrong, the surest first", "line", "notes", "gold", "answer", "confidence", "heard")
    return table(head, rows, right=(1, 3, 4, 5))


def _error_document(item: ScoredItem) -> dict[str, object]:
    assert item.answer is not None
    return {
        "set": item.case.group,
        "meeting": item.case.name,
        "line": item.gold.line,
        "text": item.block.text if item.block else None,
        "gold": item.gold.start,
        "start": item.answer.start,
        "confidence": item.answer.confidence,
        "evidence": list(item.answer.evidence),
    }


def _bin_document(part: ConfidenceBin) -> dict[str, object]:
    return {**asdict(part), "gap": part.gap}


def _cases(scored: Iterable[ScoredItem]) -> int:
    return len({item.case for item in scored})


def _number(value: float | None, digits: int, *, sign: str = "") -> str:
    return _NONE if value is None else f"{value:{sign}.{digits}f}"
