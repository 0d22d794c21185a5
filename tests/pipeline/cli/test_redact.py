"""`jumpnotes redact`: says what it will take out, asks, and does it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import filelock
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.cli.doctor import Check, checks
from pipeline.config import Settings
from pipeline.records import Recording, RemovedPassage
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
    assert "deletes: 0:10.85–0:15.85, 12 words" in refused.stderr
    assert "keeps: the file that the transcript was read from" in refused.stderr
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


def test_what_cannot_be_finished_is_said_once(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As while a run works on the meeting."""
    monkeypatch.setattr("pipeline.redact.PATIENCE_SECONDS", 0.0)
    store = Store.open(stored / "jumpnotes.db")
    store.redact(SLUG, [RemovedPassage(11.0, 12.0)], "Ana")
    store.close()
    with filelock.FileLock(stored / "checkpoints" / f"{SLUG}.lock"):
        result = cli("redact", "--data-dir", stored)
    assert result.exit_code == 1
    assert result.stderr.count("still in some file") == 1
    assert "another jumpnotes is working on these notes" in result.stderr


def test_who_has_words_again_is_told(stored: Path, notes: Path) -> None:
    """By the doctor and by a run: of another recording, and of a backup that knows of nothing taken out."""
    assert cli("redact", SLUG, "0:11-0:12", "--yes", "--data-dir", stored).exit_code == 0
    store = Store.open(stored / "jumpnotes.db")
    store.save_recording(SLUG, Recording("x", "Call", 9000.0), key="another")
    store.close()
    (other,) = redactions_of(stored)
    assert (other.level, "is of another recording" in other.detail) == ("warn", True)
    with closing(sqlite3.connect(stored / "jumpnotes.db")) as db, db:
        db.execute("DELETE FROM redactions")
    media = stored / "media"
    media.mkdir(exist_ok=True)
    (media / f"{SLUG}.muted-1.m4a").touch()
    (media / f".{SLUG}.muted-1.m4a.muted").write_text('{"spans": [[10.85, 15.85]]}')

    (backup,) = redactions_of(stored)
    ran = cli("run", notes, "--quiet", "--data-dir", stored)

    assert (backup.level, "muted at 0:10.85-0:15.85, but the database knows" in backup.detail) == ("FAIL", True)
    assert f"jumpnotes redact {SLUG} 0:10.85-0:15.85" in backup.hint
    assert f"warning: {backup.detail}" in ran.stderr
    assert backup.hint in ran.stderr


def redactions_of(data: Path) -> list[Check]:
    return [check for check in checks(Settings(data_dir=data)) if check.name == "redactions"]


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


def test_what_is_not_in_the_recording_is_refused_before_anything_is_said_to_go(stored: Path) -> None:
    result = cli("redact", SLUG, "99:00-99:10", "--yes", "--data-dir", stored)
    assert (result.exit_code, "1:39:00 is not within the recording" in result.stderr) == (2, True)
    assert "deleted" not in result.stderr
