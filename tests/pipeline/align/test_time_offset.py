"""How far the clock of the notes is from the recording's."""

from __future__ import annotations

import pytest

from pipeline.align import align
from pipeline.align.time_offset import detect_rounding
from tests.pipeline.align.meetings import spoken_topics, topic_notes, topic_start


@pytest.mark.parametrize("offset", [-300.0, 0.0, 45.0, 500.0])
def test_the_offset_of_the_notes_clock_is_found(offset: float) -> None:
    """All times are off by the same: it is told, and the links are right by the recording's clock."""
    times = {i: topic_start(i) - offset for i in range(8) if topic_start(i) >= offset}

    found = align(topic_notes(times), spoken_topics())

    assert found.offset == pytest.approx(offset, abs=3)
    assert [link.start for link in found.alignments] == pytest.approx([topic_start(i) for i in range(8)], abs=15)


@pytest.mark.parametrize(
    ("times", "rounding"),
    [
        ((60.0, 120.0, 240.0), 60.0),
        ((300.0, 600.0, 900.0), 300.0),
        ((15.0, 75.0, 90.0), 15.0),
        ((61.0, 120.0, 180.0), 0.0),
    ],
)
def test_coarse_times_are_recognised(times: tuple[float, ...], rounding: float) -> None:
    """Times that are all whole minutes were rounded to minutes; one other time shows that they were not."""
    assert detect_rounding(times) == rounding


def test_two_times_show_no_rounding() -> None:
    """Two whole minutes may be chance."""
    assert detect_rounding((60.0, 120.0, 60.0)) == 0.0
