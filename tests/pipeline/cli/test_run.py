"""`jumpnotes run`: what it prints, and what it skips."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.pipeline.cli.conftest import SLUG, VTT, cli


def test_run_ends_with_a_table(notes: Path, data: Path) -> None:
    """How many links of each certainty there are, and how long the recording is."""
    result = cli("run", notes, "--transcript", VTT, "--data-dir", data)

    head, row = result.stdout.splitlines()
    assert result.exit_code == 0
    assert head.split() == ["sure", "likely", "not", "found", "length", "state", "meeting"]
    assert row.endswith("2:45  linked  Community garden call")
    assert "aligning" in result.stderr


def test_run_prints_one_object_a_meeting(notes: Path, data: Path) -> None:
    """Shaped as align prints it, with the meeting's name and how the run ended; a failure says why."""
    bad = notes.with_name("bad.md")
    bad.write_bytes(b"\xff\xfe")

    first = cli("run", notes, "--transcript", VTT, "--data-dir", data, "--format", "json")
    both = cli("run", notes, bad, "--data-dir", data, "--format", "json")

    (linked,) = (json.loads(line) for line in first.stdout.splitlines())
    unchanged, failed = (json.loads(line) for line in both.stdout.splitlines())
    assert (linked["slug"], linked["state"]) == (SLUG, "linked")
    assert (unchanged["state"], unchanged["blocks"]) == ("unchanged", linked["blocks"])
    assert (failed["state"], failed["blocks"]) == ("failed", [])
    assert failed["error"]
    assert failed["hint"]
    assert both.exit_code == 1


def test_a_failed_meeting_is_explained_below_the_table(notes: Path, data: Path) -> None:
    """Exit code 1, the reason and the next step; the others are done."""
    bad = notes.with_name("bad.md")
    bad.write_bytes(b"# Fine\n\n\xff\n")

    result = cli("run", bad, notes.with_name("bad.md"), "--data-dir", data)

    assert result.exit_code == 1
    assert f"{bad}: {bad}:3" in result.stdout
    assert "hint: " in result.stdout


def test_finished_notes_are_skipped_without_loading_what_is_heavy(notes: Path, stored: Path) -> None:
    """A thousand finished notes stay quick because nothing of yt-dlp, the speech model or numpy is imported."""
    script = (
        "import sys; from pipeline.cli import main\n"
        f"main(['run', {str(notes)!r}, '--data-dir', {str(stored)!r}], standalone_mode=False)\n"
        "heavy = {'yt_dlp', 'faster_whisper', 'av', 'numpy', 'rapidfuzz', 'alembic', 'snowballstemmer'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert finished.stdout.splitlines() == ["1 unchanged.", "[]"]
