"""`jumpnotes tidy` as people type it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.pipeline.cli.conftest import NOTES, VTT, cli


@pytest.fixture
def unfinished(stored: Path) -> Path:
    """What a run that was killed long ago was about to rename."""
    file = stored / "runs.json.1234"
    file.touch()
    os.utime(file, (0, 0))
    return file


def test_what_goes_is_told_before_and_after(stored: Path, unfinished: Path) -> None:
    """Asked only to say what would go, it removes nothing."""
    dry = cli("tidy", "--dry-run", "--data-dir", stored)
    assert unfinished.exists()
    refused = cli("tidy", "--data-dir", stored, env={"JUMPNOTES_READ_ONLY": "true"})
    assert unfinished.exists()
    done = cli("tidy", "--data-dir", stored)
    again = cli("tidy", "--data-dir", stored)

    assert dry.stdout == "would remove: 1 unfinished file\n"
    assert "only to be read" in refused.stderr
    assert done.stdout == "removed: 1 unfinished file\n"
    assert not unfinished.exists()
    assert again.stdout == "removed: nothing\n"


def test_a_database_is_made_smaller_where_that_is_worth_it(stored: Path) -> None:
    """SQLite uses free pages again, but gives none back."""
    with closing(sqlite3.connect(stored / "jumpnotes.db")) as db, db:
        db.execute("UPDATE meetings SET failure = ?", ("x" * 400_000,))
        db.commit()
        db.execute("UPDATE meetings SET failure = NULL")
    before = (stored / "jumpnotes.db").stat().st_size

    done = cli("tidy", "--data-dir", stored)

    assert "made smaller: " in done.stdout
    assert (stored / "jumpnotes.db").stat().st_size < before / 1.3


def test_a_run_says_what_is_no_longer_kept(stored: Path, notes: Path, unfinished: Path) -> None:
    """To whoever wants to hear more than problems."""
    assert NOTES.exists()
    quiet = cli("run", notes, "--transcript", VTT, "--data-dir", stored, "--quiet")
    assert (unfinished.exists(), quiet.stderr) == (False, "")
    unfinished.touch()
    os.utime(unfinished, (0, 0))

    told = cli("run", notes, "--transcript", VTT, "--data-dir", stored)

    assert "No longer kept: 1 unfinished file" in told.stderr
