"""Speakers are named on the page of the meeting."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes, Segment
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


def test_a_name_is_saved_and_shown_at_once(full: Notes, library: Library, live: str, page: Page) -> None:
    page.goto(live + "meetings/garden")
    page.get_by_text("Name the speakers").click()
    form = page.locator(".speakers form").filter(has_text="Priya")
    form.get_by_label("Priya").fill("Priya Shah")
    form.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_have_text("Saved: Priya is Priya Shah")
    expect(page.locator(".lines b").nth(1)).to_have_text("Priya Shah")
    assert library.store.speaker_names("garden") == {"Priya": "Priya Shah"}
    form = page.locator(".speakers form").filter(has_text="Priya Shah")
    form.get_by_label("Priya Shah").fill("Priya S.")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved: Priya Shah is Priya S.")
    page.reload()
    expect(page.locator(".lines b").nth(1)).to_have_text("Priya S.")


def test_what_is_wrong_is_said(full: Notes, library: Library, live: str, page: Page) -> None:
    page.goto(live + "meetings/garden")
    page.get_by_text("Name the speakers").click()
    library.transcript(segments=(Segment(0.0, 4.0, "Good evening.", speaker="Omar"),))
    form = page.locator(".speakers form").filter(has_text="Ana")
    form.get_by_label("Ana").fill("Anna")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Those who speak: Omar.")


def test_two_of_one_name_have_one_form_and_may_be_told_apart_again(
    full: Notes, library: Library, live: str, page: Page
) -> None:
    page.goto(live + "meetings/garden")
    page.get_by_text("Name the speakers").click()
    panel = page.locator(".speakers")
    panel.get_by_label("Priya").fill("  Ana\u200f ")
    panel.get_by_label("Priya").press("Enter")
    expect(page.locator(".speakers form")).to_have_count(1)
    expect(panel.get_by_label("Ana")).to_be_focused()
    expect(page.locator(".lines b").nth(1)).to_have_text("Ana")

    panel.get_by_label("Ana").fill("")
    panel.get_by_label("Ana").press("Enter")
    expect(page.locator(".speakers form")).to_have_count(2)
    assert library.store.speaker_names("garden") == {}


def test_names_of_any_length_and_direction_fit_a_telephone(
    full: Notes, library: Library, live: str, page: Page
) -> None:
    """The keys of a name are no shortcuts of the player."""
    library.store.name_speakers("garden", {"Ana": "<i>" + "x" * 77, "Priya": "رانيا (حسن)"}, "Ana")
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto(live + "meetings/garden")
    page.get_by_text("Name the speakers").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    expect(page.locator(".lines b").first).to_have_text("<i>" + "x" * 77)
    page.locator(".speakers input").first.fill("")
    page.keyboard.type("j /?k")
    expect(page.locator(".speakers input").first).to_have_value("j /?k")
    expect(page.locator(".speakers input").first).to_be_focused()
