"""The text of a notes file with the links it is to have.

What was made is read again before anybody gets it: a link that does not come out as one of ours, at its block, or whose
removal would not give the file back, is not written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from pipeline.annotate.moments import WantedLink
from pipeline.annotate.placement import FileStyle, file_lines, insertion
from pipeline.links import youtube_id
from pipeline.notes import markdown, own_links
from pipeline.notes.own_links import OwnLink
from pipeline.records import BlockKind, Notes

MIN_MOVED_SECONDS = 5
"""A link that is written stays while its moment moves by no more than this: each new model would change every line."""

BlockKey = tuple[str, str]
"""A block of a file: the slug of its meeting, and its id."""

_Edit = tuple[int, int, str]  # the stretch [start, end) of the text, and what takes its place


@dataclass(frozen=True, slots=True)
class RewrittenNotes:
    """The new text, and what became of the links: written anew, moved, taken out, or without a place in the file."""

    text: str
    written: tuple[BlockKey, ...] = ()
    moved: tuple[BlockKey, ...] = ()
    cleared: int = 0
    no_place: tuple[BlockKey, ...] = ()


def links_by_block(text: str, meetings: Sequence[Notes]) -> dict[BlockKey, OwnLink]:
    """Our links that stand in a file, by the block that each is of; of several of one block the first."""
    found: dict[BlockKey, OwnLink] = {}
    blocks = [
        (block.line, block.end_line, block.kind, (notes.slug, block.id))
        for notes in meetings
        for block in notes.blocks
        if block.kind is not BlockKind.MARKUP
    ]
    blocks.sort(key=itemgetter(0))
    for link in own_links.find(text):
        at = bisect_right(blocks, link.line, key=itemgetter(0)) - 1
        if at < 0:
            continue
        _, end_line, kind, key = blocks[at]
        if kind is BlockKind.HEADING if link.is_alone else link.line < end_line:
            found.setdefault(key, link)
    return found


def rewrite(
    text: str,
    read: Callable[[str], Sequence[Notes]],
    wanted: Mapping[BlockKey, WantedLink],
    style: FileStyle,
) -> RewrittenNotes:
    """The text with a link at each block of `wanted` and at no other; those that hardly moved stay as they are.

    Args:
        read: the meetings in a text, as they are in this file.
    """
    meetings = read(text)
    standing = links_by_block(text, meetings)
    kept = {key for key in standing if key in wanted}
    edits, moved, cleared = _edit_standing(text, standing, wanted)
    puts, no_place = _insertions(text, meetings, {key: wanted[key] for key in wanted if key not in kept}, style)
    while True:
        made = _applied(text, [*edits, *puts.values()])
        if _is_right(text, made, read, {*kept, *puts}):
            return RewrittenNotes(made, tuple(puts), moved, cleared, tuple(no_place))
        alone = {key: _applied(text, [*edits, put]) for key, put in puts.items()}
        wrong = [key for key, one in alone.items() if not _is_right(text, one, read, {*kept, key})] or list(puts)
        no_place += wrong
        puts = {key: put for key, put in puts.items() if key not in wrong}
        if not wrong:  # nor can what stands there be changed
            return RewrittenNotes(text, no_place=tuple(no_place))


def _edit_standing(
    text: str, standing: Mapping[BlockKey, OwnLink], wanted: Mapping[BlockKey, WantedLink]
) -> tuple[list[_Edit], tuple[BlockKey, ...], int]:
    """What to do about the links that stand there: those that moved, and how many are taken out."""
    edits: list[_Edit] = []
    moved = []
    stays = {link.start: key for key, link in standing.items() if key in wanted}
    for link in own_links.find(text):
        if (key := stays.get(link.start)) is None:
            edits.append((*own_links.lines_to_cut(text, link), ""))
        elif _has_moved(link, wanted[key]):
            edits.append((link.start, link.end, wanted[key].markdown))
            moved.append(key)
    return edits, tuple(moved), len(edits) - len(moved)


def _has_moved(link: OwnLink, wanted: WantedLink) -> bool:
    if abs(link.seconds - wanted.seconds) > MIN_MOVED_SECONDS or link.typed_seconds not in {None, link.seconds}:
        return True
    if youtube_id(link.href) or youtube_id(wanted.href):
        return youtube_id(link.href) != youtube_id(wanted.href)
    return link.href.partition("?")[0] != wanted.href.partition("?")[0]


def _insertions(
    text: str, meetings: Sequence[Notes], wanted: Mapping[BlockKey, WantedLink], style: FileStyle
) -> tuple[dict[BlockKey, _Edit], list[BlockKey]]:
    """Where the links go that do not stand there yet, and those that the file has no place for."""
    lines = file_lines(text)
    puts: dict[BlockKey, _Edit] = {}
    no_place = []
    for notes in meetings:
        for block in notes.blocks:
            if (link := wanted.get(key := (notes.slug, block.id))) is None:
                continue
            if place := insertion(lines, notes, block, link.markdown, style):
                puts[key] = (place.at, place.at, place.text)
            else:
                no_place.append(key)
    return puts, no_place


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    pieces, done = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[done:start], new]
        done = max(end, done)
    return "".join([*pieces, text[done:]])


def _is_right(before: str, after: str, read: Callable[[str], Sequence[Notes]], keys: set[BlockKey]) -> bool:
    """Whether the new text is made of the same, has our links at just these blocks, and can be had back without."""
    if own_links.remove(after) != own_links.remove(before) or _structure(after) != _structure(before):
        return False
    return set(links_by_block(after, read(after))) == keys


def _structure(text: str) -> list[tuple[BlockKind, int, int | None, bool | None]]:
    """What the file is made of for those who read it with our links."""
    lone = {link.line for link in own_links.find(text) if link.is_alone}
    drafts = markdown.parse_blocks(markdown.split_lines(text))
    return [(each.kind, each.depth, each.number, each.ticked) for each in drafts if each.line not in lone]
