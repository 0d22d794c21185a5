"""Recordings that were fetched and are not to be kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Recording, RecordingPart
from pipeline.refresh import Archive
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner, RunState
from pipeline.store import Store
from tests.conftest import CALL
from tests.pipeline.garden import QuietReporter

VIDEO = "gArDenCall0"


@pytest.fixture
def store(archive: Archive) -> Store:
    return archive.store


@pytest.fixture
def sparing(settings: Settings) -> Settings:
    settings.media_dir.mkdir(parents=True)
    return replace(settings, keep_audio=False)


def notes_in(folder: Path, name: str = "call.md") -> Path:
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(CALL / "2024-03-05-garden.md", folder / name))


def go(store: Store, settings: Settings, *paths: Path) -> list[RunState]:
    options = RunOptions(transcript=str(CALL / "garden.vtt"))
    return [outcome.state for outcome in Runner(store, settings, options, QuietReporter()).run(paths)]


def fetched(settings: Settings, stem: str = VIDEO) -> Path:
    """A fetched file with its description."""
    media = settings.media_dir / f"{stem}.m4a"
    media.write_bytes(b"sound")
    media.with_suffix(".json").write_text("{}")
    return media


def give(store: Store, media: Path, *, video_id: str | None = VIDEO, part: Path | None = None) -> None:
    """The file becomes that of every stored meeting, and `part` that of a second part."""
    for place in store.places():
        stored = store.recording(place.slug)
        assert stored is not None
        first = RecordingPart(0, 60, stored.record.source, "One", str(media), video_id)
        parts = (first, replace(first, start=60, media=str(part))) if part else ()
        recording = Recording(stored.record.source, "Call", 120, str(media), video_id, parts=parts)
        store.save_recording(place.slug, recording, key=stored.key)


def test_what_is_transcribed_is_dropped(store: Store, sparing: Settings, tmp_path: Path) -> None:
    """The file and its description; the meeting stays as it is, and the next run has nothing to do."""
    notes = notes_in(tmp_path / "notes")
    go(store, sparing, notes)
    media, part = fetched(sparing), fetched(sparing, "gArDenCall1")
    give(store, media, part=part)

    assert go(store, sparing, notes) == [RunState.UNCHANGED]

    assert [file for file in sparing.media_dir.iterdir() if file.is_file()] == []
    assert go(store, sparing, notes) == [RunState.UNCHANGED]


@pytest.mark.parametrize("why", ["the setting", "another host", "somebody's own", "a symlink"])
def test_what_is_needed_or_not_ours_stays(store: Store, sparing: Settings, tmp_path: Path, why: str) -> None:
    """Nothing is dropped unasked; the page plays the files of other hosts; people's files are theirs."""
    notes = notes_in(tmp_path / "notes")
    go(store, sparing, notes)
    media = fetched(sparing)
    if why == "somebody's own":
        media = media.rename(tmp_path / "own.m4a")
    elif why == "a symlink":
        media.rename(tmp_path / "own.m4a")
        media.symlink_to(tmp_path / "own.m4a")
    give(store, media, video_id=None if why == "another host" else VIDEO)

    go(store, replace(sparing, keep_audio=why == "the setting"), notes)

    assert media.read_bytes() == b"sound"


def test_what_a_later_meeting_of_the_run_links_stays_until_then(
    store: Store, sparing: Settings, tmp_path: Path
) -> None:
    """Two people's notes of one call: it is not fetched twice."""
    first, second = notes_in(tmp_path / "notes", "ada.md"), notes_in(tmp_path / "notes", "ben.md")
    go(store, sparing, first, second)
    media = fetched(sparing)
    give(store, media)
    runner = Runner(store, sparing, RunOptions(transcript=str(CALL / "garden.vtt")), QuietReporter())

    assert [media.exists() for _ in runner.run((first, second))] == [True, True]
    assert not media.exists()


def test_what_another_meeting_waits_for_stays(store: Store, sparing: Settings, tmp_path: Path) -> None:
    """One without a transcript may be listened to at this moment."""
    first, second = notes_in(tmp_path / "notes", "ada.md"), notes_in(tmp_path / "notes", "ben.md")
    go(store, sparing, first, second)
    media = fetched(sparing)
    give(store, media)
    waiting = store.places()[1].slug
    store.save_recording(waiting, Recording("https://youtu.be/x", "Call", 60, str(media), VIDEO), key="youtube another")

    go(store, sparing, first)

    assert media.exists()
