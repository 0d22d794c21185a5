"""`jumpnotes tidy` as people type it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.read_only_view import read_only_view
from tests.pipeline.cli.conftest import NOTES, VTT, cli


@pytest.fixture
def left(stored: Path) -> Path:
    """What a process that was killed long ago has left."""
    file = stored / "runs.json.1234"
    file.touch()
    os.utime(file, (0, 0))
    return file


def test_what_goes_is_told_before_and_after(stored: Path, left: Path) -> None:
    """Asked only to say what would go, it removes nothing."""
    dry = cli("tidy", "--dry-run", "--data-dir", stored)
    assert left.exists()
    read_only = {"JUMPNOTES_READ_ONLY": "true"}
    dry_still = cli("tidy", "--dry-run", "--data-dir", stored, env=read_only)
    refused = cli("tidy", "--data-dir", stored, env=read_only)
    assert left.exists()
    done = cli("tidy", "--data-dir", stored)
    again = cli("tidy", "--data-dir", stored)

    assert dry.stdout == "would remove: 1 unfinished file\n"
    assert dry_still.stdout == dry.stdout
    assert f"{stored}: cannot be written, so nothing can be removed" in refused.stderr
    assert done.stdout == "removed: 1 unfinished file\n"
    assert not left.exists()
    assert again.stdout == "removed: nothing\n"


def test_what_would_go_is_told_where_nobody_can_write(stored: Path, left: Path, tmp_path: Path) -> None:
    """And nothing is made there."""
    assert left.exists()
    with read_only_view(stored, tmp_path / "view") as view:
        dry = cli("tidy", "--dry-run", "--data-dir", view)
        refused = cli("tidy", "--data-dir", view)

    assert dry.stdout == "would remove: 1 unfinished file\n"
    assert "cannot be written" in refused.stderr
    assert left.exists()


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


def test_a_run_says_what_is_no_longer_kept(stored: Path, notes: Path, left: Path) -> None:
    """To whoever wants to hear more than problems."""
    assert NOTES.exists()
    quiet = cli("run", notes, "--transcript", VTT, "--data-dir", stored, "--quiet")
    assert (left.exists(), quiet.stderr) == (False, "")
    left.touch()
    os.utime(left, (0, 0))

    told = cli("run", notes, "--transcript", VTT, "--data-dir", stored)

    assert "No longer kept: 1 unfinished file" in told.stderr
