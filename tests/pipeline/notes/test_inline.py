"""The text and the HTML of a block."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline.notes.parsing import LINK, blocks_of, parse


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("see https://github.com/a/b/pull/6190.", "see #6190."),
        ("(https://github.com/a/b/issues/12#issuecomment-7)", "(#12)"),
        ("<https://issues.apache.org/jira/browse/THRIFT-5078>", "THRIFT-5078"),
        ("https://example.org/docs/fee-waiver/", "fee waiver"),
        ("https://asciinema.org/a/297802", "asciinema"),
        ("[the blog](https://example.org/2020/01/post-about-it)", "the blog"),
        (f"watch {LINK} later", "watch later"),
        ("a &amp; b `c_d` ~~e~~ ![alt](x.png)", "a & b c_d e alt"),
    ],
)
def test_of_a_link_the_text_has_what_may_be_said(source: str, text: str) -> None:
    """Link text and issue numbers are matched, the noise of URLs is not."""
    assert blocks_of(f"# T\n\n## A\n\n## B\n\n{source}")[-1].text == text


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "<a href='javascript:alert(1)'>x</a>",
        "<b onclick='alert(1)' style='position:fixed'>x</b>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "![x](https://example.org/track.png)",
        "<div><iframe src='https://example.org'></iframe><p>x</div>",
        "`<script>alert(1)</script>`",
        "```\n</code><script>alert(1)</script>\n```",
        "[x](//example.org/y) [y](../admin)",
        "<a href='/admin'>x</a> <a href='//example.org/y'>y</a>",
        '<a href="https://example.org" target="_blank" rel="opener">x</a>',
    ],
)
def test_html_can_neither_run_nor_load_anything(attack: str) -> None:
    """Only plain inline tags come through, links are absolute, and none hides the page it comes from."""
    for html in (block.html for block in blocks_of(attack)):
        tags = re.findall(r"<\s*/?\s*([a-z0-9]+)([^>]*)>", html)
        assert {name for name, _ in tags} <= {"a", "b", "br", "code", "del", "em", "s", "strong"}
        for name, attributes in tags:
            assert not attributes or re.fullmatch(r'(?: href="https://[^"]*")? rel="noopener"', attributes), (
                name,
                attributes,
            )


@given(st.text(alphabet=st.sampled_from("<>\"'=/&;:() \nabijmgsrcpthonload[]!`*_"), max_size=80))
@settings(max_examples=200)
def test_no_text_becomes_a_tag_that_is_not_allowed(text: str) -> None:
    """Whatever is in the notes, the HTML has only the tags and attributes on the list."""
    for block in parse(text or "x").blocks:
        for tag, attributes in re.findall(r"<\s*/?\s*(\w+)([^>]*)>", block.html):
            assert tag in {"a", "abbr", "b", "br", "code", "del", "em", "i", "s", "strong", "sub", "sup", "u"}
            assert not attributes or tag == "a"


def test_a_link_without_its_scheme_can_be_followed() -> None:
    """A path to a file beside the notes can not: the page has no such file to send."""
    (block,) = blocks_of("Ann praised [a call](youtu.be/dQw4w9WgXcQ) and [a file](call.mp4)")
    assert re.findall(r'href="([^"]*)"', block.html) == [LINK]
    assert block.text == "Ann praised a call and a file"
