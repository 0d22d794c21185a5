"""`jumpnotes token`: stdout is the token alone, once."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.cli.conftest import cli


def test_a_token_is_printed_once_and_listed_without_its_text(data: Path) -> None:
    """What it may do is told beside it; a revoked one is listed as such, and revoked once."""
    made = cli("token", "add", "Ana", "--data-dir", data)
    reader = cli("token", "add", "feeds", "--reader", "--data-dir", data)
    listed = cli("token", "list", "--data-dir", data).stdout
    text = made.stdout.strip()

    assert made.stdout == f"{text}\n"
    assert "correct links" in made.stderr
    assert "read what is private" in reader.stderr
    assert text not in listed
    assert [line.split()[:2] for line in listed.splitlines()[1:]] == [["Ana", "editor"], ["feeds", "reader"]]
    assert cli("token", "revoke", "Ana", "--data-dir", data).exit_code == 0
    again = cli("token", "revoke", "Ana", "--data-dir", data)
    assert (again.exit_code, "jumpnotes token list" in again.stderr) == (1, True)
    ana, feeds = json.loads(cli("token", "list", "--format", "json", "--data-dir", data).stdout)
    assert (ana["name"], ana["revoked_at"] is None, feeds["revoked_at"]) == ("Ana", False, None)


def test_names_are_of_one_token(data: Path) -> None:
    """And where there are no tokens, the list says how to make one."""
    assert "jumpnotes token add NAME" in cli("token", "list", "--data-dir", data).stderr
    cli("token", "add", "Ana", "--data-dir", data)
    again = cli("token", "add", "ANA", "--data-dir", data)

    assert (again.exit_code, again.stdout) == (1, "")
    assert "Choose another name" in again.stderr
