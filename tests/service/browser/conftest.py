"""A browser's page, and meetings that take long enough to watch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from pipeline.config import Settings
from pipeline.records import Notes
from service.site.build import write_site
from tests.service.browser.everywhere import MEETINGS, SITE_FOLDER
from tests.service.file_server import serving_files
from tests.service.meetings import Library, ten_minutes
from tests.service.season import season
from tests.service.serving import served


@pytest.fixture(scope="session")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder, and the URL at which a web server shows what is in it."""
    root = tmp_path_factory.mktemp("www")
    with serving_files(root) as url:
        yield root, url


@pytest.fixture
def live(request: pytest.FixtureRequest, settings: Settings, web_folder: tuple[Path, str]) -> Iterator[str]:
    """The URL of the pages: of a real HTTP server or, where a test is for both, of files that were written of them."""
    if getattr(request, "param", "server") == "server":
        with served(request.getfixturevalue("app")) as url:
            yield url
        return
    root, url = web_folder
    name = "-".join(sorted({*request.fixturenames} & MEETINGS))
    if not (root / name).exists():  # the same meetings make the same site
        write_site(replace(settings, site_media_mb=100.0), root / name / SITE_FOLDER, searchable=False)
    yield f"{url}{name}/{SITE_FOLDER}/"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile on a wide screen."""
    opened = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", permissions=["clipboard-write"]
    )
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; an error in its scripts fails the test."""
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert errors == []


@pytest.fixture
def abroad(context: BrowserContext) -> list[str]:
    """The hosts besides loopback that the browser asked for something; each answers with next to nothing."""
    asked: list[str] = []

    def note(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host != "127.0.0.1":
            asked.append(str(host))

    context.on("request", note)
    context.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.fulfill(body="<p>video"))
    return asked


@pytest.fixture
def long(library: Library) -> Notes:
    """Ten minutes with four sections, two minutes of which nobody wrote down."""
    return ten_minutes(library)


@pytest.fixture
def seasonal(library: Library) -> None:
    """Twelve calls, in which some topics come back."""
    season(library)


@pytest.fixture
def video(library: Library) -> Notes:
    """The garden's meeting, its recording on YouTube."""
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    return notes
