"""Files of what is no more go, and nothing else."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import filelock
import pytest

from pipeline.backup.staging import STAGING_MARKER
from pipeline.config import Settings
from pipeline.jobs import drafts
from pipeline.records import JobKind, JobRequest, WatchKind
from pipeline.refresh import Archive
from pipeline.retention import tidy
from pipeline.watch.repository import folder_name

NOW = datetime.now(UTC)
OLD = time.time() - 60 * 86_400


@pytest.fixture
def settings(archive: Archive) -> Settings:
    return Settings(data_dir=archive.store.folder)


def old(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    for each in (path, path.parent):
        os.utime(each, (OLD, OLD))
    return path


def removed(archive: Archive, settings: Settings) -> list[str]:
    return [str(each) for each in tidy(archive.store, settings)]


def test_checkpoints_and_vectors_of_meetings_that_are_gone_go(archive: Archive, settings: Settings) -> None:
    """But those of a meeting that is there, of one that is being heard, and of transcripts that are in no meeting."""
    archive.store.claim("/notes/call.md", "here")
    gone = [old(settings.checkpoint_dir / f"gone{end}") for end in (".jsonl", ".0123456789ab.jsonl", ".lock")]
    gone.append(old(settings.vector_dir / "gone.vectors"))
    kept = [old(settings.checkpoint_dir / "here.jsonl"), old(settings.vector_dir / "here.vectors")]
    kept += [old(settings.vector_dir / f"{'a' * 64}.vectors"), old(settings.checkpoint_dir / "heard.jsonl")]
    (settings.checkpoint_dir / "new.jsonl").write_text("x")

    with filelock.FileLock(settings.checkpoint_dir / "heard.lock"):
        assert removed(archive, settings) == ["4 files of meetings that are gone"]

    assert [file for file in gone if file.exists()] == []
    assert all(file.exists() for file in (*kept, settings.checkpoint_dir / "new.jsonl"))


def test_what_was_made_to_remove_something_goes_with_it(archive: Archive, settings: Settings) -> None:
    """Otherwise the next time would tell of it; a lock that was there before is somebody's."""
    old(settings.checkpoint_dir / "gone.jsonl")
    lock = old(settings.checkpoint_dir / "kept.lock")
    old(settings.checkpoint_dir / "kept.jsonl")
    os.utime(lock)
    old(settings.media_dir / ".abcdefghijk" / "media.251.webm.part")

    assert removed(archive, settings) == ["2 files of meetings that are gone", "1 interrupted download"]

    assert list(settings.checkpoint_dir.iterdir()) == [lock]
    assert list(settings.media_dir.iterdir()) == []


def test_a_draft_goes_once_its_job_is_forgotten(archive: Archive, settings: Settings) -> None:
    """It is told by it where its notes are, so it stays as long as the job may be tried again."""
    made = [drafts.create(settings, "Ana", text="# Call\n\n- Point\n") for _ in range(3)]
    for draft in made[:2]:
        drafts.begin_adopting(settings, draft.id, f"call-{draft.id}")
        drafts.adopted(settings, draft.id, "/notes/call.md")
    archive.store.jobs.put(JobKind.RUN, "call", JobRequest(draft=made[0].id), "Ana")
    for draft in made:
        for file in (settings.draft_dir / draft.id).iterdir():
            os.utime(file, (OLD, OLD))

    assert removed(archive, settings) == ["2 drafts that are over"]
    assert [draft.id for draft in drafts.all_drafts(settings)] == [made[0].id]


