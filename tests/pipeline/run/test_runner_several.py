"""A file with the notes of several meetings: each is a meeting of its own, whatever becomes of the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.cues import read
from pipeline.links import youtube_id
from pipeline.records import Notes, Origin, Recording, Transcript, Verdict
from pipeline.refresh import Archive
from pipeline.run.inputs import NotesReader
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner, RunOutcome, RunState
from pipeline.run.sources import PUBLISHED, PublishedSource
from pipeline.search import search
from pipeline.store import Store
from tests.pipeline.garden import VTT, QuietReporter

MARCH = """## 2024-03-05

Recording: https://youtu.be/gArDenCall0

### Watering rota

- Priya drafted a rota for July
- The hose by the greenhouse leaks

### Compost heap

- Two pallets of the bins are broken
"""
APRIL = """## 2024-04-02

Recording: https://youtu.be/gArDenCall1

### Fox

- It sleeps behind the bean poles

### Beehive

- Marta brings a second one
"""
MAY = """## 2024-05-07

### Sundial

- Needs a new gnomon

### Gate

- The lock is rusty
"""
TITLE = "# Community garden calls\n\nWe meet on Tuesdays.\n\n"


@pytest.fixture(autouse=True)
def _captions(monkeypatch: pytest.MonkeyPatch) -> None:
    """YouTube cannot be asked for them."""

    def get(address: str, _settings: Settings) -> tuple[Recording, Transcript]:
        found = replace(read(Path(VTT)), origin=Origin.CAPTIONS)
        return Recording(address, "Call", found.duration, video_id=youtube_id(address)), found

    monkeypatch.setitem(PUBLISHED, "captions", PublishedSource(Origin.CAPTIONS, get))


@pytest.fixture
def store(archive: Archive) -> Store:
    return archive.store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "calls.md"


def go(store: Store, settings: Settings, *paths: Path, **options: object) -> tuple[list[RunOutcome], QuietReporter]:
    heard = QuietReporter()
    runner = Runner(store, settings, RunOptions(**options), heard)  # type: ignore[arg-type]
    return list(runner.run(paths)), heard


def link(store: Store, settings: Settings, file: Path) -> list[str]:
    """Run March and April, whose recordings both have the garden's captions; their slugs."""
    file.write_text(TITLE + APRIL + "\n" + MARCH)
    outcomes, _ = go(store, settings, file, transcript="captions")
    assert [outcome.state for outcome in outcomes] == [RunState.LINKED] * 2, outcomes
    return [outcome.slug or "" for outcome in outcomes]


def test_a_meeting_added_at_the_top_changes_no_other(archive: Archive, settings: Settings, file: Path) -> None:
    """Address, links and corrections of the others stay, their lines follow, and none of them is worked on."""
    store = archive.store
    april, march = link(store, settings, file)
    block = next(block for block in store.meeting(march).notes.blocks if block.text == "Compost heap")
    store.correct(march, block.id, Verdict.TIME, 70.0, "Ana", seen=None)
    go(store, settings, file)
    before = {slug: store.meeting(slug) for slug in (april, march)}

    file.write_text(TITLE + MAY + "\n" + APRIL + "\n" + MARCH)
    (outcomes, heard) = go(store, settings, file)
    (again, _) = go(store, settings, file)

    assert [outcome.state for outcome in outcomes] == [
        RunState.NO_RECORDING,
        RunState.UNCHANGED,
        RunState.UNCHANGED,
    ]
    assert [outcome.slug for outcome in outcomes[1:]] == [april, march]
    assert heard.stages == []
    assert {outcome.state for outcome in again} == {RunState.UNCHANGED}
    for slug, earlier in before.items():
        now = store.meeting(slug)
        assert (now.alignments, now.corrections, now.versions) == (
            earlier.alignments,
            earlier.corrections,
            earlier.versions,
        )
    moved = next(each for each in store.meeting(march).notes.blocks if each.id == block.id)
    assert moved.line == block.line + MAY.count("\n") + 1
    assert {hit.slug for hit in search(archive.index, "gnomon")} == {outcomes[0].slug}


