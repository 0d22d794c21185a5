from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pipeline import cues
from pipeline.cli import main
from pipeline.cues import native_json
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word
from tests.pipeline.cues.transcripts import SPEAKER, transcripts

EVERYTHING = Transcript(
    language="en",
    origin=Origin.ASR,
    model="small.en",
    segments=(
        Segment(0.1234567, 2.0, "Hä? <&>", (Word(0.1234567, 1.0, "Hä?", 0.25), Word(1.0, 2.0, "<&>")), "Ann"),
        Segment(2.0, 3.0, "thank you for watching", suspect=True),
    ),
    duration=None,
)


def test_json_keeps_everything() -> None:
    """jumpnotes JSON loses nothing: words, probabilities, speaker, suspect, model, and full precision."""
    assert cues.parse(native_json.write(EVERYTHING), source="x") == EVERYTHING


def test_names_have_no_control_characters() -> None:
    odd = replace(EVERYTHING, segments=(replace(EVERYTHING.segments[0], speaker="Ann\x00\nBee"),))
    assert cues.parse(native_json.write(odd), source="x").segments[0].speaker == "Ann Bee"


def test_an_exported_transcript_reads_back_equal(tmp_path: Path) -> None:
    """`export --format transcript-json` gives all that `run --transcript` took in. Words are stored in milliseconds."""
    words = (Word(0.124, 1.0, "Hä?", 0.25), Word(1.0, 2.0, "<&>"))
    original = replace(EVERYTHING, segments=(replace(EVERYTHING.segments[0], words=words), *EVERYTHING.segments[1:]))
    notes, given, exported = tmp_path / "call.md", tmp_path / "given.json", tmp_path / "exported.json"
    notes.write_text("# Call\n\n## Topic\n\n- hä\n")
    given.write_text(native_json.write(original), encoding="utf-8")

    for args in (
        ["run", notes, "--transcript", given],
        ["export", "call", "--format", "transcript-json", "-o", exported],
    ):
        result = CliRunner().invoke(main, [*map(str, args), "--data-dir", str(tmp_path / "data")])
        assert result.exit_code == 0, result.stderr

    assert cues.read(exported) == original


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ({"format": "other", "segments": []}, "known transcript format"),
        ({"version": 2}, "newer"),
        ({"origin": "dream"}, "dream"),
        ({"segments": [{"start": 0.0, "end": 1.0}]}, "'text'"),
        ({"segments": [{"start": "0", "end": 1.0, "text": "x"}]}, "'0'"),
        ({"segments": [{"start": -1, "end": 1.0, "text": "x"}]}, "-1"),
        ({"segments": None}, "not a list"),
        ({"language": None}, "not text"),
    ],
)
def test_damaged_json(damage: dict[str, object], problem: str) -> None:
    """A damaged transcript is refused, and the message says what is wrong with it."""
    data = json.loads(native_json.write(EVERYTHING)) | damage
    with pytest.raises(TranscriptError, match=problem):
        cues.parse(json.dumps(data), source="x")


@given(transcripts(st.text(st.characters(exclude_categories=["Cs"])), SPEAKER))
def test_json_there_and_back(original: Transcript) -> None:
    """Any text survives jumpnotes JSON unchanged."""
    assert cues.parse(native_json.write(original), source="x") == original
