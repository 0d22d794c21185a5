"""The timeline shows where each section is in the recording, and what is in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.records import (
    Alignment,
    FurtherMoment,
    Keyword,
    UncoveredSpan,
)
from service.views.moment_links import MomentLinks
from service.views.timeline import Timeline, section_at, timeline
from tests.headings import notes, placed

LINKS = MomentLinks("/meetings/call")


def drawn(*alignments: Alignment, uncovered: tuple[UncoveredSpan, ...] = ()) -> Timeline:
    by_block = {alignment.block_id: alignment for alignment in alignments}
    shown = timeline(notes("Hose", "Seeds", "Fence"), by_block, uncovered, 1000.0, LINKS)
    assert shown
    return shown


def spans(shown: Timeline) -> list[tuple[str, float, float]]:
    return [(span.name, float(span.start), float(span.end)) for span in shown.spans]


def test_a_section_within_another_is_drawn_over_it() -> None:
    """What was interrupted resumes after the interruption; no stretch has two sections."""
    shown = drawn(placed("Hose", 100, 500), placed("Seeds", 200, 300))
    assert spans(shown) == [("Hose", 100, 200), ("Seeds", 200, 300), ("Hose", 300, 500)]


def test_guesses_are_not_drawn() -> None:
    """What is too unsure for a link covers nothing."""
    assert spans(drawn(placed("Hose", 100, 200), placed("Seeds", 300, 400, 0.3))) == [("Hose", 100, 200)]


def test_further_moments_are_drawn() -> None:
    """A topic that comes back is on the timeline twice, in one colour."""
    shown = drawn(replace(placed("Hose", 100, 200), also=(FurtherMoment(600, 700, 0.8),)))
    assert spans(shown) == [("Hose", 100, 200), ("Hose", 600, 700)]
    assert len({span.colour for span in shown.spans}) == 1


def test_every_span_is_visible_and_within_the_timeline() -> None:
    """A few seconds are a few pixels, at the very end, too."""
    span = drawn(placed("Hose", 999, 1000)).spans[0]
    assert float(span.width) >= 4
    assert float(span.x) + float(span.width) <= 1000


def test_nothing_is_drawn_before_anything_is_known() -> None:
    """Without links, or without a length, there is no timeline."""
    linked = {"Hose": placed("Hose", 1, 2)}
    assert timeline(notes("Hose"), {}, (), 60.0, LINKS) is None
    assert timeline(notes("Hose"), linked, (), None, LINKS) is None
    shown = timeline(notes("Hose"), linked, (), 60.0, LINKS)
    assert shown
    assert shown.uncovered == ()


# -- what the notes do not cover ---------------------------------------------------------------------------------------

GREENHOUSE = UncoveredSpan(400.0, 460.0, (Keyword("Greenhouse", 402.5), Keyword("leaked", 440.0)))


def test_what_the_notes_do_not_cover_is_drawn_and_listed() -> None:
    """With its keywords, each a link to where it was first said."""
    shown = drawn(placed("Hose", 0, 400), placed("Seeds", 460, 900), uncovered=(GREENHOUSE,))
    (row,) = shown.uncovered
    assert (row.clock, row.end_clock, row.href) == ("6:40", "7:40", "/meetings/call?t=400.00")
    assert [(word.text, word.clock, word.href) for word in row.keywords] == [
        ("Greenhouse", "6:42", "/meetings/call?t=402.50"),
        ("leaked", "7:20", "/meetings/call?t=440.00"),
    ]
    assert spans(shown) == [
        ("Hose", 0, 400),
        ("Not in the notes: Greenhouse, leaked", 400, 460),
        ("Seeds", 460, 900),
    ]
    assert shown.uncovered_minutes == 1


@pytest.mark.parametrize(
    ("corrected", "left"),
    [
        ((400, 460), []),
        ((390, 500), []),
        ((400, 425), [(425, 460, ["leaked"])]),
        ((425, 500), []),  # 25 seconds are not worth a line
        ((432, 500), [(400, 432, ["Greenhouse"])]),
        ((300, 400), [(400, 460, ["Greenhouse", "leaked"])]),
    ],
)
def test_what_a_correction_covers_is_no_longer_uncovered(
    corrected: tuple[float, float], left: list[tuple[float, float, list[str]]]
) -> None:
    """The run does not know of it yet, so the page leaves out what a section covers by now, with its keywords."""
    shown = drawn(placed("Hose", 0, 300), placed("Fence", *corrected), uncovered=(GREENHOUSE,))
    found = [span for span in shown.spans if span.colour is None]
    assert [(float(span.start), float(span.end)) for span in found] == [(start, end) for start, end, _ in left]
    assert [[word.text for word in row.keywords] for row in shown.uncovered] == [words for _, _, words in left]


def test_a_section_in_the_middle_leaves_both_ends() -> None:
    """As far as they are long enough; one that is short and was not touched stays."""
    long, short = UncoveredSpan(400.0, 500.0), UncoveredSpan(600.0, 620.0)
    shown = drawn(placed("Fence", 440, 480), uncovered=(long, short))
    assert [(row.clock, row.end_clock) for row in shown.uncovered] == [("6:40", "7:20"), ("10:00", "10:20")]


# -- which section is at a moment --------------------------------------------------------------------------------------


def test_section_at_a_moment() -> None:
    """A moment is named for the section that covers it, and for none in between."""
    shown = drawn(placed("Hose", 100, 200), placed("Seeds", 300, 400))
    assert [section_at(shown, at) for at in (99.5, 150, 250, 300, 500)] == ["", "Hose", "", "Seeds", ""]
    assert section_at(None, 1.0) == ""


def test_a_whole_second_is_that_of_the_section_that_begins_in_it() -> None:
    """A link with whole seconds leads to the section that begins within the second, not to the one that ends there."""
    shown = drawn(placed("Hose", 100, 200.34), placed("Seeds", 200.34, 300))
    assert section_at(shown, 200.0) == "Hose"
    assert [section_at(shown, at, whole_second=True) for at in (199, 200, 201, 300)] == ["Hose", "Seeds", "Seeds", ""]
    assert section_at(shown, 99, whole_second=True) == ""


def test_an_exact_moment_is_rounded_as_links_are() -> None:
    """A link has hundredths of a second; what begins some thousandths later is still what it leads to."""
    shown = drawn(placed("Hose", 100, 200.3412), placed("Seeds", 200.3412, 300))
    assert section_at(shown, 200.34) == "Seeds"
