from __future__ import annotations

import pytest

from pipeline.notes.site_markup import repair_strong
from pipeline.records import BlockKind
from tests.pipeline.notes.parsing import assert_no_line_is_lost, blocks_of, only, parse


@pytest.mark.parametrize(
    "line",
    [
        "{{< figure src=a.png >}}",
        "{{% notice %}}",
        "{% include figure.html src='a.png' %}",
        "{%hackmd abc %}",
        ":::info",
        "::: spoiler Names of those present",
        ":::",
        "::youtube{id=abc}",
        "!!! quote",
        "??? tip",
        "> [!NOTE]",
        "[TOC]",
        "[[_TOC_]]",
        "{:toc}",
        "{: .lead}",
        "import Tabs from '@theme/Tabs';",
        "export const year = 2024;",
        "\\newpage",
        '<YouTube id="abc" />',
        "<!-- a comment -->",
    ],
)
def test_a_line_of_a_site_generator_is_markup(line: str) -> None:
    """It has no text and is not shown; the lines around it are as they would be without it."""
    blocks = blocks_of(f"Before it.\n\n{line}\n\nAfter it.")
    assert [(block.kind, block.text, block.html) for block in blocks] == [
        (BlockKind.PARAGRAPH, "Before it.", "Before it."),
        (BlockKind.MARKUP, "", ""),
        (BlockKind.PARAGRAPH, "After it.", "After it."),
    ]
    assert_no_line_is_lost(parse(f"Before it.\n{line}\nAfter it."))


@pytest.mark.parametrize(
    "line",
    [
        "- :::",
        "{{% notice %}}text{{% /notice %}}",
        "{% raw %}text{% endraw %}",
        "Let {{x}} be",
        "import taxes from 'there' are high",
        "what!!! note",
        ":: a",
    ],
)
def test_text_that_resembles_markup_stays(line: str) -> None:
    """Only a whole line of its form is markup."""
    assert blocks_of(line)[0].kind is not BlockKind.MARKUP


def test_what_is_indented_below_an_admonition_is_text() -> None:
    """MkDocs indents it by four spaces, which would be code."""
    read = parse('!!! note "Read this"\n\n    The body.\n\n    - an item\n\n      below it\n\nOutside.\n\n    code')
    assert [(block.kind.value, block.text) for block in read.blocks] == [
        ("paragraph", "Read this"),
        ("paragraph", "The body."),
        ("item", "an item"),
        ("paragraph", "below it"),
        ("paragraph", "Outside."),
        ("code", "code"),
    ]
    assert_no_line_is_lost(read)


def test_markup_in_code_is_code() -> None:
    """Nothing in a fence is taken away."""
    source = "```\n:::info\n!!! note\n    {{< x >}} :tada: [^1]\n```"
    assert only(source).html == "<code>:::info\n!!! note\n    {{&lt; x &gt;}} :tada: [^1]</code>"


@pytest.mark.parametrize(
    ("source", "text", "html"),
    [
        ("We did it :tada: :+1:", "We did it", "We did it :tada: :+1:"),
        ("std::string and 10:30:15", "std::string and 10:30:15", "std::string and 10:30:15"),
        ("As said[^1] before", "As said before", "As said before"),
        ("[^1]: The note", "The note", "The note"),
        ("Ask [[Ann Bee]] about [[pages/plan|the plan]]", "Ask Ann Bee about the plan", None),
        ("See {{< ref x >}}there", "See there", "See there"),
        ("Zero\u200bwidth and soft\u00adhyphen", "Zerowidth and softhyphen", None),
        ("## Release plan {#plan}", "Release plan", "Release plan"),
        ("**Topic **and more", "Topic and more", "<strong>Topic</strong> and more"),
        ("** Topic:** Ann", "Topic: Ann", "<strong>Topic:</strong> Ann"),
        ("**One** and **two **", "One and two", "<strong>One</strong> and <strong>two</strong>"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("`**x **` stays", "**x ** stays", "<code>**x **</code> stays"),
        ("an Option<T> of <ann> here", "an Option<T> of <ann> here", "an Option&lt;T&gt; of &lt;ann&gt; here"),
        ("a <Chart>b</Chart> <Tab /> c<br>d", "a b c d", None),
        ("a <script>alert(1)</script> b", "a alert(1) b", None),
    ],
)
def test_marks_are_no_text(source: str, text: str, html: str | None) -> None:
    """Emoji codes stay on the page; footnote marks, anchors and shortcodes do not; what looks like a tag is shown."""
    block = only(source)
    assert block.text == text
    assert html is None or block.html == html
    assert "<script" not in block.html


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", " JaVaScRiPt:alert(1)", "&#106;avascript:x"]
)
def test_an_html_link_is_as_safe_as_any(href: str) -> None:
    """`<a href>` becomes a link only where a page can follow it."""
    block = only(f'See <a href="{href}" onclick="x()">this</a> and <a href="https://example.org/a">that</a>.')
    assert block.html.count("<a ") == 1
    assert "onclick" not in block.html
    assert block.text == "See this and that."
    inner = only('[x <a href="https://example.org/b">y</a>](https://example.org/c)')
    assert inner.html.count("<a ") <= 2
    assert inner.text == "x y"


def test_the_writer_of_a_comment_is_its_speaker() -> None:
    """HackMD marks a quote with its writer, the time and a colour; the placeholder it begins with is nobody."""
    blocks = blocks_of(
        "> Fine by me. [name=Ann Bee] [time=Tue, Jan 3, 2023 5:04 PM] [color=#fff]\n\n- [name=Your Name] Hm."
    )
    assert [(block.text, block.speaker) for block in blocks] == [("Fine by me.", "Ann Bee"), ("Hm.", None)]


def test_bold_is_repaired_line_by_line() -> None:
    """A line with an odd number of marks may end in the next one, and stays."""
    assert repair_strong("**a **b\n**c\nd**") == "**a** b\n**c\nd**"
