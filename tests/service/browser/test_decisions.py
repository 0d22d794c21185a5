"""The page of decisions in a browser: by keyboard, on a small screen, and as files."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes
from tests.service.browser.everywhere import is_files
from tests.service.meetings import Library

pytestmark = pytest.mark.browser

MARKED = """# Shed talks 2024-05-07

Decision: the shed is red, whatever anybody with a verylongnamewithoutanyspaceinitatallreallynone says of it

## Action items

- [ ] @ana: buy paint
- [x] wash the brushes
"""


@pytest.fixture
def shed(library: Library) -> Notes:
    return library.notes(MARKED, slug="shed", video=False)


def test_a_decision_is_opened_by_keyboard(shed: Notes, live: str, page: Page) -> None:
    page.goto(f"{live}decisions/")
    page.get_by_role("link", name="the shed is red").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings/shed#*")
    page.go_back()
    page.get_by_role("link", name="Actions 2").click()
    page.get_by_role("link", name="Open 1").click()
    expect(page.get_by_role("link", name="buy paint")).to_be_visible()
    expect(page.get_by_role("link", name="wash the brushes")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("1 action")


@pytest.mark.parametrize("width", [320, 700, 1440])
def test_nothing_is_wider_than_the_screen(shed: Notes, live: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("decisions/", "decisions/?kind=action"):
        page.goto(live + address)
        assert page.evaluate("document.documentElement.scrollWidth") == width, address


@pytest.mark.parametrize("live", ["files"], indirect=True)
def test_a_site_of_files_has_all_on_one_page(shed: Notes, full: Notes, live: str, page: Page) -> None:
    assert is_files(live)
    page.goto(f"{live}decisions/")
    page.get_by_role("link", name="Actions 2").click()
    page.get_by_role("link", name="buy paint").click()
    page.wait_for_url("**/meetings/shed/#*")


@pytest.mark.parametrize("live", ["files"], indirect=True)
def test_a_site_of_files_narrows_decisions_down(shed: Notes, full: Notes, live: str, page: Page) -> None:
    rows = page.locator(".marks > li:visible")
    page.goto(f"{live}decisions/")
    expect(page.get_by_role("status")).to_have_text("3 entries")
    page.get_by_role("searchbox").last.fill("paint BUY")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 entry")
    expect(page.get_by_role("heading", name="Decisions", exact=True)).to_be_hidden()
    page.goto(f"{live}decisions/?person=ana")
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    expect(rows).to_have_count(3)
    page.get_by_role("link", name="Done 1").click()
    expect(page.get_by_role("link", name="wash the brushes")).to_be_visible()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Decisions 0").click()
    expect(page.get_by_text("Nothing matches.")).to_be_visible()


def test_decisions_are_narrowed_down_while_somebody_types(shed: Notes, live: str, page: Page) -> None:
    page.goto(f"{live}decisions/?kind=action")
    page.get_by_role("searchbox").last.fill("wash")
    expect(page.get_by_role("status")).to_have_text("1 action")
    expect(page.get_by_role("link", name="buy paint")).to_have_count(0)
    page.wait_for_url("**/decisions/?kind=action&q=wash")
    page.get_by_role("searchbox").last.fill("")
    expect(page.get_by_role("status")).to_have_text("2 actions")
    page.get_by_role("searchbox").last.fill("buy")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="buy paint")).to_be_visible()
