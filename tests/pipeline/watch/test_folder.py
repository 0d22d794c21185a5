"""A look through a folder: by content, and by files that nobody is writing any more."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import PlaceUnreachable
from pipeline.jobs.scanning import ScanOutcome
from pipeline.records import ItemState, Watch, WatchKind
from pipeline.refresh import Archive
from pipeline.run.inputs import stored_path
from pipeline.watch import folder
from tests.pipeline.watch import places
from tests.pipeline.watch.places import GARDEN, asked_for


class Watching:
    """A watched folder, and a clock that only goes on when it is told to."""

    def __init__(self, archive: Archive, settings: Settings, folder: Path, now: datetime) -> None:
        self.archive, self.settings, self.folder, self.now = archive, settings, folder, now
        self.watch: Watch = archive.store.watches.register(WatchKind.FOLDER, str(folder), 3600.0, "Ana", now)

    def look(self, *, after: float = 5.0) -> ScanOutcome:
        self.now += timedelta(seconds=after)
        return places.look(self.watch, self.archive, self.settings, self.now)

    def jobs(self, *, after: float = 5.0) -> list[str]:
        return asked_for(self.look(after=after), self.folder)

    def settled(self) -> list[str]:
        """The jobs that two looks put; there may be some for what was found earlier."""
        return sorted(self.jobs() + self.jobs())

    def states(self) -> dict[str, ItemState]:
        return {key: item.state for key, item in self.archive.store.watches.items(self.watch.id).items()}


@pytest.fixture
def watching(archive: Archive, settings: Settings, notes: Path, now: datetime) -> Watching:
    return Watching(archive, settings, notes, now)


def test_notes_get_a_job_once_they_stayed_the_same_for_five_seconds(watching: Watching, notes: Path) -> None:
    """Not before, and not again: a second look follows in seconds, although the folder is looked at every hour."""
    (notes / "call.md").write_text(GARDEN)

    first = watching.look()
    early = watching.look(after=2)
    then = watching.look(after=3)
    later = watching.look(after=3600)

    assert (first.jobs, first.waiting, first.next_at) == ((), 1, watching.now - timedelta(seconds=3600))
    assert early.jobs == ()
    assert asked_for(then, notes) == ["call.md"]
    assert then.next_at == watching.now
    assert later.jobs == ()
    (job,) = watching.archive.store.jobs.jobs()
    assert job.author == f"watching {notes}"


def test_a_copy_in_progress_waits_for_as_long_as_it_takes(watching: Watching, notes: Path) -> None:
    """However slowly it grows, and though its time is kept, as `cp -p` does: then it gets its job."""
    file = notes / "call.md"
    for length in range(10, 60, 5):
        file.write_text(GARDEN[:length])
        os.utime(file, (1_000, 1_000))
        assert watching.jobs(after=30) == []
        assert watching.states() == {"call.md": ItemState.WAITING}
    file.write_text(GARDEN)
    os.utime(file, (1_000, 1_000))

    assert watching.jobs() == []
    assert watching.jobs() == ["call.md"]


def test_a_file_that_changes_while_it_is_read_waits(
    watching: Watching, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read of it may be half of one version and half of another."""
    (notes / "call.md").write_text(GARDEN)
    watching.look()
    read = folder._digest

    def edited(path: Path) -> str:
        digest = read(path)
        path.write_text(f"{GARDEN}- Another line\n")
        return digest

    with monkeypatch.context() as patch:
        patch.setattr(folder, "_digest", edited)
        during = watching.jobs()
    watching.look()

    assert during == []
    assert watching.jobs() == ["call.md"]


def test_a_copy_that_stalls_before_its_first_byte_is_not_taken_for_notes(watching: Watching, notes: Path) -> None:
    """An empty file waits, without being looked at every few seconds."""
    (notes / "call.md").touch()
    assert watching.settled() == []
    empty = watching.look()
    (notes / "call.md").write_text(GARDEN)

    assert empty.jobs == ()
    assert empty.next_at == watching.now + timedelta(hours=1)
    assert watching.settled() == ["call.md"]


def test_a_clock_that_is_put_back_only_makes_a_file_wait_once_more(watching: Watching, notes: Path) -> None:
    """The seconds between two looks are counted from the look that the clock is behind of."""
    (notes / "call.md").write_text(GARDEN)
    watching.look()

    assert watching.jobs(after=-86_400) == []
    assert watching.jobs() == ["call.md"]


def test_an_edit_gets_a_job_and_a_new_time_alone_does_not(watching: Watching, notes: Path) -> None:
    """What counts is the content: a sync program may touch every file."""
    (notes / "call.md").write_text(GARDEN)
    assert watching.settled() == ["call.md"]
    places.work_off(watching.archive)
    os.utime(notes / "call.md", (2_000, 2_000))
    touched = watching.settled()
    (notes / "call.md").write_text(f"{GARDEN}- Turn it in May\n")

    assert touched == []
    assert watching.settled() == ["call.md"]


