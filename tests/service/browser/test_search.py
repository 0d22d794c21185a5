"""The search in a real browser: results as you type, and the same without scripts."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from pipeline.records import Notes, Segment
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


def test_results_come_while_typing(full: Notes, live: str, page: Page) -> None:
    """Without Enter: results, title, feed and address follow what is typed, and the cursor stays in the box."""
    page.goto(f"{live}search")
    page.evaluate("window.same = true")
    box = page.get_by_role("searchbox")
    box.press_sequentially("pallets")
    expect(page.locator("mark").first).to_have_text("pallets")
    expect(page.get_by_role("status")).to_contain_text("in 1 meeting")
    expect(page).to_have_url(f"{live}search?q=pallets")
    expect(page).to_have_title("pallets · Search · jumpnotes")
    expect(page.locator("link[data-query]")).to_have_attribute("href", "/search.atom?q=pallets")
    expect(box).to_be_focused()
    box.fill("submarine & co")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Nothing found")
    expect(page).to_have_url(f"{live}search?q=submarine+%26+co")
    expect(page.locator("link[data-query]")).to_have_count(0)
    box.fill("")
    expect(page.get_by_text("Type words that were said or written")).to_be_visible()
    expect(page).to_have_url(f"{live}search")
    assert page.evaluate("window.same") is True


def test_the_way_back_leads_to_what_was_found(full: Notes, live: str, page: Page) -> None:
    """Whoever follows a result and comes back finds the same results, and typing left no trail of pages."""
    page.goto(live)
    page.goto(f"{live}search")
    page.get_by_role("searchbox").press_sequentially("pallets")
    expect(page).to_have_url(f"{live}search?q=pallets")
    page.locator(".hit").first.click()
    expect(page).to_have_url(re.compile(r"/meetings/garden\b"))
    page.go_back()
    expect(page.locator("mark").first).to_have_text("pallets")
    expect(page.get_by_role("searchbox")).to_have_value("pallets")
    page.go_back()
    expect(page).to_have_url(live)


def test_a_slow_answer_does_not_go_over_a_newer_one(full: Notes, live: str, page: Page) -> None:
    """Typing on calls an older answer off: the results are those of what is in the box."""
    page.route("**/search?q=pallets", lambda _: None)  # never answered
    page.goto(f"{live}search")
    box = page.get_by_role("searchbox")
    with page.expect_request("**/search?q=pallets"):
        box.fill("pallets")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("?q=pallets")):
        box.fill("hose")
    expect(page.locator("mark").first).to_have_text("hose")
    expect(page).to_have_url(f"{live}search?q=hose")


def test_an_unfinished_query_is_no_failure(full: Notes, live: str, page: Page) -> None:
    """A lone quotation mark says what to type, and the next letters find."""
    page.goto(f"{live}search")
    box = page.get_by_role("searchbox")
    box.fill('"')
    expect(page.get_by_text("Type one or more words.")).to_be_visible()
    box.press_sequentially("broken")
    expect(page.locator("mark").first).to_have_text("broken")


def test_offline_keeps_what_is_there(full: Notes, live: str, page: Page) -> None:
    """A server that does not answer takes no result away, and the next word is looked for again."""
    page.goto(f"{live}search?q=pallets")
    box = page.get_by_role("searchbox")
    with page.expect_event("requestfailed"):
        page.route("**/search?q=hose", lambda route: route.abort())
        box.fill("hose")
    expect(page.locator("mark").first).to_have_text("pallets")
    expect(page).to_have_url(f"{live}search?q=pallets")
    box.fill("rota")
    expect(page.locator("mark").first).to_have_text("rota")


def test_works_without_scripts(full: Notes, live: str, browser: Browser) -> None:
    """The form does it, too."""
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live}search")
    page.get_by_role("searchbox").fill("pallets")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{live}search?q=pallets")
    expect(page.locator("mark").first).to_have_text("pallets")
    plain.close()


@pytest.fixture
def pond(library: Library) -> None:
    """A meeting that comes back to a topic after two minutes."""
    library.notes("# Pond club 2024-04-02\n\n## Duckweed\n", slug="pond")
    library.local("pond", file="pond.wav", duration=160.0)
    said = (Segment(8.0, 12.0, "Duckweed is what Priya skims."), Segment(150.0, 155.0, "Duckweed is done, then."))
    library.transcript("pond", said)


@pytest.fixture
def years(library: Library, full: Notes) -> None:
    """The rota of another year."""
    library.notes("# Autumn call 2023-10-01\n\n- The rota of last year\n", slug="autumn", video=False)


@pytest.mark.usefixtures("years")
def test_filters_go_along_with_what_is_typed(live: str, page: Page) -> None:
    """A click narrows the search down, which the box shows; typing goes on from there, and a second click undoes it."""
    page.goto(f"{live}search")
    box = page.get_by_role("searchbox")
    box.press_sequentially("rota")
    page.get_by_role("navigation", name="Filters").get_by_role("link", name="2023").click()
    expect(page).to_have_url(f"{live}search?q=rota+year:2023")
    expect(page.locator(".meeting-hits")).to_have_count(1)
    expect(box).to_have_value("rota year:2023")
    box.fill("last year:2023")
    expect(page.locator("mark")).to_have_text("last")
    page.locator(".filters").get_by_role("link", name="2023").click()
    expect(box).to_have_value("last")


@pytest.mark.usefixtures("years")
def test_filters_wait_folded_on_a_phone(live: str, page: Page) -> None:
    """And stay unfolded while one types."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live}search?q=rota")
    year = page.get_by_role("navigation", name="Filters").get_by_role("link", name="2023")
    expect(year).not_to_be_visible()
    page.get_by_text("Filters", exact=True).click()
    expect(year).to_be_visible()
    page.get_by_role("searchbox").fill("rota OR hose")
    expect(page).to_have_url(re.compile("OR"))
    expect(year).to_be_visible()


