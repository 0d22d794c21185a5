"""`jumpnotes site`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.cli.conftest import SLUG, cli


def test_site_writes_the_archive_and_says_what_it_did(stored: Path, tmp_path: Path) -> None:
    """One line on stdout; a second run has written nothing."""
    out = tmp_path / "out"
    first = cli("site", out, "--no-search", "--data-dir", stored)
    again = cli("site", out, "--no-search", "--data-dir", stored)

    assert first.exit_code == again.exit_code == 0
    assert first.stdout.startswith(f"{out}: 1 meeting, no search; ")
    assert again.stdout.endswith(" 0 written, 0 removed\n")
    assert (out / "meetings" / SLUG / "index.html").exists()


def test_a_private_archive_is_written_with_a_warning(stored: Path, tmp_path: Path) -> None:
    """Files ask nobody for a token."""
    told = cli("site", tmp_path / "out", "--no-search", "--data-dir", stored, env={"JUMPNOTES_PRIVATE": "true"})

    assert (told.exit_code, "can read all of it" in told.stderr) == (0, True)
    assert (tmp_path / "out" / "meetings" / SLUG / "index.html").exists()


@pytest.mark.parametrize(
    "url", ["club.example", "javascript:alert(1)", "https://", "https://a.example/?q", "https://a/#b"]
)
def test_an_address_that_is_none_is_refused(stored: Path, tmp_path: Path, url: str) -> None:
    """Before anything is written."""
    result = cli("site", tmp_path / "out", "--base-url", url, "--data-dir", stored)

    assert result.exit_code == 2
    assert "https://example.org/meetings/" in result.stderr
    assert not (tmp_path / "out").exists()
