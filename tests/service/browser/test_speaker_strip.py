"""Who speaks when: a strip under the timeline, and a legend that highlights."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes, Segment
from tests.service.browser.everywhere import address, everywhere
from tests.service.browser.watching import TIME
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


@everywhere
def test_a_turn_is_named_and_plays(full: Notes, live: str, page: Page) -> None:
    page.goto(address(live, "garden"))
    turn = page.get_by_role("link", name="Priya, 0:12")
    turn.hover()
    expect(page.locator(".at")).to_have_text("Priya, 0:12")
    turn.click()
    page.wait_for_function(f"() => {TIME} >= 12.7")
    expect(page.locator(".lines [aria-current]")).to_contain_text("Two of the pallets")


def test_the_strip_is_one_stop_of_the_tab_key(full: Notes, live: str, page: Page) -> None:
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Ana, 0:00").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".at")).to_have_text("Priya, 0:04")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TIME} >= 12.7")
    page.keyboard.press("Tab")
    expect(page.locator(".strip :focus")).to_have_count(0)


def test_a_voice_is_highlighted_among_all(full: Notes, library: Library, live: str, page: Page) -> None:
    """What others say is dim on the strip and in the transcript, also lines of which nobody knows whose they are."""
    said = (("Ana", "Hose"), ("Ana", "Barrel"), (None, "Applause"), ("Omar", "Seeds"), ("Ana", "Fence"))
    library.transcript(
        segments=tuple(Segment(at * 3.0, at * 3.0 + 2, text, speaker=who) for at, (who, text) in enumerate(said))
    )
    page.goto(f"{live}meetings/garden")
    button = page.get_by_role("button", name="Ana", exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".lines p:not(.dim)")).to_contain_text(["Hose", "Barrel", "Fence"])
    expect(page.locator(".strip a.dim")).to_have_count(1)
    page.get_by_role("button", name="Omar", exact=True).click()
    expect(page.locator(".lines p:not(.dim)")).to_contain_text(["Seeds"])
    page.get_by_role("button", name="Omar", exact=True).press("Enter")
    expect(page.locator(".dim")).to_have_count(0)


def test_the_strip_fits_a_telephone(full: Notes, library: Library, live: str, page: Page) -> None:
    library.store.name_speakers("garden", {"Ana": "x" * 80, "Priya": "رانيا (حسن)"}, "Ana")
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto(f"{live}meetings/garden")
    page.get_by_role("button", name="Transcript", exact=True).click()
    expect(page.locator(".strip svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_many_voices_are_whole_rows_and_a_button_for_the_rest(
    full: Notes, library: Library, live: str, page: Page
) -> None:
    names = [f"Somebody Called {letter * 12}" for letter in "ABCDEFGHIJKL"]
    said = (Segment(at * 3.0, at * 3.0 + 2 - at / 10, "Hose", speaker=who) for at, who in enumerate(names))
    library.transcript(segments=tuple(said))
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live}meetings/garden")
    more = page.locator(".voices .more button")
    hidden = page.locator(".voices li[hidden]").count()
    assert hidden > 2
    expect(more).to_have_text(f"{hidden} more")
    assert page.evaluate("(list => list.scrollHeight - list.clientHeight)(document.querySelector('.voices'))") <= 1
    more.press("Enter")
    expect(page.locator(".voices li:visible")).to_have_count(9)
    expect(page.locator(".voices :focus")).to_have_count(1)
