"""The pages that lead to the meetings, on screens of any size and by the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.records import Notes
from tests.service.browser.test_layout import SHIFTS
from tests.service.meetings import Library, ten_minutes

pytestmark = pytest.mark.browser

ADDRESSES = (
    "",
    "meetings/",
    "speakers/",
    "speakers/priya",
    "meetings/?year=2023",
    "search?q=rota",
    "search",
    "search?q=zebra",
    "nowhere",
)

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"

PROBLEMS = """(least) => {
  const problems = [];
  const {scrollWidth, clientWidth} = document.documentElement;
  if (scrollWidth > clientWidth) problems.push("wider than the screen");
  const targets = [...document.querySelectorAll("a, button, summary, input:not([type=hidden])")].filter(
    (each) => each.checkVisibility({visibilityProperty: true}) && !each.closest("svg, .skip"));
  for (const target of targets) {
    const {height, width} = target.getBoundingClientRect();
    if (height < least || width < 24) problems.push(`${target.outerHTML} is ${width} × ${height}`);
  }
  const texts = [...document.querySelectorAll(".row > *, .topics a > *, .hit > *, .site a, .filters a > *, h1, h2")];
  const boxes = texts.filter((each) => each.checkVisibility()).map((each) => [each, each.getBoundingClientRect()]);
  for (const [at, [one, a]] of boxes.entries()) {
    for (const [other, b] of boxes.slice(at + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1 && !one.contains(other) && !other.contains(one)) {
        problems.push(`${one.outerHTML} lies on ${other.outerHTML}`);
      }
    }
  }
  return [targets.length, problems];
}"""
"""JavaScript that returns how many targets there are, and what is too small, too wide or on something else."""


@pytest.fixture
def archive(library: Library, full: Notes) -> None:
    """Titles that are long, from right to left, or neither, of two years."""
    ten_minutes(library)
    library.notes(f"# {LONG}{LONG} 2023-01-02\n\n- {LONG} rota\n", slug="wide", video=False)
    library.notes("# اجتماع لجنة البستان 2023-02-02\n\n- rota\n", slug="arabic", video=False)


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(("width", "height", "is_touched"), [(1440, 900, False), (768, 900, True), (320, 256, True)])
def test_every_page_fits_every_screen(
    live: str, browser: Browser, width: int, height: int, *, is_touched: bool
) -> None:
    """Nothing is cut off or lies on anything else, and what is tapped is large enough; the smallest is 400 % zoom."""
    opened = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=is_touched, is_mobile=is_touched
    )
    page = opened.new_page()
    page.add_init_script(SHIFTS)
    for address in ADDRESSES:
        page.goto(live + address)
        targets, problems = page.evaluate(PROBLEMS, 44 if is_touched else 24)
        assert targets >= 5
        assert problems == [], address
        assert page.evaluate("window.shifted") == 0
    opened.close()


def test_the_first_page_by_keyboard(full: Notes, live: str, page: Page) -> None:
    """Tab goes from the top to the search, the newest meeting and its topics; / goes to the search."""
    page.goto(live)
    order = []
    for _ in range(11):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.innerText || document.activeElement.name").split("\n")[-1])
    assert order == [
        "Skip to the content",
        "All meetings",
        "Topics",
        "Speakers",
        "New meeting",
        "Jobs",
        "q",
        "Search",
        "Garden club 2024-03-05",
        "Watering rota",
        "Compost heap",
    ]
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("pallets/")
    expect(page.get_by_role("searchbox")).to_have_value("pallets/")
    page.get_by_role("link", name="Compost heap").click()
    expect(page.locator("h1")).to_have_text("Garden club 2024-03-05")
    assert page.url.split("#")[0].endswith("/meetings/garden?t=12")
