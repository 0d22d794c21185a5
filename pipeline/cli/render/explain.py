"""`jumpnotes align --explain`: why a block was placed where it was, in plain words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pipeline import export, timecode
from pipeline.align.explain import Explanation, Group, How, Match, Neighbour, NotPlaced, Order, Unplaced
from pipeline.cli.render.table import shortened, table
from pipeline.records import LINK_CONFIDENCE, Basis, Block, Notes

WIDTH = 60  # characters of a quotation
NEGLIGIBLE = 0.1  # log-odds not worth a line

_UNPLACED = {
    Unplaced.CODE: "It is code: nobody reads it out.",
    Unplaced.MARKUP: "It is a link or markup, without words to look for.",
    Unplaced.NO_WORDS: "It has no words of its own: a bare link, a number or a rule.",
    Unplaced.TITLE: "It is the title of the whole document: it belongs to no moment.",
    Unplaced.TEMPLATE: "It stands in the other notes of its folder, too: nobody says it.",
}
_BASIS = {
    Basis.PINNED: "a person said so",
    Basis.HINT: "the time written in the notes",
    Basis.MATCH: "its own words",
    Basis.PATH: "few words, and its place among the others",
    Basis.NEIGHBOURS: "only what stands beside it",
}
_GROUPS = {
    Group.WORDS: "its own words",
    Group.STRUCTURE: "the words of what stands above, under and beside it",
    Group.ONSET: "how it begins",
    Group.PEOPLE: "who speaks",
    Group.POSITION: "where in the meeting",
}
_ORDERS = {
    Order.CHRONOLOGICAL: "the notes follow the meeting",
    Order.BY_TOPIC: "the notes follow the meeting within each section",
    Order.UNORDERED: "the notes are in no order",
}


def block_at(notes: Notes, line: int) -> Block | None:
    """The block on this line (1-based); of several, the one that begins last."""
    return next((block for block in reversed(list(notes.blocks)) if block.line <= line < block.end_line), None)


def nearest(notes: Notes, line: int) -> str:
    """The blocks just before and just after a line that holds none, in words."""
    blocks = [block for block in notes.blocks if block.text]
    before = next((block for block in reversed(blocks) if block.line < line), None)
    after = next((block for block in blocks if block.line > line), None)
    near = [f"line {block.line} (“{shortened(block.text, 40)}”)" for block in (before, after) if block]
    return f"the nearest: {' and '.join(near)}" if near else "the notes are empty"


def text(found: Explanation | NotPlaced) -> str:
    """A page of plain text."""
    block = found.block
    head = f"line {block.line}, {block.kind.value}" + (f": {shortened(block.text, 90)}" if block.text else "")
    if isinstance(found, NotPlaced):
        return f"{head}\nNot looked for. {_UNPLACED[found.why]}"
    return "\n\n".join(
        filter(None, (f"{head}\n{_verdict(found)}", _heard(found), _places(found), _why(found), _order(found)))
    )


def document(found: Explanation | NotPlaced) -> dict[str, Any]:
    """The same as JSON: the fields of `pipeline.align.explain`, the block as `line`, `kind` and `text`."""
    data = asdict(found)
    block = found.block
    data |= {"block": {"id": block.id, "line": block.line, "kind": block.kind.value, "text": block.text}}
    if isinstance(found, Explanation):
        data["link"] = export.moment_json(found.link)
    return {"placed": isinstance(found, Explanation) and found.link is not None, **_rounded(data)}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, (list, tuple)) else value


def _verdict(found: Explanation) -> str:
    if found.link is None:
        return f"No moment is likely enough; the best guess is {timecode.clock(found.chosen.start)}."
    link = found.link
    span = f"{timecode.clock(link.start)} to {timecode.clock(link.end)}"
    also = f", also at {', '.join(timecode.clock(moment.start) for moment in link.also)}" if link.also else ""
    sure = f"confidence {link.confidence:.2f}" + ("" if link.confidence >= LINK_CONFIDENCE else ", too low for a link")
    return f"{span}{also}; {sure}; known by {_BASIS[link.basis]}"


def _heard(found: Explanation) -> str:
    lines = ["Heard there", *_columns([_match(match) for match in found.matches])] if found.matches else []
    if found.missing:
        lines.append(f"{'  ' if lines else ''}Not heard there: {', '.join(found.missing)}")
    return "\n".join(lines)


def _match(match: Match) -> tuple[str, ...]:
    said = "" if match.heard.casefold() == match.written.casefold() else f"← “{match.heard}”"
    kind = {How.HEARD: "", How.MISHEARD: "(sounds alike)", How.NUMBER: "(number)"}[match.how]
    return timecode.clock(match.start), match.written, f"{said} {kind}".strip()


def _places(found: Explanation) -> str:
    rows = [
        (
            f"{place.share:.0%}",
            f"{place.ordered:.0%}",
            timecode.clock(place.start),
            f"“{shortened(place.said, WIDTH)}”" + ("  ← chosen" if place is found.chosen else ""),
        )
        for place in (found.chosen, *found.rivals)
    ]
    head = ("alone", "in order", "time", "said there")
    return "\n".join(
        ["Moments in question, by its own evidence and with its neighbours", *_indented(head, rows, (0, 1, 2))]
    )


def _why(found: Explanation) -> str:
    lines = []
    if weighty := [reason for reason in found.reasons if abs(reason.weight) >= NEGLIGIBLE]:
        chosen, rival = timecode.clock(found.chosen.start), timecode.clock(found.rivals[0].start)
        lines = [f"{chosen} rather than {rival}: + for it, - against it (log-odds)"]
        lines += _columns([(f"{reason.weight:+.1f}", _GROUPS[reason.group]) for reason in weighty], right=(0,))
    if found.signs:
        lines.append(f"{'  ' if lines else ''}It begins with {', '.join(found.signs)}.")
    return "\n".join(lines)


def _order(found: Explanation) -> str:
    lines = [f"Order: {_ORDERS[found.order]} ({found.order_share:.0%})"]
    neighbours = {"previous link": found.before, "next link": found.after, "moved to its part": found.opens}
    rows = [(name, *_named(neighbour)) for name, neighbour in neighbours.items() if neighbour]
    return "\n".join([*lines, *_columns(rows, right=(1,))])


def _named(neighbour: Neighbour) -> tuple[str, str]:
    return timecode.clock(neighbour.start), f"“{shortened(neighbour.text, WIDTH)}” (line {neighbour.line})"


def _columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    return _indented([""] * len(rows[0]), rows, right)[1:] if rows else []


def _indented(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    return [f"  {line}" for line in table(head, rows, right=right).splitlines()]
