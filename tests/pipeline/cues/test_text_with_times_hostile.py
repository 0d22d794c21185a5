"""Text with times that nobody would write."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cues import text_with_times
from pipeline.errors import TranscriptError
from tests.growth import measure

MAX_EXPONENT = 1.75
"""Of the growth of the time with the length: 1 is linear, 2 quadratic."""

FRAGMENTS = [
    "0:02",
    "[0:02]",
    "(1:00:02)",
    "Ada",
    "Ada:",
    "10:03:21",
    " --> ",
    "-",
    "\n",
    "\n",
    "\n",
    "  ",
    "hello there",
    "#",
]
FRAGMENTS += [
    "2 minutes",
    "5 seconds",
    "\t",
    "1:75:99",
    "23:59:59",
    "Transcript",
    "@",
    "**",
    "<v Ada>",
    "1m 5s",
    "00;00;02;12",
]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=4, max_size=60).map("".join))
def test_any_text_with_times_is_read_or_refused(text: str) -> None:
    """Cues last, and are within a week; nothing else breaks."""
    try:
        found = text_with_times.parse(text, source="x")
    except TranscriptError:
        return
    assert all(0.0 <= each.start < each.end for each in found.segments)


@pytest.mark.parametrize(
    "line", ["0:02\n", "[0:02] a ", "Ann (", "ann 0:02 ", "2 minutes, 5 seconds", "**", "[a](b ", "0:"]
)
def test_a_long_hostile_text_takes_no_longer_than_it_is(line: str) -> None:
    """Its time grows with its length, not with the square of it. A busy machine may slow one measurement, not all."""

    def read(text: str) -> None:
        text_with_times.matches(text)
        with suppress(TranscriptError):
            text_with_times.parse(text, source="x")

    growths = (measure(lambda size: line * (size // len(line)), read, 8_000) for _ in range(3))
    assert any(growth.exponent < MAX_EXPONENT for growth in growths)
