"""A browser's page, and meetings that take long enough to watch."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from pipeline.records import Notes
from tests.service.meetings import Library, ten_minutes


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
def video(library: Library) -> Notes:
    """The garden's meeting, its recording on YouTube."""
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    return notes