def test_a_recording_that_comes_later_gets_the_notes_a_job_once_it_is_complete(watching: Watching, notes: Path) -> None:
    """As does a transcript; a recording that goes away gets none."""
    (notes / "call.md").write_text(GARDEN)
    watching.settled()
    places.work_off(watching.archive)
    recording = notes / "call.m4a"
    recording.write_bytes(b"half")
    growing = watching.jobs() + watching.jobs(after=1)
    recording.write_bytes(b"all of it")
    complete = watching.settled()
    places.work_off(watching.archive)
    (notes / "call.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nThe heap is too wet\n")
    transcribed = watching.settled()
    places.work_off(watching.archive)
    recording.unlink()

    assert (growing, complete, transcribed) == ([], ["call.md"], ["call.md"])
    assert watching.settled() == []


def test_a_recording_that_notes_link_to_belongs_to_them_as_well(watching: Watching, notes: Path) -> None:
    """Whatever it is called, and in whichever folder below."""
    (notes / "call.md").write_text(GARDEN.replace("\n\n", "\n\n[Recording](media/zoom_0.mp4)\n\n", 1))
    watching.settled()
    places.work_off(watching.archive)
    (notes / "media").mkdir()
    (notes / "media" / "zoom_0.mp4").write_bytes(b"video")

    assert watching.settled() == ["call.md"]


def test_a_new_name_is_one_job_and_what_is_gone_is_none(watching: Watching, notes: Path) -> None:
    """The run recognises the meeting. A file that comes back as it was has nothing to do, unless it moved meanwhile."""
    store = watching.archive.store
    for name in ("a.md", "b.md"):
        (notes / name).write_text(GARDEN + name)
    watching.settled()
    places.work_off(watching.archive)
    for name in ("a.md", "b.md"):
        store.claim(stored_path(notes / name), name)
    (notes / "a.md").rename(notes / "c.md")
    (notes / "b.md").rename(notes / "b.txt~")
    moved = watching.settled()
    (place,) = store.places(stored_path(notes / "a.md"))
    store.move([type(place)(place.slug, stored_path(notes / "c.md"), place.anchor)])
    places.work_off(watching.archive)
    (notes / "c.md").rename(notes / "a.md")
    (notes / "b.txt~").rename(notes / "b.md")

    assert moved == ["c.md"]
    assert watching.settled() == ["a.md"]
    assert watching.states() == {"a.md": ItemState.DONE, "b.md": ItemState.DONE, "c.md": ItemState.GONE}


@pytest.mark.parametrize("way", ["unmounted", "empty"])
def test_a_folder_that_is_not_there_is_a_failure_and_nothing_is_forgotten(
    watching: Watching, notes: Path, way: str
) -> None:
    """A share that is not mounted is no folder, or an empty one; when it is back, there is nothing to do."""
    (notes / "call.md").write_text(GARDEN)
    watching.settled()
    places.work_off(watching.archive)
    shutil.move(notes, notes.parent / "elsewhere")
    if way == "empty":
        notes.mkdir()

    with pytest.raises(PlaceUnreachable) as caught:
        watching.look()
    failed = watching.archive.store.watches.watch(watching.watch.id)
    if way == "empty":
        notes.rmdir()
    shutil.move(notes.parent / "elsewhere", notes)

    assert str(notes) in str(caught.value)
    assert failed.failure is not None
    assert (failed.failure.reason, failed.failures) == ("place-unreachable", 1)
    assert failed.next_at == watching.now + timedelta(minutes=1)
    assert watching.settled() == []
    assert watching.states() == {"call.md": ItemState.DONE}
    assert watching.archive.store.watches.watch(watching.watch.id).failure is None


def test_what_is_no_notes_and_what_is_in_the_data_folder_gets_no_job(
    archive: Archive, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    """The whole folder of a project may be watched, the archive's own folder in it."""
    (tmp_path / "call.md").write_text(GARDEN)
    (tmp_path / "LICENSE.md").write_text("# License\n")
    (settings.data_dir / "notes").mkdir()
    (settings.data_dir / "notes" / "own.md").write_text(GARDEN)
    watching = Watching(archive, settings, tmp_path, now)

    assert watching.settled() == ["call.md"]


def test_notes_under_two_names_get_one_job(watching: Watching, notes: Path) -> None:
    """A symlink in the folder leads to a meeting that there is already."""
    (notes / "call.md").write_text(GARDEN)
    (notes / "latest.md").symlink_to("call.md")

    assert watching.settled() == ["call.md"]


def test_what_is_left_out_is_told_once(watching: Watching, notes: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And not every minute."""
    (notes / "call.md").write_text(GARDEN)
    (notes / "passwords.md").symlink_to("/etc/passwd")
    watching.look()
    told = "leads out of the folder" in caplog.text
    caplog.clear()
    watching.settled()

    assert told
    assert caplog.text == ""


def test_notes_that_are_gone_with_their_meeting_leave_no_name(watching: Watching, notes: Path) -> None:
    """Whichever of them goes first; and a meeting that is forgotten does not come back while its notes stay."""
    store = watching.archive.store
    for name in ("a.md", "b.md", "c.md"):
        (notes / name).write_text(GARDEN + name)
    watching.settled()
    places.work_off(watching.archive)
    for name in ("a.md", "b.md"):
        store.claim(stored_path(notes / name), name)
    store.forget("a.md")
    forgotten = watching.settled()
    for name in ("a.md", "b.md"):
        (notes / name).unlink()
    watching.settled()
    gone = watching.states()
    store.forget("b.md")

    assert forgotten == []
    assert gone == {"b.md": ItemState.GONE, "c.md": ItemState.DONE}
    assert watching.states() == {"c.md": ItemState.DONE}
