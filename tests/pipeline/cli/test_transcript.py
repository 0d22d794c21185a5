"""`jumpnotes transcript`: what is understood of a file, and the same in another format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import cues
from tests.pipeline.cli.conftest import cli

SRT = """\
1
00:00:02,000 --> 00:00:06,500
Ana: The pump has failed.

2
00:00:07,000 --> 00:00:09,000
[Music]

3
00:00:10,000 --> 00:00:12,000
Ben: I order a new one.

4
00:00:12,500 --> 00:00:15,000
Ana: Thank you for that.
"""

SAID = (
    "Ana: The pump has failed again, and the cellar is under water.",
    "Ben: I order a new one, and look for the bucket until it is here.",
    "Ana: Thank you for that, and let us hope that it does not rain.",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "call.txt"
    path.write_text(SRT)
    return path


def test_it_is_shown_for_people(file: Path) -> None:
    result = cli("transcript", file)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == (
        "3 segments, 0:02 to 0:15, 2 speakers (Ana, Ben), 1 not taken for speech\n"
        "\n"
        "0:02  Ana: The pump has failed.\n"
        "0:10  Ben: I order a new one.\n"
        "0:12  Ana: Thank you for that.\n"
    )


@pytest.mark.parametrize("format_", ["json", "vtt", "srt"])
def test_it_is_written_in_another_format(file: Path, tmp_path: Path, format_: str) -> None:
    """What was written says the same."""
    other = tmp_path / "other"
    result = cli("transcript", file, "--format", format_, "-o", other)
    assert (result.exit_code, result.stdout) == (0, "")
    said = [(segment.start, segment.speaker, segment.text) for segment in cues.read(file).heard]
    assert [(segment.start, segment.speaker, segment.text) for segment in cues.read(other).heard] == said


def test_what_is_odd_about_its_times_is_told(tmp_path: Path) -> None:
    """Editing programs begin at one hour."""
    path = tmp_path / "call.srt"
    path.write_text(SRT.replace(" 00:", " 01:").replace("\n00:", "\n01:"))
    result = cli("transcript", path, "--format", "json")
    assert result.exit_code == 0
    assert "call.srt: begins at 1:00:02" in result.stderr
    assert [f"call.srt: {warning}\n" for warning in json.loads(result.stdout)["warnings"]] == [result.stderr]


def test_text_without_times_is_shown_as_it_is_read(tmp_path: Path) -> None:
    """It cannot be written as captions, and the hint says how it gets times."""
    path = tmp_path / "call.txt"
    text = "".join(f"{line}\n" for line in SAID)
    path.write_text(text)
    shown, written = cli("transcript", path), cli("transcript", path, "--format", "vtt")
    assert shown.stdout == text
    assert written.stdout == ""
    for result in (shown, written):
        assert result.exit_code == 1
        assert "has no times" in result.stderr
        assert "--media RECORDING" in result.stderr


def test_where_it_cannot_be_written_the_file_is_named(file: Path, tmp_path: Path) -> None:
    result = cli("transcript", file, "-o", tmp_path / "none" / "call.vtt")
    assert result.exit_code == 1
    assert f"{tmp_path / 'none' / 'call.vtt'}: No such file or directory" in result.stderr
