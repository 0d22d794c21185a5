"""Nothing jumps, nothing covers anything else, on any screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page

from pipeline.records import Keyword, Notes, UncoveredSpan
from service.web.store import archive_of
from tests.service.meetings import Library, long_clocks, three_hours

pytestmark = pytest.mark.browser


OVERLAPS = """() => {
  const boxesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  };
  const times = [...document.querySelectorAll(".block .chip, .span, .hit .chip, .lines a, .outline .clock")]
    .filter((time) => time.getClientRects().length);
  const texts = [...document.querySelectorAll(
    ".block > :is(h1, h2, h3), .anchor, .uncovered li > span:last-child, .source, .snippet, .lines p > span")];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const block = walker.currentNode.parentElement.closest(".block");
    if (block && !walker.currentNode.parentElement.closest(".chip, .best-guess, .why")) texts.push(walker.currentNode);
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
    times, overlaps = page.evaluate(OVERLAPS)
    assert times >= 10
    assert overlaps == []
    page.goto(f"{live}search?q=hose")
    times, overlaps = page.evaluate(OVERLAPS)
    assert times >= 3
    assert overlaps == []
