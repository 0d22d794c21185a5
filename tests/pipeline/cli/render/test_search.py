"""What a search prints for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import click
import pytest

from pipeline.cli.render.search import format_hits
from pipeline.records import Hit, PassageSource

TEXT = "we said at length and at great leisure that the hose leaks where the tap is, so that the hose has to go today"


def pieces(text: str, *words: str) -> tuple[tuple[str, bool], ...]:
    return tuple((f"{word} ", word in words) for word in text.split())


def hit(text: str = TEXT, *, start: float | None = 83.0, slug: str = "call", section: str | None = None) -> Hit:
    source = PassageSource.NOTES if start is None else PassageSource.TRANSCRIPT
    return Hit(slug, f"The {slug}", date(2024, 3, 5), source, start, None, pieces(text, "hose"), section, "Ana")


def test_each_meeting_is_named_once_above_its_hits() -> None:
    """With its date and its slug; the times are in one column."""
    hits = [hit("hose", start=3723.0), hit("a hose", slug="walk", section="Tools"), hit("the hose", start=None)]

    assert click.unstyle(format_hits(hits, None)).splitlines() == [
        "The call  2024-03-05  call",
        "  1:02:03  transcript  Ana          hose ",
        "        –  notes       Ana          the hose ",
        "",
        "The walk  2024-03-05  walk",
        "     1:23  transcript  Tools · Ana  a hose ",
    ]


def test_times_say_in_which_part_of_the_recording() -> None:
    """Where it is in several."""
    found = replace(hit("hose", start=3723.0), part_starts=(0.0, 3600.0))

    assert "part 2 · 2:03  transcript" in click.unstyle(format_hits([found], None))


def test_hits_that_lack_a_word_come_after_the_others() -> None:
    """Under a heading of their own, each with what it lacks; where all lack some, no heading is needed."""
    partial = replace(hit("a hose", slug="walk"), missing=("tap",))

    lines = click.unstyle(format_hits([hit("hose tap"), partial], None)).splitlines()

    assert [line for line in lines if not line.startswith(" ")] == [
        "The call  2024-03-05  call",
        "",
        "With only some of the words",
        "",
        "The walk  2024-03-05  walk",
    ]
    assert lines[-1].endswith("a hose   (without tap)")
    assert "With only" not in format_hits([partial], None)


@pytest.mark.parametrize("width", [40, 59, 60, 80, 132])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Cells are cut, and every line still shows what was found."""
    hits = [hit(section="How the garden is watered in a dry summer"), hit("no " * 90 + "hose " + "no " * 90)]
    title, *lines = format_hits(hits, width).splitlines()

    assert len(click.unstyle(title)) <= width
    for line in lines:
        assert len(click.unstyle(line)) <= width
        assert click.style("hose", bold=True).removesuffix("\x1b[0m") in line
        assert "…" in line


def test_a_long_section_leaves_room_for_the_speaker() -> None:
    """Who spoke is seen, whatever the heading is."""
    assert "How the garden is… · Ana  " in click.unstyle(format_hits([hit(section="How the garden is watered")], 96))


def test_output_into_a_pipe_is_not_cut() -> None:
    """Programs and files get the whole text."""
    assert TEXT in click.unstyle(format_hits([hit()], None))


def test_what_is_cut_ends_with_words() -> None:
    """A shortened text begins and ends with a whole word."""
    shown = click.unstyle(format_hits([hit()], 60)).splitlines()[1].partition("Ana  ")[2]
    words = shown.strip("… ").split()

    assert shown.startswith("… ")
    assert shown.endswith("…")
    assert set(words) <= set(TEXT.split())


def test_no_text_commands_the_terminal() -> None:
    """Whatever the notes contain, a line is a line, and the only colours are ours."""
    evil = hit("hose \x1b]0;owned\x07\nnext \x1b[2J", section="a\r\x1b[31mb")

    report = format_hits([evil], None)

    assert report.count("\x1b") == 4  # the title and the match, on and off
    assert len(report.splitlines()) == 2
    assert all(line.isprintable() for line in click.unstyle(report).splitlines())
