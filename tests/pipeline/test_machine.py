from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipeline.machine import machine_name


def test_a_name_stays_where_files_have_no_second_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on exFAT: whoever asks again is told the same."""

    def link(*_places: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    name = machine_name(tmp_path)
    assert (tmp_path / "machine").read_text() == f"{name}\n"
    assert machine_name(tmp_path) == name
    assert [each.name for each in tmp_path.iterdir()] == ["machine"]
