"""`jumpnotes align --explain`: why a block was placed where it was, in plain words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pipeline import export, page_addresses, timecode
from pipeline.align.explain import Explanation, HeardAs, Neighbour, NoteOrder, NotPlaced, TermMatch, UnplacedReason
from pipeline.align.features import FeatureGroup
from pipeline.cli.render.table import shortened, table
from pipeline.records import LINK_CONFIDENCE, Basis, Block, Notes

MAX_QUOTE_CHARS, MAX_BLOCK_CHARS, MAX_NEARBY_CHARS = 60, 90, 40
MIN_SHOWN_LOG_ODDS = 0.1

_UNPLACED = {
    UnplacedReason.CODE: "It is code, which nobody reads aloud.",
    UnplacedReason.MARKUP: "It is a link or markup, without words to look for.",
    UnplacedReason.NO_WORDS: "It has no words of its own: a bare link, a number or a rule.",
    UnplacedReason.TITLE: "It is the title of the whole document, which belongs to no moment.",
    UnplacedReason.TEMPLATE: "It is part of a template that recurs in the notes of this folder: nobody says it.",
}
_BASIS = {
    Basis.PINNED: "set by a person",
    Basis.HINT: "based on the time written in the notes",
    Basis.MATCH: "based on its own words",
    Basis.PATH: "based on a few of its words and on the order of the notes",
    Basis.NEIGHBOURS: "based only on the blocks around it",
}
_GROUPS = {
    FeatureGroup.WORDS: "its own words",
    FeatureGroup.STRUCTURE: "the words of the blocks above, under and beside it",
    FeatureGroup.ONSET: "how something begins there",
    FeatureGroup.PEOPLE: "who speaks",
    FeatureGroup.POSITION: "how far into the meeting it is",
    FeatureGroup.MEANING: "what it means",
}
_ORDERS = {
    NoteOrder.CHRONOLOGICAL: "the notes follow the meeting",
    NoteOrder.BY_TOPIC: "the notes follow the meeting within each section",
    NoteOrder.UNORDERED: "the notes are in no order",
}
_HEARD_AS = {HeardAs.HEARD: "", HeardAs.MISHEARD: "(sounds alike)", HeardAs.NUMBER: "(number)"}


def block_at(notes: Notes, line: int) -> Block | None:
    """The block on this line (1-based); of several, the one that begins last."""
    return next((block for block in reversed(list(notes.blocks)) if block.line <= line < block.end_line), None)


def nearest(notes: Notes, line: int) -> str:
    """The blocks just before and just after a line without one, in words."""
    blocks = [block for block in notes.blocks if block.text]
    before = next((block for block in reversed(blocks) if block.line < line), None)
    after = next((block for block in blocks if block.line > line), None)
    near = [f"line {block.line} (“{shortened(block.text, MAX_NEARBY_CHARS)}”)" for block in (before, after) if block]
    return f"the nearest: {' and '.join(near)}" if near else "the notes are empty"


def text(found: Explanation | NotPlaced) -> str:
    """A page of plain text."""
    block = found.block
    quoted = f": {shortened(block.text, MAX_BLOCK_CHARS)}" if block.text else ""
    head = f"line {block.line}, {block.kind.value}{quoted}"
    if isinstance(found, NotPlaced):
        return f"{head}\nNo moment was looked for. {_UNPLACED[found.why]}"
    parts = (f"{head}\n{_verdict(found)}", _heard(found), _places(found), _reasons(found), _order(found))
    return "\n\n".join(part for part in parts if part)


def document(found: Explanation | NotPlaced, slug: str, site: str = "") -> dict[str, Any]:
    """The same as JSON: the fields of `pipeline.align.explain`, the block as `line`, `kind` and `text`."""
    data = asdict(found)
    block = found.block
    data |= {"block": {"id": block.id, "line": block.line, "kind": block.kind.value, "text": block.text}}
    if isinstance(found, Explanation):
        page = page_addresses.meeting_page(slug, site)
        data["link"] = export.moment_json(page, block.id, found.link)
    return {"placed": isinstance(found, Explanation) and found.link is not None, **_rounded(data)}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, (list, tuple)) else value


def _verdict(found: Explanation) -> str:
    if found.link is None:
        return f"Not found: no moment is likely enough. The best guess is {timecode.clock(found.chosen.start)}."
    link = found.link
    span = f"{timecode.clock(link.start)} to {timecode.clock(link.end)}"
    also = f", also at {', '.join(timecode.clock(moment.start) for moment in link.also)}" if link.also else ""
    too_low = "" if link.confidence >= LINK_CONFIDENCE else ", too low for a link"
    return f"{span}{also}; confidence {link.confidence:.2f}{too_low}; {_BASIS[link.basis]}"


def _heard(found: Explanation) -> str:
    lines = ["Heard there", *_columns([_match(match) for match in found.matches])] if found.matches else []
    if found.missing:
        lines.append(f"{'  ' if lines else ''}Not heard there: {', '.join(found.missing)}")
    return "\n".join(lines)


def _match(match: TermMatch) -> tuple[str, ...]:
    heard = "" if match.heard.casefold() == match.written.casefold() else f"← “{match.heard}”"
    return timecode.clock(match.start), match.written, f"{heard} {_HEARD_AS[match.how]}".strip()


def _places(found: Explanation) -> str:
    rows = [
        (
            f"{place.share:.0%}",
            f"{place.ordered:.0%}",
            timecode.clock(place.start),
            f"“{shortened(place.said, MAX_QUOTE_CHARS)}”" + ("  ← chosen" if place is found.chosen else ""),
        )
        for place in (found.chosen, *found.rivals)
    ]
    head = ("alone", "with others", "time", "said there")
    title = "Where it may begin: how likely by its own evidence alone, and together with the other blocks"
    return "\n".join([title, *_indented(head, rows, (0, 1, 2))])


def _reasons(found: Explanation) -> str:
    lines = []
    if shown := [reason for reason in found.reasons if abs(reason.weight) >= MIN_SHOWN_LOG_ODDS]:
        chosen, rival = timecode.clock(found.chosen.start), timecode.clock(found.rivals[0].start)
        lines = [f"Why {chosen} rather than {rival} (log-odds: + for it, - against it)"]
        lines += _columns([(f"{reason.weight:+.1f}", _GROUPS[reason.group]) for reason in shown], right=(0,))
    if found.signs:
        lines.append(f"{'  ' if lines else ''}It begins with {', '.join(found.signs)}.")
    return "\n".join(lines)


def _order(found: Explanation) -> str:
    lines = [f"Order: {_ORDERS[found.order]} ({found.order_share:.0%})"]
    neighbours = {"previous link": found.before, "next link": found.after, "moved back to": found.opens}
    rows = [(name, *_neighbour(neighbour)) for name, neighbour in neighbours.items() if neighbour]
    return "\n".join([*lines, *_columns(rows, right=(1,))])


def _neighbour(neighbour: Neighbour) -> tuple[str, str]:
    return timecode.clock(neighbour.start), f"“{shortened(neighbour.text, MAX_QUOTE_CHARS)}” (line {neighbour.line})"


def _columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    return _indented([""] * len(rows[0]), rows, right)[1:] if rows else []


def _indented(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    return [f"  {line}" for line in table(head, rows, right=right).splitlines()]
