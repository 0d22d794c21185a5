"""The inline HTML of a block → its pieces: text, links and code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring text that is of one link, or of none, and code or not."""

    text: str
    href: str | None = None
    is_code: bool = False
    is_strong: bool = False


class _PieceReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._hrefs: list[str | None] = []
        self._code = 0
        self._strong = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._hrefs.append(dict(attrs).get("href"))
        elif tag == "br":
            self.handle_data("\n")
        self._code += tag == "code"
        self._strong += tag in {"strong", "b"}

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._hrefs:
            self._hrefs.pop()
        if tag == "code":
            self._code = max(self._code - 1, 0)
        elif tag in {"strong", "b"}:
            self._strong = max(self._strong - 1, 0)

    def handle_data(self, data: str) -> None:
        href = self._hrefs[-1] if self._hrefs else None
        self.pieces.append(Piece(data, href, self._code > 0, self._strong > 0))


def pieces(html: str) -> Iterator[Piece]:
    """The pieces of inline HTML that the notes reader made, in their order.

    >>> [(piece.text, piece.href) for piece in pieces('see <a href="https://e.org/">a <b>b</b></a>')]
    [('see ', None), ('a ', 'https://e.org/'), ('b', 'https://e.org/')]
    """
    if "<" not in html and "&" not in html:
        yield Piece(html)
        return
    reader = _PieceReader()
    reader.feed(html)
    reader.close()
    yield from reader.pieces
