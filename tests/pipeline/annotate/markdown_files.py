"""Notes files in all the shapes people have them, for Hypothesis to make."""

from __future__ import annotations

from hypothesis import strategies as st

VIDEO = "dQw4w9WgXcQ"
URL = f"https://youtu.be/{VIDEO}"

_WORD = st.sampled_from(
    ["plan", "eBPF", "release", "#42", "the", "Ana", "`code`", "*soon*", "[docs](https://a.org)", "4.2", "v1|2"]
)
_WORDS = st.lists(_WORD, min_size=1, max_size=6)
_TEXT = _WORDS.map(" ".join)
_TAIL = st.sampled_from(["", "", "", "  ", "\\", " ^block-1", " {: .note}", " <!-- c -->", "\t"])
_MARK = st.sampled_from(["- ", "* ", "+ ", "1. ", "2) ", "- [ ] ", "- [x] ", "  - ", "    * ", "> - "])
_PEOPLE = st.sampled_from(
    [
        f"- [1:00]({URL}?t=60) Start",
        f"* **[2:00]({URL}?t=120)** Bold",
        f"Text at its end ([3:00]({URL}?t=180))",
        "- (4:00) Typed",
    ]
)


@st.composite
def _heading(draw: st.DrawFn) -> list[str]:
    text, level = draw(_TEXT), draw(st.integers(1, 4))
    return draw(
        st.sampled_from(
            [
                [f"{'#' * level} {text}"],
                [f"{'#' * level} {text} {'#' * level}"],
                [f"{'#' * level} {text}  "],
                [text, "====="],
                [text, "---"],
                [f"## {text}", f"Video | [5:00]({URL}?t=300)"],
            ]
        )
    )


@st.composite
def _paragraph(draw: st.DrawFn) -> list[str]:
    lines = draw(st.lists(_TEXT, min_size=1, max_size=3))
    return [*(f"{line}{draw(_TAIL)}" for line in lines[:-1]), f"{lines[-1]}{draw(_TAIL)}"]


@st.composite
def _list(draw: st.DrawFn) -> list[str]:
    lines = []
    for text in draw(st.lists(_TEXT, min_size=1, max_size=4)):
        lines.append(f"{draw(_MARK)}{text}{draw(_TAIL)}")
        if draw(st.booleans()):
            lines.append(f"  {draw(_TEXT)}{draw(_TAIL)}")
    return lines


_EXAMPLE = f'[12:34]({URL}?t=754 "jumpnotes")'
_OTHER = st.sampled_from(
    [
        ["```md", "## not a heading", _EXAMPLE, "```"],
        ["    indented code"],
        ["<div>", "<b>html</b>", "</div>"],
        ["<!-- a", "comment -->"],
        ["| Topic | Video |", "|---|---|", "| Plan |  |", "| More | |"],
        ["| a | b |", "|---|---|", "| c | d |"],
        ["> quoted words", "> go on"],
        ["> ## heading in a quote"],
        ["- ## heading in an item"],
        ["***"],
        ["[ref]: https://a.org"],
        [f"`{_EXAMPLE}` is how it looks"],
        [""],
    ]
)
_PIECE = st.one_of(_heading(), _paragraph(), _list(), _OTHER, _PEOPLE.map(lambda line: [line]))


@st.composite
def markdown_files(draw: st.DrawFn) -> str:
    """The text of a file: with front matter or not, blank lines or none, and line breaks of one kind or mixed."""
    lines = draw(
        st.sampled_from([[], ["---", "title: Call", "date: 2024-03-05", "---"], ["+++", 'title = "Call"', "+++"]])
    )
    lines = [*lines, "# Call 2024-03-05", "", f"Recording: {URL}", ""]
    for piece in draw(st.lists(_PIECE, max_size=8)):
        lines += piece + [""] * draw(st.integers(0, 2))
    breaks = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"]]))
    ends = [draw(st.sampled_from(breaks)) for _ in lines]
    if draw(st.booleans()):
        ends[-1] = ""
    return "".join(line + end for line, end in zip(lines, ends, strict=True))
