"""What of the notes is discussed at a moment."""

from __future__ import annotations

import pytest

from pipeline.search.hit_context import HitContext, LinkSpan


def context(*links: tuple[float, float, int | None, str]) -> HitContext:
    return HitContext("Call", None, 100.0, ("Hose", "Fence"), {}, tuple(LinkSpan(*link) for link in links))


@pytest.mark.parametrize(
    ("seconds", "block", "section"),
    [
        (8.5, None, None),
        (9.2, "hose", "Hose"),  # one begins to speak of it a little before its link
        (19.9, "hose", "Hose"),
        (25.0, "hose", "Hose"),  # until the next begins
        (29.5, "fence", "Fence"),
        (40.0, None, None),  # nothing follows
    ],
)
def test_of_two_links_the_last_that_began(seconds: float, block: str | None, section: str | None) -> None:
    found = context((10.0, 20.0, 0, "hose"), (30.0, 40.0, 1, "fence"))
    assert (found.block_at(seconds), found.section_at(seconds)) == (block, section)


def test_what_was_interrupted_goes_on() -> None:
    found = context((10.0, 90.0, 0, "hose"), (30.0, 40.0, 1, "fence"))
    assert [found.block_at(seconds) for seconds in (20.0, 35.0, 50.0)] == ["hose", "fence", "hose"]


def test_a_block_above_all_headings_has_no_section() -> None:
    found = context((10.0, 20.0, None, "opening"))
    assert (found.block_at(15.0), found.section_at(15.0)) == ("opening", None)
