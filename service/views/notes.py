"""The notes of one meeting as the page shows them: headings, nested lists, tables, a chip at every known moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from markupsafe import Markup

from pipeline import timecode
from pipeline.records import (
    LINK_CONFIDENCE,
    SURE_CONFIDENCE,
    Alignment,
    Basis,
    Block,
    BlockKind,
    Correction,
    FurtherMoment,
    Notes,
    Section,
    Verdict,
)

_LABEL = 90
"""Characters of a block that are read out with its chip."""

_HEARD = 5
"""Words that are named as the reason for a moment."""

COLOURS = 8
"""Sections take turns in so many colours."""

Jump = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Further:
    """Another moment of the same block."""

    start: str
    clock: str
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A moment that can be clicked; where nothing can be played, `href` is "" and it only tells the time."""

    start: str  # seconds, as JavaScript reads them
    end: str
    clock: str
    href: str
    label: str
    grade: str  # how far to trust it: "sure", "likely", "unsure", or "set" by a person
    why: str  # the same in words, with the reason
    also: tuple[Further, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A block, and what is nested in it. `guess` is the best moment where none is good enough to be its chip."""

    id: str
    kind: str
    html: Markup
    chip: Chip | None
    guess: Chip | None = None
    remark: str = ""  # that a person says it was not discussed
    cells: tuple[Markup, ...] = ()
    heads: bool = False  # the first row of a table
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours of one kind: the items of a list, the rows of a table."""

    kind: str
    items: tuple[Item, ...]
    first: int | None = None  # the number a numbered list begins with


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading. `remark` says why it has no chip, `guess` is the best moment there is instead; `colour` is its
    section's on the strip."""

    id: str
    tag: str
    html: Markup
    chip: Chip | None
    remark: str
    guess: Chip | None = None
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, unless the text stands before the first one, and what is written under it."""

    topic: Topic | None
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """All of the notes. `title` is the first heading when it is the title of the notes: it leads the page."""

    title: Topic | None
    parts: tuple[Part, ...]
    tally: str
    has_chips: bool
    has_doubts: bool
    has_gaps: bool
    has_guesses: bool
    has_pins: bool


def outline(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    jump: Jump,
    corrections: Mapping[str, Correction] = MappingProxyType({}),
) -> Outline:
    """Arrange `notes`, with a chip where an alignment is good enough to be a link, and what people said."""
    placed = {
        block.id: _chip(block, alignments[block.id], jump, corrections.get(block.id))
        for block in notes.blocks
        if block.id in alignments
    }
    silent = {
        block_id: f"not discussed, says {said.author}"
        for block_id, said in corrections.items()
        if said.verdict is Verdict.NOT_DISCUSSED
    }
    chips = {block_id: chip for block_id, chip in placed.items() if chip.grade != "unsure"}
    guesses = {block_id: chip for block_id, chip in placed.items() if chip.grade == "unsure"}
    title = notes.heading
    # The page's title is its only h1: notes that use # for their topics, too, move down a level.
    shift = any(section.level == 1 for section in notes.sections if section is not title)
    parts = []
    for index, section in enumerate(notes.sections):
        colour = index % COLOURS if any(block.id in chips for block in section.blocks) else None
        topic = None
        if section.level and section is not title:
            topic = _topic(section, placed, silent, shift=shift, aligned=bool(alignments), colour=colour)
        parts.append(
            Part(topic, _groups(section.blocks[1:] if section.level else section.blocks, chips, guesses, silent))
        )
    linked = sum(topic.id in chips for topic in notes.topics)
    return Outline(
        title=_topic(title, chips, silent, shift=False, aligned=False) if title else None,
        parts=tuple(part for part in parts if part.topic or part.groups),
        tally=tally(linked, len(notes.topics)) if alignments else "",
        has_chips=bool(chips),
        has_doubts=any(chip.grade == "likely" for chip in chips.values()),
        has_gaps=bool(alignments) and linked < len(notes.topics),
        has_guesses=bool(guesses),
        has_pins=any(chip.grade == "set" for chip in chips.values()),
    )


def tally(linked: int, topics: int) -> str:
    """How many sections have a link, in words; empty for notes without sections."""
    return f"{linked} of {topics} sections linked" if topics else ""


_GAP = "no moment found"
_TEMPLATE = "template text"


def _topic(
    section: Section,
    placed: Mapping[str, Chip],
    silent: Mapping[str, str],
    *,
    shift: bool,
    aligned: bool,
    colour: int | None = None,
) -> Topic:
    block = section.blocks[0]
    found = placed.get(block.id)
    guessed = found is not None and found.grade == "unsure"
    chip, guess = (None, found) if guessed else (found, None)
    remark = silent.get(block.id, "")
    if not remark:
        remark = "" if chip or not aligned else _TEMPLATE if block.template else _GAP
    level = min(max(section.level + shift, 2), 6)
    html = Markup(block.html)  # noqa: S704 - made safe by the notes reader
    return Topic(block.id, f"h{level}", html, chip, remark, None if block.template else guess, colour)


def _chip(block: Block, alignment: Alignment, jump: Jump, said: Correction | None) -> Chip:
    clock = timecode.clock(alignment.start)
    text = " ".join(block.text.split())
    text = text if len(text) <= _LABEL else text[:_LABEL].rsplit(" ", 1)[0] + " …"
    grade = _grade(alignment)
    why = _why(alignment, grade, said)
    return Chip(
        start=f"{alignment.start:.2f}",
        end=f"{alignment.end:.2f}",
        clock=clock,
        href=jump(alignment.start),
        label=f"Play from {clock}: {text}" + ("" if grade == "sure" else f" ({why})"),
        grade=grade,
        why=why,
        also=tuple(_further(found, text, jump) for found in alignment.also),
    )


def _grade(alignment: Alignment) -> str:
    if alignment.basis is Basis.PINNED:
        return "set"
    if alignment.confidence < LINK_CONFIDENCE:
        return "unsure"
    return "sure" if alignment.confidence >= SURE_CONFIDENCE else "likely"


_REASONS = {
    Basis.HINT: "the time is written in the notes",
    Basis.NEIGHBOURS: "placed by what stands beside it",
    Basis.PATH: "placed by its order in the notes",
}


def _why(alignment: Alignment, grade: str, said: Correction | None) -> str:
    if grade == "set":
        return f"set by {said.author}, {said.at:%-d %B %Y}" if said else "set by a person"
    heard = _heard(alignment.evidence)
    reason = f"heard there: {', '.join(heard)}" if heard else _REASONS.get(alignment.basis, "")
    if heard and alignment.basis is Basis.HINT:
        reason = f"{_REASONS[Basis.HINT]}; {reason}"
    return f"{grade}, {reason}" if reason else grade


def _heard(evidence: tuple[str, ...]) -> tuple[str, ...]:
    """The words to name: those that are part of another one, such as the 8 of UTF8, tell nothing more."""
    folded = [word.casefold() for word in evidence]
    whole = [
        word
        for word, own in zip(evidence, folded, strict=True)
        if not any(own != other and own in other and len(own) < 4 for other in folded)
    ]
    return tuple(whole[:_HEARD])


def _further(found: FurtherMoment, text: str, jump: Jump) -> Further:
    clock = timecode.clock(found.start)
    return Further(f"{found.start:.2f}", clock, jump(found.start), f"Also discussed at {clock}: {text}")


def _groups(
    blocks: Iterable[Block], chips: Mapping[str, Chip], guesses: Mapping[str, Chip], silent: Mapping[str, str]
) -> tuple[Group, ...]:
    shown = [block for block in blocks if block.html]
    under: dict[str | None, list[Block]] = {}
    for block, owner in _owners(shown):
        under.setdefault(owner, []).append(block)

    def groups(owner: str | None) -> tuple[Group, ...]:
        alike = groupby(under.get(owner, ()), key=lambda block: (block.kind, block.number is not None))
        runs = ((kind, list(blocks)) for (kind, _), blocks in alike)
        return tuple(Group(kind.value, tuple(map(item, blocks)), blocks[0].number) for kind, blocks in runs)

    def item(block: Block) -> Item:
        return Item(
            id=block.id,
            kind=block.kind.value,
            html=Markup(block.html),  # noqa: S704 - made safe by the notes reader
            chip=chips.get(block.id),
            guess=guesses.get(block.id),
            remark=silent.get(block.id, ""),
            cells=_cells(block),
            heads=block.end_line - block.line > 1,  # the line of dashes belongs to the row above it
            groups=groups(block.id),
        )

    return groups(None)


def _owners(blocks: Iterable[Block]) -> Iterator[tuple[Block, str | None]]:
    """Each block with the list item it is nested in: items by their depth, everything else by its parent."""
    opened: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.ITEM:
            while opened and opened[-1].depth >= block.depth:
                opened.pop()
        else:
            while opened and opened[-1].id != block.parent:
                opened.pop()
        yield block, opened[-1].id if opened else None
        if block.kind is BlockKind.ITEM:
            opened.append(block)


def _cells(block: Block) -> tuple[Markup, ...]:
    if block.kind is not BlockKind.ROW:
        return ()
    return tuple(Markup(cell) for cell in block.html.split(" | "))  # noqa: S704 - made safe by the notes reader
