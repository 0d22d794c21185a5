"""An archive to run meetings into, notes, a recording, and what stands in for third parties."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import fetch, transcribe
from pipeline.config import Settings
from pipeline.records import Origin, Recording, Transcript
from pipeline.refresh import Archive
from pipeline.store import Store
from tests.conftest import CALL
from tests.pipeline.run.own_transcripts import GARDEN, TITLE, Stand


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", timeout=2)


@pytest.fixture
def archive(settings: Settings, empty: Path) -> Iterator[Archive]:
    shutil.copytree(empty, settings.data_dir, dirs_exist_ok=True)
    opened = Archive.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def store(archive: Archive) -> Store:
    return archive.store


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return Path(shutil.copy(CALL / "2024-03-05-garden.md", folder))


@pytest.fixture
def tape(tmp_path: Path) -> str:
    """A recording that is here; what is heard in it is said by `recogniser`."""
    file = tmp_path / "call.wav"
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, 8000, 0, "NONE", ""))
        opened.writeframes(bytes(2 * 8000 * 170))
    return str(file)


@pytest.fixture
def youtube(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """The site, which has captions of the garden's call."""

    def answer(source: str) -> tuple[Recording, Transcript | None]:
        return Recording(source, TITLE, 170.0, video_id=source[-11:]), replace(GARDEN, origin=Origin.CAPTIONS)

    stand = Stand(answer)
    monkeypatch.setattr(fetch, "captions", stand)
    of_files = fetch.recording

    def fetched(source: str, **options: Any) -> Recording:
        assert "://" not in source, "the sound of a video was fetched"
        return of_files(source, **options)

    monkeypatch.setattr(fetch, "recording", fetched)
    return stand


@pytest.fixture
def recogniser(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """A speech model that hears the garden's call in any sound."""
    stand = Stand(lambda _media: replace(GARDEN, origin=Origin.ASR, model="tiny.en", language="en", duration=170.0))
    monkeypatch.setattr(transcribe, "transcribe", stand)
    return stand
