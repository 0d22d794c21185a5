"""The links that jumpnotes wrote into notes, known by their title: `[12:34](https://youtu.be/…?t=754 "jumpnotes")`.

They are guesses of ours, so notes are read without them: read as times that people wrote, they would be evidence for
themselves. The title is plain Markdown that formatters keep.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline import links, timecode
from pipeline.notes import markdown
from pipeline.records import BlockKind

TITLE = "jumpnotes"

_LINK = re.compile(
    r"\[(?P<text>[^\[\]\r\n]{0,80})\]\(\s{0,9}<?(?P<href>https?://[^\s<>()\"']{1,2000})>?\s{1,9}"
    rf"(?P<quote>[\"']){TITLE}(?P=quote)\s{{0,9}}\)"
)
_PART = re.compile(r"part (\d{1,3}),")
_LINE_END = re.compile(r"\r\n?|\n")
# What may stand before a link that is all there is on its line, as people label their own: `Video | [12:34](…)`.
_LABEL = r"(?:(?:video|recording|time|timestamp|watch)[ \t]{0,3}[|:][ \t]{0,3})?"
_BEFORE_LONE = re.compile(rf"[ \t]{{0,3}}\(?{_LABEL}", re.IGNORECASE)
_AFTER_LONE = re.compile(r"\)?[ \t]*")
MARKS_BEFORE_TEXT = re.compile(r"(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])(?=[ \t]|\Z))*(?:\[[ xX]\][ \t]+)?")
"""What stands on a line before its text: the marks of the lists, quotes and tasks it is in."""

_MAX_INDENT = 80
_LINE_BREAK_BEFORE = re.compile(r"(?:\r\n?|\n)[ \t>]*\Z")
_BLANK_REST = re.compile(r"[ \t]*(?:\r\n?|\n)")
_LINKLESS_KINDS = frozenset({BlockKind.CODE, BlockKind.MARKUP})


@dataclass(frozen=True, slots=True)
class OwnLink:
    """One of our links in the text of a file: [start, end) is the link, [cut_start, cut_end) what goes with it."""

    start: int
    end: int
    cut_start: int
    cut_end: int
    line: int
    text: str
    href: str
    is_alone: bool  # on its line: then it belongs to the heading above

    @property
    def seconds(self) -> float:
        """Where it opens the recording, on the clock of the part that it opens; without a time, what a reader sees."""
        found = links.time_in_url(self.href)
        return found.start if found else self.typed_seconds or 0.0

    @property
    def typed_seconds(self) -> float | None:
        """The time that a reader sees, None where it is none."""
        return timecode.parse(self.text.rpartition(" ")[2])

    @property
    def part(self) -> int:
        """The part of the recording that a reader sees, from 1; 0 where none is named."""
        found = _PART.match(self.text)
        return int(found[1]) if found else 0


def find(text: str) -> tuple[OwnLink, ...]:
    """Our links in Markdown, in its order; those in code, HTML and front matter are examples and none."""
    if f'"{TITLE}"' not in text and f"'{TITLE}'" not in text:
        return ()
    starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
    return tuple(
        _placed(text, starts, found, draft)
        for draft in markdown.parse_blocks(markdown.split_lines(text))
        if draft.kind not in _LINKLESS_KINDS
        for found in _links_of(draft, text, starts)
    )


def _links_of(draft: markdown.DraftBlock, text: str, starts: list[int]) -> Iterator[re.Match[str]]:
    tokens = [token for cell in draft.cells for token in cell]
    if not any(token.type == "link_open" and token.attrGet("title") == TITLE for token in tokens):
        return
    code = [token.content for token in tokens if token.type == "code_inline"]
    end = starts[draft.end_line - 1] if draft.end_line <= len(starts) else len(text)
    for found in _LINK.finditer(text, starts[draft.line - 1], end):
        if not any(found.group() in content for content in code):
            yield found


def _placed(text: str, starts: list[int], found: re.Match[str], draft: markdown.DraftBlock) -> OwnLink:
    start, end = found.span()
    line = bisect_right(starts, start)
    line_start = starts[line - 1]
    following = _LINE_END.search(text, end)
    before, after = text[line_start:start], text[end : following.start() if following else len(text)]
    is_whole = draft.kind is BlockKind.PARAGRAPH and draft.end_line - draft.line == 1
    is_alone = is_whole and bool(_BEFORE_LONE.fullmatch(before) and _AFTER_LONE.fullmatch(after))
    cut_start, cut_end = start, end
    if is_alone:
        cut_start, cut_end = line_start, end + len(after)
    elif before.endswith("(") and after.startswith(")"):
        cut_start, cut_end = start - (2 if before.endswith(" (") else 1), end + 1
    elif draft.kind is BlockKind.ROW and before.rstrip(" \t").endswith("|"):
        pass  # the cell keeps its room
    elif MARKS_BEFORE_TEXT.fullmatch(before):
        cut_end += after.startswith(" ")
    elif before.endswith(" "):
        cut_start -= 1
    return OwnLink(start, end, cut_start, cut_end, line, found["text"], found["href"], is_alone)


def hide(text: str) -> str:
    """`text` without our links, every line where it was.

    >>> hide('## Plan\\n\\n[1:15](https://youtu.be/dQw4w9WgXcQ?t=75 "jumpnotes")\\n\\nText')
    '## Plan\\n\\n\\n\\nText'
    """
    pieces, done = [], 0
    for each in find(text):
        lost = text[each.cut_start : each.cut_end]
        pieces += [text[done : each.cut_start], *_LINE_END.findall(lost)]
        done = each.cut_end
    return "".join([*pieces, text[done:]]) if pieces else text


def remove(text: str) -> str:
    """`text` as it was before our links were written: a link that has a line of its own goes with that line, and with
    the empty one below.
    """
    pieces, done = [], 0
    for each in find(text):
        start, end = lines_to_cut(text, each)
        pieces.append(text[done:start])
        done = max(end, done)
    return "".join([*pieces, text[done:]]) if pieces else text


def lines_to_cut(text: str, link: OwnLink) -> tuple[int, int]:
    """The stretch of the text to cut, so that no empty line is left where the link was all there was on one."""
    start, end = link.cut_start, link.cut_end
    before = _LINE_BREAK_BEFORE.search(text, max(start - _MAX_INDENT, 0), start)
    after = _BLANK_REST.match(text, end)
    if not link.is_alone:
        is_wrapped = before and (after or end == len(text))  # by a formatter
        return (before.start(), end) if before and is_wrapped else (start, end)
    if after is None:  # it ends the file, which had no line break at its end
        return before.start() if before else start, end
    below = _BLANK_REST.match(text, after.end())
    return start, below.end() if below else after.end()
