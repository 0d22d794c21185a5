"""`jumpnotes evaluate`: the figures, the tables and what cannot be read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from pipeline.evaluate import METRIC_NAMES
from pipeline.records import Recording, Verdict
from pipeline.store import Store
from tests.pipeline.cli.conftest import NOTES, SLUG, VTT, cli
from tests.pipeline.garden import block_id, correct


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
        assert set(found) == {
            "sets",
            "bias",
            "mean",
            "reliability",
            "largest_gap",
            "levels",
            "spans",
            "worst",
            "failures",
        }
        assert found["bias"] is None
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


def test_the_table_of_the_sets_fits_a_terminal(cases: Path) -> None:
    """Of 120 columns, however long the name of a set is."""
    (cases / "village").rename(cases / "the-villages-along-the-river")

    sets = cli("evaluate", cases).stdout.split("\n\n")[0].splitlines()

    assert sets[0].split()[3:] == list(METRIC_NAMES)
    assert max(map(len, sets)) <= 120


# -- by corrections ----------------------------------------------------------------------------------------------------


@pytest.fixture
def archive(as_run: Path, data: Path) -> Path:
    return Path(shutil.copytree(as_run, data))


def from_corrections(data: Path, *options: str) -> Result:
    return cli("evaluate", "--from-corrections", *options, "--data-dir", data)


def test_an_archive_is_measured_by_what_people_put_right(archive: Path, as_run: Path) -> None:
    """As if nobody had: a link that was moved half an hour is a miss, although the next run takes the correction."""
    store = Store.open(archive / "jumpnotes.db")
    found = store.meeting(SLUG).alignments[block_id(store, "Compost heap")].start
    correct(store, "Compost heap", found + 4.0)
    correct(store, "Watering rota", 160.0)
    correct(store, "Seed swap", None)
    automatic = correct(store, "Insurance renewal", 160.0)
    store.correct(SLUG, automatic.block_id, Verdict.AUTOMATIC, None, "Ana", seen=automatic.id)
    store.close()
    before = from_corrections(archive, "--format", "json")
    assert cli("run", as_run.parent / NOTES.name, "--data-dir", archive).exit_code == 0
    after = from_corrections(archive, "--format", "json")

    document = json.loads(before.stdout)
    assert (before.exit_code, before.stderr) == (0, "1 meetings: align …\n")
    assert json.loads(after.stdout) == document
    figures = document["sets"]["corrections"]
    assert (figures["cases"], figures["items"]) == (1, 2)
    assert (figures["start30"], figures["start10"], figures["any30"], figures["foreign"]) == (0.5, 0.5, 0.5, 1.0)
    assert {(row["meeting"], row["text"], row["gold"]) for row in document["worst"]} == {
        (SLUG, "Watering rota", 160.0),
        (SLUG, "Seed swap", None),
    }
    assert "start30, inside and right most of all" in document["bias"]


def test_the_bias_of_corrections_is_told_to_people(archive: Path) -> None:
    """Below the table it is about."""
    store = Store.open(archive / "jumpnotes.db")
    correct(store, "Compost heap", 66.0)
    store.close()
    result = from_corrections(archive, "--worst", "3")

    sets, bias, *_ = result.stdout.split("\n\n")
    assert sets.splitlines()[1].split()[:3] == ["corrections", "1", "1"]
    assert " ".join(bias.split()).startswith("Measured are only the lines that people corrected.")


def test_corrections_and_notes_that_changed_are_told(stored: Path) -> None:
    """One whose line is gone is left out; notes that were edited since are measured as they were."""
    notes = stored.parent / NOTES.name
    store = Store.open(stored / "jumpnotes.db")
    correct(store, "Compost heap", 66.0)
    correct(store, "Seed swap", 120.0)
    store.close()
    notes.write_text(notes.read_text().replace("## Seed swap\n", ""))
    assert cli("run", notes, "--data-dir", stored).exit_code == 0
    notes.write_text(notes.read_text().replace("Compost heap", "The old heap"))
    result = from_corrections(stored, "--format", "json")

    assert json.loads(result.stdout)["sets"]["corrections"]["items"] == 1
    assert f"{SLUG}: 1 correction is left out, of lines that are no longer in the notes" in result.stderr
    assert f"{SLUG}: the notes have changed since their last run" in result.stderr


def test_a_corrected_meeting_without_a_transcript_is_told(archive: Path) -> None:
    """The others are measured, and the exit code is 1."""
    store = Store.open(archive / "jumpnotes.db")
    correct(store, "Compost heap", 66.0)
    found = store.recording(SLUG)
    store.save_recording(SLUG, Recording("elsewhere", "", 165.2), key=f"{found.key if found else ''} again")
    store.close()
    result = from_corrections(archive, "--format", "json")

    assert result.exit_code == 1
    (failed,) = json.loads(result.stdout)["failures"]
    assert (failed["meeting"], failed["error"]) == (SLUG, f"{SLUG} has no transcript")
    assert "jumpnotes run" in failed["hint"]


def test_nothing_to_measure_by_says_what_to_do(archive: Path) -> None:
    """An archive without corrections is no empty table."""
    result = from_corrections(archive)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "error: there are no corrections to measure by\nhint: Correct some links" in result.stderr


@pytest.mark.parametrize("wrong", [(), ("--from-corrections", "."), ("--from-corrections", "--sets", "village")])
def test_either_cases_or_corrections_are_measured(wrong: tuple[str, ...], data: Path) -> None:
    """Neither, or both, is wrong usage."""
    result = cli("evaluate", *wrong, "--data-dir", data)

    assert result.exit_code == 2
    assert "CASES" in result.stderr
    assert not data.exists()
