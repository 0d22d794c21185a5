"""`jumpnotes backup`, `restore` and `tidy` as people type them."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.cli.conftest import SLUG, cli


def test_a_backup_is_told_and_restored(stored: Path, tmp_path: Path) -> None:
    """What is in it and how large it is; then where it is, and what was there before."""
    file, there = tmp_path / "b.tar.gz", tmp_path / "there"

    made = cli("backup", file, "--data-dir", stored)
    again = cli("backup", file, "--data-dir", stored)
    first = cli("restore", file, "--data-dir", there)
    refused = cli("restore", file, "--data-dir", there)
    asked = cli("restore", file, "--data-dir", there, "--replace")
    replaced = cli("restore", file, "--data-dir", there, "--replace", "--yes")

    assert made.stdout.startswith(f"{file}: the database (1 meeting, ")
    assert made.stdout.endswith(" in all\n")
    assert (again.exit_code, "--force" in again.stderr) == (1, True)
    assert first.stdout == replaced.stdout == f"restored: {there}\n"
    assert "all of it is whole" in first.stderr.lower()
    assert (refused.exit_code, "--replace" in refused.stderr) == (1, True)
    assert (asked.exit_code, "Replace the archive" in asked.stderr) == (1, True)
    assert f"What was there is in {there}/replaced-" in replaced.stderr
    assert SLUG in cli("list", "--data-dir", there).stdout


def test_tokens_that_are_good_again_are_named(stored: Path, tmp_path: Path) -> None:
    """Somebody may have revoked them in an archive that is not there any more."""
    cli("token", "add", "Ana", "--data-dir", stored)
    cli("backup", tmp_path / "b.tar", "--data-dir", stored)

    done = cli("restore", tmp_path / "b.tar", "--data-dir", tmp_path / "there")

    assert "These tokens are good: Ana." in done.stderr


def test_it_is_told_where_nobody_knows_which_tokens_were_revoked(stored: Path, tmp_path: Path) -> None:
    """Where the database that knew of them cannot be read."""
    cli("backup", tmp_path / "b.tar", "--data-dir", stored)
    whole = cli("restore", tmp_path / "b.tar", "--data-dir", stored, "--replace", "--yes")
    (stored / "jumpnotes.db").write_bytes(b"no database" * 500)

    done = cli("restore", tmp_path / "b.tar", "--data-dir", stored, "--replace", "--yes")

    assert "good again" not in whole.stderr
    assert "tokens that were revoked in it may be good again" in done.stderr


def test_what_cannot_be_backed_up_or_restored_says_why(data: Path, tmp_path: Path) -> None:
    """And nothing is made of it."""
    none = cli("backup", tmp_path / "b.tar", "--data-dir", data)
    stdout = cli("backup", "-", "--data-dir", data)
    nothing = cli("restore", "--data-dir", data)

    assert "there is no archive" in none.stderr
    assert stdout.exit_code == 2
    assert "no restore to be finished" in nothing.stderr
    assert not data.exists()
    assert list(tmp_path.glob("*.tar")) == []
