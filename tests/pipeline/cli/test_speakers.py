"""`jumpnotes speakers`: who speaks, and who they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pipeline.cli.conftest import SLUG, cli

LABELLED = """WEBVTT

00:01.000 --> 00:05.000
SPEAKER_00: Priya drafted a rota for July and August.

00:06.000 --> 00:10.000
SPEAKER_01: The hose by the greenhouse leaks.

00:12.000 --> 00:20.000
SPEAKER_00: Two pallets of the compost heap are broken.

00:21.000 --> 00:22.000
SPEAKER_01: I see.
"""


@pytest.fixture
def labelled(notes: Path, data: Path) -> Path:
    file = notes.with_suffix(".vtt")
    file.write_text(LABELLED)
    assert cli("run", notes, "--data-dir", data).exit_code == 0
    return data


def speakers(data: Path, *names: str) -> list[list[object]]:
    options = [part for name in names for part in ("--name", name)]
    result = cli("speakers", SLUG, *options, "--format", "json", "--data-dir", data)
    assert result.exit_code == 0, result.stderr
    return [[each["speaker"], each["seconds"], each["turns"]] for each in json.loads(result.stdout)]


def test_who_speaks_how_long_and_how_often(labelled: Path) -> None:
    assert speakers(labelled) == [["SPEAKER_00", 12.0, 2], ["SPEAKER_01", 5.0, 2]]
    table = cli("speakers", SLUG, "--data-dir", labelled).stdout.splitlines()
    assert [line.split() for line in table] == [
        ["speaker", "time", "turns"],
        ["SPEAKER_00", "0:12", "2"],
        ["SPEAKER_01", "0:05", "2"],
    ]


def test_a_name_survives_another_run_and_another_transcript(labelled: Path, notes: Path) -> None:
    assert speakers(labelled, "SPEAKER_00=Nora Feld")[0] == ["Nora Feld", 12.0, 2]
    notes.with_suffix(".vtt").write_text(LABELLED.replace("00:20.000", "00:24.000"))
    assert cli("run", notes, "--force", "align", "--data-dir", labelled).exit_code == 0
    assert speakers(labelled)[0] == ["Nora Feld", 16.0, 2]


def test_two_of_one_name_are_one(labelled: Path) -> None:
    assert speakers(labelled, "SPEAKER_00=Nora", "SPEAKER_01=Nora") == [["Nora", 17.0, 1]]


def test_who_does_not_speak_cannot_be_named(labelled: Path) -> None:
    result = cli("speakers", SLUG, "--name", "Bob=Nora", "--data-dir", labelled)
    assert result.exit_code == 1
    assert "SPEAKER_00, SPEAKER_01" in result.stderr
    assert cli("speakers", SLUG, "--name", "Nora", "--data-dir", labelled).exit_code == 2


def test_names_travel_with_the_corrections(labelled: Path, tmp_path: Path) -> None:
    speakers(labelled, "SPEAKER_00=Nora")
    file = tmp_path / "x.corrections.toml"
    assert cli("corrections", "export", SLUG, "-o", file, "--data-dir", labelled).exit_code == 0
    assert file.read_text().endswith('[speakers]\n"SPEAKER_00" = "Nora"\n')
    speakers(labelled, "Nora=")
    told = [cli("corrections", "import", file, "--data-dir", labelled).stdout for _ in range(2)]
    assert told == [f"{SLUG}: 1 speaker named\n", f"{SLUG}: nothing added\n"]
    assert speakers(labelled)[0] == ["Nora", 12.0, 2]


def test_a_transcript_that_does_not_say_who_speaks(notes: Path, data: Path) -> None:
    notes.with_suffix(".vtt").write_text("WEBVTT\n\n00:01.000 --> 00:05.000\nThe hose leaks.\n")
    cli("run", notes, "--data-dir", data)
    result = cli("speakers", SLUG, "--data-dir", data)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "does not say who speaks" in result.stderr


def everybody(data: Path, *options: str) -> tuple[list[dict[str, object]], str]:
    result = cli("speakers", *options, "--format", "json", "--data-dir", data)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout), result.stderr


def test_without_a_meeting_all_who_have_a_name_are_listed(labelled: Path) -> None:
    assert "No transcript names anybody" in cli("speakers", "--data-dir", labelled).stderr
    speakers(labelled, "SPEAKER_00=Nora Feld")
    assert everybody(labelled) == (
        [{"speaker": "Nora Feld", "meetings": [SLUG], "seconds": 12.0, "last": "2024-03-05"}],
        "",
    )
    table = cli("speakers", "--data-dir", labelled).stdout.splitlines()
    assert [line.split("  ")[0] for line in table] == ["speaker", "Nora Feld"]


def test_those_who_spoke_since_a_day_are_listed(labelled: Path) -> None:
    speakers(labelled, "SPEAKER_00=Nora Feld")
    assert everybody(labelled, "--since", "2024-03") == everybody(labelled)
    later = cli("speakers", "--since", "2024-03-06", "--data-dir", labelled)
    assert (later.exit_code, later.stdout) == (0, "")
    assert "since 2024-03-06" in later.stderr
    assert cli("speakers", "--since", "March", "--data-dir", labelled).exit_code == 2
    assert cli("speakers", SLUG, "--since", "2024", "--data-dir", labelled).exit_code == 2


def test_without_a_meeting_a_name_is_changed_in_all(labelled: Path) -> None:
    speakers(labelled, "SPEAKER_00=Nora Feld")
    found, told = everybody(labelled, "--name", "nora feld=Nora F.")
    assert "nora feld: renamed in 1 meeting" in told
    assert found[0]["speaker"] == "Nora F."
    refused = cli("speakers", "--name", "SPEAKER_01=Omar", "--data-dir", labelled)
    assert refused.exit_code != 0
    assert 'nobody called "SPEAKER_01" speaks in any meeting' in refused.stderr
    assert "name them in each of these" in refused.stderr
