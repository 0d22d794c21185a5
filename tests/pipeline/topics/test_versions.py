"""A version is one, and nothing else that has a point in it."""

from __future__ import annotations

import pytest

from pipeline.records import TopicKind
from tests.pipeline.topics.reading import keys


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("osquery 4.6 is out", ["osquery 4.6"]),
        ("we ship CMake 3.17.5", ["cmake 3.17.5"]),
        ("on Ubuntu 18.04 and macOS 10.12", ["ubuntu 18.04", "macos 10.12"]),
        ("the 5.0.1 release", ["5.0.1"]),
        ("version 4.6, v4.7", ["4.6", "4.7"]),
        ("osquery v5.0.1-rc1", ["osquery 5.0.1-rc1"]),
        ("for osquery's 4.6", ["osquery 4.6"]),
        ("milestone 4.6 is done", ["4.6"]),
        ("the release of 4.6.0 is late", ["4.6.0"]),
        ("after **osquery** 4.6", ["osquery 4.6"]),
        ("we run Python 3.11 there", ["python 3.11"]),
    ],
)
def test_versions(text: str, found: list[str]) -> None:
    """Of a product that is named, or where a word says so, or with two points."""
    assert keys(text, TopicKind.VERSION) == found


@pytest.mark.parametrize(
    "text",
    [
        "it took 4.5 hours",
        "half of 2.5 MB and 10.5 %",
        "at 12.30, or at 10.30 Uhr",
        "it costs $3.50, €2.50 or 1.5 ETH",
        "grew by osquery 1.5x",
        "127.0.0.1:8000 and 10.0.0.1",
        "on 12.05.2024 or 2024.03.05",
        "Am 3.5. um zehn",
        "1.000.000 roses",
        "see Section 4.2 and Figure 1.2.3",
        "Kapitel 3.1 und Abschnitt 2.1.4",
        "room 4.12",
        "4.6",
        "2.1.3 Watering",
        "about 3.5 or so",
        "on May 4.5",
        "10.1145/1234.5678",
        "https://example.org/osquery/4.6.0",
        "`osquery 4.6`",
        "we call it stale 4.6",
        "Approximately 4.5 of them",
    ],
)
def test_what_is_none(text: str) -> None:
    """Spans, sizes, shares, times, amounts, factors, addresses, dates, numbers of sections and rooms."""
    assert keys(text, TopicKind.VERSION) == []
