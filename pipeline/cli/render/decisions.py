"""Decisions and actions, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pipeline import part_clock
from pipeline.cli.render.table import MAX_TITLE_CHARS, shortened
from pipeline.export.marks import mark_facts_json, mark_json
from pipeline.file_names import printable
from pipeline.topics.listed_marks import PlacedMark
from pipeline.topics.mark_states import BOX_STATES

MAX_TEXT_CHARS = 140
_BOXES = {None: "", True: "[x] ", False: "[ ] "}


@dataclass(frozen=True, slots=True)
class ShownMark:
    """A mark with its place; `path` and `line` are those of notes that are in no archive."""

    placed: PlacedMark
    path: Path | None = None
    line: int = 0


def decisions_text(marks: Iterable[ShownMark]) -> str:
    """Every meeting, and below it what its notes mark: when, with which word, and what."""
    lines: list[str] = []
    last = None
    for shown in marks:
        meeting, mark = shown.placed.found.meeting, shown.placed.found.mark
        if meeting.slug != last:
            last = meeting.slug
            title = shortened(printable(meeting.title), MAX_TITLE_CHARS)
            day = "" if meeting.date is None or meeting.date.isoformat() in title else meeting.date.isoformat()
            where = printable(str(shown.path)) if shown.path else meeting.slug
            lines += [""] if lines else []
            lines.append("  ".join(part for part in (click.style(title, bold=True), day, where) if part))
        start = shown.placed.start
        time = "–" if start is None else part_clock.clock(shown.placed.part_starts, start)
        place = f"line {shown.line}" if shown.path else f"{time:>8}"
        box = "" if mark.state.casefold() in BOX_STATES else _BOXES[mark.done]
        text = shortened(printable(mark.text), MAX_TEXT_CHARS)
        lines.append(f"  {place}  {printable(mark.state)}: {box}{text}")
    return "\n".join(lines)


def shown_mark_json(shown: ShownMark, site: str) -> Mapping[str, Any]:
    """A mark for programs: with its address, or with its file and line."""
    if shown.path is None:
        return mark_json(shown.placed, site)
    return {**mark_facts_json(shown.placed), "path": str(shown.path), "line": shown.line}
