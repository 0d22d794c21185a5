"""`jumpnotes copy` as people type it."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.cli.conftest import SLUG, cli

SECRET = "Geheimnis-7"


def test_an_archive_moves_to_the_database_of_the_settings_and_back(
    stored: Path, tmp_path: Path, postgresql_url: str
) -> None:
    """Where nobody sees the address; what is there already is not replaced."""
    settings = {"JUMPNOTES_DATABASE": postgresql_url}
    there = cli("copy", stored / "jumpnotes.db", "-", "--data-dir", stored, env=settings)
    again = cli("copy", stored / "jumpnotes.db", "-", "--data-dir", stored, env=settings)
    back = cli("copy", "-", tmp_path / "back" / "jumpnotes.db", "--data-dir", stored, env=settings)

    assert (there.exit_code, back.exit_code) == (0, 0)
    assert ": 1 meeting, 0 jobs, " in there.stdout
    assert (again.exit_code, "there is an archive already" in again.stderr) == (1, True)
    assert SLUG in cli("list", "--data-dir", stored, env=settings).stdout
    assert SLUG in cli("list", "--data-dir", tmp_path / "back").stdout
    assert "compost" in cli("search", "compost", "--data-dir", stored, env=settings).stdout.lower()


def test_what_cannot_be_copied_says_why_and_never_repeats_an_address(stored: Path, tmp_path: Path) -> None:
    file, address = stored / "jumpnotes.db", f"postgresql://ana:{SECRET}@127.0.0.1:1/a"
    told: dict[str, tuple[str | Path, str | Path]] = {
        "there is no archive": (tmp_path / "none.db", tmp_path / "to.db"),
        "the settings name no database": (file, "-"),
        "it is what is copied": (file, file),
        "is a folder": (stored, tmp_path / "to.db"),
        "names no database": (file, f"postgresql://ana:{SECRET}@127.0.0.1"),
        "cannot be reached": (file, address),
    }
    for words, places in told.items():
        done = cli("copy", *places, "--data-dir", stored)
        assert done.exit_code in (1, 2)
        assert words in done.stderr
        assert SECRET not in done.stderr + done.stdout
    assert not (tmp_path / "to.db").exists()
