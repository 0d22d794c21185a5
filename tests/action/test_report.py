"""What pull requests and jobs say of the links."""

from __future__ import annotations

import re

import markdown_it
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jumpnotes_action.changes import ChangedFile, ChangedLine, changes
from jumpnotes_action.report import code, pull_request_body


def test_text_of_other_people_is_code_and_nothing_else() -> None:
    """A title with Markdown, HTML and what GitHub acts on comes out as one code span, with the words broken."""
    text = (
        "`x`` closes #12, fixes o/r#3 and GH-4, https://github.com/o/r/issues/5 @team <img> **b** ![i](x)\r\n::error::"
    )
    shown = code(text)

    assert shown.startswith("``` `x``")
    for found in ("#1", "#3", "GH-4", "://g", "@t"):
        assert found not in shown
    assert "\n" not in shown


@given(st.text(st.characters(codec=None), max_size=200))
def test_no_text_breaks_out_of_its_code(text: str) -> None:
    """Whatever it is, a Markdown parser sees one span of code in one paragraph; mentions and references are broken."""
    shown = code(text)
    paragraph, inline, _ = markdown_it.MarkdownIt("commonmark").parse(f"- line 1, 0:10: {shown}")[2:5]

    assert paragraph.type == "paragraph_open"
    assert [each.type for each in inline.children or ()] == ["text", "code_inline"]
    assert not re.search(r"[@#](?!\u200b)|GH-(?!\u200b)|://(?!\u200b)", shown, re.IGNORECASE)
    shown.encode()


@pytest.mark.parametrize(
    "url", ["https://x.example/a)b", "https://x.example/ fixes #1", "javascript:x", "https://x@y/"]
)
def test_only_a_plain_address_is_a_link(url: str) -> None:
    """Any other is left out; the time stays."""
    body = pull_request_body([ChangedFile("a.md", (ChangedLine(3, "0:10", url, "Plan"),))])

    assert "- line 3, 0:10: `Plan`" in body


def test_a_body_is_never_longer_than_github_takes() -> None:
    """What does not fit is counted."""
    lines = tuple(ChangedLine(number, "0:10", "https://youtu.be/x?t=10", "ä" * 300) for number in range(5_000))
    body = pull_request_body([ChangedFile("a.md", lines)])

    assert len(body) < 65_536
    assert re.search(r"… and \d{4} more lines\Z", body)


def test_moved_links_are_told_by_their_new_time() -> None:
    """A link that stays is not listed; one that moved is, and so is how many are gone."""

    def line(text: str, seconds: int) -> str:
        return f'- {text} ([0:{seconds}](https://youtu.be/gArDenCall0?t={seconds} "jumpnotes"))\n'

    before = "# Call\n\n" + line("Hoses", 10) + line("Pallets", 20) + line("Seeds", 30)
    after = "# Call\n\n" + line("Hoses", 10) + line("Pallets", 25) + "- Seeds\n"
    made = changes("a.md", before, after)

    assert made is not None
    assert [(each.line, each.time, each.text) for each in made.lines] == [(4, "0:25", "Pallets")]
    assert made.gone == 2
