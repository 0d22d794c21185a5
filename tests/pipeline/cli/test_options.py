"""What the commands share."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.cli.options import offset_seconds
from tests.pipeline.cli.conftest import cli


def test_the_data_folder_may_be_named_before_or_after_the_command(stored: Path) -> None:
    """And by JUMPNOTES_DATA_DIR."""
    after = cli("search", "compost", "--data-dir", stored)
    before = cli("--data-dir", stored, "search", "compost")
    variable = CliRunner().invoke(main, ["search", "compost"], env={"JUMPNOTES_DATA_DIR": str(stored)})

    assert after.stdout
    assert after.stdout == before.stdout == variable.stdout


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("-104", -104.0),
        ("-1:44", -104.0),
        ("+1:00:00", 3600.0),
        ("−90.5", -90.5),
        ("-0:00:30.5", -30.5),
        ("1m30s", 90.0),
        ("0", 0.0),
    ],
)
def test_an_offset_is_written_as_people_write_times(written: str, seconds: float) -> None:
    assert offset_seconds(written) == seconds


@pytest.mark.parametrize("written", ["", "later", "--5", "nan", "1e9", "1:99", "99999:00:00", "-"])
def test_what_is_no_offset_is_told_how_to_write_one(written: str) -> None:
    with pytest.raises(click.BadParameter, match="1:00:00"):
        offset_seconds(written)
