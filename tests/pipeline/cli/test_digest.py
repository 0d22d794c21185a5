"""`jumpnotes digest`: says whom it told of what, and fails where it could not."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.cli.conftest import cli

SITE = {"JUMPNOTES_SITE_URL": "https://meetings.garden.example"}


def test_what_would_be_sent_is_printed(stored: Path) -> None:
    """With times and links; nothing is noted, so it is printed again."""
    cli("subscribe", "add", "ana@example.org", "--query", "envelopes", "--from-start", "--data-dir", stored)
    printed = [cli("digest", "--dry-run", "--data-dir", stored, env=SITE).stdout for _ in range(2)]
    as_json = json.loads(cli("digest", "--dry-run", "--format", "json", "--data-dir", stored, env=SITE).stdout)

    assert printed[0] == printed[1]
    assert printed[0].startswith("To: ana@example.org\nSubject: “envelopes”: 1 meeting\n\n")
    assert "https://meetings.garden.example/meetings/community-garden-call-2024-03-05?t=" in printed[0]
    (news,) = as_json[0]["news"]
    moment = news["meetings"][0]["moments"][0]
    assert moment["start"] > 0
    assert moment["url"].startswith("https://meetings.garden.example/meetings/")


def test_who_cannot_be_told_is_told_to_the_caller(stored: Path) -> None:
    """With what to set; then there is nothing new to anybody, and that is no failure."""
    lost = cli("digest", "--data-dir", stored)
    private = cli("digest", "--data-dir", stored, env=SITE | {"JUMPNOTES_PRIVATE": "true"})
    quiet = cli("digest", "--data-dir", stored, env=SITE)
    cli("subscribe", "add", "ana@example.org", "--query", "envelopes", "--from-start", "--data-dir", stored)
    failed = cli("digest", "--data-dir", stored, env=SITE)

    assert (lost.exit_code, "hint: Set JUMPNOTES_SITE_URL" in lost.stderr) == (1, True)
    assert (private.exit_code, "jumpnotes digest --private" in private.stderr) == (1, True)
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "Nothing is new to anybody.\n")
    assert failed.exit_code == 1
    assert "error: ana@example.org was not told of “envelopes” in 1 meeting: no mail server is set" in failed.stderr
    assert "hint: Set JUMPNOTES_SMTP" in failed.stderr
    listed = cli("subscribe", "list", "--data-dir", stored)
    assert "no mail server is set" in listed.stderr
