"""Nothing jumps, nothing covers anything else, on any screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from pipeline.records import Keyword, Notes, UncoveredSpan
from service.web.store import archive_of
from tests.service.meetings import Library, long_clocks, three_hours

pytestmark = pytest.mark.browser


COVERED = """() => {
  const covered = [];
  for (const control of document.querySelectorAll(".tools :is(input, button)")) {
    const {left, top, width, height} = control.getBoundingClientRect();
    for (const x of [0.05, 0.35, 0.65, 0.95]) {
      for (const y of [0.1, 0.5, 0.9]) {
        const hit = document.elementFromPoint(left + x * width, top + y * height);
        if (width && !control.contains(hit)) covered.push(`${control.outerHTML} by ${hit?.outerHTML.slice(0, 80)}`);
      }
    }
  }
  return covered;
}"""
"""JavaScript that returns what lies on the buttons and the input of the tools."""

OVERLAPS = """() => {
  const boxesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  };
  const times = [...document.querySelectorAll(".block .chip, .guess[open] a, .span, .hit .chip, .lines a")];
  const texts = [...document.querySelectorAll(
    ".block > :is(h1, h2, h3), .anchor, .uncovered li > span:last-child, .source, .snippet, .lines p > span")];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const block = walker.currentNode.parentElement.closest(".block");
    if (block && !walker.currentNode.parentElement.closest(".chip, .guess, .why")) texts.push(walker.currentNode);
  }
  const overlaps = [];
  for (const time of times) {
    const a = time.matches(".chip") ? time.getBoundingClientRect() : boxesOf(time)[0];
    for (const other of [...texts, ...times]) {
      if (other === time || other.contains?.(time) || time.contains(other)) continue;
      for (const b of other.nodeType === 3 ? boxesOf(other) : [other.getBoundingClientRect()]) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left) + 1; // a pixel between them at least
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 0 && high > 0.5) overlaps.push(`${time.textContent} and ${other.textContent}`);
      }
    }
  }
  return [times.length, overlaps];
}"""
"""JavaScript that returns how many times of day there are on the page, and which of them lie on something else."""

SHIFTS = """new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shifted += entry.value)))
  .observe({type: "layout-shift", buffered: true});
window.shifted = 0;"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_jumps_while_a_long_page_loads(
    library: Library, live: str, page: Page, width: int, height: int
) -> None:
    """Three hours of transcript come in, the script starts, and nothing on the screen moves."""
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


@pytest.mark.parametrize(
    ("width", "height"), [(844, 390), (640, 450), (900, 450), (390, 844), (1100, 420), (1200, 300), (1280, 800)]
)
@pytest.mark.parametrize("file", ["garden.wav", "garden.mp4"])
def test_nothing_is_painted_over_the_find_bar(
    library: Library, full: Notes, live: str, page: Page, width: int, height: int, file: str
) -> None:
    """On phones, upright or on their side, and in zoomed windows, wherever the page is scrolled to."""
    library.local(file=file)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live}meetings/garden")
    page.locator(".find input").fill("rota")
    expect(page.locator(".found")).to_be_visible()
    for share in (0, 0.3, 0.6, 1):
        page.evaluate("(share) => scrollTo(0, share * document.documentElement.scrollHeight)", share)
        assert page.evaluate(COVERED) == []


@pytest.fixture
def hours(library: Library) -> Notes:
    """A call of three hours; all of it that is in the notes was discussed after the first."""
    return long_clocks(library)


@pytest.mark.parametrize("width", [1440, 1000, 700, 390])
def test_times_after_an_hour_lie_on_nothing(
    hours: Notes, app: Flask, live: str, page: Page, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Neither on a heading and its colour, nor on text, nor on each other, with a question mark or without."""
    store = archive_of(app).store
    uncovered = (UncoveredSpan(11_000.0, 11_400.0, (Keyword("greenhouse", 11_000.0),)),)
    stored = replace(store.meeting("hours"), uncovered=uncovered)
    monkeypatch.setattr(store, "meeting", lambda slug: stored)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live}meetings/hours")
    for guess in page.locator(".guess summary").all():
        guess.click()
    times, overlaps = page.evaluate(OVERLAPS)
    assert times >= 10
    assert overlaps == []
    page.goto(f"{live}search?q=hose")
    times, overlaps = page.evaluate(OVERLAPS)
    assert times >= 3
    assert overlaps == []
