"""What settings name is watched, and what is due is looked at."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import WatchKind
from pipeline.refresh import Archive
from pipeline.watch import due, register_configured

FEED = "https://pod.example/feed.xml"


def test_what_the_settings_name_is_watched_for_as_long_as_they_do(
    archive: Archive, settings: Settings, notes: Path, now: datetime
) -> None:
    """Each in its own interval, or the one that is set; what a person registered stays."""
    store = archive.store
    store.watches.register(WatchKind.LISTING, FEED, 7200.0, "Ana", now)
    register_configured(store, replace(settings, watch=(str(notes), "git@code.example:club/notes", FEED)), now)
    before = {watch.address: (watch.every, watch.configured) for watch in store.watches.all()}
    register_configured(store, replace(settings, watch=("git@code.example:club/notes",), watch_every=60.0), now)
    after = {watch.address: (watch.every, watch.configured) for watch in store.watches.all()}

    assert before == {
        FEED: (7200.0, False),
        str(notes): (60.0, True),
        "git@code.example:club/notes": (86_400.0, True),
    }
    assert after == {FEED: (7200.0, False), "git@code.example:club/notes": (900.0, True)}


def test_a_setting_that_cannot_be_watched_is_told_and_stops_nothing(
    archive: Archive, settings: Settings, notes: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker starts all the same; a folder that is not there now may be there later, the data folder is known."""
    wrong = ("https://youtu.be/gArDenCall0", str(settings.data_dir / "notes"))
    register_configured(archive.store, replace(settings, watch=(*wrong, str(notes / "unmounted"))), now)

    assert [watch.address for watch in archive.store.watches.all()] == [str(notes / "unmounted")]
    assert "is one video" in caplog.text
    assert "is in the data folder" in caplog.text


def test_what_has_waited_longest_is_looked_at_first(archive: Archive, now: datetime) -> None:
    """What is not due yet is not looked at."""
    watches = archive.store.watches
    for number in (3, 1, 2):
        at = now + timedelta(hours=number)
        watches.register(WatchKind.LISTING, f"https://pod.example/{number}.xml", 3600.0, "Ana", at)

    assert [watch.address[-5:] for watch in due(archive.store, now + timedelta(hours=2))] == ["1.xml", "2.xml"]


def test_whoever_asks_what_is_due_loads_nothing_heavy() -> None:
    """The web server does."""
    heavy = "{'yt_dlp', 'numpy', 'rapidfuzz', 'pipeline.notes', 'pipeline.run', 'pipeline.fetch'}"
    program = f"import sys, pipeline.watch, pipeline.watch.missing; sys.exit(str(sys.modules.keys() & {heavy}))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert loaded.stderr.strip() == "set()"
