"""The notes of one meeting as the page shows them: headings, nested lists, tables, a chip at every known moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from pipeline import timecode
from pipeline.records import LINK_CONFIDENCE, SURE_CONFIDENCE, Alignment, Block, Kind, Moment, Notes, Section

_LABEL = 90
"""Characters of a block that are read out with its chip."""

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
    sure: bool
    also: tuple[Further, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A block, and what is nested in it."""

    id: str
    kind: str
    html: Markup
    chip: Chip | None
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
    """A heading. `remark` says why it has no chip."""

    id: str
    tag: str
    html: Markup
    chip: Chip | None
    remark: str


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


def outline(notes: Notes, alignments: Mapping[str, Alignment], jump: Jump) -> Outline:
    """Arrange `notes`, with a chip where an alignment is good enough to be a link."""
    chips = {
        block.id: _chip(block, alignments[block.id], jump)
        for block in notes.blocks
        if block.id in alignments and alignments[block.id].confidence >= LINK_CONFIDENCE
    }
    title = notes.heading
    # The page's title is its only h1: notes that use # for their topics, too, move down a level.
    shift = any(section.level == 1 for section in notes.sections if section is not title)
    parts = [
        Part(
            None if section is title else _topic(section, chips, shift=shift, aligned=bool(alignments)),
            _groups(section.blocks[1:] if section.level else section.blocks, chips),
        )
        for section in notes.sections
    ]
    topics = notes.topics
    linked = sum(topic.id in chips for topic in topics)
    return Outline(
        title=_topic(title, chips, shift=False, aligned=False) if title else None,
        parts=tuple(part for part in parts if part.topic or part.groups),
        tally=tally(linked, len(topics)) if alignments else "",
        has_chips=bool(chips),
        has_doubts=any(not chip.sure for chip in chips.values()),
        has_gaps=bool(alignments) and linked < len(topics),
    )


def tally(linked: int, topics: int) -> str:
    """How many sections have a link, in words; empty for notes without sections."""
    return f"{linked} of {topics} sections linked" if topics else ""


_GAP = "no moment found"
_TEMPLATE = "template text"


def _topic(section: Section, chips: Mapping[str, Chip], *, shift: bool, aligned: bool) -> Topic | None:
    if section.level == 0:
        return None
    block = section.blocks[0]
    chip = chips.get(block.id)
    remark = "" if chip or not aligned else _TEMPLATE if block.template else _GAP
    level = min(max(section.level + shift, 2), 6)
    return Topic(block.id, f"h{level}", Markup(block.html), chip, remark)  # noqa: S704 - made safe by the notes reader


def _chip(block: Block, alignment: Alignment, jump: Jump) -> Chip:
    clock = timecode.clock(alignment.start)
    text = " ".join(block.text.split())
    text = text if len(text) <= _LABEL else text[:_LABEL].rsplit(" ", 1)[0] + " …"
    sure = alignment.confidence >= SURE_CONFIDENCE
    return Chip(
        start=f"{alignment.start:.2f}",
        end=f"{alignment.end:.2f}",
        clock=clock,
        href=jump(alignment.start),
        label=f"Play from {clock}{'' if sure else ' (less sure)'}: {text}",
        sure=sure,
        also=tuple(_further(found, text, jump) for found in alignment.also),
    )


def _further(found: Moment, text: str, jump: Jump) -> Further:
    clock = timecode.clock(found.start)
    return Further(f"{found.start:.2f}", clock, jump(found.start), f"Also discussed at {clock}: {text}")


def _groups(blocks: Iterable[Block], chips: Mapping[str, Chip]) -> tuple[Group, ...]:
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
            cells=_cells(block),
            heads=block.end_line - block.line > 1,  # the line of dashes belongs to the row above it
            groups=groups(block.id),
        )

    return groups(None)


def _owners(blocks: Iterable[Block]) -> Iterator[tuple[Block, str | None]]:
    """Each block with the list item it is nested in: items by their depth, everything else by its parent."""
    opened: list[Block] = []
    for block in blocks:
        if block.kind is Kind.ITEM:
            while opened and opened[-1].depth >= block.depth:
                opened.pop()
        else:
            while opened and opened[-1].id != block.parent:
                opened.pop()
        yield block, opened[-1].id if opened else None
        if block.kind is Kind.ITEM:
            opened.append(block)


def _cells(block: Block) -> tuple[Markup, ...]:
    if block.kind is not Kind.ROW:
        return ()
    return tuple(Markup(cell) for cell in block.html.split(" | "))  # noqa: S704 - made safe by the notes reader
