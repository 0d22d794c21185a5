"""Another recording behind the same address is noticed where the host tells of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Origin, Recording, Transcript, Validators
from pipeline.refresh import Archive
from pipeline.run import renewed
from pipeline.run.politeness import PoliteFetcher
from pipeline.run.renewed import Renewals
from pipeline.store import Store
from tests.pipeline.fetch.host import Host
from tests.pipeline.garden import QuietReporter
from tests.pipeline.store.meetings import notes, transcript

THEN = {"ETag": '"a"', "Last-Modified": "Tue, 05 Mar 2024 18:00:00 GMT", "Content-Length": "1000"}
SLUG = "call-1"


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as host:
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield host
        host.shutdown()
        thread.join()


@pytest.fixture
def local(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return replace(settings, allow_hosts=frozenset({"127.0.0.1"}))


def stored(store: Store, settings: Settings, host: Host, heard: Transcript) -> Path:
    """A meeting whose recording was fetched from the host. Returns its file."""
    settings.media_dir.mkdir(exist_ok=True)
    media = settings.media_dir / "call.ogg"
    media.write_bytes(b"sound")
    store.claim("/notes/call.md", SLUG)
    store.save_notes(notes())
    tags = Validators(THEN["ETag"], THEN["Last-Modified"], 1000)
    recording = Recording(host.url("/call.ogg"), "Call", 60.0, str(media), validators=tags)
    store.save_recording(SLUG, recording, key=host.url("/call.ogg"))
    store.save_transcript(SLUG, heard, key="sha256 of the sound")
    return media


def check(store: Store, settings: Settings) -> tuple[bool, list[str]]:
    heard = QuietReporter()
    return Renewals(store, settings, PoliteFetcher(heard.progress), heard.say).check(SLUG), heard.said


@pytest.mark.parametrize(
    ("now", "is_replaced"),
    [
        (THEN, False),
        (THEN | {"Content-Length": "1001"}, True),
        (THEN | {"ETag": '"b"'}, False),
        (THEN | {"ETag": '"b"', "Last-Modified": "Wed, 06 Mar 2024 18:00:00 GMT"}, True),
        ({"Content-Type": "text/html; charset=utf-8", "Content-Length": "7"}, False),
        ({}, False),
        (None, False),
    ],
    ids=["the same", "another length", "another tag", "another tag and date", "a page", "nothing told", "not answered"],
)
def test_a_recording_is_another_when_that_is_clear(
    archive: Archive, local: Settings, host: Host, now: dict[str, str] | None, is_replaced: bool
) -> None:
    """Then its file goes, and what was heard in it is that of an earlier recording."""
    store = archive.store
    media = stored(store, local, host, transcript())
    if now is not None:
        host.heads["/call.ogg"] = now

    found, said = check(store, local)

    recording = store.recording(SLUG)
    assert recording is not None
    assert (found, not media.exists(), bool(said)) == (is_replaced,) * 3
    assert (recording.key == host.url("/call.ogg")) is not is_replaced
    assert store.transcript(SLUG) is not None  # shown until there is another
    store.save_recording(SLUG, recording.record, key=host.url("/call.ogg"))
    assert (store.transcript(SLUG) is None) is is_replaced


def test_a_transcript_that_somebody_gave_is_left_alone(archive: Archive, local: Settings, host: Host) -> None:
    """Whatever the host says."""
    store = archive.store
    media = stored(store, local, host, replace(transcript(), origin=Origin.IMPORT))
    host.heads["/call.ogg"] = {"Content-Length": "7"}

    assert check(store, local) == (False, [])
    assert media.exists()


def test_only_the_first_meetings_of_a_run_are_asked_about(
    archive: Archive, local: Settings, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest, in the order of a run: a large archive is not asked for every day."""
    stored(archive.store, local, host, transcript())
    host.heads["/call.ogg"] = {"Content-Length": "7"}
    monkeypatch.setattr(renewed, "MAX_ASKED", 0)

    assert check(archive.store, local) == (False, [])
