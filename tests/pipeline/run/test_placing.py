"""Notes that are renamed, moved, copied or swapped keep their meetings, as far as that is clear."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.records import RunKey, Verdict
from pipeline.refresh import Archive
from pipeline.run.inputs import NotesReader, notes_digest
from pipeline.run.placing import Placing
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner, RunOutcome, RunState
from pipeline.store import NotesPlace, Store
from tests.conftest import CALL
from tests.pipeline.garden import VTT, QuietReporter

SEEDS = """# Seed club 2024-04-02

Recording: https://youtu.be/seedCall001

## Shelves

Built by Ines from pallets.

## Labels

Printed on the back of old maps.
"""


@pytest.fixture
def store(archive: Archive) -> Store:
    return archive.store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Notes of two meetings."""
    here = tmp_path / "notes"
    here.mkdir()
    shutil.copy(CALL / "2024-03-05-garden.md", here / "garden.md")
    (here / "seeds.md").write_text(SEEDS)
    return here


def go(store: Store, settings: Settings, *paths: Path, **options: object) -> tuple[list[RunOutcome], QuietReporter]:
    heard = QuietReporter()
    runner = Runner(store, settings, RunOptions(**options), heard)  # type: ignore[arg-type]
    return list(runner.run(paths)), heard


def linked(store: Store, settings: Settings, *paths: Path) -> list[str]:
    """Link each of the notes by the garden's transcript; the slugs."""
    slugs = []
    for path in paths:
        ((outcome,), _) = go(store, settings, path, transcript=VTT)
        assert outcome.state is RunState.LINKED, outcome.failure
        slugs.append(outcome.slug or "")
    return slugs


def count(store: Store, table: str) -> int:
    with store._read() as db:
        return int(db.scalar(sa.text(f"SELECT count(*) FROM {table}")))


def test_renamed_notes_keep_everything(store: Store, settings: Settings, folder: Path) -> None:
    """Address, transcript and corrections stay; nothing is fetched, transcribed or aligned again; it is said."""
    garden, seeds = folder / "garden.md", folder / "seeds.md"
    slug, _ = linked(store, settings, garden, seeds)
    block = next(iter(store.meeting(slug).alignments))
    store.correct(slug, block, Verdict.TIME, 5.0, "Ana", seen=None)
    renamed = garden.rename(folder / "2024-03-05.md")

    (outcomes, heard) = go(store, settings, renamed, seeds)

    assert (outcomes[0].slug, outcomes[0].failure) == (slug, None)
    assert outcomes[1].state is RunState.UNCHANGED
    assert heard.said == [f"renamed: {garden} → 2024-03-05.md"]
    assert not {"transcribing", "fetching"} & set(heard.stages)
    assert store.meeting(slug).corrections[block].author == "Ana"
    assert (count(store, "meetings"), count(store, "transcripts")) == (2, 2)


def test_a_moved_folder_keeps_its_meetings_and_has_nothing_to_do(
    store: Store, settings: Settings, folder: Path
) -> None:
    """No stage runs, and the next run is silent."""
    linked(store, settings, folder / "garden.md", folder / "seeds.md")
    moved = folder.rename(folder.with_name("minutes"))
    paths = sorted(moved.glob("*.md"))

    (outcomes, heard) = go(store, settings, *paths)
    (again, silent) = go(store, settings, *paths)

    assert {outcome.state for outcome in (*outcomes, *again)} == {RunState.UNCHANGED}
    assert (heard.stages, len(heard.said), silent.said) == ([], 2, [])
    assert count(store, "meetings") == 2


def test_many_notes_that_moved_together_are_said_once(store: Store, settings: Settings, tmp_path: Path) -> None:
    """In one line, with the folders."""
    paths = [tmp_path / "a" / f"{number}.md" for number in range(5)]
    paths[0].parent.mkdir()
    for number, path in enumerate(paths):
        path.write_text(f"# Call {number}\n\nWe met {number} times.\n\nSo we did, {number}.\n")
    go(store, settings, *paths)
    (tmp_path / "a").rename(tmp_path / "b")

    (_, heard) = go(store, settings, *sorted((tmp_path / "b").glob("*.md")))

    assert heard.said == [f"moved: {tmp_path / 'a'} → {tmp_path / 'b'} (5 notes)"]


def test_two_notes_that_change_names_stay_themselves(store: Store, settings: Settings, folder: Path) -> None:
    """The text says which is which, not the name."""
    garden, seeds = folder / "garden.md", folder / "seeds.md"
    slugs = linked(store, settings, garden, seeds)
    garden.rename(folder / "x")
    seeds.rename(garden)
    (folder / "x").rename(seeds)

    (outcomes, _) = go(store, settings, garden, seeds)

    assert [outcome.slug for outcome in outcomes] == slugs[::-1]
    assert store.meeting(slugs[0]).notes.title.startswith("Community garden")


