"""`jumpnotes evaluate`: the figures, the tables and what cannot be read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.pipeline.cli.conftest import VTT, cli


@pytest.fixture
def cases(notes: Path, tmp_path: Path) -> Path:
    """The call as a case whose gold says what `align` answers, but for two blocks, in a set called village."""
    case = tmp_path / "cases" / "village" / "garden"
    case.mkdir(parents=True)
    shutil.copy(notes, case / "notes.md")
    shutil.copy(VTT, case / "transcript.vtt")
    found = json.loads(cli("align", case / "notes.md", VTT, "--format", "json").stdout)["blocks"]
    items = [{"line": block["line"], "start": block["start"]} for block in found if block["start"] is not None]
    items[-1]["start"], items[-2]["start"] = "59:59", None
    (case / "gold.json").write_text(json.dumps({"items": items}))
    return case.parent.parent


def test_evaluate_measures_what_align_answers(cases: Path) -> None:
    """In sets, as a folder of meetings or as one meeting; two links of the constructed gold are wrong."""
    for folder in (cases, cases / "village", cases / "village" / "garden"):
        result = cli("evaluate", folder, "--format", "json")

        found = json.loads(result.stdout)
        assert result.exit_code == 0
        assert set(found) == {"sets", "mean", "reliability", "largest_gap", "levels", "spans", "worst", "failures"}
        figures = found["sets"]["village"]
        assert figures["cases"] == 1
        assert figures["median"] == 0
        assert figures["inside"] == (figures["items"] - 1) / figures["items"]
        assert {row["gold"] for row in found["worst"]} == {3599.0, None}
        assert sum(part["count"] for part in found["reliability"]) == figures["items"] + 1
        assert found["failures"] == []


def test_evaluate_shows_people_tables(cases: Path) -> None:
    """The sets, the confidence, the levels and the worst misses."""
    result = cli("evaluate", cases, "--worst", "1")

    sets, tenths, levels, worst = (part.splitlines() for part in result.stdout.rstrip().split("\n\n"))
    assert sets[0].split()[:4] == ["set", "cases", "items", "start30"]
    assert [line.split()[0] for line in sets[1:]] == ["village", "mean"]
    assert len(tenths) == 12
    assert "50 answers" in tenths[-1]
    assert [line.split()[0] for line in levels[1:]] == ["sure", "likely", "not"]
    assert len(worst) == 2
    assert worst[1].startswith("village/garden")


def test_evaluate_scores_the_rest_when_a_case_cannot_be_read(cases: Path) -> None:
    """The error names the file, and the exit code is 1."""
    good = cases / "village" / "garden"
    for name, file, text in (("broken", "gold.json", "{"), ("empty", "notes.md", ""), ("mute", "transcript.vtt", "")):
        shutil.copytree(good, cases / "village" / name)
        (cases / "village" / name / file).write_text(text)
    (good / "gold.json").write_text('{"items": [{"line": 3, "start": 0}, {"line": 4, "start": 0}]}')

    result = cli("evaluate", cases, "--format", "json")

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["sets"]["village"]["cases"] == 1
    assert [failed["meeting"] for failed in found["failures"]] == ["broken", "empty", "mute"]
    for failed, file in zip(found["failures"], ("gold.json", "notes.md", "transcript.vtt"), strict=True):
        assert f"error: {failed['error']}" in result.stderr
        assert file in failed["error"]
        assert failed["hint"]
    assert "no block of the notes starts on line 4" in result.stderr


def test_evaluate_takes_the_sets_it_is_asked_for(cases: Path) -> None:
    """In that order; an unknown set is wrong usage."""
    shutil.copytree(cases / "village", cases / "town")

    assert list(json.loads(cli("evaluate", cases, "--sets", "village", "--format", "json").stdout)["sets"]) == [
        "village"
    ]
    missing = cli("evaluate", cases, "--sets", "town,city")
    assert missing.exit_code == 2
    assert "no set 'city'; the sets are town, village" in missing.stderr
