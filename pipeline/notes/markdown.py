"""Markdown to blocks in the making, each with its lines; no line of the file is lost.

CommonMark with tables and strikethrough, plus `#Heading` written without its space, further cells of a row, and bold
with a space inside its marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from pipeline.notes import inline, site_markup
from pipeline.records import BlockKind, Hint

_MAX_QUOTES = 8  # in each other: at every level markdown-it looks through all lines. Deeper, a > is text
_MAX_BRACKETS = 200  # the inline parser is quadratic in them: a paragraph with more is shown as it is typed
_LOOSE_HEADING = re.compile(r"(#{1,6})([^#\s].*)")
_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*$")
_OTHER_TAG = re.compile(r"(?<!\S)#\w")
_MARKER_ONLY = re.compile(r"(?:[-*+>|:=~`#_\s]|\d{1,9}[.)](?=\s|$))*")
_NEWLINE = re.compile(r"\r\n?|\n")
_SAID_BY = re.compile(r"\[name=([^\]\n]{1,80})\]|\[(?:time|color)=[^\]\n]{1,80}\]")
_PLACEHOLDERS = frozenset({"", "name", "your name", "yourname"})  # that the editor puts there
_MAX_CELLS = 100  # of a row
_TASK = re.compile(r"\s*\[([ xX])\](?:\s+|$)")
_FRONT_FENCES = {  # and what the first line after each looks like
    "---": re.compile(r"\s{0,9}[\"']?[\w-]{1,100}[\"']?\s{0,9}:(?:\s|$)"),
    "+++": re.compile(r"\s{0,9}(?:\[{1,2}[\w.-]{1,100}\]{1,2}|[\"']?[\w.-]{1,100}[\"']?\s{0,9}=)"),
}


@dataclass(slots=True)
class DraftBlock:
    """A block in the making. A table row has one list of tokens per cell, every other kind has one or none."""

    kind: BlockKind
    line: int
    end_line: int
    cells: list[list[Token]] = field(default_factory=list)
    depth: int = 0
    parent_item: DraftBlock | None = None  # the list item it is in
    raw: str = ""  # of code and HTML: their source
    number: int | None = None  # of an item in a numbered list
    ticked: bool | None = None  # None: not a task
    hint: Hint | None = None
    times_section: bool = False  # its time has a label that says it is that of the section: `Video | 12:30`
    speaker: str | None = None  # where markup names who said it: `[name=ann]`
    excluded: bool = False  # shown, but nobody said it: the recording's own link
    opens_meeting: bool = False  # a heading that says on which day it was

    @property
    def text(self) -> str:
        return " | ".join(filter(None, map(inline.matching_text, self.cells)))


@dataclass(slots=True)
class _ListItem:
    line: int
    depth: int
    number: int | None = None
    first_block: DraftBlock | None = None
    has_content: bool = False


def split_lines(source: str) -> list[str]:
    """The lines of a source as Markdown counts them. A line break at the end does not begin another line."""
    lines = _NEWLINE.split(source)
    return lines[:-1] if lines and not lines[-1] else lines


def count_front_matter_lines(lines: list[str]) -> int:
    """How many lines of front matter the file begins with: YAML between --- or TOML between +++.

    A rule at the top is not front matter.
    """
    fence = lines[0].rstrip() if lines else ""
    if fence not in _FRONT_FENCES:
        return 0
    first = next((line for line in lines[1:] if line.strip()), "")
    if not _FRONT_FENCES[fence].match(first):
        return 0
    ends = {fence, "..."} if fence == "---" else {fence}
    return next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() in ends), 0)


def parse_blocks(lines: list[str]) -> list[DraftBlock]:
    """The blocks of a file in its order. Every line that is not blank is in exactly one of them."""
    skipped = count_front_matter_lines(lines)
    env: dict[str, object] = {}
    masked, markup = site_markup.mask_lines(["" if number < skipped else line for number, line in enumerate(lines)])
    tokens = _parser().parse("\n".join(masked), env)
    found = list(_token_blocks(tokens, masked))
    for draft in found:
        _take_speaker(draft)
    if skipped:
        found.append(DraftBlock(BlockKind.MARKUP, 1, skipped + 1))
    for draft in found:
        while draft.end_line > draft.line + 1 and not lines[draft.end_line - 2].strip():
            draft.end_line -= 1
    found.extend(_leftover_blocks(lines, found, markup, env))
    return sorted(found, key=lambda draft: draft.line)


def _token_blocks(tokens: list[Token], lines: list[str]) -> Iterator[DraftBlock]:
    containers: list[_ListItem | None] = []  # None: a quote
    row: DraftBlock | None = None
    for index, token in enumerate(tokens):
        match token.type:
            case "list_item_open":
                depth = 1 + sum(container is not None for container in containers)
                number = int(token.info) if token.info.isdigit() else None
                containers.append(_ListItem(_first_line(token), depth, number))
            case "blockquote_open":
                containers.append(None)
            case "list_item_close" | "blockquote_close":
                containers.pop()
            case "tr_open":
                row = _place(DraftBlock(BlockKind.ROW, *_lines(token)), containers)
                # The line of dashes under the first row belongs to it.
                row.end_line += tokens[index - 1].type == "thead_open"
                yield row
            case "tr_close":
                if row is not None and not containers:
                    row.cells.extend(_further_cells(lines[row.line - 1], len(row.cells)))
                row = None
            case "inline" if row is not None:
                row.cells.append(inline.prepare(token.children or []))
            case "inline" if token.content.strip():
                yield _place(_text_block(tokens[index - 1], token, containers), containers)
            case "fence" | "code_block":
                code = [Token("code_inline", "code", 0, content=token.content.rstrip(), markup=token.markup)]
                yield _place(DraftBlock(BlockKind.CODE, *_lines(token), cells=[code], raw=token.content), containers)
            case "html_block":
                yield _place(_html_block(token), containers)


def _further_cells(line: str, parsed: int) -> Iterator[list[Token]]:
    """The cells of a row beyond those of the header, which Markdown drops."""
    cells = escapedSplit(line.strip())[: _MAX_CELLS + 1]
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    for cell in cells[parsed:]:
        (token,) = _parser().parseInline(cell.strip(), {})
        yield inline.prepare(token.children or [])


def _take_speaker(draft: DraftBlock) -> None:
    """Move what an editor marks as the writer of a comment, `[name=ann]`, from the text to the speaker."""
    for cell, tokens in enumerate(draft.cells if draft.kind is not BlockKind.CODE else ()):
        while found := _SAID_BY.search(inline.plain_text(tokens)):
            name = (found[1] or "").strip()
            draft.speaker = draft.speaker or (None if name.casefold() in _PLACEHOLDERS else name)
            tokens = draft.cells[cell] = inline.cut_span(tokens, *found.span())


def _first_line(token: Token) -> int:
    return _lines(token)[0]


def _lines(token: Token) -> tuple[int, int]:
    assert token.map is not None, token.type
    return token.map[0] + 1, token.map[1] + 1


def _text_block(opening: Token, token: Token, containers: list[_ListItem | None]) -> DraftBlock:
    content = inline.prepare(token.children or [])
    if opening.type == "heading_open" and not containers:
        return DraftBlock(BlockKind.HEADING, *_lines(opening), cells=[content], depth=int(opening.tag[1]))
    quoted = bool(containers) and containers[-1] is None
    return DraftBlock(BlockKind.QUOTE if quoted else BlockKind.PARAGRAPH, *_lines(opening), cells=[content])


def _html_block(token: Token) -> DraftBlock:
    """A comment is markup; any other HTML is what a reader sees of it."""
    text = inline.text_of_html(token.content)
    if not text:
        return DraftBlock(BlockKind.MARKUP, *_lines(token), raw=token.content)
    return DraftBlock(BlockKind.PARAGRAPH, *_lines(token), cells=[[inline.text_token(text)]], raw=token.content)


def _place(draft: DraftBlock, containers: list[_ListItem | None]) -> DraftBlock:
    """Give a block its place in the list it is in. The first block of an item becomes that item."""
    items = [container for container in containers if container is not None]
    if not items:
        return draft
    item = items[-1]
    is_first = not item.has_content
    for container in items:
        container.has_content = True
    if item.first_block is not None:
        draft.parent_item = item.first_block
        return draft
    item.first_block = draft
    outer_blocks = (outer.first_block for outer in reversed(items[:-1]))
    draft.parent_item = next((block for block in outer_blocks if block is not None), None)
    if is_first:
        draft.line = item.line  # a bullet may be alone on its line, above its text
    if draft.kind in {BlockKind.PARAGRAPH, BlockKind.QUOTE}:
        draft.kind, draft.depth, draft.number = BlockKind.ITEM, item.depth, item.number
        task = _TASK.match(inline.plain_text(draft.cells[0]))
        if task:
            draft.ticked = task[1] != " "
            draft.cells[0] = inline.cut_span(draft.cells[0], 0, task.end())
    return draft


def _leftover_blocks(
    lines: list[str], found: list[DraftBlock], masked: frozenset[int], env: dict[str, object]
) -> Iterator[DraftBlock]:
    """What became no token: rules, definitions, empty bullets, markup of site generators, and text nested too deep."""
    covered = bytearray(len(lines) + 2)
    for draft in found:
        covered[draft.line : draft.end_line] = b"\1" * (draft.end_line - draft.line)
    markup = bytearray(len(lines) + 2)
    for start, end in _definitions(env):
        markup[start + 1 : end + 1] = b"\1" * (end - start)
    last: DraftBlock | None = None
    for number, line in enumerate(lines, 1):
        if covered[number] or not line.strip():
            last = None
            continue
        if number in masked:
            last = None
            yield DraftBlock(BlockKind.MARKUP, number, number + 1, cells=[[inline.shortcode_token(line)]], raw=line)
            continue
        kind = BlockKind.MARKUP if markup[number] or _MARKER_ONLY.fullmatch(line) else BlockKind.PARAGRAPH
        if last is not None and last.kind is kind:
            last.end_line += 1
        else:
            last = DraftBlock(kind, number, number + 1)
            yield last
        if kind is BlockKind.PARAGRAPH:
            last.cells.append([inline.text_token(line.strip())])


def _definitions(env: dict[str, object]) -> Iterator[tuple[int, int]]:
    references, doubled = env.get("references"), env.get("duplicate_refs")
    entries = [*(references.values() if isinstance(references, dict) else ())]
    entries += doubled if isinstance(doubled, list) else []
    for entry in entries:
        yield entry["map"][0], entry["map"][1]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    parser.block.ruler.before(
        "lheading", "loose_heading", _loose_heading, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    parser.block.ruler.at("blockquote", _quote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.core.ruler.at("inline", _inline)
    return parser


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Markdown-it's own rule, but for quotes that are in too many others."""
    depth = int(state.env.get("quotes", 0))
    if depth >= _MAX_QUOTES:
        return False
    state.env["quotes"] = depth + 1
    found = blockquote(state, start, end, silent)
    state.env["quotes"] = depth
    return found


