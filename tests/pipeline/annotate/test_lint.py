"""What is told of links that people wrote."""

from __future__ import annotations

import pytest

from pipeline import notes as reader
from pipeline.annotate.lint import check_links, check_times
from pipeline.annotate.placement import file_lines
from pipeline.records import Alignment, Basis

URL = "https://youtu.be/dQw4w9WgXcQ"


def problems(text: str) -> list[tuple[int, str]]:
    return [
        (each.line, each.problem) for each in check_links(text, file_lines(text), [reader.parse(text, name="a.md")])
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (f"- [8:40]({URL}?t=517) x", "the link says 8:40 and opens 8:37"),
        (f"- x [1:53]({URL}&t=113)", f"{URL}&t=113: opens the start; write ?t= instead of &t= after youtu.be/…"),
        (f"- [25:08({URL}?t=1508) x", "[25:08(https://…: a broken link; write [12:34](https://…)"),
        (f"- [22:55]{URL}?t=1375 x", "[22:55]https://…: a broken link; write [12:34](https://…)"),
        (f'- x ([8:40]({URL}?t=517 "jumpnotes"))', "the link says 8:40 and opens 8:37"),
    ],
)
def test_a_link_that_leads_elsewhere_than_it_says_is_told_with_its_line(line: str, problem: str) -> None:
    assert problems(f"# Call\n\n{line}\n") == [(3, problem)]


@pytest.mark.parametrize(
    "line",
    [
        f"- [8:37]({URL}?t=517) and [8:38]({URL}?t=517) x",
        "- [docs](https://a.org?t=5) [2:30](https://a.org/?t=5)",
        f"```\n[25:08({URL}?t=1508)\n```",
        f"- [1:53]({URL}?t=113), [1:54](#t=114), {URL}?t=113",
    ],
)
def test_nothing_is_told_of_what_is_right(line: str) -> None:
    assert problems(f"# Call\n\n{line}\n") == []


def test_a_link_below_a_heading_is_checked_too() -> None:
    assert problems(f'## Plan\n\n[8:40]({URL}?t=517 "jumpnotes")\n\nText\n') == [
        (3, "the link says 8:40 and opens 8:37")
    ]


@pytest.mark.parametrize(
    ("start", "confidence", "basis", "told"),
    [
        (400.0, 0.9, Basis.MATCH, True),
        (400.0, 0.6, Basis.MATCH, False),
        (230.0, 0.9, Basis.MATCH, False),
        (400.0, 0.9, Basis.HINT, False),
    ],
)
def test_a_time_far_from_a_sure_moment_is_told(start: float, confidence: float, basis: Basis, *, told: bool) -> None:
    notes = reader.parse(f"# Call\n\nRecording: {URL}\n\n- [3:00]({URL}?t=180) by hand\n", name="a.md")
    block = next(block for block in notes.blocks if block.hint)
    found = list(check_times(notes, {block.id: Alignment(block.id, start, start + 9, confidence, basis)}))
    assert [(each.line, each.problem) for each in found] == (
        [(5, "the time here is 3:00, but it was surely said at 6:40")] if told else []
    )
