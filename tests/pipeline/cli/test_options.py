"""What the commands share."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from tests.pipeline.cli.conftest import cli


def test_the_data_folder_may_be_named_before_or_after_the_command(stored: Path) -> None:
    """And by JUMPNOTES_DATA_DIR."""
    after = cli("search", "compost", "--data-dir", stored)
    before = cli("--data-dir", stored, "search", "compost")
    variable = CliRunner().invoke(main, ["search", "compost"], env={"JUMPNOTES_DATA_DIR": str(stored)})

    assert after.stdout
    assert after.stdout == before.stdout == variable.stdout