def test_an_edit_of_one_works_on_that_one(store: Store, settings: Settings, file: Path) -> None:
    """With the transcript that is there."""
    april, march = link(store, settings, file)
    file.write_text(file.read_text().replace("bean poles", "bean poles, all day long"))

    (outcomes, heard) = go(store, settings, file)

    assert [(outcome.slug, outcome.state) for outcome in outcomes] == [
        (april, RunState.LINKED),
        (march, RunState.UNCHANGED),
    ]
    assert heard.stages == ["aligning"]


def test_a_renamed_file_keeps_all_its_meetings(store: Store, settings: Settings, file: Path) -> None:
    """And says it once."""
    slugs = link(store, settings, file)
    renamed = file.rename(file.with_name("minutes.md"))

    (outcomes, heard) = go(store, settings, renamed)

    assert sorted(outcome.slug or "" for outcome in outcomes) == sorted(slugs)
    assert {outcome.state for outcome in outcomes} == {RunState.UNCHANGED}
    assert heard.said == [f"renamed: {file} → minutes.md"]


def test_a_meeting_that_is_taken_out_is_gone_and_comes_back(store: Store, settings: Settings, file: Path) -> None:
    """It keeps what it has until somebody forgets it; in a file of its own it is the same meeting."""
    april, march = link(store, settings, file)
    file.write_text(TITLE + MARCH)
    (without, _) = go(store, settings, file)
    lost = [place.slug for place in store.places() if place.anchor is None]
    own = file.with_name("april.md")
    own.write_text(APRIL)
    (back, heard) = go(store, settings, file, own)

    assert [outcome.slug for outcome in without] == [march]
    assert lost == [april]
    assert [outcome.slug for outcome in back] == [march, april]
    assert heard.said == [f"renamed: {file} → april.md"]
    assert all(place.anchor is not None for place in store.places())


def test_a_file_that_was_one_meeting_becomes_several(store: Store, settings: Settings, file: Path) -> None:
    """What was stored goes to the one it was."""
    file.write_text(TITLE + MARCH)
    ((one,), _) = go(store, settings, file, transcript=VTT)
    file.write_text(TITLE + MAY + "\n" + APRIL + "\n" + MARCH)

    (outcomes, heard) = go(store, settings, file)

    assert outcomes[2].slug == one.slug
    assert len({outcome.slug for outcome in outcomes}) == 3
    assert "transcribing" not in heard.stages
    assert store.meeting(one.slug or "").transcript == read(Path(VTT))


def test_one_that_fails_leaves_the_others_alone(store: Store, settings: Settings, file: Path) -> None:
    """The next run works on that one."""
    april, march = link(store, settings, file)
    file.write_text(file.read_text().replace("gArDenCall1", "gArDenCall9"))
    (failed, _) = go(store, settings, file)
    file.write_text(file.read_text().replace("gArDenCall9", "gArDenCall1"))
    (again, _) = go(store, settings, file)

    assert [outcome.state for outcome in failed] == [RunState.FAILED, RunState.UNCHANGED]
    assert store.meeting(march).failure is None
    assert [outcome.slug for outcome in again] == [april, march]
    assert again[1].state is RunState.UNCHANGED


def test_an_edit_while_notes_are_read_is_seen_by_the_next_run(
    store: Store, settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is what is done; what was written since is not taken for it."""
    edited = TITLE + APRIL + "\n" + MARCH.replace("Two pallets", "Three pallets")
    read_notes = NotesReader.read

    def read_then_edit(reader: NotesReader, path: Path) -> tuple[Notes, ...]:
        meetings = read_notes(reader, path)
        file.write_text(edited)
        return meetings

    with monkeypatch.context() as patched:
        patched.setattr(NotesReader, "read", read_then_edit)
        _, march = link(store, settings, file)
    go(store, settings, file)

    assert "Three pallets" in store.notes(march).source
