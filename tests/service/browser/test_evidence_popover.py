"""Why a time is where it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes

pytestmark = pytest.mark.browser


def test_a_time_shows_what_was_heard_there(full: Notes, live: str, page: Page) -> None:
    """Pointing at it, or walking to it with the keyboard, quotes the transcript with the note's words marked."""
    page.goto(live + "meetings/garden")
    chip = page.locator(".topic .chip").first
    chip.hover()
    expect(chip.locator("q")).to_have_text("Priya drafted a watering rota.")
    expect(chip.locator("mark")).to_have_text("rota.")
    page.mouse.move(0, 0)
    expect(chip.locator("q")).to_have_count(0)
    page.keyboard.press("Tab")
    chip.focus()
    expect(chip.locator("mark")).to_have_text("rota.")
