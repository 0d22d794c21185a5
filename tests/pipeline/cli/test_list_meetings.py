"""`jumpnotes list`: every meeting in a line, and what state it is in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import filelock
import pytest

from pipeline.records import Failure, Recording
from pipeline.store import Store
from tests.pipeline.cli.conftest import SLUG, cli


def listed(data: Path) -> dict[str, dict[str, object]]:
    result = cli("list", "--format", "json", "--data-dir", data)
    assert result.exit_code == 0, result.stderr
    return {each["slug"]: each for each in json.loads(result.stdout)}


def test_a_meeting_is_a_line(stored: Path, notes: Path) -> None:
    """Its address, date, links, last run, size and notes; all of them are summed up below."""
    head, row, total = cli("list", "--data-dir", stored).stdout.splitlines()

    assert head.split("  ")[0] == "meeting"
    assert row.split()[:7] == [SLUG, "2024-03-05", "linked,", "3", "of", "4", "topics"]
    assert row.endswith(str(notes.resolve()))
    assert total.startswith("1 meeting, about ")


def test_what_is_not_published_is_named(stored: Path, notes: Path) -> None:
    """As its notes say, from the next run on; here and where notes are looked at."""
    assert listed(stored)[SLUG]["published"]
    notes.write_text(f"---\npublish: false\n---\n\n{notes.read_text()}")
    assert "published   no" in cli("notes", notes).stdout
    assert cli("run", notes, "--data-dir", stored).exit_code == 0
    assert not listed(stored)[SLUG]["published"]
    assert "topics, not published" in cli("list", "--data-dir", stored).stdout


def test_nothing_is_said_of_nothing(data: Path) -> None:
    """But how to begin, on stderr."""
    result = cli("list", "--data-dir", data)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "jumpnotes run" in result.stderr
    assert cli("list", "--format", "json", "--data-dir", data).stdout == "[]\n"


@pytest.mark.parametrize("state", ["busy", "damaged", "notes gone", "failed", "no recording", "no transcript"])
def test_the_state_says_what_is_the_matter(stored: Path, notes: Path, state: str) -> None:
    """What hinders most comes first."""
    store = Store.open(stored / "jumpnotes.db")
    slug = SLUG
    lock = filelock.FileLock(stored / "checkpoints" / f"{SLUG}.lock")
    match state:
        case "busy":
            lock.acquire()
        case "damaged":
            with store._transaction() as db:
                db.exec_driver_sql("UPDATE notes SET topics = -1")
        case "notes gone":
            notes.unlink()
        case "failed":
            store.fail(SLUG, Failure("fetching", "no network", "Run it again.", True, datetime.now(UTC)))
        case "no recording":
            other = notes.with_name("plan.md")
            other.write_text("# Plan 2024-06-01\n\nNothing was recorded.\n")
            cli("run", other, "--data-dir", stored)
            slug = "plan-2024-06-01"
        case _:
            store.save_recording(SLUG, Recording("https://youtu.be/gArDenCall1", "New", 9.0), key="another")
    store.close()

    found = listed(stored)[slug]
    lock.release()

    assert found["state"] == state
    assert found["error"] == ("no network" if state == "failed" else None)


def test_a_recording_beside_the_notes_is_one(stored: Path, tmp_path: Path) -> None:
    """Though they link none, and a run was interrupted before it was heard."""
    plan = tmp_path / "plan.md"
    plan.write_text("# Plan 2024-06-01\n\n- Beds\n")
    cli("run", plan, "--data-dir", stored)
    store = Store.open(stored / "jumpnotes.db")
    store.save_recording("plan-2024-06-01", Recording(str(tmp_path / "plan.m4a"), "Plan", 9.0), key="file")
    store.close()

    assert listed(stored)["plan-2024-06-01"]["state"] == "no transcript"


def test_size_and_time_are_those_of_what_is_stored(stored: Path) -> None:
    """Of the rows about, and of the media as they are; a file that two meetings use counts for both."""
    store = Store.open(stored / "jumpnotes.db")
    before = listed(stored)[SLUG]
    media = stored / "media" / "call.ogg"
    media.parent.mkdir(exist_ok=True)
    media.write_bytes(bytes(12_345))
    store.save_recording(SLUG, Recording("https://example.org/call.ogg", "Call", 9.0, str(media)), key="k")
    store.close()

    after = listed(stored)[SLUG]

    assert before["media_bytes"] == 0
    assert isinstance(before["row_bytes"], int)
    assert 3_000 < before["row_bytes"] < 30_000
    assert after["media_bytes"] == 12_345
    assert datetime.fromisoformat(str(after["last_run"])) > datetime.fromisoformat(str(before["last_run"]))


@pytest.mark.parametrize(
    ("offset", "shown"), [("-1:44", "-1:44 (set by hand)"), ("0", "+0:00 (set by hand)"), ("auto", None)]
)
def test_the_clock_of_a_transcript_is_shown_with_its_reason(
    stored: Path, notes: Path, offset: str, shown: str | None
) -> None:
    """Where somebody set it or times were moved; the column is not there for nothing."""
    result = cli("run", notes, "--offset", offset, "--data-dir", stored)
    assert result.exit_code == 0, result.stderr

    table = cli("list", "--data-dir", stored).stdout
    clock = listed(stored)[SLUG]["clock"]

    if shown is None:
        assert "clock" not in table.splitlines()[0]
        assert clock is None
        return
    assert "clock" in table.splitlines()[0]
    assert shown in table
    seconds = -104.0 if offset == "-1:44" else 0.0
    assert clock == {
        "basis": "given",
        "confidence": 1.0,
        "pieces": [{"start": 0.0, "offset": seconds, "drift": 0.0}],
    }
