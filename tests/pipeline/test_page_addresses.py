"""Addresses of pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import page_addresses
from pipeline.records import Hit, PassageSource

SITE = "https://garden.example"


def hit(start: float | None, block_id: str | None) -> Hit:
    return Hit("call", "Call", None, PassageSource.NOTES, start, block_id, ())


@pytest.mark.parametrize(
    ("found", "address"),
    [
        (hit(12.756, None), "?t=12.76"),
        (hit(12.756, "b-1"), "?t=12#b-1"),
        (hit(0.0, "b-1"), "?t=0#b-1"),
        (hit(None, "b-1"), "#b-1"),
        (replace(hit(12.756, None), discussed_block_id="b-1"), "?t=12.76#b-1"),
        (hit(None, None), ""),
    ],
)
def test_a_hit_is_opened_where_it_is(found: Hit, address: str) -> None:
    """At its moment, at its block, or both."""
    assert page_addresses.at_hit(found, SITE) == f"{SITE}/meetings/call{address}"


def test_the_section_that_is_meant_is_named_with_the_moment() -> None:
    """Without a moment nobody needs it."""
    assert page_addresses.at_block("/p", "b-1", 3.9, "s-2") == "/p?t=3&section=s-2#b-1"
    assert page_addresses.at_block("/p", "b-1", None, "s-2") == "/p#b-1"


def test_a_slug_cannot_leave_its_place() -> None:
    """Whatever is in it."""
    assert page_addresses.meeting_page("a/../ü?x#y", SITE) == f"{SITE}/meetings/a%2F..%2F%C3%BC%3Fx%23y"
