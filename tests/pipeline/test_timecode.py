from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import timecode
from pipeline.untrusted import MAX_SECONDS

SECONDS = st.floats(min_value=0, max_value=MAX_SECONDS - 1, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("754", 754),
        ("754s", 754),
        ("90.5", 90.5),
        ("12m34s", 754),
        ("1h2m3s", 3723),
        ("2m", 120),
        ("1h", 3600),
        ("12:34", 754),
        ("100:00", 6000),
        ("1:02:03", 3723),
        ("1:02:03.5", 3723.5),
        ("00:12:34,250", 754.25),
        (" 0:00 ", 0),
    ],
)
def test_reads_what_people_and_players_write(text: str, seconds: float) -> None:
    """Every notation in use gives the same seconds."""
    assert timecode.parse(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-5",
        "1:60",
        "12:3",
        "1:2:3:4",
        "1:75:00",
        "00:75:00",
        "s",
        "5m5",
        "٣:٠٠",
        "1e3",
        "inf",
        "9" * 5000,
        "168:00:01",
    ],
)
def test_refuses_what_is_no_time(text: str) -> None:
    """Anything else is not a time, and never an exception."""
    assert timecode.parse(text) is None


@given(st.text())
def test_any_text_gives_finite_seconds_or_nothing(text: str) -> None:
    """Parsing is total: no text crashes it or becomes infinite or negative."""
    seconds = timecode.parse(text)
    assert seconds is None or (math.isfinite(seconds) and seconds >= 0)


@given(SECONDS)
def test_a_clock_reads_back_as_its_whole_second(seconds: float) -> None:
    """`parse` undoes `clock`, which rounds down so that a link never starts late."""
    assert timecode.parse(timecode.clock(seconds)) == int(seconds)


@given(SECONDS, st.booleans())
def test_a_stamp_reads_back_to_the_millisecond(seconds: float, comma: bool) -> None:
    """`parse` undoes `stamp` with a dot and with a comma."""
    read = timecode.parse(timecode.stamp(seconds, comma=comma))
    assert read is not None
    assert abs(read - seconds) <= 0.0005 + 1e-6


@given(SECONDS, SECONDS)
def test_stamps_sort_as_their_times(first: float, second: float) -> None:
    """Below a hundred hours the text order of stamps is the order of their times."""
    if max(first, second) < 99 * 3600 and first <= second:
        assert timecode.stamp(first) <= timecode.stamp(second)
