"""`jumpnotes demo` where something it needs is not installed; tests/test_demo.py runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli import demo
from pipeline.transcribe import models
from tests.pipeline.cli.conftest import cli

INSTALL = "hint: pip install 'jumpnotes[demo]'\n"


def test_a_missing_package_is_told_with_what_installs_all(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    """Of a bare installation, before anything is written."""
    monkeypatch.setattr(demo, "_NEEDED", ("no_such_module",))
    result = cli("demo", "--no-serve", "--data-dir", data)

    assert (result.exit_code, result.stderr) == (1, f"error: the demo needs no_such_module\n{INSTALL}")
    assert not data.exists()


def test_a_missing_model_is_told_with_what_installs_it(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    """Where the model hub cannot be reached either."""
    monkeypatch.setattr(models, "_PACKAGED_WEIGHTS", {})
    result = cli("demo", "--no-serve", "--data-dir", data)

    assert result.exit_code == 1
    assert "speech model tiny.en" in result.stderr
    assert result.stderr.endswith(INSTALL)
