"""On a small screen one of notes, transcript and contents is shown; on a wide one there is room for two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.records import Notes
from tests.service.browser.everywhere import everywhere
from tests.service.browser.watching import TIME
from tests.service.corrections import block_id

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    opened = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce")
    opened.set_default_timeout(10_000)
    page = opened.new_page()
    yield page
    opened.close()


def switch(page: Page, name: str) -> None:
    page.get_by_role("group", name="Show").get_by_role("button", name=name).click()


@everywhere
def test_one_tap_leads_to_each_part_and_back_to_the_place(long: Notes, live: str, phone: Page) -> None:
    """Nothing is cut off, the player stays in sight, and each part is where it was left."""
    phone.goto(f"{live}meetings/long")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    lines, notes, contents = phone.locator(".lines"), phone.locator(".notes"), phone.locator(".outline")
    expect(lines).to_be_hidden()
    expect(contents).to_be_hidden()
    phone.evaluate("scrollTo(0, 900)")
    left = phone.evaluate("scrollY")

    switch(phone, "Transcript")

    expect(notes).to_be_hidden()
    expect(phone.locator(".lines p").first).to_be_in_viewport()
    expect(phone.locator("audio")).to_be_in_viewport()
    expect(phone.get_by_role("button", name="Transcript")).to_have_attribute("aria-pressed", "true")
    switch(phone, "Contents")
    expect(lines).to_be_hidden()
    contents.get_by_role("link", name="Seeds").click()
    phone.wait_for_function(f"() => {TIME} >= 360")
    expect(contents.locator("[aria-current]")).to_contain_text("Seeds")
    switch(phone, "Notes")
    expect(notes).to_be_visible()
    expect(phone.locator(".notes [aria-current]")).to_be_in_viewport()  # it follows what plays
    assert left > 300


def test_a_part_that_the_reader_has_scrolled_is_where_it_was(long: Notes, live: str, phone: Page) -> None:
    phone.goto(f"{live}meetings/long")
    phone.evaluate("scrollTo(0, 600)")
    phone.locator(".notes").dispatch_event("touchmove", {"bubbles": True})
    switch(phone, "Transcript")
    switch(phone, "Notes")
    assert phone.evaluate("scrollY") == 600


def test_a_hit_shows_the_part_that_has_it(full: Notes, live: str, phone: Page) -> None:
    """First those in the notes, then those in the transcript; a link to a block comes back to the notes."""
    phone.goto(f"{live}meetings/garden")
    phone.get_by_role("button", name="Find", exact=True).click()
    expect(phone.get_by_role("searchbox", name="Find in this meeting")).to_be_focused()
    phone.keyboard.type("pallets")
    for _ in range(3):
        phone.get_by_role("button", name="Next hit").click()
    expect(phone.locator(".lines [data-found]")).to_be_in_viewport()
    phone.get_by_role("button", name="Next hit").click()
    expect(phone.locator(".notes [data-found]")).to_be_in_viewport()
    switch(phone, "Transcript")
    phone.evaluate("(id) => (location.hash = id)", block_id(full, "Seed swap"))
    expect(phone.get_by_role("heading", name="Seed swap")).to_be_in_viewport()


def test_on_a_wide_screen_the_notes_stay_beside_the_others(long: Notes, live: str, page: Page) -> None:
    """And what was chosen still holds when the window becomes narrow."""
    page.goto(f"{live}meetings/long")
    notes, lines = page.locator(".notes"), page.locator(".lines")
    expect(page.get_by_role("button", name="Notes", exact=True)).to_be_hidden()
    expect(lines).to_be_visible()
    switch(page, "Contents")
    expect(page.locator(".outline").get_by_role("link", name="Not in the notes")).to_have_count(0)
    expect(lines).to_be_hidden()
    expect(notes).to_be_visible()
    page.set_viewport_size({"width": 500, "height": 800})
    expect(notes).to_be_hidden()
    expect(page.locator(".outline")).to_be_visible()
    switch(page, "Notes")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(lines).to_be_visible()


def test_without_javascript_everything_is_there(full: Notes, live: str, browser: Browser) -> None:
    """One below the other, and no button that does nothing."""
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = plain.new_page()
    page.goto(f"{live}meetings/garden")
    expect(page.get_by_text("Two of the pallets are broken.")).to_be_visible()
    expect(page.get_by_role("heading", name="Compost heap")).to_be_visible()
    assert page.get_by_role("button", disabled=False).all_inner_texts() == ["Search"]
    plain.close()
