"""`jumpnotes search`: hits on stdout, remarks on stderr."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.cli.conftest import SLUG, cli


def test_search_finds_speech_and_notes(stored: Path) -> None:
    """As text and as JSON with the matches' places."""
    sources = ("notes", "transcript")
    texts = [cli("search", "hybrid", "varieties", f"in:{each}", "--data-dir", stored).stdout for each in sources]
    found = [cli("search", f"hybrid varieties in:{each}", "--data-dir", stored, "--format", "json") for each in sources]
    hits = [hit for result in found for hit in json.loads(result.stdout)]

    assert all(text.splitlines()[0] == f"Community garden call  2024-03-05  {SLUG}" for text in texts)
    assert [text.splitlines()[1].split()[1] for text in texts] == ["notes", "transcript"]
    assert {hit["source"] for hit in hits} == set(sources)
    for hit in hits:
        first, end = hit["matches"][0]
        assert hit["text"][first:end].lower().startswith("hybrid")
        assert hit["slug"] == SLUG
        assert hit["url"].startswith(f"/meetings/{SLUG}?t=")
        assert "#" in hit["url"]  # of what was said, too: the block that is discussed then


def test_a_search_says_that_there_is_more(stored: Path) -> None:
    """A search that shows only the first hits says on stderr how to see more; one that shows all says nothing."""
    whole = cli("search", "and", "--data-dir", stored)
    first = cli("search", "and", "--limit", "1", "--data-dir", stored)

    assert whole.stderr == ""
    assert len(first.stdout.splitlines()) == 2
    assert first.stderr == "There are more results: --limit 2\n"


def test_search_for_nothing_and_without_result(stored: Path) -> None:
    """Both are said on stderr; only the first is a mistake."""
    empty, absent = cli("search", "*", "--data-dir", stored), cli("search", "zebra", "--data-dir", stored)

    assert (empty.exit_code, absent.exit_code) == (1, 0)
    assert (empty.stdout, absent.stdout) == ("", "")
    assert empty.stderr.startswith("error: ")
    assert absent.stderr == "Nothing found.\n"


def test_a_search_in_an_unknown_meeting(stored: Path) -> None:
    """A mistyped slug is an error, not a meeting without results."""
    result = cli("search", "hybrid", "--meeting", "gardn", "--data-dir", stored)

    assert result.exit_code == 1
    assert "gardn" in result.stderr


def test_a_mistyped_search_suggests_other_words(stored: Path) -> None:
    """Words that would find something are named on stderr."""
    result = cli("search", "hybrd", "varieties", "--data-dir", stored)

    assert "(similar: “hybrid" in result.stdout
    assert result.stderr == "Did you mean: hybrid varieties\n"
