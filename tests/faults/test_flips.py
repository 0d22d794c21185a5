"""Bytes that change on the disk are met with words, never with a traceback, and hide no more than they must."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults import flips


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template = tmp_path_factory.mktemp("flips") / "template"
    flips.make(template)
    flips.remember(template)
    return template


@pytest.mark.parametrize(("file", "count"), [("data/jumpnotes.db", 2), ("data/search/*/*", 1)])
def test_flipped_bytes_are_met_with_words(template: Path, file: str, count: int) -> None:
    """Whether a server runs meanwhile or is started then."""
    found = flips.Flips()
    for number in range(count):
        flips.flipped(template, (file,), random.Random(f"{file} {number}"), found, running=bool(number % 2))

    assert found.problems == []
    assert found.answers[200]
