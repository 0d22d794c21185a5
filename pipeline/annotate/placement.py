"""Where in a notes file a link goes, in the way the file already has its own.

A link in a heading would change the anchor that others link to, so it goes on a line of its own below. That of a table
row goes into an empty cell of a column for times. All others go to the end of the text in brackets or, in the manner
of lists of chapters, to its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from pipeline.notes import own_links
from pipeline.records import Block, BlockKind, Notes

_MIN_OF_STYLE = 3  # links of people, before theirs is the style of the file
_LINE = re.compile(r"([^\r\n]*)(\r\n?|\n|\Z)")
_HEADING_IN_BLOCK = re.compile(r"#{1,6}(?:[ \t]|$)")
_UNDERLINE = re.compile(r"[ \t>]*(?:=+|-+)[ \t]*")
# What has to stay at the end of a line: attributes of Markdown dialects, and a block's name in Obsidian.
_TAIL = re.compile(r"(?:[ \t]+(?:\{[:#.][^{}]{0,200}\}|\^[\w-]{1,80}))?[ \t]*\Z")
_TIME_LINK = r"\[[^\[\]\n]{0,10}\d{1,3}:\d\d[^\[\]\n]{0,10}\]\((?:https?://|#)[^()\s]{1,500}\)"
_AT_START = re.compile(rf"[*_(\[`]{{0,4}}{_TIME_LINK}")
_AT_END = re.compile(rf"{_TIME_LINK}[*_)\]`]{{0,4}}[ \t]*\Z")
_LONE = re.compile(
    rf"[ \t]{{0,3}}(?P<label>(?:Video|Recording|Time|Timestamp|Watch)[ \t]?[|:][ \t])?{_TIME_LINK}[ \t]*", re.I
)
# Where something before it would make other text of it: HTML, footnotes, callouts.
_FIRST_ON_ITS_LINE = re.compile(r"<[A-Za-z!/]|\[\^[^\]\n]{1,80}\]:|\[!\w|:[ \t]")
# And something behind it: blocks of Markdown dialects that begin with a line of their own.
_ALONE_ON_ITS_LINE = re.compile(r"={3}\+?[ \t]|!{3}|\?{3}|:{3}|\{[%{]|\[!\w")
_PIPE = re.compile(r"(?<!\\)\|")
_TIME_COLUMN = re.compile(r"\W*(?:video|recording|time|timestamp|watch|at)\W*", re.IGNORECASE)


class LinkStyle(StrEnum):
    """On which side of a text its link goes."""

    END = "end"
    START = "start"


@dataclass(frozen=True, slots=True)
class FileStyle:
    """How a file has its links: where, and with what before those below headings, such as `Video | `."""

    side: LinkStyle
    label: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of the file, and the line break that ends it, "" for the last one of some files."""

    text: str
    start: int
    line_break: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def next_start(self) -> int:
        return self.end + len(self.line_break)

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Insertion:
    """What is to be put into the file, before its character `at`."""

    at: int
    text: str


def file_lines(text: str) -> tuple[FileLine, ...]:
    """The lines as Markdown counts them; a line break at the end begins no other."""
    found = (FileLine(each[1], each.start(), each[2]) for each in _LINE.finditer(text))
    return tuple(line for line in found if line.start < len(text))


def style_of(lines: Sequence[FileLine], meetings: Sequence[Notes], wanted: LinkStyle | None) -> FileStyle:
    """The style of a file: what is `wanted` or else, if there are enough, that of the links people wrote."""
    first = [lines[block.line - 1].text for notes in meetings for block in notes.blocks if block.hint]
    last = [lines[block.end_line - 2].text for notes in meetings for block in notes.blocks if block.hint]
    starts = sum(_AT_START.match(text, _content_start(text)) is not None for text in first)
    ends = sum(_AT_END.search(text) is not None for text in last)
    side = LinkStyle.START if starts >= _MIN_OF_STYLE and starts > ends else LinkStyle.END
    labels = [found["label"] or "" for line in lines if (found := _LONE.fullmatch(line.text))]
    common = max(set(labels), key=labels.count, default="")
    return FileStyle(wanted or side, common if labels.count(common) >= _MIN_OF_STYLE else "")


