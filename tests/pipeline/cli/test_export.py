"""`jumpnotes export`: what is stored, for other programs."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline import cues
from pipeline.cli import export
from pipeline.store import Store
from tests.pipeline.cli.conftest import SLUG, cli


def test_export_writes_what_players_read(stored: Path, tmp_path: Path) -> None:
    """WebVTT and SRT of the transcript, JSON of the links."""
    vtt = cli("export", SLUG, "--data-dir", stored).stdout
    srt = cli("export", SLUG, "--format", "srt", "--data-dir", stored).stdout
    cli("export", SLUG, "--format", "json", "--data-dir", stored, "-o", tmp_path / "links.json")

    assert vtt.startswith("WEBVTT\n\n")
    assert "The compost heap." in vtt
    assert "00:01:06,250 --> 00:01:08,750" in srt
    assert json.loads((tmp_path / "links.json").read_text())["slug"] == SLUG


def test_an_exported_transcript_is_read_back_whole(stored: Path, tmp_path: Path) -> None:
    """As jumpnotes JSON, every field of the stored transcript comes back equal."""
    file = tmp_path / "transcript.json"
    result = cli("export", SLUG, "--format", "transcript-json", "--data-dir", stored, "-o", file)
    store = Store.open(stored / "jumpnotes.db")
    transcript = store.meeting(SLUG).transcript
    store.close()

    assert result.exit_code == 0
    assert transcript is not None
    assert cues.read(file) == transcript
    assert file.read_text().endswith("}\n")


def test_export_of_an_unknown_meeting(stored: Path) -> None:
    """An unknown meeting is one line and a hint, no traceback."""
    result = cli("export", "nowhere", "--data-dir", stored)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == 'error: no meeting "nowhere"'
    assert result.stderr.splitlines()[1].startswith("hint: ")


def test_export_into_a_missing_folder(stored: Path, tmp_path: Path) -> None:
    """Is an error that the user can fix, with a hint."""
    result = cli("export", SLUG, "--data-dir", stored, "-o", tmp_path / "nowhere" / "a.vtt")

    assert result.exit_code == 1
    assert "hint: " in result.stderr


def test_every_format_that_is_written_can_be_asked_for() -> None:
    assert (*cues.EXPORT_NAMES, "json") == export.FORMATS
