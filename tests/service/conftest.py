"""A real database, with a small garden club's meeting or empty, and the app that serves it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from pipeline.config import Settings
from pipeline.records import Notes
from pipeline.refresh import Archive
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.service.corrections import TOKEN
from tests.service.meetings import Library
from tests.service.serving import served


@pytest.fixture
def settings(tmp_path: Path, empty: Path) -> Settings:
    settings = Settings(data_dir=tmp_path / "data")
    shutil.copytree(empty, settings.data_dir)
    return settings


@pytest.fixture(autouse=True, scope="session")
def _templates_are_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Not for each app anew, of which there is one for most tests."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", cache)
        yield


@pytest.fixture(scope="session")
def ended_process() -> subprocess.Popen[bytes]:
    """One that has done what it was started for."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process


@pytest.fixture(autouse=True)
def started(ended_process: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands that the app would start in a process of their own, which would outlive the test."""
    commands: list[tuple[str, ...]] = []

    def start(_data_dir: Path, *arguments: str, database: str | None = None) -> subprocess.Popen[bytes]:
        commands.append(arguments)
        return ended_process

    monkeypatch.setattr("service.web.unfinished.start", start)
    return commands


@pytest.fixture
def library(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    """An empty database to fill."""
    archive = Archive.open(settings)
    yield Library(archive.store, tmp_path)
    archive.close()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    nearest.close(app)
    archive_of(app).close()


@pytest.fixture
def guarded(settings: Settings, full: Notes) -> Iterator[Flask]:
    """The app of a server with a token."""
    app = create_app(replace(settings, token=TOKEN))
    yield app
    nearest.close(app)
    archive_of(app).close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def full(library: Library) -> Notes:
    """A meeting with everything, its recording a local file."""
    with library.store.telling_once():
        notes = library.notes()
        library.local()
        library.aligned(notes)
    return notes


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The URL of a real HTTP server on loopback."""
    with served(app) as url:
        yield url


@pytest.fixture
def opened(client: FlaskClient) -> Callable[[str], str]:
    """Open an address that has to answer 200; returns the page."""

    def open_page(address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200, response.text
        return response.text

    return open_page
