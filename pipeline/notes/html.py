"""HTML to Markdown, by html-to-markdown. The only importer of that library.

Scripts, styles, forms, navigation and what a browser would not show are left out. What is in the page is somebody
else's: its size, its depth and what its tables would grow to are checked first, because the library writes a table out
with all its cells, and a quote within a quote with all its marks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, cast
from urllib.parse import quote, unquote

from html_to_markdown import ConversionError, ConversionOptions, convert

from pipeline.untrusted import InvalidInput

MAX_HTML_CHARS = 2_000_000
"""Of a page: minutes of a day have 300,000. The library takes seconds for more where it is made to be slow."""

_MAX_MARKDOWN_CHARS = 1_000_000  # of which the notes of a day have 100,000
_MAX_NESTING = 30  # lists and quotes within each other
_MAX_CELLS = 200_000  # of all tables, with the empty ones that fill their rows
_MAX_COLSPAN = 1_000  # as in HTML

_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,500})</title", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6} +\S", re.MULTILINE)
_NESTING_TAG = re.compile(r"<(/?)(?:blockquote|dl|menu|ol|ul)\b", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<(/?)(table|tr|td|th)\b", re.IGNORECASE)
_SPAN = re.compile(r"\b(col|row)span\s{0,9}=\s{0,9}[\"']?\s{0,9}(\d{1,9})", re.IGNORECASE)
_WRITTEN_MARKUP = re.compile(
    r"&((?:lt|#0{0,9}60|#x0{0,9}3c)(?![0-9a-z])|amp;(?=(?:#[0-9]{1,9}|#x[0-9a-f]{1,9}|[a-z]{2,30});))", re.IGNORECASE
)
_REDIRECT = re.compile(
    r"https?://www\.google\.com/url\?(?:[^\"'<>\s]{0,200}?&(?:amp;)?)?q=([^&\"'<>\s]{1,2000})[^\"'<>\s]{0,500}"
)
_PRIVATE = re.compile("[\ue000-\ue003]")  # no text has them once they are taken out
_TERM, _DESCRIPTION, _CODE, _CODE_END = "\ue000", "\ue001", "\ue002", "\ue003"
_CODE_BLOCK = re.compile(f"{_CODE}([^{_CODE_END}]*){_CODE_END}")
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
_DESCRIPTIONS = re.compile(rf"\n*{_DESCRIPTION}(?=\S)")
_BLOCK_START = re.compile(r"[-+>#|`<]|\* |\d{1,9}[.)] ")
_BLANK_LINES = re.compile(r"\n{3,}")

_SAFE_IN_URL = "%/:;,?&=#@!$'()*+[]~"

_OPTIONS = ConversionOptions(
    extract_metadata=False,
    compact_tables=True,
    autolinks=False,
    highlight_style="none",
    exclude_selectors=["nav", "[role=navigation]", "button", "select", "textarea"],  # a form may have the whole page
)


class _MinutesVisitor:
    """Writes `Present: Ann, Bob` on one line, and an embedded player as the reader of notes takes it."""

    def visit_definition_term(self, _context: object, text: str) -> dict[str, str]:
        label = " ".join(text.split()).rstrip(":")
        return {"custom": f"\n\n{_TERM}**{label}:**" if label else ""}

    def visit_definition_description(self, _context: object, text: str) -> dict[str, str]:
        text = text.strip()
        return {"custom": f"\n\n{text}" if _BLOCK_START.match(text) else f"{_DESCRIPTION}{text}\n"}

    def visit_code_block(self, _context: object, _language: str, code: str) -> dict[str, str]:
        return {"custom": f"\n\n{_CODE}{code}{_CODE_END}\n\n"}

    def visit_iframe(self, _context: object, source: str) -> dict[str, str]:
        return {"custom": f'\n\n<iframe src="{html.escape(source)}"></iframe>\n\n' if source else ""}

    def visit_audio(self, _context: object, source: str) -> dict[str, str]:
        return _player("audio", source)

    def visit_video(self, _context: object, source: str) -> dict[str, str]:
        return _player("video", source)


def _player(label: str, source: str) -> dict[str, str]:
    return {"custom": f"\n\n[{label}](<{quote(source, safe=_SAFE_IN_URL)}>)\n\n" if source else ""}


def to_markdown(page: str) -> str:
    """The text of an HTML page as Markdown. The page's title becomes its heading where it has none.

    Raises:
        InvalidInput: it is too large, too deeply nested, or shows no text.
    """
    if len(page) > MAX_HTML_CHARS:
        raise InvalidInput(f"is larger than {MAX_HTML_CHARS / 1_000_000:g} MB, the limit for HTML")
    if _deepest(page) > _MAX_NESTING:
        raise InvalidInput(f"has lists or quotes nested more than {_MAX_NESTING} deep")
    if sum(_cells_of_tables(page)) > _MAX_CELLS:
        raise InvalidInput(f"has tables of more than {_MAX_CELLS:,} cells")
    # What was written to be shown as `<` or `&lt;` is written so again: in Markdown, too, it would be markup.
    page = _WRITTEN_MARKUP.sub(r"&amp;\1", _PRIVATE.sub("", page))
    page = _REDIRECT.sub(lambda link: html.escape(unquote(link[1])), page)  # as documents are exported
    title = _TITLE.search(page)
    try:
        result = convert(page, _OPTIONS, cast(Any, _MinutesVisitor()))  # which need not have every method
    except ConversionError as error:
        raise InvalidInput(f"is HTML that cannot be read ({error})") from error
    if any("depth_limit" in str(warning.kind) for warning in result.warnings):
        raise InvalidInput("has elements nested too deeply")
    text = _with_code((result.content or "").replace("\r", ""))
    text = _PRIVATE.sub("", _DESCRIPTIONS.sub(" ", text))
    text = _BLANK_LINES.sub("\n\n", text).strip()
    if len(text) > _MAX_MARKDOWN_CHARS:
        raise InvalidInput("is HTML with more text than 1 MB, the limit for notes in HTML")
    if not text:
        raise InvalidInput("is HTML that shows no text")
    if title and not _HEADING.search(text):
        text = f"# {' '.join(title[1].split())}\n\n{text}"
    return text + "\n"


def _with_code(text: str) -> str:
    """The text with its code as code; where most of it is called code, it is minutes as they were mailed."""
    blocks = _CODE_BLOCK.findall(text)
    if 2 * sum(map(len, blocks)) > len(text):
        return _CODE_BLOCK.sub(lambda found: _INDENTATION.sub("", found[1]), text)
    return _CODE_BLOCK.sub(_fenced, text)


def _fenced(found: re.Match[str]) -> str:
    code = html.unescape(found[1]).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return f"{fence}\n{code}\n{fence}"


def _deepest(page: str) -> int:
    depth = deepest = 0
    for tag in _NESTING_TAG.finditer(page):
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _cells_of_tables(page: str) -> Iterator[int]:
    """How many cells each outermost table has at most, once all its rows are as wide as the widest."""
    depth = rows = row = widest = spanning = 0
    for tag, following in pairwise([*_TABLE_TAG.finditer(page), None]):
        assert tag is not None
        name = tag[2].lower()
        if name == "table":
            depth = max(depth - 1, 0) if tag[1] else depth + 1
            if depth == 0:
                yield rows * (max(widest, row) + spanning)
                rows = row = widest = spanning = 0
        elif name == "tr" and not tag[1]:
            rows, row, widest = rows + 1, 0, max(widest, row)
        elif not tag[1]:
            end = following.start() if following else len(page)
            spans = {span[1].lower(): int(span[2]) for span in _SPAN.finditer(page, tag.end(), end)}
            width = min(max(spans.get("col", 1), 1), _MAX_COLSPAN)
            row += width
            spanning += width if spans.get("row", 1) > 1 else 0
    yield rows * (max(widest, row) + spanning)
