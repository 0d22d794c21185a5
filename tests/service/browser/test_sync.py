"""The page follows the recording, until the reader scrolls."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.records import Notes
from tests.service.browser.everywhere import everywhere
from tests.service.browser.watching import NEEDLE, TIME
from tests.service.meetings import UNCOVERED_TEXT, Library, three_hours

pytestmark = pytest.mark.browser


@everywhere
def test_following_stops_when_the_reader_scrolls(long: Notes, live: str, page: Page) -> None:
    """The transcript keeps up until somebody scrolls it; a button takes it up again."""
    page.goto(f"{live}meetings/long#t=300")
    line = page.locator(".lines [aria-current]")
    expect(line).to_be_in_viewport()
    page.locator(".lines").hover()
    page.mouse.wheel(0, -5000)
    expect(page.get_by_role("button", name="Follow")).to_be_visible()
    page.evaluate("document.querySelector('audio').currentTime = 420")
    expect(line).to_contain_text("this and that")
    page.wait_for_function(f"() => document.querySelector('.lines').scrollTop === 0 && {NEEDLE} > 600")
    page.get_by_role("button", name="Follow").click()
    page.wait_for_function("() => document.querySelector('.lines').scrollTop > 300")
    expect(page.get_by_role("button", name="Follow")).to_be_hidden()


def test_the_spoken_word_is_marked_and_clickable(long: Notes, live: str, page: Page) -> None:
    """Within a line, the word that is being said is marked, and a click on a word plays from it."""
    page.goto(f"{live}meetings/long#t=243.2")
    marked = "[...CSS.highlights.get('spoken')].map((r) => r.startContainer.data.slice(r.startOffset, r.endOffset))"
    page.wait_for_function(f"() => {marked}.length")
    assert page.evaluate(marked)[0] in UNCOVERED_TEXT
    box = page.evaluate(
        """() => {
          const text = [...document.querySelectorAll('.lines p')][25].lastElementChild.lastChild;
          const range = document.createRange();
          const at = text.data.indexOf('winter');
          range.setStart(text, at + 2); range.setEnd(text, at + 3);
          const {x, y} = range.getBoundingClientRect();
          return [x + 1, y + 5];
        }"""
    )
    page.mouse.click(*box)
    page.wait_for_function(f"() => {TIME} >= 256.9 && {TIME} < 260")


def test_phone_follows_in_the_notes(long: Notes, live: str, browser: Browser) -> None:
    """On a phone the notes keep up with the player pinned above them, until a finger moves them."""
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    page = phone.new_page()
    page.goto(f"{live}meetings/long#t=490")
    block = page.locator(".notes [aria-current]")
    expect(block).to_contain_text("Fence")
    expect(block).to_be_in_viewport(ratio=1)
    deck = page.locator(".deck").bounding_box()
    assert deck
    assert deck["y"] == 0
    assert deck["height"] < 844 / 5
    page.locator(".notes").dispatch_event("touchmove", {"bubbles": True})
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.querySelector('audio').currentTime = 550")
    expect(block).to_contain_text("Fence matter number 4")
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Follow").tap()
    expect(block).to_be_in_viewport(ratio=1)
    phone.close()


@pytest.mark.parametrize(("width", "height"), [(844, 390), (640, 512), (320, 256)])
def test_a_moment_is_not_shown_behind_what_is_pinned(
    library: Library, live: str, page: Page, width: int, height: int
) -> None:
    """Where a phone lies on its side, or a page is magnified, the picture scrolls away and leaves little room."""
    notes = library.notes(video=False)
    library.local(file="garden.mp4")
    library.aligned(notes)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live}meetings/garden?t=12")
    shown = "document.querySelector('.block[aria-current]').getBoundingClientRect()"
    page.wait_for_function(f"() => {shown}.bottom <= document.querySelector('.bar').getBoundingClientRect().top")
    page.wait_for_function(
        """() => {
          const { left, top } = document.querySelector('.block[aria-current]').getBoundingClientRect();
          return document.elementFromPoint(left + 5, top + 5)?.closest('.block[aria-current]');
        }"""
    )


def test_a_far_moment_of_a_long_transcript_is_found(library: Library, live: str, page: Page) -> None:
    """Two hours in, the current line is in sight, though what comes before it was never laid out."""
    three_hours(library)
    page.goto(f"{live}meetings/hours?t=2:00:00")
    line = page.locator(".lines [aria-current]")
    expect(line).to_contain_text("2:00:00")
    expect(line).to_be_in_viewport()
