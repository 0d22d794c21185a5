"""The life of an archive, told with the command itself: what people do with notes over the years loses nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import filelock
import pytest
from click.testing import Result

from tests.conftest import CALL
from tests.pipeline.cli.conftest import cli

Command = Callable[..., Result]

SEEDS = """# Seed club 2024-04-02

Recording: https://youtu.be/seedCall001

## Shelves

Built by Ines from pallets.

## Labels

Printed on the back of old maps.
"""
GARDEN, SEED = "community-garden-call", "seed-club-2024-04-02"
SECRET = b"pallets"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with notes of two meetings, linked, and their archive."""
    folder = tmp_path_factory.mktemp("life")
    notes = folder / "notes"
    notes.mkdir()
    shutil.copy(CALL / "2024-03-05-garden.md", notes / "garden.md")
    (notes / "seeds.md").write_text(SEEDS)
    for name in ("garden.md", "seeds.md"):
        done = cli("run", notes / name, "--transcript", CALL / "garden.vtt", "--data-dir", folder / "data")
        assert done.exit_code == 0, done.stderr
    return folder


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Path:
    """A copy of it on another disk: nothing is where it was."""
    return Path(shutil.copytree(first, tmp_path / "home"))


@pytest.fixture
def run(home: Path) -> Command:
    def command(*arguments: str | Path) -> Result:
        return cli("--data-dir", home / "data", *arguments)

    return command


def meetings(run: Command) -> dict[str, tuple[str, str]]:
    """State and file of each meeting, by its address."""
    listed = json.loads(run("list", "--format", "json").stdout)
    return {each["slug"]: (each["state"], Path(each["notes"]).name) for each in listed}


def test_notes_go_through_everything_and_stay_themselves(home: Path, run: Command) -> None:
    """Copied to another machine, corrected, renamed, moved, edited and swapped, in this order."""
    notes = home / "notes"
    copied = run("run", notes)
    corrections = home / "seeds.corrections.toml"
    exported = run("corrections", "export", SEED).stdout
    correction = 'line = "Shelves"\nverdict = "time"\nstart = "0:42"\nauthor = "Ana"\nat = 2024-05-01T10:00:00Z'
    corrections.write_text(f"{exported}\n[[correction]]\n{correction}\n")
    corrected = run("corrections", "import", corrections, "--meeting", SEED)

    (notes / "seeds.md").rename(notes / "plants.md")
    renamed = run("run", notes)
    moved_folder = notes.rename(home / "minutes")
    (moved_folder / "garden.md").write_text((moved_folder / "garden.md").read_text() + "\n## Fox\n\nSleeps here.\n")
    moved = run("run", moved_folder)
    (moved_folder / "garden.md").rename(moved_folder / "x")
    (moved_folder / "plants.md").rename(moved_folder / "garden.md")
    (moved_folder / "x").rename(moved_folder / "plants.md")
    swapped = run("run", moved_folder)

    for done in (copied, corrected, renamed, moved, swapped):
        assert done.exit_code == 0, done.stdout + done.stderr
    assert "2 unchanged" in copied.stdout
    assert "renamed: " in renamed.stderr
    assert "→ plants.md" in renamed.stderr
    assert "transcribing" not in moved.stderr
    assert meetings(run) == {GARDEN: ("linked", "plants.md"), SEED: ("linked", "garden.md")}
    assert "Ana" in run("corrections", "list", SEED).stdout


def test_a_second_clone_adds_nothing(home: Path, run: Command) -> None:
    """And a note begun as a copy of another is a meeting of its own."""
    clone = Path(shutil.copytree(home / "notes", home / "clone" / "notes"))
    run("run", home / "notes")
    cloned = run("run", clone)
    copy = SEEDS.replace("2024-04-02", "2024-04-09").replace("seedCall001", "seedCall002")
    (clone / "next.md").write_text(copy)
    begun = run("run", clone / "next.md", "--transcript", CALL / "garden.vtt")

    assert "2 unchanged" in cloned.stdout
    assert begun.exit_code == 0
    assert set(meetings(run)) == {GARDEN, SEED, "seed-club-2024-04-09"}


