from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import notes
from pipeline.errors import NotesError
from pipeline.notes import naming
from pipeline.records import Block, BlockKind, Notes, Video
from tests.conftest import ROOT

FIXTURES = Path(__file__).parents[2] / "fixtures" / "notes"
SEED = Path(__file__).parents[3] / "seeds" / "000_d54e42ad7e88ce35.txt"
ID = "dQw4w9WgXcQ"
LINK = f"https://youtu.be/{ID}"


def parse(source: str, name: str = "notes.md") -> Notes:
    return notes.parse(source, name=name)


def blocks_of(source: str) -> list[Block]:
    return list(parse(source).blocks)


def only(source: str) -> Block:
    (block,) = blocks_of(source)
    return block


def assert_no_line_is_lost(read: Notes) -> None:
    """Every non-blank line in exactly one block; ids are unique and fit for HTML and URLs; parents stand above."""
    lines = notes.split_lines(read.source)
    holders = [0] * (len(lines) + 2)
    seen: set[str] = set()
    last = 0
    for block in read.blocks:
        assert block.line >= last
        assert block.line < block.end_line <= len(lines) + 1
        last = block.end_line
        for number in range(block.line, block.end_line):
            holders[number] += 1
        assert re.fullmatch(r"[a-z][a-z0-9-]*", block.id)
        assert block.id not in seen
        assert block.parent is None or block.parent in seen
        seen.add(block.id)
    for number, line in enumerate(lines, 1):
        if line.strip():
            assert holders[number] == 1, f"line {number} is in {holders[number]} blocks: {line!r}"


# -- the seed and real notes


def test_the_seed_reads_as_its_writers_meant_it() -> None:
    """The seed's title, date, recording, speakers and nesting come out right."""
    read = notes.read(SEED)
    assert (read.slug, read.date) == ("osquery-office-hours-2020-01-21", date(2020, 1, 21))
    assert read.video == Video("https://www.youtube.com/watch?v=xO1o1N5o050", "xO1o1N5o050")
    assert [section.title for section in read.sections][:4] == [
        "osquery office hours 2020-01-21",
        "Announcements and Highlights since the last meeting",
        "Windows UTF8<->UTF16 PR #6190",
        "A bunch from Teddy",
    ]
    by_line = {block.line: block for block in read.blocks}
    assert (by_line[3].kind, by_line[3].text) == (BlockKind.MARKUP, "")
    assert "xO1o1N5o050" in by_line[3].html
    assert by_line[86].speaker == "Stefano"
    assert (by_line[86].depth, by_line[86].parent) == (2, by_line[85].id)
    assert by_line[121].speaker == "Alessandro & Stefano"
    assert by_line[8].text.endswith("UTF8<->UTF16 PR #6190")
    assert by_line[32].text.count("(as implemented by #6187)") == 1
    assert read.warnings == ()
    assert_no_line_is_lost(read)


# A checkout of the project whose notes these are, beside this repository or named.
REAL = os.environ.get("JUMPNOTES_TEST_NOTES") or next(map(str, ROOT.parent.glob("*/osquery-office-hours")), "")
REAL_NOTES = sorted(path for path in Path(REAL).glob("*.md") if naming.find_date(path.stem)) if REAL else []


@pytest.mark.skipif(not REAL_NOTES, reason="osquery's notes are not here; JUMPNOTES_TEST_NOTES may name them")
@pytest.mark.parametrize("path", REAL_NOTES, ids=lambda path: path.stem)
def test_no_line_of_real_notes_is_lost(path: Path) -> None:
    """Real notes keep every line, are dated by their file name, and have the video they link to."""
    read = notes.read(path)
    assert_no_line_is_lost(read)
    found = naming.find_date(path.stem)
    assert found is not None
    assert read.date == found[0]
    assert read.slug.endswith(found[0].isoformat())
    linked = {name for url in re.findall(r"https?://[^\s)\]]+", read.source) if (name := notes.youtube_id(url))}
    assert (read.video.id if read.video else None) == (linked.pop() if len(linked) == 1 else None)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.md")), ids=lambda path: path.stem)
def test_no_line_of_a_fixture_is_lost(path: Path) -> None:
    """Each fixture, with either kind of line ending, keeps every line in one block."""
    read = notes.read(path)
    assert_no_line_is_lost(read)
    dos = parse(read.source.replace("\n", "\r\n"), path.name)
    assert_no_line_is_lost(dos)
    assert [(block.id, block.line, block.text) for block in dos.blocks] == [
        (block.id, block.line, block.text) for block in read.blocks
    ]


# -- reading files


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A wrong path says so and is repeated."""
    with pytest.raises(NotesError, match="does not exist") as caught:
        notes.read(tmp_path / "gone.md")
    assert caught.value.hint


def test_a_folder_is_not_notes(tmp_path: Path) -> None:
    """A folder in place of a file is told apart from a missing one."""
    with pytest.raises(NotesError, match="is a folder"):
        notes.read(tmp_path)


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf\n"])
def test_empty_notes_are_refused(tmp_path: Path, data: bytes) -> None:
    """A file without any text is an error, not notes without blocks."""
    path = tmp_path / "empty.md"
    path.write_bytes(data)
    with pytest.raises(NotesError, match="is empty"):
        notes.read(path)


def test_text_that_is_not_utf8_names_file_and_line(tmp_path: Path) -> None:
    """The line of the first wrong byte is given, whatever the line endings, and how to convert the file."""
    path = tmp_path / "latin1.md"
    path.write_bytes("# One\r\ntwo\r\ncaf\u00e9\r\n".encode("latin-1"))
    with pytest.raises(NotesError, match=r"latin1\.md:3: is not UTF-8") as caught:
        notes.read(path)
    assert caught.value.line == 3
    assert "iconv" in caught.value.hint


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """A file saved by Windows Notepad reads like any other."""
    path = tmp_path / "bom.md"
    path.write_bytes(b"\xef\xbb\xbf# Title\r\n\r\ntext\r\n")
    read = notes.read(path)
    assert (read.title, [block.line for block in read.blocks]) == ("Title", [1, 3])


# -- blocks


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


def test_a_comment_that_is_never_closed_is_warned_about() -> None:
    """Everything after it would be hidden, so the line is named."""
    assert "line 3" in parse("text\n\n<!-- oops\n\n## Topic").warnings[0]


def test_text_before_the_first_heading_has_a_section_of_its_own() -> None:
    """It is called top and has level 0; every other section is called like its heading."""
    read = parse("intro\n\n## Topic\n\ntext")
    assert [(section.id, section.level, section.title) for section in read.sections] == [
        ("top", 0, ""),
        (read.sections[1].blocks[0].id, 2, "Topic"),
    ]


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
def test_of_a_link_the_text_keeps_what_may_be_said(source: str, text: str) -> None:
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
    """Whatever the notes say, the HTML holds only the tags and attributes on the list."""
    for block in parse(text or "x").blocks:
        for tag, attributes in re.findall(r"<\s*/?\s*(\w+)([^>]*)>", block.html):
            assert tag in {"a", "abbr", "b", "br", "code", "del", "em", "i", "s", "strong", "sub", "sup", "u"}
            assert not attributes or tag == "a"


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
    """What stands in the third column is shown in the third column."""
    *_, row = notes.parse("| who | what | when |\n|---|---|---|\n| Ana | | May |\n", name="a.md").blocks

    assert (row.html, row.text) == ("Ana |  | May", "Ana | May")
