from __future__ import annotations

import math

import pytest

from pipeline.cues.json_transcripts.times import RawTime, read_time, seconds, unit_of


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, 1.5),
        ("1.5", 1.5),
        ("1.5s", 1.5),
        ("1500ms", 1.5),
        ("PT1M2.5S", 62.5),
        ("PT1H", 3600.0),
        ("00:00:01.5", 1.5),
        ("00:01:02,500", 62.5),
        ("1:02", 62.0),
        ({"seconds": "1", "nanos": 500_000_000}, 1.5),
        ({"nanos": 500_000_000}, 0.5),
        ({}, 0.0),
        ({"relative": 1.5, "absolute": "2026-01-01T10:00:00Z"}, 1.5),
    ],
)
def test_times_as_services_write_them(value: object, expected: float) -> None:
    assert seconds(read_time(value, None), 1.0) == expected


@pytest.mark.parametrize(
    "value",
    [None, True, "", "soon", "PT", "node index.js", "2024-01-01", "1.2.3", [1.0], {"line": 1}, "00:61:61", "9" * 50],
)
def test_what_is_no_time(value: object) -> None:
    assert read_time(value, None) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, 604_801.0, 10**400, 1e300])
def test_what_is_no_time_in_a_recording(value: float) -> None:
    assert seconds(read_time(value, None), 1.0) is None


def test_the_name_of_a_field_may_say_the_unit() -> None:
    """It counts for a number, and not for what says its own."""
    assert read_time(1500, 0.001) == RawTime(1500.0, 0.001)
    assert read_time("1.5s", 0.001) == RawTime(1.5, 1.0)


@pytest.mark.parametrize(
    ("lengths", "unit"),
    [
        ([(4.0, 10)], 1.0),
        ([(30.0, 2)], 1.0),
        ([(0.5, 30)], 1.0),
        ([(4000.0, 10)], 1e-3),
        ([(4000.0, 1)], 1e-3),
        ([(4e6, 10)], 1e-6),
        ([(4e7, 10)], 1e-7),
        ([(4e9, 10)], 1e-9),
        ([(math.inf, 10), (math.nan, 10), (-5.0, 10), (4.0, 10)], 1.0),
        ([], 1.0),
    ],
)
def test_the_unit_in_which_people_speak_as_people_do(lengths: list[tuple[float, int]], unit: float) -> None:
    assert unit_of(lengths) == unit
