"""An archive with a meeting of each kind, and the site of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.records import Failure
from pipeline.refresh import Archive
from service.site.build import SiteReport, write_site
from tests.service.meetings import Library

BASE = "https://club.example/notes/"
FAILURE = Failure("fetching", "the video is private", "Give the file with --media FILE.", False, datetime.now(UTC))


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Path:
    """A data folder, beside its recordings: files, on YouTube and in parts; without any; a run that failed, and notes
    without words.
    """
    folder = tmp_path_factory.mktemp("filled")
    shutil.copytree(empty, folder / "data")
    opened = Archive.open(Settings(data_dir=folder / "data"))
    library = Library(opened.store, folder)
    for slug in ("garden", "tube", "parts"):
        notes = library.notes(slug=slug)
        if slug == "garden":
            library.local()
        elif slug == "tube":
            library.youtube(slug)
        else:
            library.in_parts(10.0, 10.0, slug=slug, videos=("gArDenCall1",))
        library.aligned(notes)
    library.notes("# Last year 2023-03-05\n\n- rota & <b>more</b>\n", slug="last-year", video=False)
    library.notes("", slug="blank", video=False)
    broken = library.notes("# Broken call 2024-04-01\n\n- plan\n", slug="broken")
    library.failed(broken.slug, FAILURE)
    opened.close()
    return folder


def public_settings(data_dir: Path) -> Settings:
    """Those of an archive whose recordings are published, too."""
    return Settings(data_dir=data_dir, site_title="Garden club", site_media_mb=1.0)


@pytest.fixture(scope="session")
def site(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of it with everything, to be looked at."""
    folder = tmp_path_factory.mktemp("site")
    settings = replace(public_settings(filled / "data"), token="rain-barrel-and-trowel")
    assert written(settings, folder, searchable=True).meetings == 6
    return folder


@pytest.fixture(scope="session")
def site_at_base(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for a site that knows its address."""
    folder = tmp_path_factory.mktemp("based")
    written(public_settings(filled / "data"), folder, base=BASE.rstrip("/"), searchable=True)
    return folder


@pytest.fixture
def public(tmp_path: Path, filled: Path) -> Settings:
    """Settings of an archive like that, which may be changed."""
    shutil.copytree(filled / "data", tmp_path / "data")
    return public_settings(tmp_path / "data")


@pytest.fixture
def archive(public: Settings, tmp_path: Path) -> Iterator[Library]:
    """What is in it, to be changed."""
    opened = Archive.open(public)
    yield Library(opened.store, tmp_path)
    opened.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def written(settings: Settings, out: Path, *, base: str = "", searchable: bool = False) -> SiteReport:
    """Write the site, most often without a search: that takes a second."""
    return write_site(settings, out, base=base, searchable=searchable)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def texts(folder: Path) -> dict[str, str]:
    """What people and programs read, by its path."""
    return {
        path: body.decode() for path, body in contents(folder).items() if path.endswith((".html", ".json", ".atom"))
    }
