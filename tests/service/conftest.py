"""A small garden club's meetings in a real database, and the app that serves them."""

from __future__ import annotations

import shutil
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from socket import create_server
from typing import TYPE_CHECKING, Any

import pytest
import waitress
from flask import Flask
from flask.testing import FlaskClient

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.records import Alignment, Basis, Failure, Notes, Origin, Recording, Segment, Transcript
from pipeline.store import MadeFrom, Store
from service import create_app, wsgi

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SOURCE = """# Garden club 2024-03-05

YouTube Link: https://www.youtube.com/watch?v=gArDenCall0

## Watering rota

- Priya drafted a rota for July
  - nobody wants August
- The hose leaks

## Compost heap

Two pallets are *broken*.

| who | what |
|---|---|
| Tomasz | collects `pallets` |

## Seed swap
"""

VIDEO = "gArDenCall0"

SEGMENTS = (
    Segment(0.0, 4.0, "Good evening everybody.", speaker="Ana"),
    Segment(4.0, 9.5, "Priya drafted a watering rota.", speaker="Priya"),
    Segment(12.75, 15.0, "Two of the pallets are broken.", speaker="Priya"),
)

STARTS = {  # by text of the block: start, confidence
    "Watering rota": (4.9, 0.95),
    "Priya drafted a rota for July": (4.9, 0.5),
    "nobody wants August": (7.0, 0.2),
    "Compost heap": (12.75, 0.9),
}


@dataclass(frozen=True, slots=True)
class Library:
    """A database under construction."""

    store: Store
    folder: Path

    def notes(self, source: str = SOURCE, *, slug: str = "garden", video: bool = True) -> Notes:
        """Store notes and return them."""
        read = reader.parse(source, name=f"{slug}.md")
        read = replace(read, slug=self.store.claim(f"/notes/{slug}.md", slug), video=read.video if video else None)
        self.store.save_notes(read)
        return read

    def local(self, slug: str = "garden", *, file: str = "garden.wav", duration: float = 20.0) -> Path:
        """Store a recording that is a file of silence."""
        path = self.folder / file
        with wave.open(str(path), "wb") as opened:
            opened.setnchannels(1)
            opened.setsampwidth(1)
            opened.setframerate(8000)
            opened.writeframes(b"\x80" * int(8000 * duration))
        self.store.save_recording(slug, Recording(str(path), "Garden call", duration, str(path)), key=slug)
        return path

    def youtube(self, slug: str = "garden") -> None:
        """Store a recording fetched from YouTube, whose audio lies here."""
        url = f"https://www.youtube.com/watch?v={VIDEO}"
        self.store.save_recording(
            slug, Recording(url, "Garden call", 20.0, str(self.folder / "x.m4a"), video_id=VIDEO), key=slug
        )

    def transcript(self, slug: str = "garden", segments: tuple[Segment, ...] = SEGMENTS) -> int:
        transcript = Transcript("en", Origin.ASR, "small.en", segments, 20.0)
        return self.store.save_transcript(slug, transcript, key="k")

    def aligned(self, notes: Notes) -> None:
        """Store a transcript and the links of STARTS."""
        found = tuple(
            Alignment(block.id, start, start + 3.0, confidence, Basis.MATCH, ("rota",))
            for block in notes.blocks
            for start, confidence in [STARTS.get(block.text, (0.0, 0.0))]
            if confidence
        )
        run = self.store.save_notes(notes)
        self.store.save_alignments(notes.slug, found, MadeFrom(run, self.transcript(notes.slug), "1"))

    def failed(self, slug: str, failure: Failure) -> None:
        self.store.fail(slug, failure)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without meetings. Making one takes longer than most tests here, so they get a copy."""
    path = tmp_path_factory.mktemp("empty") / "jumpnotes.db"
    Store.open(path).close()
    return path


@pytest.fixture
def settings(tmp_path: Path, empty: Path) -> Settings:
    settings = Settings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    shutil.copy(empty, settings.database)
    return settings


@pytest.fixture
def library(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    """An empty database to fill."""
    store = Store.open(settings.database)
    yield Library(store, tmp_path)
    store.close()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    app.extensions["jumpnotes.store"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def full(library: Library) -> Notes:
    """A meeting with everything, its recording a local file."""
    notes = library.notes()
    library.local()
    library.aligned(notes)
    return notes


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The URL of a real HTTP server on loopback."""
    with served(app) as url:
        yield url


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """A real HTTP server on loopback, by its URL."""
    channels: dict[int, Any] = {}
    stopping = threading.Event()

    def answer() -> None:
        while not stopping.is_set():
            waitress.wasyncore.loop(timeout=0.1, map=channels, count=1)

    with create_server(("127.0.0.1", 0)) as opened:
        server = waitress.create_server(app, map=channels, sockets=[opened], threads=8)
        thread = threading.Thread(target=answer)
        thread.start()
        yield wsgi.url_of(opened)
        stopping.set()
        thread.join()
        server.task_dispatcher.shutdown()
        for channel in tuple(channels.values()):  # with what a browser did not fetch to the end
            channel.handle_close()
        waitress.wasyncore.close_all(channels)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a wide screen; an error in its scripts fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag of a page, and the text right after it."""

    name: str
    attributes: dict[str, str]
    text: list[str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, []))

    def handle_data(self, data: str) -> None:
        if self.tags:
            self.tags[-1].text.append(data)


def tags(html: str) -> list[Tag]:
    """The start tags of a page in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.tags


@pytest.fixture
def opened(client: FlaskClient) -> Callable[[str], str]:
    """Open an address that has to answer 200; returns the page."""

    def open_page(address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200, response.text
        return response.text

    return open_page
