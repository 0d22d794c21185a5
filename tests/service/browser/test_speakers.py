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
