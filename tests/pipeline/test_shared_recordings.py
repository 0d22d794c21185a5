from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline import exchange, shared_recordings
from pipeline.config import Settings
from pipeline.machine import machine_name
from pipeline.records import FetchedRecording, Origin, Recording, Segment, Transcript
from pipeline.store import Store
from tests.pipeline.jobs.machines import machine

PLACE = "media/call.mp3"
CONTENT = b"what was said"
NAME = f"{sha256(CONTENT).hexdigest()}.mp3"
LATER = datetime.now(UTC) + timedelta(days=8)


@pytest.fixture
def near(tmp_path: Path, postgresql_url: str) -> Settings:
    """The machine that fetched."""
    return fetched(machine(tmp_path, "near", postgresql_url, tmp_path / "exchange"))


@pytest.fixture
def at_notes(tmp_path: Path, postgresql_url: str) -> Settings:
    return machine(tmp_path, "notes-at", postgresql_url, tmp_path / "exchange")


@pytest.fixture
def store(at_notes: Settings) -> Iterator[Store]:
    opened = Store.of(at_notes)
    yield opened
    opened.close()


def fetched(settings: Settings) -> Settings:
    settings.media_dir.mkdir()
    (settings.data_dir / PLACE).write_bytes(CONTENT)
    shared, opened = exchange.of(settings), Store.of(settings)
    assert shared
    shared.put(settings.data_dir / PLACE, NAME)
    known = Recording("https://media.example/call.mp3", "Call", 60.0, PLACE)
    found = FetchedRecording(known, sha256(CONTENT).hexdigest(), len(CONTENT), machine_name(settings.data_dir), NAME)
    opened.fetched.save("call", found)
    opened.close()
    return settings


def tidy(settings: Settings, now: datetime) -> int:
    store = Store.of(settings)
    try:
        return shared_recordings.tidy(store, settings, now)
    finally:
        store.close()


def test_what_is_dropped_on_one_machine_leaves_all(store: Store, at_notes: Settings, near: Settings) -> None:
    """The exchange at once, the machine that fetched it when it tidies."""
    shared_recordings.drop(store, at_notes, [at_notes.data_dir / PLACE])
    shared = exchange.of(at_notes)
    assert shared
    assert not shared.size(NAME)
    assert tidy(near, datetime.now(UTC)) == 1
    assert not (near.data_dir / PLACE).exists()
    assert store.fetched.all() == {}


def test_what_no_meeting_has_goes_after_a_week(store: Store, at_notes: Settings, near: Settings) -> None:
    """Not before: a run that is to make one of it may be waiting. What a meeting has stays."""
    assert tidy(at_notes, datetime.now(UTC)) == 0
    store.claim("/call.md", "call")
    store.save_recording("call", Recording("x", "Call", 60.0, str(at_notes.data_dir / PLACE)), key="call")
    assert tidy(at_notes, LATER) == 0
    store.forget("call")
    assert tidy(at_notes, LATER) == 1
    shared = exchange.of(near)
    assert shared
    assert not shared.size(NAME)


def test_objects_that_nobody_names_go_after_a_week(store: Store, at_notes: Settings, near: Settings) -> None:
    store.fetched.drop("call")
    assert tidy(near, datetime.now(UTC)) == 0
    assert tidy(at_notes, LATER) == 1


def test_a_file_that_was_changed_is_what_others_get(store: Store, at_notes: Settings, near: Settings) -> None:
    """As where a passage was muted: the old one is in the exchange no more, nor on the machine that fetched it."""
    place = at_notes.data_dir / PLACE
    shared_recordings.bring(store, at_notes, [place])
    place.write_bytes(b"muted")
    shared_recordings.renew(store, at_notes, [place])
    shared, known = exchange.of(at_notes), store.fetched.get("call")
    assert shared
    assert known
    assert known.exchange
    assert (shared.size(NAME), shared.size(known.exchange)) == (None, len(b"muted"))
    tidy(near, datetime.now(UTC))
    assert not (near.data_dir / PLACE).exists()
    assert store.fetched.get("call") == known


def test_what_one_run_is_done_with_is_asked_for_alone(
    store: Store, at_notes: Settings, near: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not everything that was ever fetched is read after each run; whoever still waits for a recording keeps it."""
    place = str(at_notes.data_dir / PLACE)
    known = Recording("https://media.example/call.mp3", "Call", 60.0, place, video_id="abcdefghijk")
    for slug in ("call", "same-call"):
        store.claim(f"/{slug}.md", slug)
        store.save_recording(slug, known, key="call")
    heard = Transcript("en", Origin.ASR, "m", (Segment(0.0, 1.0, "Compost."),))
    store.save_transcript("call", heard, key="k")

    def everything() -> None:
        raise AssertionError

    monkeypatch.setattr(store.fetched, "all", everything)
    shared_recordings.drop_spent(store, at_notes, ["call"])
    assert not store.fetched.naming([PLACE])["call"].is_gone
    store.save_transcript("same-call", heard, key="k")
    shared_recordings.drop_spent(store, at_notes, ["call"])
    assert store.fetched.naming([PLACE])["call"].is_gone
    assert store.media(["other.mp3"]) == {}
