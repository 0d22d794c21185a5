"""`jumpnotes doctor`: one line a check."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from tests.pipeline.cli.conftest import cli


def test_doctor_says_of_each_thing_whether_it_is_good(data: Path) -> None:
    """Each check is a line, what is bad has a hint, and the exit code sums it up."""
    result = cli("doctor", "--data-dir", data)

    lines = result.stdout.splitlines()
    names = [line[4:].strip().partition(":")[0] for line in lines if not line.lstrip().startswith("hint")]
    bad = [number for number, line in enumerate(lines) if line.startswith("FAIL")]
    assert names == ["Python", "yt-dlp", "JavaScript runtime", "disk", "database", "speech model"]
    assert all(lines[number + 1].lstrip().startswith("hint: ") for number in bad)
    assert result.exit_code == (1 if bad else 0)


def test_doctor_says_how_to_get_what_is_missing(data: Path) -> None:
    """A model that is nowhere is a failed check with a hint, and the exit code is 1."""
    result = CliRunner(env={"JUMPNOTES_MODEL": "large-v3"}).invoke(main, ["doctor", "--data-dir", str(data)])

    lines = result.stdout.splitlines()
    (failed,) = (number for number, line in enumerate(lines) if line.startswith("FAIL speech model: large-v3"))
    assert lines[failed + 1].startswith("     hint: The first run downloads it.")
    assert result.exit_code == 1
