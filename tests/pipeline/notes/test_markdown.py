"""Which lines are a block, and of which kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import notes
from pipeline.records import BlockKind
from tests.pipeline.notes.parsing import FIXTURES, LINK, assert_no_line_is_lost, blocks_of, only, parse


def test_every_form_becomes_the_block_it_is() -> None:
    """Kind, lines and nesting of each form of Markdown in the fixture."""
    read = notes.read(FIXTURES / "forms.md")
    assert [(block.line, block.end_line, block.kind.value, block.depth, block.text) for block in read.blocks] == [
        (1, 5, "markup", 0, ""),
        (6, 8, "heading", 1, "Setext title"),
        (9, 10, "heading", 1, "Release plan for May"),
        (10, 11, "heading", 2, "No space here"),
        (11, 12, "paragraph", 0, "#6190 is a number"),
        (13, 14, "paragraph", 0, "#officehours"),
        (15, 17, "markup", 0, ""),
        (18, 20, "paragraph", 0, "Some bold text with a link."),
        (21, 22, "item", 1, "item"),
        (23, 24, "paragraph", 0, "second paragraph"),
        (25, 26, "quote", 0, "quoted in it"),
        (26, 27, "item", 1, "open task"),
        (27, 28, "item", 1, "done task"),
        (28, 30, "item", 2, "nested deeper text"),
        (31, 33, "quote", 0, "a quote lazily continued"),
        (34, 36, "row", 0, "Name | Age"),
        (36, 37, "row", 0, "Ann | 7"),
        (38, 41, "code", 0, "# not a heading"),
        (42, 43, "paragraph", 0, "shown"),
        (44, 45, "markup", 0, ""),
        (46, 47, "markup", 0, ""),
        (48, 49, "markup", 0, ""),
        (50, 51, "paragraph", 0, "diagram"),
    ]
    by_line = {block.line: block for block in read.blocks}
    assert by_line[23].parent == by_line[25].parent == by_line[21].id
    assert by_line[28].parent == by_line[27].id
    assert by_line[21].parent == by_line[10].id
    assert by_line[10].parent == by_line[9].id
    assert (by_line[26].html, by_line[27].html) == ("☐ open task", "☑ done task")
    assert by_line[15].html == ""


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("#Release plan for May", BlockKind.HEADING),
        ("#Überblick und Ziele", BlockKind.HEADING),
        ("##Topic", BlockKind.HEADING),
        ("##4.2.0", BlockKind.HEADING),
        ("#Topic", BlockKind.PARAGRAPH),
        ("#officehours", BlockKind.PARAGRAPH),
        ("#core has the beta", BlockKind.PARAGRAPH),
        ("#6190", BlockKind.PARAGRAPH),
        ("#6190 Windows strings", BlockKind.PARAGRAPH),
        ("#Release #Windows", BlockKind.PARAGRAPH),
        ("#Release is out, see below.", BlockKind.PARAGRAPH),
    ],
)
def test_a_hash_without_a_space_is_a_heading_only_when_it_reads_as_one(line: str, kind: BlockKind) -> None:
    """Forgotten spaces are forgiven; tags, issue numbers and sentences stay text."""
    assert only(line).kind is kind


def test_a_line_that_begins_with_a_tag_does_not_break_its_paragraph() -> None:
    """Text wrapped just before a `#Word` stays one paragraph."""
    assert len(blocks_of("we talked about\n#Release plan for May")) == 1


def test_a_rule_at_the_top_is_not_front_matter() -> None:
    """Text between two rules at the top of the file is still matched."""
    assert "Hello there" in [block.text for block in blocks_of("---\n\nHello there\n\n---\n\nMore")]


SNIPPETS = (
    *("# Title", "## Topic", "##Loose", "#Loose one here", "#tag", "#6190", "#", "Setext\n---", "Setext\n==="),
    *(
        "text",
        "text\nmore text",
        "text  \nbreak",
        "- item",
        "- item\n  more",
        "- item\nlazy",
        "* a\n  * b",
        "- - twice",
    ),
    *("-", "1. one", "1)", "- [x] task", "- [ ]", "-\n  late text", "-\n  - a\n  b", "  - indented", "\t- tab"),
    *("> quote", "> quote\nlazy", "> - in quote", ">", "> > deep", "- > q\n\n  p", "- # h", "- ***\n  x", "> # h"),
    *("---", "***", "```\ncode", "```", "~~~\n\nx", "    code", "+ \n\n      code", "- ```\n  c\n  ```\n  p"),
    *("[ref]: http://x", '[ref]: http://x\n  "title"', "[ref]:", "- [ref]: http://x\n  p", "[x]: y\n[x]: z"),
    *("<!-- c -->", "<!--", "-->", "<!-- a\n\nb -->", "<div>", "</div>\ntext", "<b>x</b>", "<pre>\n\n# x"),
    *("| a | b |\n|---|---|\n| c | d |", "| a |\n|---|", "a | b\n-|-\nc", "|-|", "- | a |\n  |---|\n  | b |\n  tail"),
    *(
        "---\ntitle: x\n---",
        "3:04 a\n4:05 b",
        "- 1:00 x\n  2:00 y\nz",
        "1:00 `a\nb`\n2:00 c",
        "(3:04)",
        "[3:04](#t=184)",
    ),
    *(
        "https://youtu.be/dQw4w9WgXcQ",
        "YouTube Link:",
        "Alice: hi",
        "  ",
        "\\",
        "&nbsp;",
        "\u00a0",
        "\u2028",
        "\x0c",
        "\0",
    ),
    *("![](", "[x", "**", "`", "3:04 *a\n4:05 b*", "1:00\n\x0c\n2:00"),
)


PIECES = st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=20))
MARKDOWN = st.lists(
    st.tuples(PIECES, st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n  ", "\n    ", "\r", "\n> ", "\n- "])), max_size=12
)


@given(MARKDOWN)
@settings(max_examples=600)
def test_no_line_is_ever_lost(pieces: list[tuple[str, str]]) -> None:
    """Whatever Markdown is thrown together, each non-blank line is in exactly one block."""
    assert_no_line_is_lost(parse("".join(piece + end for piece, end in pieces)))


def test_text_nested_deeper_than_the_parser_goes_is_kept() -> None:
    """Two hundred levels of quotes lose nothing."""
    read = parse("> " * 200 + "deep\n\n" + "".join("  " * depth + "- item\n" for depth in range(200)))
    assert_no_line_is_lost(read)


@pytest.mark.parametrize(
    "source",
    [
        "[" * 100_000,
        "![a](" * 20_000,
        "*a _b " * 20_000,
        "(" + " " * 100_000 + ")",
        "3:04 " + "- " * 50_000,
        "<!--" * 30_000,
        f"{LINK}?t=5 " * 5_000,
        "- 10.57 a\n- 3:04 b\n" * 2_000,
        "YouTube " * 20_000,
        "A " * 50_000 + ":",
    ],
)
def test_hostile_notes_are_read_too(source: str) -> None:
    """What would keep a careless parser busy for hours is read like anything else."""
    assert_no_line_is_lost(parse(source))


def test_numbered_items_keep_their_numbers() -> None:
    """A list that begins at 3 is shown so; bullets have no number."""
    blocks = notes.parse("3. third\n4. fourth\n   - below\n", name="a.md").blocks

    assert [(block.text, block.number, block.depth) for block in blocks] == [
        ("third", 3, 1),
        ("fourth", 4, 1),
        ("below", None, 2),
    ]


def test_an_empty_cell_keeps_its_column() -> None:
    """What is in the third column is shown in the third column."""
    *_, row = notes.parse("| who | what | when |\n|---|---|---|\n| Ana | | May |\n", name="a.md").blocks

    assert (row.html, row.text) == ("Ana |  | May", "Ana | May")


def test_a_row_keeps_the_cells_that_its_header_lacks() -> None:
    """Markdown drops them, and nobody notices."""
    read = parse("| Topic | Who |\n|---|---|\n| Release | Ann | needs **a** | 12:30 |\n| One |\n")
    assert [block.text for block in read.blocks] == ["Topic | Who", "Release | Ann | needs a | 12:30", "One"]
    assert_no_line_is_lost(read)
