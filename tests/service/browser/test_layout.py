"""Nothing jumps, nothing covers anything else, on any screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.records import Notes
from tests.service.meetings import Library, three_hours

pytestmark = pytest.mark.browser


SHIFTS = """new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shifted += entry.value)))
  .observe({type: "layout-shift", buffered: true});
window.shifted = 0;"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_jumps_while_a_long_page_loads(
    library: Library, live: str, page: Page, width: int, height: int
) -> None:
    """Three hours of transcript come in, the script starts, and nothing that stood on the screen moves."""
    three_hours(library)
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(SHIFTS)
    page.goto(f"{live}meetings/hours", wait_until="networkidle")
    settled = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(window.shifted))))"
    assert page.evaluate(settled) == 0
    page.evaluate("document.querySelector('.opening').style.marginTop = '90px'")
    page.wait_for_function("() => window.shifted > 0")  # a jump would have been seen
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_readable_on_a_phone(full: Notes, live: str, browser: Browser) -> None:
    """On a small screen nothing is cut off, the player stays in sight, and the transcript waits folded."""
    phone = browser.new_context(viewport={"width": 360, "height": 740})
    page = phone.new_page()
    page.goto(f"{live}meetings/garden")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.locator("details.speech")).not_to_have_attribute("open", "")
    page.get_by_text("Transcript").click()
    page.get_by_role("link", name="0:12", exact=True).scroll_into_view_if_needed()
    expect(page.locator("audio")).to_be_in_viewport()
    phone.close()
