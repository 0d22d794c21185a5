"""`jumpnotes mcp`: an assistant starts it, and ends it by closing stdin."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import jumpnotes
from tests.pipeline.cli.conftest import cli


def test_it_ends_when_nobody_asks_any_more(data: Path) -> None:
    """Without a word on stdout, which belongs to the protocol."""
    ended = jumpnotes("mcp", "--data-dir", data, input="")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_without_the_extra_it_says_which_one_it_needs(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to install that."""
    monkeypatch.delitem(sys.modules, "pipeline.mcp_server.server", raising=False)
    monkeypatch.delattr("pipeline.mcp_server.server", raising=False)  # if an earlier test has imported it
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    result = cli("mcp", "--data-dir", data)

    assert result.exit_code == 1
    assert "pip install 'jumpnotes[mcp]'" in result.stderr
