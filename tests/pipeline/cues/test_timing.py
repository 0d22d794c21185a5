from __future__ import annotations

import time

import pytest

from pipeline.cues.timing import frame_rate, read_clock, read_timing


@pytest.mark.parametrize(
    "line",
    [
        "00:00:02,000 --> 00:00:06,500",
        "00:00:02.000-->00:00:06.500",
        "2.000 --> 6.500",
        "00:02.0 --> 00:06.5",
        "0:0:2,0 --> 0:0:6,5",
        "00: 00: 02,000 --> 00: 00: 06,500",
        "00 : 00 : 02 , 000 --> 00 : 00 : 06 , 500",
        "00:00:02:000 --> 00:00:06:500",
        "00.00.02,000 --> 00.00.06,500",
        "00:00:02,0000000 --> 00:00:06,5000000",
        "00:00:02,000 -> 00:00:06,500",
        "00:00:02,000 ---> 00:00:06,500",
        "00:00:02,000 –> 00:00:06,500",
        "00:00:02,000 —> 00:00:06,500",
        "00:00:02,000 -- > 00:00:06,500",
        "00:00:02,000 --&gt; 00:00:06,500",
        "00:00:02,000 → 00:00:06,500",
        "00:00:02,000 ⟶ 00:00:06,500",
        "00:00:02,000 => 00:00:06,500",
        "００：００：０２，０００ －－＞ ００：００：０６，５００",
        "00：00：02,000 --> 00：00：06,500",
        "\u00a000:00:02,000\u00a0-->\u00a000:00:06,500\u00a0",
        "7 00:00:02,000 --> 00:00:06,500",
        "00:00:02,000 --> 00:00:06,500 X1:40 X2:600",
        "00:02.000 --> 00:06.500 align:start position:0%",
    ],
)
def test_ways_to_write_a_timing(line: str) -> None:
    """Two seconds to six and a half, whatever the arrow and the signs between the numbers."""
    found = read_timing(line)

    assert found is not None
    assert found.is_whole
    assert found.start is not None
    assert found.end is not None
    assert (found.start.seconds, found.end.seconds) == (2.0, 6.5)


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("-00:00:07,000 --> 00:00:12,000", None, 12.0),
        ("-00:00:07,000 --> -00:00:02,000", None, None),
        ("-0.5 --> 3.2", None, 3.2),
        ("00:32:60.000 --> 00:33:00.000", None, 1980.0),
        ("01:61:00,000 --> 00:00:10,000", None, 10.0),
        ("00:01:O5,000 --> 00:01:12,000", None, 72.0),
        ("00:01:05,000 --> 00:01:l2,000", 65.0, None),
        ("xx:yy:zz --> 00:00:05,000", None, 5.0),
        ("NaN:NaN:NaN,NaN --> NaN:NaN:NaN,NaN", None, None),
        ("00:00:?? -> 00:00:05", None, 5.0),
        ("168:00:01,000 --> 168:00:05,000", None, None),
    ],
)
def test_what_was_meant_to_be_a_timing(line: str, start: float | None, end: float | None) -> None:
    """It is no text, and what can be read of it is kept."""
    found = read_timing(line)

    assert found is not None
    assert found.is_whole is (start is not None and end is not None)
    assert (found.start and found.start.seconds, found.end and found.end.seconds) == (start, end)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "a --> b",
        "1 --> 2",
        "step 1 -> step 2",
        "1.5 -> 2.5 times faster",
        "10:30 -> 11:00 for lunch",
        "from v1.2 -> v1.3",
        "https://example.org/a --> see there",
        "[00:00.000 --> 00:05.000] good morning",
        "<v Ann>10:30 --> 11:00",
        "we said: at 10:30 --> 11:00",
        "Total: 5.0 -> 6.0",
        "-->",
        "00:00:02,000",
        "00:00:02,000 00:00:06,500",
        "he is >50 and I am <3",
    ],
)
def test_what_is_no_timing(line: str) -> None:
    """Arrows and times in what people say are text."""
    assert read_timing(line) is None


@pytest.mark.parametrize(
    ("text", "seconds", "frames"),
    [
        ("1:02:03,5", 3723.5, None),
        ("0.860", 0.86, None),
        ("90", 90.0, None),
        ("12:34", 754.0, None),
        ("100:00:00", 360_000.0, None),
        ("00:00:02:12", 2.0, 12),
        ("00:00:02;12", 2.0, 12),
        ("00:00:02:120", 2.12, None),
        ("00:60:00.000", None, None),
        ("1:2:3:4:5", None, None),
        ("", None, None),
        ("1:", None, None),
        ("9" * 40, None, None),
    ],
)
def test_clock_times(text: str, seconds: float | None, frames: int | None) -> None:
    found = read_clock(text)

    assert (found and found.seconds, found and found.frames) == (seconds, frames)


@pytest.mark.parametrize(("last", "rate"), [("05", 25), ("24", 25), ("25", 30), ("29", 30), ("49", 50), ("99", 100)])
def test_frames(last: str, rate: int) -> None:
    """The largest number of a frame tells how many a second has."""
    found = read_timing(f"00:00:02:00 --> 00:00:03:{last}")

    assert found is not None
    assert found.end is not None
    assert frame_rate([found]) == rate
    assert found.end.at(rate) == round(3 + int(last) / rate, 3)


@pytest.mark.parametrize("unit", [" ", ":", "0:", "-", "- ", "0", "a:", "=", "0:0:0 "])
def test_a_long_line_is_looked_at_once(unit: str) -> None:
    """No line is tried in every way."""
    start = time.thread_time()
    for _ in range(20):
        read_timing(unit * 20_000 + "--> 0:01")
        read_timing("0:01 -->" + unit * 20_000)

    assert time.thread_time() - start < 0.3
