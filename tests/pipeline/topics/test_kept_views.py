"""What is worked out of all meetings is kept as long as it is right, and waited for only where it has to be."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.refresh import Archive
from pipeline.topics import kept_views
from pipeline.topics.kept_views import MAX_VIEWS, KeptViews
from tests.service.meetings import Library

NOBODY: frozenset[str] = frozenset()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    archive = Archive.open(Settings(data_dir=tmp_path / "data"))
    yield Library(archive.store, tmp_path)
    archive.close()


class Made:
    """Views that are lists of slugs, and how often one was made; each waits until it may be."""

    def __init__(self, library: Library) -> None:
        self.times = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        folder = library.folder / "data"
        self.archive = Archive.open(Settings(data_dir=folder))
        self.views: KeptViews[list[str]] = KeptViews(self.archive.index, lambda entry: entry.notes, self._make)

    def _make(self, _snapshot: object, shown: object) -> list[str]:
        self.may_go_on.wait(10)
        self.times += 1
        return sorted(shown)  # type: ignore[call-overload, no-any-return]

    def wait(self, times: int) -> None:
        until = time.monotonic() + 10
        while self.views.generation < times and time.monotonic() < until:
            time.sleep(0.005)
        assert self.views.generation == times


@pytest.fixture
def made(library: Library) -> Iterator[Made]:
    made = Made(library)
    yield made
    made.may_go_on.set()
    made.archive.close()


def test_a_view_is_made_once_until_something_changes_that_it_depends_on(library: Library, made: Made) -> None:
    """That a link is corrected, or a run fails, is none of it."""
    notes = library.notes(slug="one")
    assert made.views.of(NOBODY) == ["one"]
    library.aligned(notes)
    assert made.views.of(NOBODY) == ["one"]
    assert made.times == 1
    library.notes("# Changed\n", slug="one")
    assert made.views.of(NOBODY) == ["one"]
    assert made.times == 2


def test_everybody_has_a_view_of_what_they_may_see(library: Library, made: Made) -> None:
    """The last few are kept."""
    for slug in ("one", "two", "three"):
        library.notes(slug=slug)
    assert made.views.of(frozenset({"two"})) == ["one", "three"]
    for number in range(MAX_VIEWS):
        made.views.of(frozenset({"one", str(number)}))
    assert made.times == 2  # of the same meetings, it is the same
    made.views.of(NOBODY)
    made.views.of(frozenset({"two"}))
    assert made.times == 4


def test_of_many_meetings_a_page_waits_for_none(library: Library, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is there at first; when it is, that is told, and an added meeting waits for another thread, too."""
    monkeypatch.setattr(kept_views, "MAX_MEETINGS_AT_ONCE", 0)
    library.notes(slug="one")
    made.may_go_on.clear()
    assert made.views.at_hand(NOBODY) is None
    assert made.views.at_hand(NOBODY) is None  # and is not made twice
    made.may_go_on.set()
    made.wait(1)
    assert made.views.at_hand(NOBODY) == ["one"]

    made.may_go_on.clear()
    library.notes(slug="two")
    assert made.views.of(NOBODY) == ["one"]
    assert made.views.at_hand(NOBODY) == ["one"]
    made.may_go_on.set()
    made.wait(2)
    assert made.views.of(NOBODY) == ["one", "two"]
    assert made.times == 2


def test_what_was_changed_or_taken_away_is_not_shown_of_before(
    library: Library, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many meetings there are."""
    monkeypatch.setattr(kept_views, "MAX_MEETINGS_AT_ONCE", 0)
    library.notes(slug="one")
    library.notes(slug="two")
    assert made.views.of(NOBODY) == ["one", "two"]
    library.notes("# Changed\n", slug="one")
    assert made.views.at_hand(NOBODY) is None
    made.wait(1)
    library.store.forget("two")
    made.archive.refresh()
    assert made.views.of(NOBODY) == ["one"]
    assert made.views.of(frozenset({"one"})) == []
