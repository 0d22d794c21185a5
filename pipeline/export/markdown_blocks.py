"""The blocks of notes as Markdown: paragraphs, lists, tables, quotes and code, each with its moment behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import indent

from pipeline.export.markdown_text import at_line_start, fenced, inline, text_content
from pipeline.records import Block, BlockKind

Moment = Callable[[str], str]
"""The link to the moment of a block, by its id; "" where there is none."""

_TASKS = {"☐ ": "[ ] ", "☑ ": "[x] "}
"""The box of a task as the reader of notes shows it, and as it is written."""


def blocks_in_markdown(blocks: Iterable[Block], moment: Moment) -> str:
    """Markdown of blocks that follow each other. What the page does not show is left out."""
    nested: dict[str | None, list[Block]] = {}
    opened: list[Block] = []  # the list items that the block is in
    for block in blocks:
        if not block.html:
            continue
        if block.kind is BlockKind.ITEM:
            while opened and opened[-1].depth >= block.depth:
                opened.pop()
        else:
            while opened and opened[-1].id != block.parent:
                opened.pop()
        nested.setdefault(opened[-1].id if opened else None, []).append(block)
        if block.kind is BlockKind.ITEM:
            opened.append(block)
    return _below(None, nested, moment)


def _below(owner: str | None, nested: Mapping[str | None, Sequence[Block]], moment: Moment) -> str:
    pieces: list[str] = []
    for (kind, _is_numbered), run in groupby(nested.get(owner, ()), lambda block: (block.kind, block.number is None)):
        match kind:
            case BlockKind.ITEM:
                pieces.append("\n".join(_item(block, nested, moment) for block in run))
            case BlockKind.ROW:
                pieces.extend(_tables(run, moment))
            case BlockKind.QUOTE:
                pieces.append("\n>\n".join(f"> {_line(block, moment)}" for block in run))
            case BlockKind.CODE:
                pieces.extend(_with_moment(fenced(text_content(block.html)), moment(block.id), "\n\n") for block in run)
            case _:
                pieces.extend(_line(block, moment) for block in run)
    return "\n\n".join(filter(None, pieces))


def _item(block: Block, nested: Mapping[str | None, Sequence[Block]], moment: Moment) -> str:
    marker = "- " if block.number is None else f"{block.number}. "
    line = _line(block, moment)
    line = _TASKS.get(line[:2], line[:2]) + line[2:]
    below = indent(_below(block.id, nested, moment), " " * len(marker))
    is_list = nested.get(block.id, [block])[0].kind is BlockKind.ITEM
    return f"{marker}{line}" + (("\n" if is_list else "\n\n") + below if below else "")


def _line(block: Block, moment: Moment) -> str:
    return _with_moment(at_line_start(inline(block.html)), moment(block.id), " ")


def _with_moment(markdown: str, moment: str, separator: str) -> str:
    return separator.join(filter(None, (markdown, moment)))


def _tables(rows: Iterable[Block], moment: Moment) -> Iterator[str]:
    """Rows as tables: one begins with each row that heads others, and one without such a row has an empty head."""
    tables: list[list[Block]] = []
    for row in rows:
        if not tables or _is_head(row):
            tables.append([])
        tables[-1].append(row)
    for table in tables:
        lines = [_cells(row, moment) for row in table]
        width = max(map(len, lines))
        head, body = (lines[0], lines[1:]) if _is_head(table[0]) else ([], lines)
        every = (cells + [""] * (width - len(cells)) for cells in (head, ["---"] * width, *body))
        yield "\n".join(f"| {' | '.join(cells)} |" for cells in every)


def _is_head(row: Block) -> bool:
    return row.end_line - row.line > 1  # the line of dashes belongs to the row above it


def _cells(row: Block, moment: Moment) -> list[str]:
    *cells, last = (inline(cell, in_table=True) for cell in row.html.split(" | "))
    return [*cells, _with_moment(last, moment(row.id), " ")]
