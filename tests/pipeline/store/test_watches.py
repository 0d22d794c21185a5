"""Watched places in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import WatchNotFound
from pipeline.records import ItemState, JobFailure, WatchedItem, WatchKind
from pipeline.refresh import Archive
from pipeline.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = "https://pod.example/feed.xml"


@pytest.fixture
def store(archive: Archive) -> Store:
    return archive.store


def test_a_place_is_watched_once(store: Store) -> None:
    """Who asks again changes how often; what was found stays, and a shorter interval counts at once."""
    watches = store.watches
    first = watches.register(WatchKind.LISTING, FEED, 86_400.0, "Ana", NOW, makes_notes=True)
    watches.finish(first.id, [WatchedItem("a", ItemState.OPEN)], "{}", scanned_at=NOW, next_at=NOW + timedelta(days=1))
    later = NOW + timedelta(hours=1)
    slower = watches.register(WatchKind.LISTING, FEED, 100_000.0, "Ben", later)
    faster = watches.register(WatchKind.LISTING, FEED, 3600.0, "Ben", later)

    assert len(watches.all()) == 1
    assert (slower.id, slower.author, slower.every, slower.next_at) == (
        first.id,
        "Ana",
        100_000.0,
        NOW + timedelta(days=1),
    )
    assert (faster.every, faster.next_at, faster.makes_notes) == (3600.0, later, True)
    assert watches.items(first.id).keys() == {"a"}


def test_what_a_person_registered_is_not_the_settings_to_take_away(store: Store) -> None:
    """And what the settings named may become a person's."""
    theirs = store.watches.register(WatchKind.LISTING, FEED, 3600.0, "Ana", NOW)
    named = store.watches.register(WatchKind.LISTING, FEED, 900.0, "settings", NOW, configured=True)
    other = store.watches.register(WatchKind.FOLDER, "/notes", 60.0, "settings", NOW, configured=True)
    taken = store.watches.register(WatchKind.FOLDER, "/notes", 30.0, "Ana", NOW)

    assert (named.configured, named.every) == (False, theirs.every)
    assert (other.configured, taken.configured, taken.every) == (True, False, 30.0)


def test_what_was_found_comes_back_as_it_was(store: Store) -> None:
    """A later look replaces what is new, and leaves the rest."""
    watch = store.watches.register(WatchKind.LISTING, FEED, 3600.0, "Ana", NOW)
    one = WatchedItem("a", ItemState.OPEN, "f", "Call", "https://pod.example/a.ogg", NOW, True, 60.5, "About it.")
    two = WatchedItem("b", ItemState.WAITING)
    store.watches.finish(watch.id, [one, two], '{"commit":"x"}', scanned_at=NOW, next_at=NOW)
    changed = replace(two, state=ItemState.OPEN, at=NOW + timedelta(days=1))
    store.watches.finish(watch.id, [changed], "{}", scanned_at=NOW, next_at=NOW)

    assert store.watches.items(watch.id) == {"a": one, "b": changed}
    assert [item for _, item in store.watches.open_recordings()] == [changed, one]
    assert store.watches.counts() == {watch.id: {ItemState.OPEN: 2}}


def test_a_failure_is_told_until_a_look_works(store: Store) -> None:
    """They are counted, because each makes the next look come later."""
    watch = store.watches.register(WatchKind.LISTING, FEED, 3600.0, "Ana", NOW)
    failure = JobFailure("no-network", "pod.example cannot be reached", "Check the connection.")
    for _ in range(2):
        store.watches.begin(watch.id, at=NOW, next_at=NOW + timedelta(minutes=1))
        store.watches.fail(watch.id, failure, next_at=NOW + timedelta(minutes=2))
    failed = store.watches.watch(watch.id)
    store.watches.finish(watch.id, [], "{}", scanned_at=NOW, next_at=NOW)

    assert (failed.failure, failed.failures, failed.scanned_at) == (failure, 2, None)
    assert failed.next_at == NOW + timedelta(minutes=2)
    assert store.watches.watch(watch.id).failure is None
    assert store.watches.watch(watch.id).scanned_at == NOW


def test_what_is_watched_no_more_is_forgotten(store: Store) -> None:
    """With all that was found there; a look that was under way stores nothing."""
    watch = store.watches.register(WatchKind.LISTING, FEED, 3600.0, "Ana", NOW)
    store.watches.finish(watch.id, [WatchedItem("a", ItemState.OPEN)], "{}", scanned_at=NOW, next_at=NOW)
    store.watches.remove(watch.id)

    assert store.watches.all() == ()
    assert store.watches.open_recordings() == ()
    with pytest.raises(WatchNotFound):
        store.watches.remove(watch.id)
    with pytest.raises(WatchNotFound):
        store.watches.finish(watch.id, [], "{}", scanned_at=NOW, next_at=NOW)
    with pytest.raises(WatchNotFound):
        store.watches.begin(watch.id, at=NOW, next_at=NOW)
    with pytest.raises(WatchNotFound):
        store.watches.watch(watch.id)