@pytest.mark.usefixtures("pond")
def test_a_hit_and_its_marker_show_each_other(live: str, page: Page) -> None:
    """Pointing at a marker marks its hit in the list, and the other way round, by the keyboard, too."""
    page.goto(f"{live}search")
    page.get_by_role("searchbox").press_sequentially("duckweed")
    tick = page.locator(".hit-markers a", has=page.locator("title", has_text="0:08, transcript"))
    place = page.locator(".hit", has_text="Duckweed is what Priya skims.")
    expect(place).to_have_count(1)
    tick.hover()
    expect(page.locator(".hit[data-pointed]")).to_have_text(place.inner_text(), use_inner_text=True)
    place.hover()
    expect(page.locator(".hit-markers [data-pointed] title")).to_have_text("0:08, transcript")
    page.mouse.move(0, 0)
    expect(page.locator(".hit-markers [data-pointed]")).to_have_count(0)
    place.focus()
    expect(page.locator(".hit-markers [data-pointed] title")).to_have_text("0:08, transcript")


@pytest.mark.usefixtures("pond")
def test_markers_are_no_stops_of_the_keyboard(live: str, page: Page) -> None:
    """Tab goes from the meeting's title to its first hit; a marker is for the pointer, and leads to the moment."""
    page.goto(f"{live}search?q=duckweed")
    page.locator(".meeting-hits h2 a").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".hit").first).to_be_focused()
    expect(page.get_by_text("moments between 0:08 and 2:30 of 2:40")).to_have_count(1)
    page.locator(".hit-markers .transcript a").first.click()
    expect(page).to_have_url(f"{live}meetings/pond?t=8.00")


def test_accessible(full: Notes, live: str, page: Page) -> None:
    """axe finds nothing to complain of in results that came while typing."""
    page.goto(f"{live}search")
    page.get_by_role("searchbox").press_sequentially("rota")
    expect(page.locator("mark").first).to_have_text("rota")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
