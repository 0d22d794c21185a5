"""Recordings' files move, with the data folder or by themselves, and stay those recordings."""

from __future__ import annotations

import shutil
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Meeting, Recording, RecordingPart
from pipeline.refresh import Archive
from pipeline.run.plan import RunOptions, Stage
from pipeline.run.runner import Runner, RunOutcome, RunState
from pipeline.store import Store
from pipeline.store.media_paths import located, relative
from tests.pipeline.garden import SLUG, VTT, QuietReporter


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """A short recording in a folder of its own."""
    file = tmp_path / "tapes" / "call.wav"
    file.parent.mkdir()
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, 8000, 0, "NONE", ""))
        opened.writeframes(bytes(2 * 8000 * 3))
    return file


def go(store: Store, settings: Settings, path: Path, **options: object) -> tuple[RunOutcome, list[str]]:
    heard = QuietReporter()
    (outcome,) = Runner(store, settings, RunOptions(**options), heard).run([path])  # type: ignore[arg-type]
    return outcome, heard.stages


def of(meeting: Meeting) -> tuple[str | None, str | None]:
    assert meeting.recording is not None
    return meeting.recording.media, meeting.recording.source


def test_a_file_that_moved_is_found_beside_the_notes_and_by_its_new_name(
    archive: Archive, settings: Settings, notes: Path, tape: Path
) -> None:
    """What was imported for it stays; nothing is transcribed, and a run that names it has nothing to do afterwards."""
    store = archive.store
    go(store, settings, notes, media=str(tape), transcript=VTT)
    imported = store.transcript(SLUG)
    beside = tape.rename(notes.with_name("call.wav"))
    shown = store.meeting(SLUG)
    notes.write_text(notes.read_text() + "\n## Fox\n\nSleeps behind the bean poles.\n")
    edited, stages = go(store, settings, notes)
    elsewhere = beside.rename(tape.with_name("renamed.wav"))

    named, named_stages = go(store, settings, notes, media=str(elsewhere))
    again, _ = go(store, settings, notes, media=str(elsewhere))

    assert of(shown) == (str(beside), str(tape))
    assert (edited.state, stages) == (RunState.LINKED, ["aligning"])
    assert (named.failure, named_stages) == (None, [])
    assert again.state is RunState.UNCHANGED
    assert of(store.meeting(SLUG)) == (str(elsewhere), str(elsewhere))
    assert store.transcript(SLUG) == imported


def test_another_file_of_the_same_name_is_not_it(archive: Archive, settings: Settings, notes: Path, tape: Path) -> None:
    """Nobody is shown another recording than the one that was linked."""
    store = archive.store
    go(store, settings, notes, media=str(tape), transcript=VTT)
    tape.unlink()
    other = notes.with_name("call.wav")
    other.write_bytes(b"another")
    small = store.meeting(SLUG)
    as_long = store.recording(SLUG)
    assert as_long is not None
    other.write_bytes(bytes(as_long.record.media_bytes or 0))
    go(store, settings, notes, transcript=VTT, force=Stage.ALIGN)

    assert of(small)[0] == str(tape)
    found = store.recording(SLUG)
    assert found is not None
    assert (found.key, found.record.source) == (as_long.key, str(tape))


def test_a_folder_beside_the_notes_that_leads_out_of_theirs_has_nothing(
    notes: Path, tape: Path, tmp_path: Path
) -> None:
    """Whoever writes the notes would choose what is served."""
    was = str(tmp_path / "gone" / "tapes" / tape.name)
    lost = Recording(was, "Call", 3.0, media=was, media_bytes=tape.stat().st_size)
    beside = notes.parent / "tapes"

    beside.symlink_to(tape.parent)
    outside = located(lost, tmp_path / "data", notes).media
    beside.unlink()
    shutil.copytree(tape.parent, beside)
    inside = located(lost, tmp_path / "data", notes).media

    assert (outside, inside) == (was, str(beside / tape.name))


def test_the_data_folder_moves_with_what_is_in_it(settings: Settings, notes: Path, tape: Path, tmp_path: Path) -> None:
    """Its recordings are found in it, wherever it is, and those that were stored by their whole path, too."""
    archive = Archive.open(settings)
    go(archive.store, settings, notes, transcript=VTT)
    settings.media_dir.mkdir(exist_ok=True)
    file = Path(shutil.copy(tape, settings.media_dir / "call.wav"))
    archive.store.save_recording(SLUG, Recording("https://example.org/call.wav", "Call", 3.0, str(file)), key="k")
    before = archive.store.recording(SLUG)
    archive.close()
    moved = replace(settings, data_dir=settings.data_dir.rename(tmp_path / "moved"))

    archive = Archive.open(moved)
    after = archive.store.recording(SLUG)
    archive.close()

    assert before is not None
    assert before.record.media == str(file)
    assert after is not None
    assert after.record.media == str(moved.media_dir / "call.wav")


def test_paths_are_relative_within_the_data_folder_alone(tmp_path: Path) -> None:
    """Those of earlier versions are not, and are still found."""
    data, notes = tmp_path / "data", tmp_path / "notes" / "call.md"
    inside, outside = data / "media" / "a.mp3", tmp_path / "tapes" / "b.mp3"
    for file in (inside, outside):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"sound")
    part = RecordingPart(0.0, 3.0, "https://example.org/a.mp3", "A", str(inside))
    recording = Recording("https://example.org/a.mp3", "A", 3.0, str(inside), parts=(part,))
    stored = relative(recording, data)

    assert (stored.media, stored.parts[0].media) == ("media/a.mp3", "media/a.mp3")
    assert located(stored, data, notes) == recording
    assert relative(replace(recording, media=str(outside)), data).media == str(outside)
    old = replace(recording, media="/old/data/media/a.mp3", parts=())
    assert located(old, data, notes).media == str(inside)
    lost = replace(recording, media="/old/tapes/c.mp3", parts=())
    assert located(lost, data, notes).media == "/old/tapes/c.mp3"
