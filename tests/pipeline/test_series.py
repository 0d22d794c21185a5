"""Which series a meeting belongs to."""

from __future__ import annotations

import pytest

from pipeline.series import series_of


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("osquery office hours, 21 January 2020", "osquery office hours"),
        ("ACDE #187", "ACDE"),
        ("Weekly – Tuesday, Feb 3rd", "Weekly"),
        ("2024-03-05", ""),
        ("May Day", "Day"),
        ("", ""),
    ],
)
def test_a_series_is_what_titles_share(title: str, series: str) -> None:
    """All but dates and numbers."""
    assert series_of(title) == series
