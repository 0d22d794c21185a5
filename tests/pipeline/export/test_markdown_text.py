"""Text as Markdown: a Markdown reader shows what was said, and nothing else."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline import notes as reader
from pipeline.export.chapters import one_line
from pipeline.export.markdown_text import at_line_start, code_span, escaped, fenced, inline, link

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SIGNS = st.text(st.sampled_from("ab 1#*_-+=>`~[]()<>!|\\&;:.%^$\"'/@\n"), max_size=40)


@given(st.one_of(SIGNS, st.text(max_size=40)))
@example("1. not a list")
@example("foo ##")
@example("&amp; &copy; a&b")
@example("![a](b) [c]: d")
def test_text_is_shown_as_it_is(text: str) -> None:
    """In a paragraph, behind a time, and in a heading: nothing becomes markup."""
    text = one_line(text)
    shown = " ".join(text.split())

    assert _shown(at_line_start(escaped(text))) == (f"<p>{shown}</p>" if shown else "")
    assert (
        _shown(f"12:34 **Ana:** {escaped(text)}".rstrip())
        == f"<p>12:34 <strong>Ana:</strong> {shown}".rstrip() + "</p>"
    )
    assert _shown(f"## {escaped(text)}") == f"<h2>{shown}</h2>"


def _shown(markdown: str) -> str:
    """The HTML with its text as it reads."""
    return unescape(MARKDOWN.render(markdown)).strip()


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a <em>b</em> <strong>c d</strong> <s>e</s>", "a *b* **c d** ~~e~~"),
        ("un<em>believ</em>able", "un*believ*able"),
        ("a<em>(b)</em>c", "a<em>(b)</em>c"),
        ("<strong>a <em>b</em> c</strong>", "**a <em>b</em> c**"),
        ("a<br>b\nc", "a<br>b c"),
        ("H<sub>2</sub>O <span>x</span>", "H<sub>2</sub>O x"),
        ("<code>a`b</code> &lt;T&gt;", "``a`b`` \\<T>"),
        ('<a href="https://a.org/x_(1)?b&amp;c">see <code>x</code></a>', "[see `x`](https://a.org/x_%281%29?b&c)"),
        ('<a href="https://a.org/x_y">https://a.org/x_y</a>', "<https://a.org/x_y>"),
        ('<a href="https://a.org/">https://a.org/</a>', "<https://a.org/>"),
        ("<em>left open", "*left open*"),
    ],
)
def test_the_markup_of_a_block_is_kept(html: str, markdown: str) -> None:
    """Emphasis, code and links by their Markdown, or by a tag where a mark could be taken for something else."""
    assert inline(html) == markdown


@given(SIGNS)
def test_what_people_wrote_reads_the_same(text: str) -> None:
    """Notes, read and written as Markdown, are shown with the same text."""
    for block in reader.parse(text, name="x.md").blocks:
        if block.html and block.kind.value in {"paragraph", "quote", "item"}:
            assert _letters(MARKDOWN.render(at_line_start(inline(block.html)))) == _letters(block.html)


def _letters(html: str) -> str:
    return "".join(unescape(re.sub("<[^>]*>", "", html)).split())


def test_code_is_fenced_by_more_than_is_in_it() -> None:
    """Neither a span nor a block ends early."""
    assert _shown(code_span("``a``")) == "<p><code>``a``</code></p>"
    assert _shown(fenced("```\nx\n```")) == "<pre><code>```\nx\n```\n</code></pre>"


def test_a_link_holds_any_address() -> None:
    """Signs that would end it are written by their numbers."""
    assert '<a href="https://a.org/%28b%20&amp;copy;%3Cc%3E">x</a>' in MARKDOWN.render(
        link("x", "https://a.org/(b &copy;<c>")
    )
