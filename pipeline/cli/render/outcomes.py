"""How a run ended: the table after the last meeting, and each meeting as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import export, timecode
from pipeline.cli.render.links import certainties
from pipeline.cli.render.table import table
from pipeline.file_names import printable
from pipeline.records import Certainty, Meeting

if TYPE_CHECKING:
    from pipeline.run.runner import RunOutcome
    from pipeline.store import Store

_ALWAYS = (Certainty.SURE, Certainty.LIKELY, Certainty.NOT_FOUND)
"""The columns of every table; those for what people said are shown where they said something."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One meeting in the table; `counts` is None where nothing is known of it."""

    counts: Counter[str] | None
    length: str
    state: str
    title: str


def summary(outcomes: Iterable[RunOutcome]) -> str:
    """A table of how many links each meeting has of each certainty, with the reasons of failures below it.

    Of each outcome only its line is kept, for a run may have thousands.
    """
    lines, problems, unchanged = [], [], 0
    for outcome in outcomes:
        if outcome.state == "unchanged":
            unchanged += 1
            continue
        lines.append(_line(outcome))
        if outcome.failure:
            path = printable(str(outcome.path))
            problems.append(f"{path}: {outcome.failure.message}\n  hint: {outcome.failure.hint}")
    parts = [_link_counts(lines), f"{unchanged} unchanged." if unchanged else "", *problems]
    return "\n".join(part for part in parts if part)


def outcome_json(outcome: RunOutcome, store: Store) -> dict[str, object]:
    """One meeting of a run: as `align` prints it, with how the run ended."""
    stored = outcome.meeting
    if stored is None and outcome.slug and not outcome.failure:
        stored = store.meeting(outcome.slug, segments=False)
    nothing: dict[str, object] = {
        "slug": outcome.slug,
        "title": None,
        "date": None,
        "video": None,
        "duration": None,
        "blocks": [],
    }
    ended: dict[str, object] = {"notes": printable(str(outcome.path)), "state": outcome.state.value}
    if outcome.failure:
        ended |= {"error": outcome.failure.message, "hint": outcome.failure.hint}
    return (export.meeting_json(stored) if stored else nothing) | ended


def _line(outcome: RunOutcome) -> _Line:
    meeting = outcome.meeting
    return _Line(
        _count(meeting) if meeting else None,
        timecode.clock(meeting.duration) if meeting and meeting.duration else "",
        outcome.state.value,
        meeting.notes.title if meeting else printable(outcome.path.name),
    )


def _link_counts(lines: Sequence[_Line]) -> str:
    known = [line.counts for line in lines if line.counts is not None]
    columns = [word for word in Certainty if word in _ALWAYS or any(count[word] for count in known)]
    rows = [
        (
            *("" if line.counts is None else str(line.counts[word]) for word in columns),
            line.length,
            line.state,
            line.title,
        )
        for line in lines
    ]
    return table((*columns, "length", "state", "meeting"), rows, right=range(len(columns) + 1))


def _count(meeting: Meeting) -> Counter[str]:
    return Counter(certainties(meeting.notes, meeting.alignments, meeting.corrections).values())
