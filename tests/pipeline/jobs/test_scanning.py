"""A SCAN: what a look found becomes jobs; what went wrong is noted, and the look comes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import filelock
import msgspec
import pytest

from pipeline.config import Settings
from pipeline.errors import Busy, NoNetwork, NotFound, PlaceUnreachable, RateLimited, Unsupported, WatchNotFound
from pipeline.fetch import listing
from pipeline.jobs import drafts, scanning
from pipeline.jobs.drafts import DraftCorrections
from pipeline.matching import by_captions, overview
from pipeline.records import JobKind, JobProgress, JobRequest, ListedVideo, Watch, WatchKind
from pipeline.refresh import Archive
from pipeline.run.plan import RunOptions
from pipeline.run.runner import Runner, RunState
from pipeline.watch import repository
from pipeline.watch.missing import notes_without_recording, recordings_without_notes
from tests.pipeline import garden

CHANNEL = "https://www.youtube.com/@garden"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VIDEO = ListedVideo("https://youtu.be/gArDenCall1", "gArDenCall1", "Call", NOW, True, 60.0, "recorded")


@pytest.fixture
def settings(archive: Archive) -> Settings:
    return Settings(data_dir=archive.store.folder)


@pytest.fixture
def channel(archive: Archive) -> Watch:
    return archive.store.watches.register(WatchKind.LISTING, CHANNEL, 86_400.0, "Ana", NOW)


def answer(monkeypatch: pytest.MonkeyPatch, *videos: ListedVideo, error: Exception | None = None) -> list[Any]:
    """What YouTube lists; the lists it was asked for."""
    asked: list[Any] = []

    def listed(lists: Any, *, settings: Settings) -> tuple[ListedVideo, ...]:
        asked.append(lists)
        if error:
            raise error
        return videos

    monkeypatch.setattr(listing, "listed", listed)
    return asked


def test_a_scan_job_says_what_it_put_and_found(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As JSON, for programs; both lists of the channel are asked for."""
    asked = answer(monkeypatch, VIDEO)
    archive.store.jobs.put(JobKind.SCAN, "x", JobRequest(watch=channel.id), "watch")
    claim = archive.store.jobs.take([JobKind.SCAN])
    assert claim is not None
    told: list[object] = []

    done = scanning.perform(claim, archive, settings, told.append)

    assert told == [JobProgress("scan")]
    assert msgspec.json.decode(done.result or "") == {
        "jobs": [],
        "waiting": 0,
        "recordings_without_notes": 1,
        "unavailable": 0,
    }
    assert asked == [(f"{CHANNEL}/videos", f"{CHANNEL}/streams")]


