"""Find in this meeting."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes
from tests.service.browser.everywhere import everywhere
from tests.service.browser.watching import TIME

pytestmark = pytest.mark.browser


@everywhere
def test_find_in_notes_and_transcript(full: Notes, live: str, page: Page) -> None:
    """Hits are counted, in the notes and across lines of the transcript; each is on the timeline, and can be played."""
    page.goto(f"{live}meetings/garden")
    page.keyboard.press("/")
    page.keyboard.type("pallets")
    expect(page.locator(".found output")).to_have_text("3")
    page.keyboard.press("Enter")
    expect(page.locator("[data-found]")).to_contain_text("Two pallets are broken")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".found output")).to_have_text("3 of 3")
    expect(page.locator(".timeline .hits a")).to_have_count(1)
    page.get_by_role("link", name="Play this hit from 0:12").click()
    page.wait_for_function(f"() => {TIME} >= 12.7")
    page.get_by_role("searchbox", name="Find in this meeting").fill("Rota. Two of")
    expect(page.locator(".found output")).to_have_text("1")
    page.get_by_role("searchbox", name="Find in this meeting").fill("submarine")
    expect(page.locator(".found output")).to_have_text("no hits")
