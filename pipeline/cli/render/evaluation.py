"""What `evaluate` shows: the metrics of each set, how well the confidence is calibrated, and the surest errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import TypeVar

from pipeline import evaluate, timecode
from pipeline.cli.render.progress import ConsoleReporter
from pipeline.cli.render.table import shortened, table
from pipeline.errors import JumpnotesError
from pipeline.evaluate import ConfidenceBin, GoldMeeting, Metrics, ScoredItem

Measured = TypeVar("Measured", bound=GoldMeeting)
Failures = list[tuple[GoldMeeting, JumpnotesError]]

CORRECTIONS_BIAS = (
    "Measured are only the lines that people corrected. They correct links that are wrong and rarely confirm those\n"
    "that are right, so the figures are worse than over all lines: start30, inside and right most of all."
)
MAX_SET_CHARS = 12
"""Of the name of a set, in a table that a terminal of 120 columns shows."""

_NONE = "–"


def measure(
    meetings: Sequence[Measured], score: Callable[[Measured], list[ScoredItem]], progress: ConsoleReporter
) -> tuple[list[ScoredItem], Failures]:
    """Align and score each meeting; one that cannot be read is reported and left out."""
    scored: list[ScoredItem] = []
    failures: Failures = []
    progress.stage(f"{len(meetings)} meetings", "align", unit="meetings")
    for done, meeting in enumerate(meetings, start=1):
        try:
            scored += score(meeting)
        except JumpnotesError as error:
            failures.append((meeting, error))
            progress.say(f"error: {error}\nhint: {error.hint}")
        progress.progress(done, len(meetings))
    return scored, failures


def left_out(corrections: int) -> str:
    """What to say of corrections that cannot be measured by."""
    counted = "1 correction is" if corrections == 1 else f"{corrections} corrections are"
    return f"{counted} left out, of lines that are no longer in the notes or for another recording"


def report(scored: Sequence[ScoredItem], worst: int, *, bias: str | None = None) -> str:
    """All tables, for people. `worst` is how many errors are shown, `bias` what to know about the figures."""
    tenths = evaluate.confidence_bins(scored, evaluate.TENTHS)
    levels = evaluate.confidence_bins(scored, evaluate.LEVEL_EDGES)
    errors = _errors(evaluate.surest_errors(scored, worst))
    parts = [_sets(scored), bias, _reliability(tenths), _levels(levels), _spans(scored), errors]
    return "\n\n".join(part for part in parts if part)


def document(
    scored: Sequence[ScoredItem], failures: Failures, worst: int, *, bias: str | None = None
) -> dict[str, object]:
    """The same for programs."""
    sets = evaluate.group_by_set(scored)
    metrics = {name: evaluate.compute_metrics(items) for name, items in sets.items()}
    tenths = evaluate.confidence_bins(scored, evaluate.TENTHS)
    levels = evaluate.confidence_bins(scored, evaluate.LEVEL_EDGES)
    gap = evaluate.largest_gap(tenths)
    return {
        "sets": {name: {"cases": _cases(sets[name]), **asdict(row)} for name, row in metrics.items()},
        "bias": bias and " ".join(bias.split()),
        "mean": {"cases": _cases(scored), **asdict(evaluate.mean_metrics(metrics))},
        "reliability": [_bin_document(part) for part in tenths],
        "largest_gap": _bin_document(gap) if gap else None,
        "levels": {name: _bin_document(part) for name, part in zip(evaluate.LEVEL_NAMES, levels, strict=True)},
        "spans": asdict(evaluate.compute_span_metrics(scored)),
        "worst": [_error_document(item) for item in evaluate.surest_errors(scored, worst)],
        "failures": [
            {"set": meeting.group, "meeting": meeting.name, "error": str(error), "hint": error.hint}
            for meeting, error in failures
        ],
    }


def _sets(scored: Sequence[ScoredItem]) -> str:
    sets = evaluate.group_by_set(scored)
    metrics = {name: evaluate.compute_metrics(items) for name, items in sets.items()}
    rows = [_set_row(shortened(name, MAX_SET_CHARS), _cases(sets[name]), row) for name, row in metrics.items()]
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
    if spans.told == 1:
        holds = "it holds" if spans.within == 1 else "it does not hold"
        return f"1 line without a link tells the span of its section: {holds} the true moment."
    return (
        f"{spans.told} lines without a link tell the span of their section: {spans.within:.3f} of these hold the true "
        "moment."
    )


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
