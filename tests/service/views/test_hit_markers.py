"""A strip of the recording's length shows where the hits of a search lie."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from pipeline.records import Hit, PassageSource
from service.views.hit_markers import HitMarkers, hit_markers


@pytest.fixture(autouse=True)
def _requested(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def hit(start: float | None, *, written: bool = False, duration: float | None = 1000.0) -> Hit:
    source = PassageSource.NOTES if written else PassageSource.TRANSCRIPT
    return Hit("call", "Call", None, source, start, "hose" if written else None, (), duration=duration)


def drawn(*hits: Hit) -> HitMarkers:
    found = hit_markers(hits)
    assert found
    return found


def test_every_hit_has_a_marker_at_its_moment() -> None:
    """In the order of time, what was said and what was written apart, each a link with the time as its name."""
    found = drawn(hit(760.9), hit(250), hit(500, written=True), hit(None, written=True))

    spoken = [(marker.x, marker.name) for marker in found.transcript]
    assert spoken == [("250.0", "4:10, transcript"), ("760.9", "12:40, transcript")]
    assert [(marker.x, marker.name) for marker in found.notes] == [("500.0", "8:20, notes")]
    assert found.transcript[1].href == "/meetings/call?t=760.90"
    assert found.notes[0].href == "/meetings/call?t=500#hose"


def test_no_marker_takes_the_pointer_from_its_neighbour() -> None:
    """Between two markers each is met up to the middle, and nothing reaches beyond the strip."""
    found = drawn(hit(1), hit(500), hit(510), hit(1000))
    reached = [(float(marker.left), float(marker.left) + float(marker.width)) for marker in found.transcript]

    assert reached == [(0, 17), (484, 505), (505, 526), (984, 1000)]


def test_the_drawing_is_summed_up_in_words() -> None:
    """How many moments there are, and which part of the recording they span."""
    assert drawn(hit(250), hit(760), hit(500, written=True)).summary == "3 moments between 4:10 and 12:40 of 16:40."
    assert drawn(hit(250), hit(None)).summary == "At 4:10 of 16:40."


def test_a_length_that_is_too_short_is_stretched() -> None:
    """The length a host gives may be rounded; no marker falls off the strip."""
    assert drawn(hit(1001)).transcript[0].x == "1000.0"


@pytest.mark.parametrize("hits", [[hit(5, duration=None)], [hit(None, written=True)], []])
def test_what_is_not_known_is_not_drawn(hits: list[Hit]) -> None:
    """Without a length, or a moment, there is no strip."""
    assert hit_markers(hits) is None
