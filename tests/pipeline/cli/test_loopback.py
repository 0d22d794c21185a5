"""The server that stands in for a recording's host."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from pipeline.cli.loopback import serve_folder


def test_the_files_of_a_folder_are_offered_while_it_lasts(tmp_path: Path) -> None:
    """A second server takes another port, and none outlives its context."""
    (tmp_path / "a.txt").write_text("pallets")

    with serve_folder(tmp_path) as first, serve_folder(tmp_path) as second:
        for base in (first, second):
            with urllib.request.urlopen(f"{base}/a.txt") as answer:
                assert answer.read() == b"pallets"

    assert first != second
    with pytest.raises(URLError):
        urllib.request.urlopen(f"{first}/a.txt")
