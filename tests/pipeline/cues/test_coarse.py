from __future__ import annotations

import pytest

from pipeline.cues.coarse import are_coarse, is_coarse
from pipeline.records import Segment
from tests.pipeline.cues.transcripts import transcript


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ((0.0, 300.0, 600.0), True),
        ((0.0, 60.0, 120.0), True),
        ((2.0, 90.0, 175.0), True),
        ((2.0, 62.0, 122.0), False),
        ((0.0, 60.0), False),
        ((0.0, 4.0, 9.0, 900.0), False),
        ((5.0,), False),
        ((), False),
    ],
)
def test_times_by_the_minute_or_far_apart(starts: tuple[float, ...], expected: bool) -> None:
    """Half of them are within a minute of the next one in any other transcript."""
    assert are_coarse(starts) is expected
    if starts:
        assert is_coarse(transcript(*(Segment(start, start + 1, "x") for start in starts))) is expected


def test_one_pause_does_not_make_times_coarse() -> None:
    assert not are_coarse([0.0, 4.0, 2700.0])