def _inline(state: StateCore) -> None:
    """Markdown-it's own rule, but for content that would take it minutes."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if token.content.count("[") > _MAX_BRACKETS:
            token.children.append(inline.text_token(" ".join(token.content.split())))
        else:
            token.content = site_markup.repair_strong(token.content)
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _loose_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001 - markdown-it's signature
    """`##Topic` is a heading. `#Topic of today` is one only on a line that is clearly no tag and no number."""
    if state.is_code_block(start):
        return False
    found = _LOOSE_HEADING.fullmatch(
        state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip()
    )
    if not found or (len(found[1]) == 1 and (silent or not _reads_as_title(found[2]))):
        return False
    if silent:
        return True
    level = len(found[1])
    state.line = start + 1
    opening = state.push("heading_open", f"h{level}", 1)
    opening.markup, opening.map = found[1], [start, state.line]
    content = state.push("inline", "", 0)
    content.content, content.map, content.children = _CLOSING_HASHES.sub("", found[2]), [start, state.line], []
    state.push("heading_close", f"h{level}", -1).markup = found[1]
    return True


def _reads_as_title(text: str) -> bool:
    """Whether the words after a single `#` are a title: `Release 4.2` is, `6190`, `officehours` and `A #B` are not."""
    return text[0].isupper() and " " in text and not _OTHER_TAG.search(text) and not text.endswith((".", ",", ";", "!"))
