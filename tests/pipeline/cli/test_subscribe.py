"""`jumpnotes subscribe`: who is told of what."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.cli.conftest import cli


def test_who_is_told_of_what_is_listed_until_it_is_removed(data: Path) -> None:
    """The rest of the address of a webhook is its secret."""
    assert "jumpnotes subscribe add" in cli("subscribe", "list", "--data-dir", data).stderr
    made = cli("subscribe", "add", "ana@example.org", "--topic", "issue/osquery/osquery/6280", "--data-dir", data)
    again = cli("subscribe", "add", "ana@example.org", "--topic", "issue/osquery/osquery/6280", "--data-dir", data)
    cli("subscribe", "add", "https://hooks.example/s3cret", "--query", "seed swap", "--data-dir", data)
    cli("subscribe", "add", "ana@example.org", "--decisions", "--data-dir", data)
    listed = cli("subscribe", "list", "--data-dir", data).stdout
    as_json = cli("subscribe", "list", "--format", "json", "--data-dir", data).stdout

    assert made.stdout == "1: ana@example.org is told of issue/osquery/osquery/6280.\n"
    assert "jumpnotes digest" in made.stderr
    assert again.stdout == "1: ana@example.org is told of issue/osquery/osquery/6280, as before.\n"
    assert "s3cret" not in listed + as_json
    assert "https://hooks.example" in listed
    assert [(each["kind"], each["channel"]) for each in json.loads(as_json)] == [
        ("topic", "mail"),
        ("query", "webhook"),
        ("decisions", "mail"),
    ]
    gone = cli("subscribe", "remove", "1", "3", "--data-dir", data)
    missing = cli("subscribe", "remove", "1", "--data-dir", data)
    assert gone.exit_code == 0
    assert (missing.exit_code, "jumpnotes subscribe list" in missing.stderr) == (1, True)
    assert "ana@example.org" not in cli("subscribe", "list", "--data-dir", data).stdout


def test_a_topic_that_no_notes_name_is_told_with_those_that_are_near(stored: Path) -> None:
    """It may come up; the list says so, too."""
    new = stored.parent / "tools.md"
    new.write_text("# Tools 2024-04-02\n\n- The `water_rota` is ready\n")
    assert cli("run", new, "--data-dir", stored).exit_code == 0
    made = cli("subscribe", "add", "ana@example.org", "--topic", "code/water_rotas", "--data-dir", stored)
    known = cli("subscribe", "add", "ana@example.org", "--topic", "code/water_rota", "--data-dir", stored)
    assert made.exit_code == 0
    assert made.stderr.startswith("No notes name this yet. Nearest: code/water_rota")
    assert "No notes" not in known.stderr
    assert "1: No notes name this yet." in cli("subscribe", "list", "--data-dir", stored).stderr


def test_one_thing_is_followed_at_a_time(data: Path) -> None:
    nothing = cli("subscribe", "add", "ana@example.org", "--data-dir", data)
    both = cli("subscribe", "add", "ana@example.org", "--decisions", "--query", "seed", "--data-dir", data)
    nobody = cli("subscribe", "add", "ana", "--decisions", "--data-dir", data)

    assert (nothing.exit_code, both.exit_code, nobody.exit_code) == (2, 2, 1)
    assert "hint: Write it as" in nobody.stderr
