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
    Block,
    BlockKind,
    Certainty,
    Correction,
    Notes,
    Section,
    SectionSpan,
    Verdict,
)
from service.views.also import AlsoView
from service.views.direction import direction_of
from service.views.formatting import topics_linked
from service.views.moment_links import MomentLinks
from service.views.time_links import SpanLink, TimeLink, block_href, span_link, time_link
from service.views.timeline import SECTION_COLOURS, Timeline
from service.web.auth import author_in_words
from service.web.language import _


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block, and what is nested in it. Of `link`, `within` and `is_unknown` there is at most one.

    `guess` is the best moment, for those who correct links, where it is not good enough to be its `link`. `remark` says
    that a person marked the block as not discussed. `also` is told of its topics. `is_table_head` is for the first row
    of a table.
    """

    id: str
    kind: str
    html: Markup
    link: TimeLink | None
    guess: TimeLink | None = None
    within: SpanLink | None = None
    is_unknown: bool = False
    remark: str = ""
    also: tuple[AlsoView, ...] = ()
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
    """A heading, as a BlockView. `remark` says why it needs no link; `colour` is that of its section."""

    id: str
    tag: str
    html: Markup
    link: TimeLink | None
    remark: str
    guess: TimeLink | None = None
    within: SpanLink | None = None
    is_unknown: bool = False
    colour: int | None = None
    also: tuple[AlsoView, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """A heading and what is written under it; text before the first heading has none."""

    heading: HeadingView | None
    groups: tuple[BlockGroup, ...]


@dataclass(frozen=True, slots=True)
class NotesView:
    """All of the notes. `title` is the first heading where it is the title of the notes: it leads the page.

    `direction` is "rtl" for notes that are mostly written from right to left. The last five say what the legend has to
    explain.
    """

    title: HeadingView | None
    sections: tuple[SectionView, ...]
    topics_linked: str
    direction: str
    has_links: bool
    has_likely: bool
    has_set: bool
    has_spans: bool
    has_unknown: bool


def notes_view(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    links: MomentLinks,
    corrections: Mapping[str, Correction] = MappingProxyType({}),
    timeline: Timeline | None = None,
    within: Mapping[str, SectionSpan] = MappingProxyType({}),
    also: Mapping[str, tuple[AlsoView, ...]] = MappingProxyType({}),
) -> NotesView:
    """Arrange `notes`, with a link where an alignment is good enough for one, and what people said.

    `alignments`, `corrections`, `within` and `also` are by block id.
    """
    blocks = [(section, block) for section in notes.sections for block in section.blocks]
    found = {}
    for section, block in blocks:
        if alignment := alignments.get(block.id):
            href = block_href(section.id, section.title or notes.title, alignment, links, timeline)
            found[block.id] = time_link(block, alignment, href, links, corrections.get(block.id))
    own = {block_id: link for block_id, link in found.items() if link.certainty is not Certainty.NOT_FOUND}
    spans = {block.id: span_link(block, within[block.id], links) for _, block in blocks if block.id in within}
    remarks = {
        block_id: _("not discussed, set by %(name)s", name=author_in_words(correction.author))
        for block_id, correction in corrections.items()
        if correction.verdict is Verdict.NOT_DISCUSSED
    }
    told = own.keys() | spans.keys() | remarks.keys()
    moments = _Moments(
        links=own,
        guesses={block_id: link for block_id, link in found.items() if block_id not in told},
        spans=spans,
        remarks=remarks,
        also=also,
        unknown={block.id for _, block in blocks if alignments and _is_of_talk(block) and block.id not in told},
    )
    linked = sum(topic.id in moments.links for topic in notes.topics)
    certainties = {link.certainty for link in found.values()}
    return NotesView(
        title=_title(notes.heading, moments) if notes.heading else None,
        sections=tuple(_sections(notes, moments)),
        topics_linked=topics_linked(linked, len(notes.topics)) if alignments else "",
        direction=direction_of("".join(block.text for _, block in blocks)),
        has_links=bool(moments.links),
        has_likely=Certainty.LIKELY in certainties,
        has_set=Certainty.SET in certainties,
        has_spans=bool(moments.spans),
        has_unknown=bool(moments.unknown),
    )


@dataclass(frozen=True, slots=True)
class _Moments:
    """What is known of the blocks, by their ids."""

    links: Mapping[str, TimeLink]
    guesses: Mapping[str, TimeLink]
    spans: Mapping[str, SpanLink]
    remarks: Mapping[str, str]
    also: Mapping[str, tuple[AlsoView, ...]]
    unknown: Set[str]


def _is_of_talk(block: Block) -> bool:
    """Whether it could have been discussed, so that it is worth saying that nobody knows when."""
    return bool(block.html and block.text) and not block.template and block.kind is not BlockKind.MARKUP


# -- headings ----------------------------------------------------------------------------------------------------------

_WHOLE_LINK = re.compile(r"(<a [^>]*)>((?:(?!</?a\b).)*)</a>", re.DOTALL)


def _sections(notes: Notes, moments: _Moments) -> Iterator[SectionView]:
    title = notes.heading
    # The page's title is its only h1: notes that use # for their topics, too, move down a level.
    shift = any(section.level == 1 for section in notes.sections if section is not title)
    for index, section in enumerate(notes.sections):
        heading = None
        if section.level and section is not title:
            linked = any(block.id in moments.links for block in section.blocks)
            colour = index % SECTION_COLOURS if linked else None
            heading = _heading(section, moments, level=section.level + shift, colour=colour)
        groups = _groups(section.blocks[1:] if section.level else section.blocks, moments)
        if heading or groups:
            yield SectionView(heading, groups)


def _title(section: Section, moments: _Moments) -> HeadingView:
    block = section.blocks[0]
    link = moments.links.get(block.id)
    remark, also = moments.remarks.get(block.id, ""), moments.also.get(block.id, ())
    return HeadingView(block.id, "h1", _heading_html(block, link), link, remark, also=also)


def _heading(section: Section, moments: _Moments, *, level: int, colour: int | None) -> HeadingView:
    block = section.blocks[0]
    link, within = moments.links.get(block.id), moments.spans.get(block.id)
    remark = moments.remarks.get(block.id, "")
    is_linked = moments.links or moments.unknown  # else no heading has a moment, and nobody asks why
    if block.template and is_linked and not (remark or link or within):
        remark = _("template text")
    return HeadingView(
        id=block.id,
        tag=f"h{min(level, 6)}",
        html=_heading_html(block, link),
        link=link,
        remark=remark,
        guess=moments.guesses.get(block.id),
        within=within,
        is_unknown=block.id in moments.unknown,
        colour=colour,
        also=moments.also.get(block.id, ()),
    )


def _heading_html(block: Block, link: TimeLink | None) -> Markup:
    """A click on a heading plays it: one that is a link from end to end leads there by an arrow behind it instead."""
    whole = _WHOLE_LINK.fullmatch(block.html) if link and link.href else None
    if whole is None:
        return Markup(block.html)  # noqa: S704 - made safe by the notes reader
    opening, html = map(Markup, whole.groups())
    return html + Markup(' {} class="own-link" aria-label="{}">↗</a>').format(opening, block.text)


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
            is_unknown=block.id in moments.unknown,
            remark=moments.remarks.get(block.id, ""),
            also=moments.also.get(block.id, ()),
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
