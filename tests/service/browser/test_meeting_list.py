"""The list of meetings narrows as you type."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


def test_list_narrows_as_you_type(library: Library, full: Notes, live: str, page: Page) -> None:
    """Only meetings with the words typed stay, and they are counted."""
    library.notes("# Autumn call 2023-10-01\n\n## Leaves\n", slug="autumn")
    page.goto(f"{live}meetings/")
    page.get_by_role("searchbox", name="Show only").fill("2023 call")
    expect(page.locator(".row:visible")).to_have_count(1)
    expect(page.locator(".shown")).to_have_text("1 meeting")
    page.get_by_role("searchbox", name="Show only").fill("")
    expect(page.locator(".row:visible")).to_have_count(2)


def test_the_number_of_a_filtered_list_comes_back(library: Library, full: Notes, live: str, page: Page) -> None:
    """What is typed narrows down what the filters left; without it, their number is there again."""
    for month in (1, 2):
        library.notes(f"# Autumn call 2023-0{month}-01\n\n## Leaves\n", slug=f"autumn-{month}", video=False)
    page.goto(f"{live}meetings/")
    page.locator(".filters").get_by_role("link", name="2023").click()
    expect(page.locator(".shown")).to_have_text("2 meetings")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search everything")).to_be_focused()
    page.get_by_role("searchbox", name="Show only").fill("2023-01")
    expect(page.locator(".shown")).to_have_text("1 meeting")
    page.get_by_role("searchbox", name="Show only").fill("")
    expect(page.locator(".shown")).to_have_text("2 meetings")
    page.locator(".filters").get_by_role("link", name="2023").click()
    expect(page.locator(".row")).to_have_count(3)