def test_what_was_interrupted_long_ago_goes(archive: Archive, settings: Settings) -> None:
    """Downloads, files that were never whole, a restore that never began; nothing that is under way, or whole."""
    gone = [
        old(settings.media_dir / ".abcdefghijk" / "media.251.webm.part"),
        old(settings.media_dir / ".call-0123456789ab" / "media.0.mp3.part"),
        old(settings.notes_dir / ".call.md.unfinished"),
        old(settings.data_dir / "runs.json.123"),
        old(settings.data_dir / ".restoring-0123456789abcdef" / STAGING_MARKER),
    ]
    kept = [
        old(settings.media_dir / ".abcdefghijl" / "media.251.webm.part"),
        old(settings.media_dir / ".locks" / "youtube.lock"),
        old(settings.media_dir / ".call.m4a.muted"),
        old(settings.notes_dir / "call.md"),
        old(settings.data_dir / "replaced-20240101-000000" / "jumpnotes.db"),
    ]
    (settings.media_dir / ".abcdefghijl" / "media.140.m4a.part").write_text("x")

    assert removed(archive, settings) == ["2 interrupted downloads", "3 unfinished files"]
    assert [file for file in gone if file.exists()] == []
    assert [file for file in kept if not file.exists()] == []


def test_a_repository_goes_that_nobody_watches_and_no_meeting_is_in(archive: Archive, settings: Settings) -> None:
    """Its meetings stay, and their notes and recordings with them."""
    watched = "https://git.example/garden/minutes.git"
    archive.store.watches.register(WatchKind.REPOSITORY, watched, 60.0, "Ana", NOW)
    names = (folder_name(watched), "used-01234567", "unused-01234567")
    files = [old(settings.repository_dir / name / "notes.md") for name in names]
    for file in files:
        (file.parent / ".git").mkdir()
        os.utime(file.parent, (OLD, OLD))
    archive.store.claim(str(files[1]), "call")

    assert removed(archive, settings) == ["1 copy of a repository that is not watched"]
    assert [file.exists() for file in files] == [True, True, False]


def test_what_others_have_in_a_data_folder_stays(archive: Archive, settings: Settings) -> None:
    """Where it is somebody's home, say: what we did not make has another form."""
    kept = [
        old(settings.data_dir / name)
        for name in (
            "media/.thunderbird/mail",  # as long as the id of a video
            "media/.git/objects",
            "media/.abcdefghijk/media.251.webm.part/mine",
            "media/.abcdefghijm/mine.txt",
            "checkpoints/model.pt",
            "checkpoints/epoch.3.jsonl",
            "repositories/mine/.git/config",
            "repositories/photos-01234567/1.jpg",
            "drafts/novel/draft.json",
            "restoring/piano.jpg",
            ".restoring-0123456789abcdef/piano.jpg",
            ".config.unfinished",
        )
    ]
    for path in settings.data_dir.rglob("*"):
        os.utime(path, (OLD, OLD))

    assert removed(archive, settings) == []
    assert [file for file in kept if not file.exists()] == []


def test_behind_a_link_only_interrupted_downloads_go(archive: Archive, settings: Settings, tmp_path: Path) -> None:
    """A larger disk for recordings is usual; names of other kinds of files may be anybody's."""
    disk = tmp_path / "disk"
    for name in ("media", "checkpoints", "vectors", "notes", "notes-versions", "repositories"):
        (disk / name).mkdir(parents=True)
        (settings.data_dir / name).symlink_to(disk / name)
    download = old(disk / "media" / ".abcdefghijk" / "media.251.webm.part")
    kept = [
        old(disk / name)
        for name in (
            "media/.cache/x",
            "checkpoints/gone.jsonl",
            "vectors/gone.vectors",
            "notes/.a.md.unfinished",
            "notes-versions/a/.1.json.unfinished",
            "repositories/gone-01234567/.git/config",
        )
    ]

    assert removed(archive, settings) == ["1 interrupted download"]
    assert not download.exists()
    assert [file for file in kept if not file.exists()] == []


def test_nothing_is_older_than_it_is_because_of_the_clock(archive: Archive, settings: Settings) -> None:
    """What has a time to come is kept."""
    ahead = old(settings.checkpoint_dir / "gone.jsonl")
    os.utime(ahead, ((NOW + timedelta(days=9)).timestamp(),) * 2)

    assert removed(archive, settings) == []
