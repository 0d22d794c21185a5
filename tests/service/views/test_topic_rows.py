"""A row of a list of topics draws when it is named."""

from __future__ import annotations

from service.views.topic_rows import SPARK_WIDTH, ArchiveDays
from tests.pipeline.topics.test_trends import archive


def test_the_days_of_an_archive_are_drawn_from_its_first_to_its_last() -> None:
    """Each at its end; twice as many meetings are twice as high."""
    days = ArchiveDays.of(archive(101, {}))
    assert days.last - days.first == 100
    first, last = days.spark([days.first, days.first, days.last]).split("M")[1:]
    assert float(first.split()[0]) < 5
    assert float(last.split()[0]) > SPARK_WIDTH - 5
    assert first.endswith("v-20")
    assert last.endswith("v-10")
