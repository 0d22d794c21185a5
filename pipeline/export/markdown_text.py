"""Text as Markdown that says just that, and the safe HTML of a block as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

_ALWAYS = re.compile(r"[\\`*_\[\]<~$|]")
_TOGETHER = re.compile(r"(?<=%)%|(?<==)=|(?<=:):|&(?=#?\w+;)|!(?=\[)|\^(?=\w)")
_TAG_OR_CLOSING = re.compile(r"(?:(?<=\s)|^)#")
_BLOCK_START = re.compile(
    r"(?P<sign>[-+](?=\s|$)|-(?=-)|=(?=[=\s]*$)|>|:(?=\s))|(?P<number>\d{1,9})(?P<dot>[.)])(?=\s|$)"
)
_IN_DESTINATION = {sign: f"%{ord(sign):02X}" for sign in " ()<>\\|`\"'\n"}
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "s": "~~", "del": "~~", "strike": "~~"}
_KEPT_TAGS = frozenset({"ins", "kbd", "mark", "small", "sub", "sup", "u"})


def escaped(text: str) -> str:
    """Plain text on one line, within a line of Markdown as GitHub and Obsidian read it.

    >>> escaped("a * b, snake_case and C# #1")
    'a \\\\* b, snake\\\\_case and C# \\\\#1'
    """
    text = " ".join(text.split())
    for pattern in (_ALWAYS, _TOGETHER, _TAG_OR_CLOSING):
        text = pattern.sub(lambda found: f"\\{found[0]}", text)
    return text


def at_line_start(markdown: str) -> str:
    """Inline Markdown that begins a block, so that it begins a paragraph and no list, quote or heading."""
    found = _BLOCK_START.match(markdown)
    if found is None:
        return markdown
    escape = f"\\{found['sign']}" if found["sign"] else f"{found['number']}\\{found['dot']}"
    return escape + markdown[found.end() :]


def link(markdown: str, url: str) -> str:
    """A link with inline Markdown as its text.

    >>> link("x", "https://garden.example/a (1)")
    '[x](https://garden.example/a%20%281%29)'
    """
    return f"[{markdown}]({_destination(url)})"


def _destination(url: str) -> str:
    url = "".join(_IN_DESTINATION.get(sign, sign) for sign in url)
    return re.sub(r"&(?=#?\w+;)", r"\\&", url)


def code_span(text: str) -> str:
    """Code within a line."""
    text = " ".join(text.split("\n"))
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{padding}{text}{padding}{fence}" if text.strip() else ""


def fenced(text: str) -> str:
    """Code as a block."""
    fence = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence}\n{text.rstrip()}\n{fence}"


def inline(html: str, *, in_table: bool = False) -> str:
    """The safe HTML of a block as Markdown on one line."""
    reader = _InlineReader(escape_pipes=in_table)
    reader.feed(html)
    reader.close()
    return reader.markdown


def text_content(html: str) -> str:
    """The text in HTML, its line breaks kept."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


class _InlineReader(HTMLParser):
    """Builds the Markdown from the inside out: an element is written when it ends."""

    def __init__(self, *, escape_pipes: bool) -> None:
        super().__init__()
        self._escape_pipes = escape_pipes
        self._open: list[tuple[str, str]] = [("", "")]  # the name of each element, and its address if it is a link
        self._written: list[str] = [""]  # what is in it so far

    @property
    def markdown(self) -> str:
        while len(self._open) > 1:
            self._close()
        return " ".join(self._written[0].split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._written[-1] += "<br>"
            return
        self._open.append((tag, dict(attrs).get("href") or ""))
        self._written.append("")

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _ in self._open[1:]):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        is_code = any(name == "code" for name, _ in self._open)
        self._written[-1] += data if is_code else _with_edges(data, escaped)

    def _close(self) -> str:
        (tag, href), content = self._open.pop(), self._written.pop()
        self._written[-1] += self._element(tag, href, content)
        return tag

    def _element(self, tag: str, href: str, content: str) -> str:
        if not content.strip():
            return content
        if tag == "code":
            if any(name == "code" for name, _ in self._open):
                return content
            return code_span(content).replace("|", r"\|") if self._escape_pipes else code_span(content)
        if tag == "a" and content == escaped(href) and not self._escape_pipes:
            return f"<{href}>"
        if tag == "a" and href:
            return _with_edges(content, lambda text: link(text, href))
        if tag in _MARKS:
            return _with_edges(content, lambda text: self._marked(_MARKS[tag], tag, text))
        return f"<{tag}>{content}</{tag}>" if tag in _KEPT_TAGS else content

    def _marked(self, mark: str, tag: str, text: str) -> str:
        """Emphasis by its mark where that cannot be taken for anything else, or by its tag."""
        is_alone = not self._written[-1].endswith(("*", "~")) and not any(name in _MARKS for name, _ in self._open)
        if is_alone and text[0].isalnum() and text[-1].isalnum() and "*" not in text and "~" not in text:
            return f"{mark}{text}{mark}"
        return f"<{tag}>{text}</{tag}>"


def _with_edges(text: str, change: Callable[[str], str]) -> str:
    """`text` changed, but for the spaces around it, of which one is left at each end."""
    stripped = text.strip()
    if not stripped:
        return " " if text else ""
    before, after = " " if text[0].isspace() else "", " " if text[-1].isspace() else ""
    return f"{before}{change(stripped)}{after}"
