"""Lists of times in one paragraph or one block of code, as people paste them from a video's description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from pipeline import links
from pipeline.notes import inline
from pipeline.notes.linked_times import repaired
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.typed_times import LEADING, hint_of
from pipeline.records import BlockKind

_MAX_FIRST_SECONDS = 600  # of a list of chapters in a block of code; later, it may be a log
_MAX_LEAD_CHARS = 60  # of a name before the time of a line
_HASHES = re.compile(r"\s{0,3}#{1,6}\s+")
_Lines = list[tuple[int, list[Token]]]  # each with how many lines after the first line of the block it begins


def split_timed_lines(drafts: list[DraftBlock]) -> Iterator[DraftBlock]:
    """One block per line where a paragraph, or a block of code, is a list of times."""
    for draft in drafts:
        if draft.kind is BlockKind.CODE:
            yield from _split_code(draft)
        else:
            yield from _split_paragraph(draft)


def _split_paragraph(draft: DraftBlock) -> Iterator[DraftBlock]:
    parts = _timed_parts(draft)
    yield draft
    if len(parts) < 2:
        return
    end_line = draft.end_line
    draft.cells = [parts[0][1]]
    draft.end_line = draft.line + parts[1][0]
    parent_item = draft if draft.kind is BlockKind.ITEM else draft.parent_item
    kind = BlockKind.PARAGRAPH if draft.kind is BlockKind.ITEM else draft.kind
    yield from _blocks(kind, draft.line, [*parts[1:], (end_line - draft.line, [])], parent_item)


def _blocks(kind: BlockKind, line: int, parts: _Lines, parent_item: DraftBlock | None) -> Iterator[DraftBlock]:
    for (offset, tokens), (next_offset, _) in pairwise(parts):
        yield DraftBlock(kind, line + offset, line + next_offset, cells=[tokens], parent_item=parent_item)


def _timed_parts(draft: DraftBlock) -> _Lines:
    """The parts of a paragraph that begin with a time, and what stands above the first."""
    if (
        draft.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE}
        or draft.raw
        or draft.end_line - draft.line < 2
    ):
        return []
    lines: list[list[Token]] = [[]]
    for token in draft.cells[0] if draft.cells else []:
        if token.type in {"softbreak", "hardbreak"} and token.level == 0:
            lines.append([])
        else:
            lines[-1].append(token)
    # Line breaks inside a mark or a code span are not counted: then it is unknown which line is which.
    if len(lines) != draft.end_line - draft.line:
        return []
    timed = _timed(lines)
    if sum(timed) < 2 and not timed[0]:
        return []
    parts: _Lines = []
    for offset, tokens in enumerate(lines):
        if timed[offset] or not parts:
            parts.append((offset, tokens))
        else:
            parts[-1][1].extend([Token("softbreak", "br", 0), *tokens])
    return parts


def _timed(lines: list[list[Token]]) -> list[bool]:
    """Which lines begin with a time, or with a link that opens at a time, after a name at most.

    Links to several videos side by side are no list of times.
    """
    linked = [_timed_video(tokens) for tokens in lines]
    return [
        LEADING.match(inline.plain_text(tokens)) is not None or (video is not None and linked.count(video) > 1)
        for tokens, video in zip(lines, linked, strict=True)
    ]


def _timed_video(tokens: list[Token]) -> str | None:
    """What the link with a time opens that a line begins with."""
    for opened, _, href, _ in inline.find_links(tokens):
        lead = inline.plain_text(tokens[:opened]).strip()
        is_name = lead.endswith(":") or any(token.type == "strong_open" for token in tokens[:opened])
        href = repaired(href)
        if (lead and not (is_name and len(lead) <= _MAX_LEAD_CHARS)) or links.time_in_url(href) is None:
            return None
        return links.youtube_id(href) or href.partition("#")[0].partition("?")[0]
    return None


def _split_code(draft: DraftBlock) -> Iterator[DraftBlock]:
    lines = draft.raw.splitlines()
    fences = draft.end_line - draft.line - len(lines)  # lines of the block that are not its content
    if fences != (2 if draft.cells[0][0].markup else 0) or not _is_list_of_times(lines):
        yield draft
        return
    first = draft.line + fences // 2
    parts: list[tuple[int, int, list[str]]] = []  # the first line, the line after the last, their texts
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        text = _HASHES.sub("", line, count=1).strip()
        if not parts or LEADING.match(line) or _HASHES.match(line):
            parts.append((number, number + 1, [text]))
        else:
            parts[-1] = (parts[-1][0], number + 1, [*parts[-1][2], text])
    if fences:
        yield DraftBlock(BlockKind.MARKUP, draft.line, first, parent_item=draft.parent_item)
    for start, end, texts in parts:
        cells = [[inline.text_token(" ".join(texts))]]
        yield DraftBlock(BlockKind.PARAGRAPH, start, end, cells=cells, parent_item=draft.parent_item)
    if fences:
        yield DraftBlock(BlockKind.MARKUP, draft.end_line - 1, draft.end_line, parent_item=draft.parent_item)


def _is_list_of_times(lines: list[str]) -> bool:
    """Whether most lines begin with a time, from the beginning of the recording on and in order."""
    written = [line for line in lines if line.strip() and not _HASHES.match(line)]
    hints = [hint_of(found) if (found := LEADING.match(line)) else None for line in written]
    seconds = [hint.start for hint in hints if hint]
    return (
        bool(seconds)
        and hints[0] is not None
        and 2 * len(seconds) >= len(written)
        and seconds == sorted(seconds)
        and seconds[0] <= _MAX_FIRST_SECONDS
    )
