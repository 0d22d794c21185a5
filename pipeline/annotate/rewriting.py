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
from pipeline.links import time_in_url, youtube_id
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
    cleared: tuple[OwnLink, ...] = ()
    no_place: tuple[BlockKey, ...] = ()


def links_by_block(text: str, meetings: Sequence[Notes]) -> dict[BlockKey, OwnLink]:
    """Our links that stand in a file, by the block that each is of; of several of one block the first.

    One that has a line of its own is that of the heading above, whatever somebody wrote in between.
    """
    found: dict[BlockKey, OwnLink] = {}
    blocks = [
        (block.line, block.end_line, block.kind, (notes.slug, block.id))
        for notes in meetings
        for block in notes.blocks
        if block.kind is not BlockKind.MARKUP
    ]
    blocks.sort(key=itemgetter(0))
    headings = [block for block in blocks if block[2] is BlockKind.HEADING]
    for link in own_links.find(text):
        candidates = headings if link.is_alone else blocks
        at = bisect_right(candidates, link.line, key=itemgetter(0)) - 1
        if at < 0:
            continue
        _, end_line, _, key = candidates[at]
        # A formatter may have put it on a line of its own at the end of the block, which is empty without it.
        if link.is_alone or link.line <= end_line:
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
    plain, structure = own_links.remove(text), _structure(text)

    def made_with(keys: Sequence[BlockKey]) -> str:
        return _applied(text, [*edits, *(puts[key] for key in keys)])

    def is_right(keys: Sequence[BlockKey]) -> bool:
        """Whether the text is made of the same, has our links at just these blocks, and can be had back without."""
        made = made_with(keys)
        if own_links.remove(made) != plain or _structure(made) != structure:
            return False
        return set(links_by_block(made, read(made))) == {*kept, *keys}

    if not is_right(()):  # what stands there cannot be changed
        return RewrittenNotes(text, no_place=(*no_place, *puts))
    good = _good(tuple(puts), is_right)
    no_place += [key for key in puts if key not in good]
    return RewrittenNotes(made_with(good), good, moved, cleared, tuple(no_place))


def _good(keys: tuple[BlockKey, ...], is_right: Callable[[tuple[BlockKey, ...]], bool]) -> tuple[BlockKey, ...]:
    """Those of the links that come out right: by halves, as one that does not spoils only its own."""
    if not keys or is_right(keys):
        return keys
    if len(keys) == 1:
        return ()
    half = len(keys) // 2
    good = (*_good(keys[:half], is_right), *_good(keys[half:], is_right))
    return good if is_right(good) else ()


def _edit_standing(
    text: str, standing: Mapping[BlockKey, OwnLink], wanted: Mapping[BlockKey, WantedLink]
) -> tuple[list[_Edit], tuple[BlockKey, ...], tuple[OwnLink, ...]]:
    """What to do about the links that stand there: those that moved, and those that are taken out."""
    edits: list[_Edit] = []
    moved, cleared = [], []
    stays = {link.start: key for key, link in standing.items() if key in wanted}
    for link in own_links.find(text):
        if (key := stays.get(link.start)) is None:
            edits.append((*own_links.lines_to_cut(text, link), ""))
            cleared.append(link)
        elif _has_moved(link, wanted[key]):
            edits.append((link.start, link.end, wanted[key].markdown))
            moved.append(key)
    return edits, tuple(moved), tuple(cleared)


def _has_moved(link: OwnLink, wanted: WantedLink) -> bool:
    if abs(link.seconds - wanted.seconds) > MIN_MOVED_SECONDS or link.typed_seconds not in {None, link.seconds}:
        return True
    if time_in_url(link.href) is None:
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


def _structure(text: str) -> list[tuple[BlockKind, int, int | None, bool | None, bool]]:
    """What the file is made of for those who read it with our links: of HTML that stays HTML, too."""
    lone = {link.line for link in own_links.find(text) if link.is_alone}
    drafts = markdown.parse_blocks(markdown.split_lines(text))
    return [
        (each.kind, each.depth, each.number, each.ticked, bool(each.raw)) for each in drafts if each.line not in lone
    ]
