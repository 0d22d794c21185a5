"""A look through a repository: which notes differ from those of the last look."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import PlaceUnreachable, StoreError
from pipeline.records import ItemState, JobKind, JobRequest, Watch, WatchKind
from pipeline.refresh import Archive
from pipeline.run.inputs import stored_path
from pipeline.store import NotesPlace
from pipeline.store.jobs import JobTable
from pipeline.watch import repository
from tests.pipeline.watch import places
from tests.pipeline.watch.places import GARDEN, GitProject, asked_for


class WatchedProject:
    """A project whose repository is looked through each hour."""

    def __init__(self, archive: Archive, settings: Settings, project: GitProject, now: datetime) -> None:
        self.archive, self.settings, self.now = archive, settings, now
        self.watch: Watch = archive.store.watches.register(WatchKind.REPOSITORY, str(project.bare), 3600.0, "Ana", now)
        self.copy = settings.repository_dir / repository.folder_name(str(project.bare))

    def jobs(self) -> list[str]:
        self.now += timedelta(hours=1)
        found = asked_for(places.look(self.watch, self.archive, self.settings, self.now), self.copy)
        places.work_off(self.archive)
        return found


@pytest.fixture
def watched(archive: Archive, settings: Settings, project: GitProject, now: datetime) -> WatchedProject:
    return WatchedProject(archive, settings, project, now)


def test_what_differs_from_the_last_look_gets_a_job(watched: WatchedProject, project: GitProject) -> None:
    """New notes, edited ones, and those with a new name; nothing for what is gone, or as it was."""
    project.push({"a.md": GARDEN, "b.md": f"{GARDEN}- b\n", "LICENSE.md": "# License\n", "src/x.py": "x = 1\n"})
    first = watched.jobs()
    same = watched.jobs()
    project.push({"a.md": f"{GARDEN}- More\n", "c.md": f"{GARDEN}- c\n", "src/x.py": "x = 2\n"})
    second = watched.jobs()
    project.push({"b.md": None, "2024/b.md": f"{GARDEN}- b\n"})
    renamed = watched.jobs()
    project.push({"2024/b.md": None, "b.md": f"{GARDEN}- b\n"})

    assert first == ["a.md", "b.md"]
    assert same == []
    assert second == ["a.md", "c.md"]
    assert renamed == ["2024/b.md"]
    assert watched.jobs() == ["b.md"]


def test_only_what_may_be_notes_or_belong_to_some_is_written(watched: WatchedProject, project: GitProject) -> None:
    """Nothing that is larger than notes are; what is written stays as it is while it is the same."""
    large = {"large.md": "# Large\n" + " " * 4_000_000, "x.iso": "0" * 1_000}
    project.push({"a.md": GARDEN, "a.vtt": "WEBVTT\n", "a.mp4": "x", "b.docx": "x", "src/x.py": "x = 1\n", **large})
    first = watched.jobs()
    written = sorted(path.name for path in watched.copy.iterdir())
    before = (watched.copy / "a.mp4").stat()
    project.push({"a.md": f"{GARDEN}- More\n", "b.docx": None})
    second = watched.jobs()

    assert first == second == ["a.md"]
    assert written == [".git", "a.md", "a.mp4", "a.vtt", "b.docx"]
    after = (watched.copy / "a.mp4").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not (watched.copy / "b.docx").exists()


def test_notes_that_come_back_get_a_job_unless_their_meeting_never_left(
    watched: WatchedProject, project: GitProject
) -> None:
    """A commit that is taken back changes nothing; a file that was renamed twice has a meeting elsewhere."""
    store = watched.archive.store
    project.push({"a.md": GARDEN, "b.md": f"{GARDEN}- b\n"})
    watched.jobs()
    paths = {name: stored_path(watched.copy / name) for name in ("a.md", "b.md", "c.md")}
    for name in ("a.md", "b.md"):
        store.claim(paths[name], name)
    project.push({"a.md": None, "b.md": None, "c.md": f"{GARDEN}- b\n"})
    gone = watched.jobs()
    (place,) = store.places(paths["b.md"])
    store.move([NotesPlace(place.slug, paths["c.md"], place.anchor)])
    project.push({"a.md": GARDEN, "b.md": f"{GARDEN}- b\n", "c.md": None})

    assert gone == ["c.md"]
    assert watched.jobs() == ["b.md"]


def test_a_job_that_waits_for_notes_which_are_gone_is_cancelled(
    watched: WatchedProject, project: GitProject, settings: Settings
) -> None:
    """They were renamed: it would only fail. What a person asked for stays."""
    queue = watched.archive.store.jobs
    project.push({"a.md": GARDEN, "b.md": f"{GARDEN}- b\n"})
    places.look(watched.watch, watched.archive, settings, watched.now)
    asked = queue.put(JobKind.RUN, "a", JobRequest(notes=stored_path(watched.copy / "a.md"), force="align"), "Ana")
    project.push({"a.md": None, "c.md": GARDEN})
    places.look(watched.watch, watched.archive, settings, watched.now + timedelta(hours=1))
    states = {(job.title, job.author): job.state for job in queue.jobs()}

    assert states.pop(("a", "Ana")) is asked.state
    assert {title: str(state) for (title, _), state in states.items()} == {
        "a.md": "cancelled",
        "b.md": "queued",
        "c.md": "queued",
    }


def test_rewritten_history_is_compared_by_what_it_has(watched: WatchedProject, project: GitProject) -> None:
    """The commit of the last look may be gone for good."""
    project.push({"a.md": GARDEN})
    project.push({"b.md": f"{GARDEN}- b\n"})
    watched.jobs()
    project.git("checkout", "--quiet", "--orphan", "anew")
    project.push({"b.md": f"{GARDEN}- other\n"})

    assert watched.jobs() == ["b.md"]


def test_a_transcript_that_is_committed_later_gets_its_notes_a_job(
    watched: WatchedProject, project: GitProject
) -> None:
    """What belongs to notes is told as in a folder."""
    project.push({"a.md": GARDEN, "b.md": f"{GARDEN}- b\n"})
    watched.jobs()
    project.push({"a.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nThe heap is too wet\n"})

    assert watched.jobs() == ["a.md"]


def test_the_commit_is_remembered_only_when_its_jobs_are_stored(
    watched: WatchedProject, project: GitProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is full or busy in between loses nothing."""
    project.push({"a.md": GARDEN})
    watched.jobs()
    project.push({"a.md": f"{GARDEN}- More\n", "b.md": GARDEN})

    def full(*_args: object, **_options: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(JobTable, "put", full)
        with pytest.raises(StoreError):
            watched.jobs()

    assert watched.jobs() == ["a.md", "b.md"]


def test_a_copy_that_was_damaged_or_deleted_is_fetched_anew_without_new_jobs(
    watched: WatchedProject, project: GitProject
) -> None:
    """A disk that was full leaves such things behind."""
    project.push({"a.md": GARDEN})
    watched.jobs()
    for pack in (watched.copy / ".git" / "objects").glob("*/*"):
        pack.unlink()
    (watched.copy / ".git" / "config").write_text("half a line, as a full disk leaves it")
    damaged = watched.jobs()
    shutil.rmtree(watched.copy)
    deleted = watched.jobs()
    project.push({"b.md": GARDEN})

    assert (damaged, deleted) == ([], [])
    assert watched.jobs() == ["b.md"]
    assert (watched.copy / "a.md").read_text() == GARDEN


def test_a_repository_without_notes_all_of_a_sudden_is_a_failure(watched: WatchedProject, project: GitProject) -> None:
    """Somebody may have pushed to the wrong place; nothing of what was there is forgotten."""
    project.push({"a.md": GARDEN})
    watched.jobs()
    project.push({"a.md": None})

    with pytest.raises(PlaceUnreachable, match="had 1"):
        watched.jobs()
    project.push({"a.md": GARDEN})
    assert watched.jobs() == []
    assert watched.archive.store.watches.items(watched.watch.id)["a.md"].state is ItemState.DONE


def test_a_repository_keeps_its_folder(tmp_path: Path) -> None:
    """So its meetings stay what they are when it is watched again; another branch is another folder."""
    one = repository.folder_name("https://ana:s3cret@code.example/garden/minutes.git")

    assert one == repository.folder_name("https://code.example/garden/minutes.git")
    assert one != repository.folder_name("https://code.example/garden/minutes.git#drafts")
    assert one.startswith("minutes-")
    assert repository.folder_name("git@code.example:../..") == repository.folder_name("git@code.example:../..")
    assert "/" not in repository.folder_name("git@code.example:../..")
