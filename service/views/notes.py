"""The notes of one meeting as the page shows them: headings, lists, tables, and a time link at every known moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from markupsafe import Markup

from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Certainty,
    Correction,
    Notes,
    Section,
    SectionSpan,
    Verdict,
)
from service.views.formatting import day, topics_linked
from service.views.moment_links import MomentLinks
from service.views.timeline import SECTION_COLOURS, Timeline, section_at

_MAX_LABEL_CHARS = 90
"""Of the text of a block, read out with its link."""

_MAX_EVIDENCE_WORDS = 5
"""Words that are named as the reason for a moment."""


@dataclass(frozen=True, slots=True)
class FurtherLink:
    """Another moment of the same block."""

    start: str
    clock: str
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class SpanLink:
    """The stretch in which a block was discussed that has no moment of its own; `href` opens its beginning."""

    start: str
    clock: str
    href: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class TimeLink:
    """The moment of a block, in seconds as JavaScript reads them. Where nothing can be played, `href` is "".

    `why` says how far to trust it, and the reason; `label` is what screen readers say.
    """

    start: str
    end: str
    clock: str
    href: str
    label: str
    certainty: Certainty
    why: str
    further: tuple[FurtherLink, ...] = ()

    @property
    def css_class(self) -> str:
        """`sure`, `likely`, `set` or `not_found`."""
        return self.certainty.name.lower()


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block, and what is nested in it. `guess` is its best moment where that is not good enough to be its `link`.

    `within` is told instead of a guess. `remark` says that a person marked it as not discussed. `is_table_head` is for
    the first row of a table.
    """

    id: str
    kind: str
    html: Markup
    link: TimeLink | None
    guess: TimeLink | None = None
    within: SpanLink | None = None
    remark: str = ""
    cells: tuple[Markup, ...] = ()
    is_table_head: bool = False
    groups: tuple[BlockGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockGroup:
    """Neighbours of one kind: the items of a list, the rows of a table. A numbered list begins with `first_number`."""

    kind: str
    blocks: tuple[BlockView, ...]
    first_number: int | None = None


@dataclass(frozen=True, slots=True)
class HeadingView:
    """A heading. `remark` says why it has no link; `guess` is the best moment then, or `within` the stretch in which it
    was discussed; `colour` is that of its section.
    """

    id: str
    tag: str
    html: Markup
    link: TimeLink | None
    remark: str
    guess: TimeLink | None = None
    within: SpanLink | None = None
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class SectionView:
    """A heading and what is written under it; text before the first heading has none."""

    heading: HeadingView | None
    groups: tuple[BlockGroup, ...]


@dataclass(frozen=True, slots=True)
class NotesView:
    """All of the notes. `title` is the first heading where it is the title of the notes: it leads the page.

    The last six say what the legend has to explain; `has_gaps`, that a topic has neither link nor span.
    """

    title: HeadingView | None
    sections: tuple[SectionView, ...]
    topics_linked: str
    has_links: bool
    has_likely: bool
    has_set: bool
    has_guesses: bool
    has_spans: bool
    has_gaps: bool


def notes_view(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    links: MomentLinks,
    corrections: Mapping[str, Correction] = MappingProxyType({}),
    timeline: Timeline | None = None,
    within: Mapping[str, SectionSpan] = MappingProxyType({}),
) -> NotesView:
    """Arrange `notes`, with a link where an alignment is good enough for one, and what people said.

    `alignments`, `corrections` and `within` are by block id.
    """
    found = {}
    for section in notes.sections:
        name = section.title or notes.title
        for block in section.blocks:
            if alignment := alignments.get(block.id):
                href = _href(section.id, name, alignment, links, timeline)
                found[block.id] = _time_link(block, alignment, href, links, corrections.get(block.id))
    moments = _Moments(
        links={block_id: link for block_id, link in found.items() if link.certainty is not Certainty.NOT_FOUND},
        guesses={
            block_id: link
            for block_id, link in found.items()
            if link.certainty is Certainty.NOT_FOUND and block_id not in within
        },
        spans={
            block.id: _span_link(block, within[block.id], links)
            for section in notes.sections
            for block in section.blocks
            if block.id in within
        },
        remarks={
            block_id: f"{Certainty.NOT_DISCUSSED}, set by {correction.author}"
            for block_id, correction in corrections.items()
            if correction.verdict is Verdict.NOT_DISCUSSED
        },
    )
    linked = sum(topic.id in moments.links for topic in notes.topics)
    certainties = {link.certainty for link in found.values()}
    return NotesView(
        title=_title(notes.heading, moments) if notes.heading else None,
        sections=tuple(_sections(notes, moments, aligned=bool(alignments))),
        topics_linked=topics_linked(linked, len(notes.topics)) if alignments else "",
        has_links=bool(moments.links),
        has_likely=Certainty.LIKELY in certainties,
        has_set=Certainty.SET in certainties,
        has_guesses=bool(moments.guesses),
        has_spans=bool(moments.spans),
        has_gaps=bool(alignments) and any(topic.id not in moments.told for topic in notes.topics),
    )


@dataclass(frozen=True, slots=True)
class _Moments:
    """What is known of the blocks, by their ids."""

    links: Mapping[str, TimeLink]
    guesses: Mapping[str, TimeLink]
    spans: Mapping[str, SpanLink]
    remarks: Mapping[str, str]

    @property
    def told(self) -> Set[str]:
        """The blocks of which the page says where they were discussed."""
        return self.links.keys() | self.spans.keys()


# -- headings ----------------------------------------------------------------------------------------------------------

_TEMPLATE_REMARK = "template text"
_WHOLE_LINK = re.compile(r"(<a [^>]*)>((?:(?!</?a\b).)*)</a>", re.DOTALL)


def _sections(notes: Notes, moments: _Moments, *, aligned: bool) -> Iterator[SectionView]:
    title = notes.heading
    # The page's title is its only h1: notes that use # for their topics, too, move down a level.
    shift = any(section.level == 1 for section in notes.sections if section is not title)
    for index, section in enumerate(notes.sections):
        heading = None
        if section.level and section is not title:
            linked = any(block.id in moments.links for block in section.blocks)
            colour = index % SECTION_COLOURS if linked else None
            heading = _heading(section, moments, level=section.level + shift, colour=colour, aligned=aligned)
        groups = _groups(section.blocks[1:] if section.level else section.blocks, moments)
        if heading or groups:
            yield SectionView(heading, groups)


def _title(section: Section, moments: _Moments) -> HeadingView:
    block = section.blocks[0]
    link = moments.links.get(block.id)
    return HeadingView(block.id, "h1", _heading_html(block, link), link, moments.remarks.get(block.id, ""))


def _heading(section: Section, moments: _Moments, *, level: int, colour: int | None, aligned: bool) -> HeadingView:
    block = section.blocks[0]
    link, within = moments.links.get(block.id), moments.spans.get(block.id)
    guess = None if block.template else moments.guesses.get(block.id)
    remark = moments.remarks.get(block.id, "")
    if not remark and not link and not within and aligned:
        remark = _TEMPLATE_REMARK if block.template else str(Certainty.NOT_FOUND)
    tag = f"h{min(max(level, 2), 6)}"
    html = _heading_html(block, link)
    return HeadingView(block.id, tag, html, link, remark, guess, within, colour)


def _heading_html(block: Block, link: TimeLink | None) -> Markup:
    """A click on a heading plays it: one that is a link from end to end leads there by an arrow behind it instead."""
    whole = _WHOLE_LINK.fullmatch(block.html) if link and link.href else None
    if whole is None:
        return Markup(block.html)  # noqa: S704 - made safe by the notes reader
    opening, html = map(Markup, whole.groups())
    return html + Markup(' {} class="own-link" aria-label="{}">↗</a>').format(opening, block.text)


# -- links -------------------------------------------------------------------------------------------------------------

_REASONS = {
    Basis.HINT: "the time is written in the notes",
    Basis.NEIGHBOURS: "placed between its neighbours",
    Basis.PATH: "placed by its order in the notes",
}


def _href(
    section_id: str, section_name: str, alignment: Alignment, links: MomentLinks, timeline: Timeline | None
) -> str:
    if alignment.certainty is Certainty.NOT_FOUND:  # the page does not know the moment of such a block
        return links.to(alignment.start)
    is_clear = section_at(timeline, int(alignment.start), whole_second=True) == section_name
    return links.to_block(alignment.block_id, alignment.start, "" if is_clear else section_id)


def _time_link(
    block: Block, alignment: Alignment, href: str, links: MomentLinks, correction: Correction | None
) -> TimeLink:
    start, clock = alignment.start, links.clock(alignment.start)
    text = _label_text(block)
    certainty = alignment.certainty
    why = _why(alignment, certainty, correction)
    return TimeLink(
        start=f"{start:.2f}",
        end=f"{alignment.end:.2f}",
        clock=clock,
        href=href,
        label=f"Play from {clock}: {text}" + ("" if certainty is Certainty.SURE else f" ({why})"),
        certainty=certainty,
        why=why,
        further=tuple(_further_link(moment.start, text, links) for moment in alignment.also),
    )


def _span_link(block: Block, span: SectionSpan, links: MomentLinks) -> SpanLink:
    between = f"somewhere between {links.clock(span.start)} and {links.clock(span.end)}"
    return SpanLink(
        start=f"{span.start:.2f}",
        clock=links.clock_span(span.start, span.end),
        href=links.to(span.start),
        label=f"{between.capitalize()}: {_label_text(block)}",
        why=f"{between}; its own moment was not found",
    )


def _label_text(block: Block) -> str:
    text = " ".join(block.text.split())
    return text if len(text) <= _MAX_LABEL_CHARS else text[:_MAX_LABEL_CHARS].rsplit(" ", 1)[0] + " …"


def _further_link(start: float, text: str, links: MomentLinks) -> FurtherLink:
    clock = links.clock(start)
    return FurtherLink(f"{start:.2f}", clock, links.to(start), f"Also discussed at {clock}: {text}")


def _why(alignment: Alignment, certainty: Certainty, correction: Correction | None) -> str:
    if certainty is Certainty.SET:
        return f"set by {correction.author}, {day(correction.at)}" if correction else str(certainty)
    heard = _evidence(alignment.evidence)
    # The page finds the words again by what is written before them, to show the line that has them.
    reason = f"heard here: {', '.join(heard)}" if heard else _REASONS.get(alignment.basis, "")
    if heard and alignment.basis is Basis.HINT:
        reason = f"{_REASONS[Basis.HINT]}; {reason}"
    words = f"{certainty}; best guess" if certainty is Certainty.NOT_FOUND else str(certainty)
    return f"{words}, {reason}" if reason else words


def _evidence(evidence: tuple[str, ...]) -> tuple[str, ...]:
    """The words to name: those that are part of another one, such as the 8 of UTF8, add nothing."""
    folded = [word.casefold() for word in evidence]
    whole = [
        word
        for word, own in zip(evidence, folded, strict=True)
        if len(own) >= 4 or not any(own != other and own in other for other in folded)
    ]
    return tuple(whole[:_MAX_EVIDENCE_WORDS])


# -- lists and tables --------------------------------------------------------------------------------------------------


def _groups(blocks: Iterable[Block], moments: _Moments) -> tuple[BlockGroup, ...]:
    nested: dict[str | None, list[Block]] = {}
    for block, owner in _owners(block for block in blocks if block.html):
        nested.setdefault(owner, []).append(block)

    def groups(owner: str | None) -> tuple[BlockGroup, ...]:
        runs = groupby(nested.get(owner, ()), key=lambda block: (block.kind, block.number is not None))
        alike = ((kind, list(run)) for (kind, _), run in runs)
        return tuple(BlockGroup(kind.value, tuple(map(view, run)), run[0].number) for kind, run in alike)

    def view(block: Block) -> BlockView:
        return BlockView(
            id=block.id,
            kind=block.kind.value,
            html=Markup(block.html),  # noqa: S704 - made safe by the notes reader
            link=moments.links.get(block.id),
            guess=moments.guesses.get(block.id),
            within=moments.spans.get(block.id),
            remark=moments.remarks.get(block.id, ""),
            cells=_cells(block),
            is_table_head=block.end_line - block.line > 1,  # the line of dashes belongs to the row above it
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
