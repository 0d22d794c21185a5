"""What comes from outside is finite, in range, valid Unicode and of bounded size, or refused with its place."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from pipeline import untrusted
from pipeline.untrusted import InvalidInput


@pytest.mark.parametrize("value", [0, 0.0, 12, 3.5, untrusted.MAX_SECONDS])
def test_times_within_a_week_are_taken(value: float) -> None:
    assert untrusted.seconds(value, "start") == float(value)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, -0.001, untrusted.MAX_SECONDS + 1, 1e300, 10**400, 10**5000, True, "1", None, []],
    ids=lambda value: type(value).__name__,
)
def test_other_times_are_refused_with_place_and_value(value: object) -> None:
    with pytest.raises(InvalidInput, match=r"at segments\[3\]\.start") as caught:
        untrusted.seconds(value, "segments[3].start")
    assert len(str(caught.value)) < 150


def test_half_a_surrogate_pair_is_refused_and_shown_printably() -> None:
    with pytest.raises(InvalidInput, match=r"'a \\ud800 b' at title") as caught:
        untrusted.text("a \ud800 b", "title")
    str(caught.value).encode("ascii")
    assert untrusted.text("a 😀 b", "title") == "a 😀 b"


@pytest.mark.parametrize("source", ["NaN", '{"a": Infinity}', "[-Infinity]", "9" * 5000, "[" * 100_000, "{", ""])
def test_what_is_no_json_is_refused(source: str) -> None:
    with pytest.raises(InvalidInput):
        untrusted.parse_json(source)


def test_broken_json_names_its_line() -> None:
    with pytest.raises(InvalidInput) as caught:
        untrusted.parse_json('{\n"a": 1,\n"b": }')
    assert caught.value.line == 3


def test_files_are_read_up_to_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert untrusted.read_bytes(file, limit=5) == b"12345"
    with pytest.raises(InvalidInput, match="larger than"):
        untrusted.read_bytes(file, limit=4)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InvalidInput, match="not a regular file"):
        untrusted.read_bytes(pipe, limit=5)
