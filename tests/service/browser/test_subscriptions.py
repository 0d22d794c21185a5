"""Somebody follows a search by mail: with the keyboard, on a phone, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from pipeline.config import Settings
from pipeline.records import JobFailure, Notes, TellingState
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.service.browser.test_accessibility import violations
from tests.service.meetings import Library
from tests.service.serving import served

pytestmark = pytest.mark.browser


@pytest.fixture
def mailing(settings: Settings, full: Notes) -> Iterator[str]:
    """A server that has a mail server, by its URL."""
    app = create_app(replace(settings, smtp="smtp://127.0.0.1", mail_from="club@garden.example"))
    with served(app) as url:
        yield url
    nearest.close(app)
    archive_of(app).close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_search_is_followed(mailing: str, library: Library, browser: Browser, scheme: str) -> None:
    """Nothing is in the way of assistive technology, and nothing wider than a small phone."""
    opened = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=False,
        viewport={"width": 320, "height": 700},
    )
    page = opened.new_page()
    page.goto(f"{mailing}search?q=pallets")
    page.get_by_text("Follow by mail").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("ana@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/subscriptions?made=1")
    assert page.locator(".subscriptions li").inner_text().startswith("Search: pallets")
    (made,) = library.store.subscriptions.all()
    failure = JobFailure("mail-refused", "the mail server does not take mail for " + "x" * 60, "Check it.")
    library.store.subscriptions.end("", TellingState.WAITING, failure, [made.id])
    opened.close()
    _look(browser, mailing, scheme)


def _look(browser: Browser, url: str, scheme: str) -> None:
    opened = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        viewport={"width": 320, "height": 700},
    )
    page = opened.new_page()
    for address in ("subscriptions", "search?q=pallets"):
        page.goto(url + address)
        if address != "subscriptions":
            page.get_by_text("Follow by mail").click()
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for box in page.locator(
            "main :is(.follow, .subscriptions) :is(button, input:not([type=hidden]), summary)"
        ).all():
            size = box.bounding_box()
            assert size
            assert min(size["width"], size["height"]) >= 24
    opened.close()
