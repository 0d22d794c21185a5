"""What the command line shows: progress on stderr, results on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from pipeline import export, timecode
from pipeline.records import (
    LINK_CONFIDENCE,
    SURE_CONFIDENCE,
    Alignment,
    Basis,
    Block,
    BlockKind,
    MeetingAlignment,
    Notes,
)

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from pipeline.run.runner import Outcome
    from pipeline.store import Store


class Progress(AbstractContextManager["Progress"]):
    """A run's Reporter: a bar on a terminal, a line at every tenth elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._label = ""
        self._bar: ProgressBar[int] | None = None
        self._tenth = 0

    def stage(self, title: str, stage: str, *, unit: str = "") -> None:
        self._end_bar()
        self._label, self._tenth = stage, 0
        if not (self._terminal and unit):
            click.echo(f"{title}: {stage} …", err=True)
        else:
            click.echo(title, err=True)

    def progress(self, done: float, total: float) -> None:
        if total <= 0:
            return
        if self._terminal:
            self._draw(done, total)
        elif (tenth := int(10 * done / total)) > self._tenth:
            self._tenth = tenth
            click.echo(f"  {self._label} {tenth * 10} %", err=True)

    def say(self, text: str) -> None:
        self._end_bar()
        click.echo(text, err=True)

    def _draw(self, done: float, total: float) -> None:
        if self._bar is None:
            self._bar = click.progressbar(length=int(total), label=f"  {self._label}", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(int(min(done, total)) - self._bar.pos)

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_bar()


def links(notes: Notes, alignments: Mapping[str, Alignment]) -> str:
    """Every block with its moment, one a line, indented as in the notes."""
    rows = [
        (*_moment(link, block), "  " * indent + shortened(block.text, 76 - 2 * indent) + _also(link))
        for block, indent in _outline(notes)
        for link in [alignments.get(block.id)]
        if block.text
    ]
    return table(("time", "", "notes"), rows, right=(0,))


def times(notes: Notes, aligned: MeetingAlignment) -> str:
    """What became of the times in the notes, in a line or two; "" when there is nothing to say about them."""
    hinted = [block for block in notes.blocks if block.hint]
    agreed = {a.block_id for a in aligned.alignments if a.basis in {Basis.HINT, Basis.PINNED}}
    said = ""
    if aligned.offset is not None:
        off, way = timecode.clock(abs(aligned.offset)), "behind" if aligned.offset > 0 else "ahead of"
        runs = f"run {off} {way} the recording" if abs(aligned.offset) >= 1 else "are those of the recording"
        said = f"The times in the notes {runs}; {sum(b.id in agreed for b in hinted)} of {len(hinted)} agree."
    doubted = [f"{timecode.clock(b.hint.start)} on line {b.line}" for b in hinted if b.hint and b.id not in agreed]
    if doubted:
        said += f"\nNot believed, as what is heard there speaks against it: {', '.join(doubted)}."
    return said.strip()


def summary(outcomes: Sequence[Outcome]) -> str:
    """The table that ends a run, the reasons of failures below it."""
    worked = [outcome for outcome in outcomes if outcome.state != "unchanged"]
    parts = [
        table(("linked", "unsure", "blocks", "length", "", "meeting"), [_row(o) for o in worked], right=(0, 1, 2, 3))
    ]
    if unchanged := len(outcomes) - len(worked):
        parts.append(f"{unchanged} unchanged.")
    parts += [f"{o.path}: {o.failure.message}\n  hint: {o.failure.hint}" for o in worked if o.failure]
    return "\n".join(part for part in parts if part)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Columns as wide as their widest cell; the columns in `right` are set flush right."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    )


def snippet(pieces: Iterable[tuple[str, bool]]) -> str:
    """A hit's text, the matches in bold (on a terminal)."""
    return "".join(click.style(text, bold=True) if match else text for text, match in pieces)


def _row(outcome: Outcome) -> tuple[str, ...]:
    meeting = outcome.meeting
    if meeting is None:
        return "", "", "", "", outcome.state.value, outcome.path.name
    linked = sum(a.confidence >= LINK_CONFIDENCE for a in meeting.alignments.values())
    blocks = sum(bool(block.text) for block in meeting.notes.blocks)
    return (
        str(linked),
        str(len(meeting.alignments) - linked),
        str(blocks),
        timecode.clock(meeting.duration) if meeting.duration else "",
        outcome.state.value,
        meeting.notes.title,
    )


def _outline(notes: Notes) -> Iterable[tuple[Block, int]]:
    for section in notes.sections:
        under = max(section.level - 1, 0)
        for block in section.blocks:
            yield block, under if block.kind is BlockKind.HEADING else under + max(block.depth, 1)


def _moment(alignment: Alignment | None, block: Block) -> tuple[str, str]:
    if alignment is None or alignment.confidence < LINK_CONFIDENCE:
        return "–", "template" if block.template else ""
    return timecode.clock(alignment.start), "" if alignment.confidence >= SURE_CONFIDENCE else "?"


def _also(alignment: Alignment | None) -> str:
    times = [timecode.clock(moment.start) for moment in alignment.also] if alignment else []
    return f"  (also {', '.join(times)})" if times else ""


def shortened(text: str, width: int) -> str:
    """On one line, and at most `width` characters long."""
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def outcome(found: Outcome, store: Store) -> dict[str, object]:
    """One meeting of a run as JSON: as `align` prints it, with how the run ended."""
    stored = found.meeting
    if stored is None and found.slug and not found.failure:
        stored = store.meeting(found.slug, segments=False)
    nothing: dict[str, object] = {
        "slug": found.slug,
        "title": None,
        "date": None,
        "video": None,
        "duration": None,
        "blocks": [],
    }
    ended: dict[str, object] = {"notes": str(found.path), "state": found.state.value}
    if found.failure:
        ended |= {"error": found.failure.message, "hint": found.failure.hint}
    return (export.meeting_json(stored) if stored else nothing) | ended


def as_json(document: Any) -> str:
    import json

    return json.dumps(document, ensure_ascii=False)
