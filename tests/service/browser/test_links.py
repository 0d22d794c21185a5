"""A link leads to what it was made for: a moment, a range, a block, a section."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pipeline.records import Notes
from tests.service.browser.watching import TIME
from tests.service.corrections import block_id

pytestmark = pytest.mark.browser


def test_a_stretch_stops_at_its_end(full: Notes, live: str, page: Page) -> None:
    """A link to a stretch plays it and no more."""
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    page.evaluate("location.hash = 't=0:04,5'")
    page.wait_for_function(f"() => {TIME} >= 5 && {TIME} < 6 && document.querySelector('audio').paused")


def test_a_section_link_waits_at_its_moment(full: Notes, live: str, page: Page) -> None:
    """A link to a section shows it, and play begins there."""
    heap = full.sections[2].id
    page.goto(f"{live}meetings/garden#{heap}")
    page.wait_for_function(f"() => {TIME} === 12.75 && document.querySelector('audio').paused")
    page.keyboard.press("k")
    page.wait_for_function(f"() => !document.querySelector('audio').paused && {TIME} > 12.75")


def test_copy_link_leads_to_this_moment(full: Notes, live: str, page: Page, context: BrowserContext) -> None:
    """The address stays as it was; on demand the link to the moment lies in the clipboard."""
    page.goto(f"{live}meetings/garden?t=7")
    page.wait_for_function(f"() => {TIME} >= 7")
    page.evaluate("document.querySelector('audio').pause()")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status")).to_contain_text("copied")
    context.grant_permissions(["clipboard-read"])
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{live}meetings/garden?t=")
    assert page.url == f"{live}meetings/garden?t=7"


@pytest.mark.parametrize("address", ["meetings/garden?t=0m12s", "meetings/garden#t=12"])
def test_link_with_a_time_starts_there(full: Notes, live: str, page: Page, abroad: list[str], address: str) -> None:
    """A shared moment opens at that moment, or at the section that begins within that second."""
    page.goto(live + address)
    page.wait_for_function(f"() => {TIME} >= 12.75")
    expect(page.locator(".lines [aria-current=time]")).to_contain_text("pallets")
    assert abroad == []


def test_modified_click_is_the_browsers(full: Notes, live: str, context: BrowserContext, page: Page) -> None:
    """Ctrl+click opens the moment in a tab of its own and plays nothing here."""
    page.goto(f"{live}meetings/garden")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Play from 0:12: Compost heap").click(modifiers=["ControlOrMeta"])
    assert opened.value.url == f"{live}meetings/garden?t=12#{block_id(full, 'Compost heap')}"
    assert page.evaluate("document.querySelector('audio').paused")
