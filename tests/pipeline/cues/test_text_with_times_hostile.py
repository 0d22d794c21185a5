"""Text with times that nobody would write."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cues import text_with_times
from pipeline.errors import TranscriptError

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
    """Five times the text, about five times as long."""

    def seconds(size: int) -> float:
        text = line * (size // len(line))
        begin = process_time()
        text_with_times.matches(text)
        with suppress(TranscriptError):
            text_with_times.parse(text, source="x")
        return process_time() - begin

    seconds(1_000)
    assert seconds(30_000) < 15 * max(seconds(6_000), 0.002)
