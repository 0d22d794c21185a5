"""The timeline under the player: names, jumps, and what the notes leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from pipeline.records import Keyword, Notes, UncoveredSpan
from service.web.store import archive_of
from tests.service.browser.watching import NEEDLE, TIME

pytestmark = pytest.mark.browser


def test_timeline_names_seeks_and_shows_the_moment(long: Notes, live: str, page: Page) -> None:
    """Sections are drawn at their time; pointing names one, a click plays it, a needle follows."""
    page.goto(f"{live}meetings/long")
    piece = page.get_by_role("link", name="Compost, 2:00")
    rect = piece.locator("rect")
    assert (rect.get_attribute("x"), rect.get_attribute("width")) == ("200.0", "198.0")
    piece.hover()
    expect(page.locator(".at")).to_have_text("2:00 Compost")
    piece.click()
    page.wait_for_function(f"() => {TIME} >= 120 && {NEEDLE} >= 200")
    expect(page.locator(".notes [aria-current]")).to_contain_text("Compost")


def test_timeline_walks_with_arrows(long: Notes, live: str, page: Page) -> None:
    """The timeline is one stop of the tab key, arrows go from section to section, and Enter plays."""
    page.goto(f"{live}meetings/long")
    page.get_by_role("link", name="Hose, 0:00").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".at")).to_have_text("2:00 Compost")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TIME} >= 120")


def test_said_and_not_in_the_notes(
    long: Notes, app: Flask, live: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the notes leave out is a gap of the timeline, and listed with its keywords, each a jump."""
    store = archive_of(app).store
    uncovered = (UncoveredSpan(240.0, 359.0, (Keyword("greenhouse", 242.5),)),)
    stored = replace(store.meeting("long"), uncovered=uncovered)
    monkeypatch.setattr(store, "meeting", lambda slug: stored)
    page.goto(f"{live}meetings/long")
    gap = page.locator(".uncovered li")
    expect(gap).to_contain_text("4:00 – 5:59")
    expect(gap).to_contain_text("greenhouse")
    expect(page.locator(".timeline .gap")).to_have_count(1)
    gap.get_by_role("link", name="greenhouse").click()
    page.wait_for_function(f"() => {TIME} >= 242")
