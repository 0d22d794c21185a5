"""`jumpnotes reindex`, as people call it; what it promises about the index is tested with the search."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from tests.pipeline.cli.conftest import cli


def test_reindex_says_what_it_indexed(stored: Path) -> None:
    """In the language asked for, by its name or code, or set in the environment, or else that of the index."""
    named = cli("reindex", "--language", "German", "--data-dir", stored)
    unchanged = cli("reindex", "--data-dir", stored)
    variable = CliRunner(env={"JUMPNOTES_LANGUAGE": "fr"}).invoke(main, ["reindex", "--data-dir", str(stored)])

    assert named.stdout == unchanged.stdout == "Indexed 1 meeting (language: German).\n"
    assert variable.stdout == "Indexed 1 meeting (language: French).\n"
    assert named.stderr.splitlines()[0] == f"{stored / 'jumpnotes.db'}: reindex …"


def test_an_unknown_language_is_wrong_usage(stored: Path) -> None:
    """The languages there are, are named."""
    result = cli("reindex", "--language", "klingon", "--data-dir", stored)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "unknown language 'klingon'" in result.stderr
    assert "swedish" in result.stderr