def test_notes_that_are_called_the_same_may_change_places(store: Store, settings: Settings, folder: Path) -> None:
    """And one may take the place of the other."""
    one, other = folder / "one.md", folder / "other.md"
    texts = [f"# Weekly call\n\n{name} came.\n\n{name} spoke.\n\n{name} left.\n" for name in ("Ines", "Jan")]
    for file, text in zip((one, other), texts, strict=True):
        file.write_text(text)
    slugs = [outcome.slug for outcome in go(store, settings, one, other)[0]]
    one.write_text(texts[1])
    other.write_text(texts[0])

    swapped = [outcome.slug for outcome in go(store, settings, one, other)[0]]
    other.rename(one)
    ((last,), _) = go(store, settings, one)

    assert swapped == slugs[::-1]
    assert last.slug == slugs[0]
    assert {place.slug: place.anchor for place in store.places()} == {slugs[0]: "weekly-call", slugs[1]: None}


def test_another_clone_is_the_same_archive(store: Store, settings: Settings, folder: Path) -> None:
    """Whether or not the first one is still there."""
    slugs = linked(store, settings, folder / "garden.md", folder / "seeds.md")
    clone = shutil.copytree(folder, folder.parent / "clone" / "notes")

    (outcomes, _) = go(store, settings, *sorted(clone.glob("*.md")))

    assert [outcome.slug for outcome in outcomes] == slugs
    assert count(store, "meetings") == 2


def test_notes_begun_as_a_copy_are_a_new_meeting(store: Store, settings: Settings, folder: Path) -> None:
    """While those they were copied from are still there."""
    (slug,) = linked(store, settings, folder / "garden.md")
    copy = Path(shutil.copy(folder / "garden.md", folder / "next.md"))

    (outcomes, _) = go(store, settings, folder / "garden.md", copy)

    assert outcomes[0].slug == slug
    assert outcomes[1].slug != slug


def test_what_is_not_clear_is_asked_about(store: Store, settings: Settings, folder: Path) -> None:
    """Nothing is stored under either name until somebody says which; then it holds."""
    (slug,) = linked(store, settings, folder / "garden.md")
    one, other = folder / "one.md", folder / "other.md"
    shutil.copy(folder / "garden.md", one)
    (folder / "garden.md").rename(other)

    (unclear, _) = go(store, settings, one, other)
    ((said,), _) = go(store, settings, one, same_as=slug)
    ((new,), _) = go(store, settings, other, same_as="new", transcript=VTT)
    (settled, heard) = go(store, settings, one, other)

    assert [outcome.state for outcome in unclear] == [RunState.FAILED] * 2
    assert unclear[0].failure is not None
    assert slug in unclear[0].failure.message
    assert f"--as {slug}" in unclear[0].failure.hint
    assert said.slug == slug
    assert new.slug == f"{slug}-2"
    assert [outcome.state for outcome in settled] == [RunState.UNCHANGED] * 2
    assert heard.said == []


def test_a_name_nobody_has_is_no_answer(store: Store, settings: Settings, folder: Path) -> None:
    """It is said, and nothing is stored."""
    ((outcome,), _) = go(store, settings, folder / "seeds.md", same_as="nobody")

    assert outcome.failure is not None
    assert "nobody" in outcome.failure.message
    assert count(store, "meetings") == 0


def test_another_meeting_in_the_place_of_one_is_new(store: Store, settings: Settings, folder: Path) -> None:
    """The first one stays as it was, without a place."""
    (slug,) = linked(store, settings, folder / "garden.md")
    (folder / "garden.md").write_text(SEEDS)

    ((outcome,), _) = go(store, settings, folder / "garden.md", transcript=VTT)

    assert outcome.slug not in (slug, None)
    assert store.meeting(slug).notes.title.startswith("Community garden")
    assert store.places(str(folder / "garden.md")) == (
        NotesPlace(slug, str(folder / "garden.md"), None),
        NotesPlace(outcome.slug or "", str(folder / "garden.md"), outcome.slug),
    )


def test_a_meeting_that_only_moves_within_its_file_costs_nothing(
    store: Store, settings: Settings, folder: Path
) -> None:
    """Its lines are noted, its version stays, and nothing is aligned again."""
    (slug,) = linked(store, settings, folder / "garden.md")
    before, meeting = count(store, "notes"), store.meeting(slug)
    down = replace(meeting.notes, line=meeting.notes.line + 10, warnings=("careful",))

    kept = store.keep(down, RunKey(notes="digest"))
    other = store.keep(replace(down, title="Other"), RunKey(notes="other"))

    assert (kept, other) == (True, False)
    assert count(store, "notes") == before
    assert store.meeting(slug).notes == down
    assert store.meeting(slug).versions == meeting.versions
    assert store.run_key(slug) == RunKey(notes="digest")


def test_two_notes_with_one_recording_are_transcribed_once(store: Store, settings: Settings, folder: Path) -> None:
    """The transcript of the other is taken, if it is of the model that is wanted."""
    garden, seeds = linked(store, settings, folder / "garden.md", folder / "seeds.md")
    stored = store.transcript(garden)
    assert stored is not None

    assert store.heard_before("new", stored.key) == stored.record
    assert store.heard_before("new", stored.key, "tiny.en") is None
    assert store.heard_before("new", "another") is None
    assert seeds != garden


def test_a_meeting_without_notes_is_known_by_its_place(store: Store, folder: Path) -> None:
    """As one whose first run was interrupted is."""
    path = folder / "seeds.md"
    store.claim(str(path), "seed-club-2024-04-02", "seed-club-2024-04-02")

    placed = Placing(store, NotesReader(), print).place(path, reader.read_all(path))

    assert placed == ("seed-club-2024-04-02",)
    assert notes_digest(folder / "nowhere.md") is None