def test_what_is_deleted_is_named_and_forgotten_when_somebody_says_so(home: Path, run: Command) -> None:
    """By name, or those whose notes are gone; of neither is anything left in the data folder."""
    notes = home / "notes"
    run("run", notes)
    (notes / "seeds.md").unlink()
    after = run("run", notes)
    listed = meetings(run)
    pruned = run("run", notes, "--prune")
    left = meetings(run)
    asked = run("forget", GARDEN)
    forgotten = run("forget", GARDEN, "--yes")

    assert f"jumpnotes forget {SEED}" in after.stderr
    assert listed[SEED] == ("notes gone", "seeds.md")
    assert f"forgotten: {SEED}" in pruned.stderr
    assert set(left) == {GARDEN}
    assert asked.exit_code == 1
    assert "Delete this?" in asked.stderr
    assert forgotten.stdout == f"forgotten: {GARDEN}\n"
    assert meetings(run) == {}
    files = [file for file in (home / "data").rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if SECRET in file.read_bytes() or "seed" in file.name or "garden" in file.name]


def test_notes_that_were_renamed_and_are_not_understood_prune_nothing(home: Path, run: Command) -> None:
    """The meeting that seems to be gone may be theirs."""
    notes = home / "notes"
    run("run", notes)
    (notes / "seeds.md").rename(notes / "plants.md")
    (notes / "plants.md").write_bytes(b"# Caf\xe9\n")
    refused = run("run", notes, "--prune")
    shutil.copy(notes / "garden.md", notes / "copy.md")
    (notes / "garden.md").rename(notes / "other.md")
    (notes / "plants.md").unlink()
    unclear = run("run", notes, "--prune", "--yes")

    assert "1 note was not understood, so nothing was pruned" in refused.stderr
    assert "2 notes were not understood" in unclear.stderr
    assert set(meetings(run)) == {GARDEN, SEED}


def test_a_missing_disk_prunes_nothing(home: Path, run: Command) -> None:
    """When most of what was there is gone, somebody has to say that it is meant."""
    notes = home / "notes"
    run("run", notes)
    shutil.rmtree(notes)
    notes.mkdir()
    (notes / "new.md").write_text("# Another 2024-05-01\n\nNothing else is here.\n")
    refused = run("run", notes, "--prune")
    kept = set(meetings(run))
    meant = run("run", notes, "--prune", "--yes")

    assert refused.exit_code == 1
    assert "2 of 3" in refused.stderr
    assert kept == {GARDEN, SEED, "another-2024-05-01"}
    assert meant.exit_code == 0
    assert set(meetings(run)) == {"another-2024-05-01"}


def test_a_run_that_meets_another_harms_nothing(home: Path, run: Command) -> None:
    """As when cron starts one before the last has ended: it says busy, and the page shows no failure."""
    notes = home / "notes"
    run("run", notes)
    with filelock.FileLock(home / "data" / "checkpoints" / f"{SEED}.lock"):
        (notes / "seeds.md").write_text(SEEDS + "\n## Late\n\nAdded meanwhile.\n")
        overlapping = run("run", notes, "--format", "json")
        during = meetings(run)
        refused = run("forget", SEED, "--yes")
    afterwards = run("run", notes)

    states = {outcome["slug"]: outcome["state"] for outcome in map(json.loads, overlapping.stdout.splitlines())}
    assert states == {GARDEN: "unchanged", SEED: "busy"}
    assert during[SEED][0] == "busy"
    assert overlapping.exit_code == refused.exit_code == 75
    assert "were not forgotten" in refused.stderr
    assert afterwards.exit_code == 0
    assert meetings(run)[SEED][0] == "linked"


def test_a_folder_whose_last_notes_are_gone_is_still_told_of(home: Path, run: Command) -> None:
    """What was in it can be pruned; then it is a folder without notes."""
    run("run", home / "notes")
    for name in ("garden.md", "seeds.md"):
        (home / "notes" / name).unlink()

    told = run("run", home / "notes")
    pruned = run("run", home / "notes", "--prune", "--yes")
    empty = run("run", home / "notes")

    assert (told.exit_code, pruned.exit_code, empty.exit_code) == (0, 0, 1)
    assert "notes of 2 meetings are gone" in told.stderr
    assert meetings(run) == {}
    assert "no notes in this folder" in empty.stderr
