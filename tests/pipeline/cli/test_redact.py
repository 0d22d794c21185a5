"""`jumpnotes redact`: says what it will take out, asks, and does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.cli.doctor import checks
from pipeline.config import Settings
from pipeline.records import RemovedPassage
from pipeline.refresh import Archive
from pipeline.store import Store
from tests.pipeline.cli.conftest import SLUG, cli


def test_what_goes_and_what_stays_is_said_before(stored: Path) -> None:
    """Nothing happens until somebody agrees; then a line stands where it was, in every format."""
    command = ["redact", SLUG, "0:11-0:12", "40 – 41", "--reason", "the weather", "--data-dir", str(stored)]

    refused = CliRunner().invoke(main, command, input="n\n")
    untouched = cli("export", SLUG, "--data-dir", stored).stdout
    agreed = CliRunner().invoke(main, command, input="y\n")

    assert refused.exit_code == 1
    assert "deleted: 0:10.85–0:15.85, 12 words" in refused.stderr
    assert "kept: the file that the transcript was read from" in refused.stderr
    assert "umbrella" in untouched
    assert agreed.exit_code == 0, agreed.output
    assert agreed.stdout.count("the weather") == 2
    for form in ("vtt", "srt", "json"):
        exported = cli("export", SLUG, "--format", form, "--data-dir", stored).stdout
        assert "umbrella" not in exported
        assert ("[removed: the weather]" in exported) is (form != "json")
    assert "umbrella" not in cli("search", "umbrella", "--data-dir", stored).stdout


def test_what_was_taken_out_is_listed(stored: Path) -> None:
    """For people and for programs."""
    assert "Nothing was taken out" in cli("redact", SLUG, "--list", "--data-dir", stored).stderr
    assert cli("redact", SLUG, "0:11-0:12", "--yes", "--data-dir", stored).exit_code == 0
    assert "0:10.85–0:15.85" in cli("redact", SLUG, "--list", "--data-dir", stored).stdout
    (found,) = json.loads(cli("redact", SLUG, "--list", "--format", "json", "--data-dir", stored).stdout)
    assert (found["start"], found["end"], found["reason"], found["finished"]) == (10.85, 15.85, "", True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["0:12"], "is no passage"),
        (["0:12-0:11"], "is no passage"),
        (["soon-later"], "is no passage"),
        (["9:00-9:10"], "within the recording"),
        (["0:11-0:12", "--part", "2"], "the recording has 1 part"),
    ],
)
def test_what_is_no_passage_of_it_is_refused(stored: Path, arguments: list[str], said: str) -> None:
    """With what to write."""
    result = cli("redact", SLUG, *arguments, "--yes", "--data-dir", stored)
    assert result.exit_code in {1, 2}
    assert said in result.stderr
    assert "Nothing was taken out" in cli("redact", SLUG, "--list", "--data-dir", stored).stderr


def test_what_was_left_is_told_and_finished_without_a_name(stored: Path) -> None:
    """As after a call that was killed, or one on the page."""
    store = Store.open(stored / "jumpnotes.db")
    store.redact(SLUG, [RemovedPassage(11.0, 12.0)], "Ana")
    store.close()
    (told,) = [check for check in checks(Settings(data_dir=stored)) if check.name == "redactions"]
    assert (SLUG in told.detail, told.hint) == (True, "To finish it: jumpnotes redact")

    assert cli("redact", "--data-dir", stored).exit_code == 0

    assert not [check for check in checks(Settings(data_dir=stored)) if check.name == "redactions"]


def test_a_run_finishes_it_too(stored: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything else; and whoever reads the database meanwhile only delays it."""
    store = Store.open(stored / "jumpnotes.db")
    store.redact(SLUG, [RemovedPassage(11.0, 12.0)], "Ana")
    scrubbed: list[Archive] = []
    scrub = Archive.scrub

    def scrub_and_tell(archive: Archive) -> None:
        scrubbed.append(archive)
        scrub(archive)

    monkeypatch.setattr(Archive, "scrub", scrub_and_tell)

    assert cli("run", notes, "--data-dir", stored).exit_code == 0

    assert len(scrubbed) == 1
    assert store.unfinished_redactions() == ()
    store.close()
