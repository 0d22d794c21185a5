"""A month of a club that writes, edits, renames, links late and streams. It passes in steps of hours; nobody sleeps.

The repository is real and served on loopback. The channel is YouTube's, so its entries are constructed as yt-dlp gives
them. What a run would do is what matters to a watch: the notes are read and stored.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.errors import JumpnotesError, NoNetwork
from pipeline.fetch import listing
from pipeline.jobs.scanning import scan
from pipeline.records import ItemState, JobDone, JobKind, ListedVideo, Watch, WatchKind
from pipeline.refresh import Archive
from pipeline.watch import due
from tests.pipeline.watch.places import GitProject, served

CHANNEL = "https://www.youtube.com/@garden"
DAY, HOURS = timedelta(days=1), 4
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def call(number: int, *lines: str) -> str:
    return "\n".join([f"# Garden call {number}", "", f"- Point {number} of the agenda", *lines, ""])


def video_id(number: int) -> str:
    return f"gArDenCall{number}"


class Club:
    """What the club does, and a server that watches it."""

    def __init__(self, archive: Archive, settings: Settings, project: GitProject) -> None:
        self.archive, self.settings, self.project = archive, settings, project
        self.is_down = False
        self.entries: dict[int, dict[str, Any]] = {}
        self.ran: list[str] = []
        self.asked: list[datetime] = []  # the channel
        self.failures: set[str] = set()
        self.behind = timedelta(0)  # by how much the server's clock is

    def stream(self, number: int, **facts: Any) -> None:
        entry = {"id": video_id(number), "title": f"Garden call {number}", "duration": 3600, "live_status": "was_live"}
        self.entries[number] = entry | facts

    def listed(self, _lists: object, *, settings: Settings) -> tuple[ListedVideo, ...]:
        assert settings == self.settings
        self.asked.append(self.now)
        if self.is_down:
            raise NoNetwork(CHANNEL, "www.youtube.com cannot be reached")
        found = (listing.video_from(entry, on_youtube=True) for entry in self.entries.values())
        return tuple(video for video in found if video)

    def pass_hours(self, at: datetime) -> None:
        """What the server does every few hours: looks at what is due, and works the jobs off."""
        self.now = at - self.behind
        for watch in due(self.archive.store, self.now):
            try:
                scan(watch, self.archive, self.settings, self.now)
            except JumpnotesError as error:
                self.failures.add(f"{watch.kind} {type(error).__name__}")
        while claim := self.archive.store.jobs.take([JobKind.RUN]):
            path = claim.job.request.notes or ""
            notes = reader.read(Path(path))
            slug = self.archive.store.claim(path, notes.slug)
            self.archive.store.save_notes(replace(notes, slug=slug))
            self.archive.store.jobs.report(claim, JobDone(slugs=(slug,)))
            self.ran.append(path.partition(f"{self.settings.repository_dir.name}/")[2].partition("/")[2])

    def states(self, watch: Watch) -> dict[str, ItemState]:
        return {key: item.state for key, item in self.archive.store.watches.items(watch.id).items()}


@pytest.fixture
def club(archive: Archive, settings: Settings, project: GitProject, monkeypatch: pytest.MonkeyPatch) -> Club:
    club = Club(archive, settings, project)
    monkeypatch.setattr(listing, "listed", club.listed)
    return club


def test_after_a_month_each_change_led_to_its_job_and_none_to_two(club: Club) -> None:
    """New notes, edits, a new name, a late link, a rewritten history, two hosts down for a day, a clock put back."""
    link = f"[Recording](https://youtu.be/{video_id(2)})"
    project, web = club.project, ExitStack()

    def rewrite() -> None:
        project.git("checkout", "--quiet", "--orphan", "anew")
        project.push({"call-5.md": call(5)})

    down = partial(setattr, club, "is_down")

    def serve_again() -> None:
        web.enter_context(served(project.bare.parent, port))

    days: dict[int, tuple[Callable[[], object], ...]] = {
        2: (partial(project.push, {"call-2.md": call(2)}),),
        4: (partial(club.stream, 2),),
        6: (partial(project.push, {"call-2.md": call(2, "- More"), "README.md": "# About us\n"}),),
        8: (partial(project.push, {"call-2.md": None, "2026/call-2.md": call(2, "- More")}),),
        9: (partial(club.stream, 3, live_status="is_upcoming", release_timestamp=(START + 11 * DAY).timestamp()),),
        11: (partial(club.stream, 3, live_status="is_live"),),
        12: (partial(club.stream, 3, live_status="post_live"),),
        13: (partial(club.stream, 3),),
        14: (web.close, partial(down, True), partial(project.push, {"call-4.md": call(4)}), partial(club.stream, 4)),
        15: (serve_again, partial(down, False)),
        17: (partial(project.push, {"2026/call-2.md": call(2, "- More", link)}),),
        19: (partial(club.stream, 5, title="[Private video]", live_status=None),),
        21: (rewrite,),
        23: (partial(setattr, club, "behind", 6 * DAY),),
        25: (partial(project.push, {"call-6.md": call(6)}), partial(club.stream, 6)),
    }
    with web:
        url = web.enter_context(served(project.bare.parent))
        port = int(url.rpartition(":")[2])
        project.push({"call-1.md": call(1, f"[Recording](https://youtu.be/{video_id(1)})")})
        club.stream(1)
        watches = club.archive.store.watches
        repository = watches.register(WatchKind.REPOSITORY, f"{url}/minutes.git", 86_400.0, "Ana", START)
        channel = watches.register(WatchKind.LISTING, CHANNEL, 86_400.0, "Ana", START)
        waited = set()
        for day in range(30):
            for happens in days.get(day, ()):
                happens()
            for hour in range(0, 24, HOURS):
                club.pass_hours(START + day * DAY + timedelta(hours=hour))
            if club.states(channel).get(video_id(3)) is ItemState.WAITING:
                waited.add(day)

    assert club.ran == [
        "call-1.md",
        "call-2.md",
        "call-2.md",
        "2026/call-2.md",
        "call-4.md",
        "2026/call-2.md",
        "call-5.md",
        "call-6.md",
    ]
    assert club.states(channel) == {
        video_id(1): ItemState.DONE,
        video_id(2): ItemState.DONE,
        video_id(3): ItemState.OPEN,
        video_id(4): ItemState.OPEN,
        video_id(5): ItemState.UNAVAILABLE,
        video_id(6): ItemState.OPEN,
    }
    assert waited == {9, 10, 11, 12}
    assert club.states(repository)["call-2.md"] is ItemState.GONE
    assert club.failures == {"repository NoNetwork", "listing NoNetwork"}
    assert 30 <= len(club.asked) <= 45  # once a day, and a few times more where it was down and the clock put back
    assert [watch.failure for watch in watches.all()] == [None, None]
