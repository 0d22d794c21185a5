"""`jumpnotes contribute-gold`: a corrected meeting as files for others; what is in them is tested with its module."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.records import Verdict
from pipeline.store import Store
from tests.pipeline.cli.conftest import NOTES, SLUG, VTT, cli
from tests.pipeline.garden import correct


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a call in which two links were corrected."""
    folder = tmp_path_factory.mktemp("archive")
    notes = shutil.copy(NOTES, folder)
    assert cli("run", notes, "--transcript", VTT, "--data-dir", folder / "data").exit_code == 0
    store = Store.open(folder / "data" / "jumpnotes.db")
    correct(store, "Compost heap", 66.25)
    correct(store, "Insurance renewal", None)
    store.close()
    return folder / "data"


def test_a_corrected_meeting_becomes_a_case(corrected: Path, tmp_path: Path) -> None:
    """Its times are those that people set, and `evaluate` measures it; what was written is said."""
    result = cli("contribute-gold", SLUG, "--output", tmp_path / "case", "--data-dir", corrected)
    measured = cli("evaluate", tmp_path / "case", "--format", "json")

    assert (result.exit_code, result.stderr) == (0, "")
    assert f"{tmp_path / 'case'}: notes.md, transcript.vtt, README.txt, and gold.json with 2 lines" in result.stdout
    assert "--mask-names masks them" in result.stdout
    assert f"jumpnotes evaluate {tmp_path / 'case'}" in result.stdout
    assert {path.name for path in (tmp_path / "case").iterdir()} == {
        *("notes.md", "transcript.vtt", "gold.json", "README.txt")
    }
    assert (tmp_path / "case" / "notes.md").read_text() == NOTES.read_text()
    (figures,) = json.loads(measured.stdout)["sets"].values()
    assert (figures["items"], figures["start30"]) == (1, 1.0)


def test_names_are_masked_on_request(corrected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose they were is said here, and not in the files; the folder is called as the meeting."""
    monkeypatch.chdir(tmp_path)
    result = cli("contribute-gold", SLUG, "--mask-names", "--data-dir", corrected)

    assert result.exit_code == 0
    assert "  Person-A  Ana\n  Person-B  Tomasz\n  Person-C  Priya\n  Person-D  Leila\n" in result.stdout
    assert "Other names may be left. Read the files before you send them: nothing has been sent." in result.stdout
    assert "- Person-C drafted a rota" in (tmp_path / SLUG / "notes.md").read_text()
    assert "<v Person-A>Right, can everybody hear me?" in (tmp_path / SLUG / "transcript.vtt").read_text()


def test_nothing_is_overwritten(corrected: Path, tmp_path: Path) -> None:
    """A folder that has anything in it stays as it is; an empty one is used."""
    (tmp_path / "case").mkdir()
    first, second = (
        cli("contribute-gold", SLUG, "-o", tmp_path / "case", *options, "--data-dir", corrected)
        for options in ((), ("--mask-names",))
    )

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert "is not empty\nhint: Choose a new folder with --output." in second.stderr
    assert "Priya" in (tmp_path / "case" / "notes.md").read_text()


def test_a_meeting_without_corrections_is_no_gold(corrected: Path, tmp_path: Path) -> None:
    """Links that were all given back to the aligner: what to do is said, and nothing written."""
    data = shutil.copytree(corrected, tmp_path / "data")
    store = Store.open(data / "jumpnotes.db")
    for block, current in store.meeting(SLUG).corrections.items():
        store.correct(SLUG, block, Verdict.AUTOMATIC, None, "Ana", seen=current.id)
    store.close()
    result = cli("contribute-gold", SLUG, "-o", tmp_path / "case", "--data-dir", data)

    assert result.exit_code == 1
    assert f"error: {SLUG} has no corrections that apply\nhint: Correct some of its links first" in result.stderr
    assert not (tmp_path / "case").exists()
