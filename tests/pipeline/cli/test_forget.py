"""`jumpnotes forget`: says what it will delete, asks, and does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.records import Recording, Verdict
from pipeline.refresh import Archive
from pipeline.store import Store
from tests.pipeline.cli.conftest import SLUG, cli


def test_what_will_be_deleted_is_said_and_asked_about(stored: Path, notes: Path) -> None:
    """With the size of the media; nothing happens until somebody agrees."""
    store = Store.open(stored / "jumpnotes.db")
    media = stored / "media" / "call.ogg"
    media.parent.mkdir(exist_ok=True)
    media.write_bytes(bytes(2_345_678))
    (stored / "checkpoints" / f"{SLUG}.jsonl").write_text("{}")
    store.correct(SLUG, next(store.meeting(SLUG).notes.blocks).id, Verdict.NOT_DISCUSSED, None, "Ana", seen=None)
    store.save_recording(SLUG, Recording("https://example.org/call.ogg", "Call", 9.0, str(media)), key="k")
    store.close()
    command = ["forget", SLUG, "--data-dir", str(stored)]

    refused = CliRunner().invoke(main, command, input="n\n")
    still = media.exists()
    agreed = CliRunner().invoke(main, command, input="y\n")
    again = cli(*command, "--yes")

    assert refused.exit_code == 1
    for said in (
        "Community garden call",
        "1 correction",
        "transcript",
        "what an interrupted run has heard",
        "call.ogg (2.3 MB)",
        f"keeps: {notes.resolve()}",
    ):
        assert said in refused.stderr
    assert still
    assert not media.exists()
    assert (agreed.exit_code, agreed.stdout) == (0, f"forgotten: {SLUG}\n")
    assert again.exit_code == 1
    assert f'no meeting "{SLUG}"' in again.stderr


def test_one_unknown_name_among_several_deletes_nothing(stored: Path) -> None:
    """Before anything is asked."""
    result = cli("forget", SLUG, "nobody", "--yes", "--data-dir", stored)

    assert result.exit_code == 1
    assert SLUG in cli("list", "--data-dir", stored).stdout


@pytest.mark.parametrize("names", [(), ("gone",)])
def test_what_was_left_is_finished_without_a_name_or_with_that_which_is_gone(
    stored: Path, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a call that was told to come back, or was killed."""
    scrubbed = []
    monkeypatch.setattr(Archive, "scrub", lambda archive: scrubbed.append(archive))

    assert cli("forget", *names, "--data-dir", stored).exit_code == len(names)
    assert len(scrubbed) == 1
    assert SLUG in cli("list", "--data-dir", stored).stdout
