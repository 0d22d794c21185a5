"""The list of meetings narrows as you type."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


def test_list_narrows_as_you_type(library: Library, full: Notes, live: str, page: Page) -> None:
    """Only meetings with the words typed stay, and their number is told."""
    library.notes("# Autumn call 2023-10-01\n\n## Leaves\n", slug="autumn")
    page.goto(live)
    page.get_by_role("searchbox", name="Show only").fill("2023 call")
    expect(page.locator(".row:visible")).to_have_count(1)
    expect(page.locator(".shown")).to_have_text("1 meeting")
    page.get_by_role("searchbox", name="Show only").fill("")
    expect(page.locator(".row:visible")).to_have_count(2)
