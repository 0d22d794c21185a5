"""The inline HTML of a block in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.topics.inline_html import Piece, pieces


def test_links_code_and_what_is_strong_are_pieces() -> None:
    """In their order, with entities read, and a break as a break of the line."""
    html = 'a &amp; <a href="https://e.org/?a=1&amp;b=2">link <code>x_y</code></a><br><strong>Bold</strong> <b>b</b>'

    assert list(pieces(html)) == [
        Piece("a & "),
        Piece("link ", "https://e.org/?a=1&b=2"),
        Piece("x_y", "https://e.org/?a=1&b=2", is_code=True),
        Piece("\n"),
        Piece("Bold", is_strong=True),
        Piece(" "),
        Piece("b", is_strong=True),
    ]


def test_what_is_not_closed_or_not_opened_harms_nothing() -> None:
    """It counts to the end, or not at all."""
    assert list(pieces('</a>a<a href="/x">b')) == [Piece("a"), Piece("b", "/x")]
    assert [piece.is_code for piece in pieces("</code>a<code>b</code>c<code>d")] == [False, True, False, True]


@given(st.text(alphabet="<>a/&;=\"' code"))
def test_no_html_is_too_strange(html: str) -> None:
    assert all(piece.text for piece in pieces(html)) or not html
