"""How a run ended: the table after the last meeting, and each meeting as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
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


def summary(outcomes: Sequence[RunOutcome]) -> str:
    """A table of how many links each meeting has of each certainty, with the reasons of failures below it."""
    processed = [outcome for outcome in outcomes if outcome.state != "unchanged"]
    parts = [_link_counts(processed)]
    if unchanged := len(outcomes) - len(processed):
        parts.append(f"{unchanged} unchanged.")
    parts += [
        f"{printable(str(o.path))}: {o.failure.message}\n  hint: {o.failure.hint}" for o in processed if o.failure
    ]
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


def _link_counts(outcomes: Iterable[RunOutcome]) -> str:
    counts = [(outcome, _count(outcome.meeting)) for outcome in outcomes]
    columns = [word for word in Certainty if word in _ALWAYS or any(count[word] for _, count in counts)]
    rows = [
        (
            *(str(count[word]) if outcome.meeting else "" for word in columns),
            timecode.clock(outcome.meeting.duration) if outcome.meeting and outcome.meeting.duration else "",
            outcome.state.value,
            outcome.meeting.notes.title if outcome.meeting else printable(outcome.path.name),
        )
        for outcome, count in counts
    ]
    return table((*columns, "length", "state", "meeting"), rows, right=range(len(columns) + 1))


def _count(meeting: Meeting | None) -> Counter[str]:
    return Counter(certainties(meeting.notes, meeting.alignments, meeting.corrections).values() if meeting else ())