def insertion(lines: Sequence[FileLine], notes: Notes, block: Block, link: str, style: FileStyle) -> Insertion | None:
    """Where the `link` of a block goes; None where the file has no place for it."""
    if block.kind is BlockKind.HEADING:
        return _below_heading(lines, block, style.label + link)
    if block.kind is BlockKind.ROW:
        return _in_row(lines, notes, block, link)
    first = next((line for line in lines[block.line - 1 : block.end_line - 1] if _has_content(line)), None)
    if first is None or _is_heading(first, lines[block.end_line - 2]):
        return None
    start = _content_start(first.text)
    if _ALONE_ON_ITS_LINE.match(first.text, start):
        return None
    if style.side is LinkStyle.START and not _FIRST_ON_ITS_LINE.match(first.text, start):
        return Insertion(first.start + start, f"{link} ")
    last = lines[block.end_line - 2]
    tail = _TAIL.search(last.text)
    return Insertion(last.start + (tail.start() if tail else len(last.text)), f" ({link})")


def _has_content(line: FileLine) -> bool:
    return _content_start(line.text) < len(line.text.rstrip())


def _content_start(text: str) -> int:
    """Where the text of a line begins, after the marks of the lists and quotes it is in."""
    found = own_links.MARKS_BEFORE_TEXT.match(text)
    return found.end() if found else 0


def _is_heading(first: FileLine, last: FileLine) -> bool:
    """Whether a block of a list or a quote is a heading there: it has an anchor, and no line below of its own."""
    is_underlined = last is not first and _UNDERLINE.fullmatch(last.text) is not None
    return is_underlined or _HEADING_IN_BLOCK.match(first.text, _content_start(first.text)) is not None


def _below_heading(lines: Sequence[FileLine], block: Block, link: str) -> Insertion:
    """After the heading or, where there is one, after the empty line below it; with an empty line of its own below."""
    last = lines[block.end_line - 2]
    above = lines[block.end_line - 3] if block.end_line > 2 else last
    line_break = last.line_break or above.line_break or "\n"
    if block.end_line > len(lines):
        return Insertion(last.next_start, f"{link}{line_break}" if last.line_break else f"{line_break}{link}")
    below = lines[block.end_line - 1]
    after = below if below.is_blank and below.line_break else last
    return Insertion(after.next_start, f"{link}{line_break}{line_break}")


def _in_row(lines: Sequence[FileLine], notes: Notes, block: Block, link: str) -> Insertion | None:
    column = _time_column(lines, notes, block)
    if column is None:
        return None
    line = lines[block.line - 1]
    cells = list(_cells(line.text))
    if column >= len(cells) or (text := line.text[slice(*cells[column])]).strip():
        return None
    return Insertion(line.start + cells[column][0] + (1 if text else 0), link)


def _time_column(lines: Sequence[FileLine], notes: Notes, block: Block) -> int | None:
    """The column of the block's table whose head says that it is for times; None for the head itself."""
    head = block
    rows = [each for each in notes.blocks if each.kind is BlockKind.ROW and each.line <= block.line]
    for above, below in pairwise(reversed([*rows])):
        if below.end_line != above.line:
            break
        head = below
    if head is block:
        return None
    text = lines[head.line - 1].text
    columns = (index for index, cell in enumerate(_cells(text)) if _TIME_COLUMN.fullmatch(text[slice(*cell)]))
    return next(columns, None)


def _cells(text: str) -> Iterator[tuple[int, int]]:
    """Where the cells of a row are in its line."""
    pipes = [found.start() for found in _PIPE.finditer(text)]
    starts = [len(text) - len(text.lstrip()), *(at + 1 for at in pipes)]
    ends = [*pipes, len(text.rstrip())]
    cells = [(start, end) for start, end in zip(starts, ends, strict=True) if start <= end]
    if pipes and pipes[0] == starts[0]:
        cells = cells[1:]
    if pipes and cells and cells[-1][0] >= len(text.rstrip()):
        cells = cells[:-1]
    yield from cells