def test_a_look_that_fails_is_noted_and_comes_again(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its reason and what to do; the next one that works forgets it. What was found before stays."""
    watches = archive.store.watches
    answer(monkeypatch, VIDEO)
    scanning.scan(channel, archive, settings, NOW)
    answer(monkeypatch, error=NoNetwork(CHANNEL, "www.youtube.com cannot be reached"))
    for _ in range(2):
        with pytest.raises(NoNetwork):
            scanning.scan(watches.watch(channel.id), archive, settings, NOW)
    failed = watches.watch(channel.id)
    answer(monkeypatch, error=RateLimited(CHANNEL, "too many requests"))
    with pytest.raises(RateLimited):
        scanning.scan(watches.watch(channel.id), archive, settings, NOW)
    limited = watches.watch(channel.id)
    answer(monkeypatch, VIDEO)
    scanning.scan(watches.watch(channel.id), archive, settings, NOW)

    assert failed.failure is not None
    assert limited.failure is not None
    assert (failed.failure.reason, failed.failure.hint) == ("no-network", "Check the connection and run again.")
    assert "cannot be reached" in failed.failure.message
    assert (failed.failures, failed.next_at - NOW) == (2, timedelta(minutes=2))
    assert limited.next_at - NOW >= timedelta(hours=1)
    assert watches.items(channel.id).keys() == {VIDEO.id}
    assert (watches.watch(channel.id).failure, watches.watch(channel.id).failures) == (None, 0)


def test_a_look_that_dies_does_not_come_again_at_once(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a bug, or of too little memory: each time it is longer until the next."""
    answer(monkeypatch, error=ZeroDivisionError())
    waits = []
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            scanning.scan(archive.store.watches.watch(channel.id), archive, settings, NOW)
        waits.append((archive.store.watches.watch(channel.id).next_at - NOW).total_seconds())

    assert waits == [60, 120, 240]


def test_a_list_that_is_empty_all_of_a_sudden_is_a_failure(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hosts answer with an empty page when they do not want to."""
    answer(monkeypatch)
    scanning.scan(channel, archive, settings, NOW)
    answer(monkeypatch, VIDEO)
    scanning.scan(channel, archive, settings, NOW)
    answer(monkeypatch)

    with pytest.raises(PlaceUnreachable, match="had 1 recordings"):
        scanning.scan(channel, archive, settings, NOW)


def test_an_address_that_lists_nothing_is_told_what_can_be_watched(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint of a run, to name a file with an option, helps nobody here."""
    for error in (NotFound(CHANNEL, "no recording was found there"), Unsupported(CHANNEL, "is no list of recordings")):
        answer(monkeypatch, error=error)
        with pytest.raises(type(error)) as caught:
            scanning.scan(channel, archive, settings, NOW)
        assert "podcast's feed" in caught.value.hint


def test_two_never_look_through_one_place_at_a_time(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would stand in each other's way; the second one says so, and no failure is noted."""
    monkeypatch.setattr(scanning, "_PATIENCE_SECONDS", 0.0)
    (settings.data_dir / "watching").mkdir()

    with filelock.FileLock(settings.data_dir / "watching" / f"{channel.id}.lock"), pytest.raises(Busy):
        scanning.scan(channel, archive, settings, NOW)
    assert archive.store.watches.watch(channel.id).failure is None


def test_a_repository_is_one_place_with_and_without_a_password(
    archive: Archive, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are fetched into one folder."""
    monkeypatch.setattr(scanning, "_PATIENCE_SECONDS", 0.0)
    place = "http://ana:s3cret@127.0.0.1:9/minutes.git"
    watch = archive.store.watches.register(WatchKind.REPOSITORY, place, 900.0, "Ana", NOW)
    (settings.data_dir / "watching").mkdir()
    name = repository.folder_name("http://127.0.0.1:9/minutes.git")

    with filelock.FileLock(settings.data_dir / "watching" / f"{name}.lock"), pytest.raises(Busy):
        scanning.scan(watch, archive, settings, NOW)


def test_a_place_that_is_no_longer_watched_gets_no_look(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its job may have waited in the queue."""
    answer(monkeypatch, VIDEO)
    archive.store.watches.remove(channel.id)

    with pytest.raises(WatchNotFound):
        scanning.scan(channel, archive, settings, NOW)


def _killed(*_args: object, **_options: object) -> None:
    raise KeyboardInterrupt


def add_notes(archive: Archive, folder: Path, settings: Settings) -> Path:
    """A meeting of 5 March, number 12, whose notes link no recording."""
    notes = folder / "2026-03-05.md"
    notes.write_text("# Garden club #12\n\nMarch 5, 2026\n\n## Rain barrels\n\nTwo are full.\n")
    runner = Runner(archive.store, settings, RunOptions(), garden.QuietReporter())
    assert [outcome.state for outcome in runner.run([notes])] == [RunState.NO_RECORDING]
    return notes


def test_a_recording_that_is_certain_is_given_to_its_notes(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Once, however often the list is looked at; its captions cannot be had here, so day and number count."""
    notes, day = add_notes(archive, tmp_path, settings), datetime(2026, 3, 5, 18, tzinfo=UTC)
    others = [replace(VIDEO, id=f"gArDenOld{n:02}", title=f"Garden club #{n}", at=None) for n in (10, 11)]
    answer(monkeypatch, replace(VIDEO, title="Garden club #12 (5 March 2026)", at=day), *others)
    monkeypatch.setattr(by_captions, "MAX_ASKED", 0)

    first = scanning.scan(channel, archive, settings, NOW)
    second = scanning.scan(channel, archive, settings, NOW)

    (job,) = first.jobs
    assert (job.request.notes, job.request.media) == (str(notes), VIDEO.url)
    assert first.remarks == ("1 matched with notes",)
    assert second.jobs == ()
    assert (first.open, second.open) == (2, 2)
    assert notes_without_recording(archive.store) == []
    assert {item.key for _, item in recordings_without_notes(archive.store)} == {each.id for each in others}
    assert {video.id for video in overview(archive.store).videos_without_notes} == {each.id for each in others}


def test_notes_are_made_of_recordings_where_that_is_wanted(
    archive: Archive, settings: Settings, channel: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One job for each, whatever is killed in between and however often the list is looked at."""
    answer(monkeypatch, VIDEO)
    assert scanning.scan(channel, archive, settings, NOW).jobs == ()
    wanted = replace(channel, makes_notes=True)
    with monkeypatch.context() as patch:
        patch.setattr(type(archive.store.jobs), "put", _killed)
        with pytest.raises(KeyboardInterrupt):
            scanning.scan(wanted, archive, settings, NOW)
    scanning.scan(wanted, archive, settings, NOW)
    scanning.scan(wanted, archive, settings, NOW)

    (job,) = archive.store.jobs.jobs(kinds=(JobKind.RUN,))
    assert job.title == VIDEO.title
    assert job.request.draft
    assert drafts.load(settings, job.request.draft).link == VIDEO.url
    assert drafts.load(settings, job.request.draft).submitted
    assert drafts.load(settings, job.request.draft).corrections == DraftCorrections("Call", "2026-03-01")
    assert len(list(drafts.all_drafts(settings))) == 1


@pytest.mark.parametrize(
    ("video", "day"),
    [
        (replace(VIDEO, has_time=False), None),
        (replace(VIDEO, title="Call 2026-02-20"), None),
        (replace(VIDEO, at=None), None),
        (
            replace(VIDEO, url="https://media.example/7.mp3", id="https://media.example/7.mp3", has_time=False),
            "2026-03-01",
        ),
    ],
)
def test_notes_that_are_made_have_the_day_that_is_listed(
    archive: Archive,
    settings: Settings,
    channel: Watch,
    monkeypatch: pytest.MonkeyPatch,
    video: ListedVideo,
    day: str | None,
) -> None:
    """Not where it is only guessed, nor where the title says another."""
    answer(monkeypatch, video)
    scanning.scan(replace(channel, makes_notes=True), archive, settings, NOW)
    (draft,) = drafts.all_drafts(settings)
    assert draft.corrections == DraftCorrections(video.title, day)


def test_a_disk_that_cannot_be_written_is_told(archive: Archive, settings: Settings, tmp_path: Path) -> None:
    """Not a traceback: the folder of repositories may be somebody else's, or no folder."""
    settings.repository_dir.write_text("in the way")
    watch = archive.store.watches.register(WatchKind.REPOSITORY, str(tmp_path / "minutes.git"), 900.0, "Ana", NOW)

    with pytest.raises(PlaceUnreachable, match="repositories"):
        scanning.scan(watch, archive, settings, NOW)
