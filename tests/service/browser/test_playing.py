"""The page in a real browser: a click on a heading plays the recording where the topic starts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.records import Notes
from tests.conftest import PLAYS_FROM
from tests.service.corrections import block_id

pytestmark = pytest.mark.browser


def test_click_on_a_section_plays_from_there(full: Notes, live: str, page: Page, abroad: list[str]) -> None:
    """One click on a section's time plays that moment, marks it, and leaves page and place alone."""
    page.goto(f"{live}meetings/garden")
    chip = page.get_by_role("link", name="Play from 0:12: Compost heap")
    chip.click()
    page.wait_for_function(PLAYS_FROM, arg=[12.75])
    assert page.url == f"{live}meetings/garden"
    assert chip.get_attribute("data-played") == ""
    expect(page.locator(".notes [aria-current=time]")).to_contain_text("Compost heap")
    expect(page.locator(".lines [aria-current=time]")).to_contain_text("pallets are broken")
    expect(page.get_by_role("status")).to_have_text("Playing from 0:12")
    assert abroad == []


def test_works_without_javascript(full: Notes, live: str, browser: Browser) -> None:
    """Without scripts a click on a time opens the page with its player at the moment."""
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    expect(page).to_have_url(f"{live}meetings/garden?t=12#{block_id(full, 'Compost heap')}")
    expect(page.locator("audio")).to_have_attribute("src", "/media/garden#t=12")
    expect(page.get_by_text("Good evening everybody.")).to_be_visible()
    plain.close()
