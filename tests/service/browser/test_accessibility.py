"""Nothing stands in the way of assistive technology."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from pipeline.records import Failure, Notes
from tests.service.meetings import Library

NOW = datetime(2024, 3, 6, tzinfo=UTC)


PAGES = (
    "",
    "meetings/",
    "meetings/?year=2024",
    "meetings/garden",
    "meetings/long#t=300",
    "meetings/unfetched",
    "meetings/silent",
    "meetings/blank",
    "meetings/broken",
    "meetings/nobody",
    "meetings/parts?t=12",
    "search?q=rota",
    "search?q=rota+in:notes",
    "nowhere",
    "search?q=submarine",
    "search",
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_assistive_technology(
    library: Library, full: Notes, long: Notes, live: str, browser: Browser, scheme: str
) -> None:
    """axe finds nothing to object to, on every page and in every state of it."""
    library.notes(slug="unfetched")
    library.notes(slug="silent", video=False)
    library.notes("", slug="blank", video=False)
    library.notes(slug="broken")
    library.failed("broken", Failure("fetching", "the video is private", "Give the file.", False, NOW))
    parts = library.notes(slug="parts")
    library.in_parts(10.0, 10.0, slug="parts", videos=("gArDenCall1", "gArDenCall2"))
    library.aligned(parts)
    library.notes("# Last year 2023-03-05\n\n- rota\n", slug="last-year", video=False)
    opened = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = opened.new_page()
    for address in PAGES:
        page.goto(live + address)
        if address == "meetings/garden":
            page.get_by_role("link", name="Play from 0:12: Compost heap").click()
            page.keyboard.press("/")
            page.keyboard.type("pallets")
            page.keyboard.press("Enter")
            page.get_by_text("Name the speakers").click()
        if address.endswith("#t=300"):
            page.locator(".lines").hover()
            page.mouse.wheel(0, -900)
            page.locator(".show-shortcuts").click()
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == [], address
    opened.close()
