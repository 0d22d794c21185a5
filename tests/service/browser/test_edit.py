"""Links are corrected on the page itself: at once, undoable, and never over another person's correction unseen."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from pipeline.records import Basis, Notes, Verdict
from service.views.formatting import day
from tests.service.corrections import block_id
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


def edit(page: Page, live: str, text: str) -> None:
    """Open the meeting, turn editing on, and open what can be said about the block that begins with `text`."""
    page.goto(live + "meetings/garden")
    page.get_by_role("button", name="Edit links").click()
    page.get_by_role("button", name=f"Correct: {text}").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("group", name="Correct this link").get_by_role("button", name=name, exact=True).click()


def test_the_current_time_is_saved_at_once(full: Notes, library: Library, live: str, page: Page) -> None:
    """The block takes the player's moment, says who set it, and the next reader sees it."""
    edit(page, live, "The hose leaks")
    page.evaluate("document.querySelector('audio').currentTime = 9")
    press(page, "Set to current time")

    hose = page.locator(f"#{block_id(full, 'The hose leaks')}")
    expect(page.get_by_role("status")).to_have_text("Saved: set to 0:09")
    expect(hose.locator(".chip.set")).to_have_text("0:09")
    expect(hose.get_by_role("group")).to_contain_text("Set to 0:09 by this computer")
    link = library.store.meeting("garden").alignments[block_id(full, "The hose leaks")]
    assert link.start == pytest.approx(9, abs=0.1)
    assert link.basis is Basis.PINNED
    page.reload()
    expect(page.locator(f"#{block_id(full, 'The hose leaks')} .chip.set")).to_have_attribute(
        "data-why", f"set by this computer, {day(library.store.history('garden')[0].at)}"
    )


def test_nudge_not_discussed_automatic_and_undo(full: Notes, library: Library, live: str, page: Page) -> None:
    """Each of them is saved, and undo takes back the last one."""
    compost = block_id(full, "Compost heap")

    def start() -> float | None:
        link = library.store.meeting("garden").alignments.get(compost)
        return link.start if link else None

    edit(page, live, "Compost heap")
    press(page, "− 5 s")
    expect(page.locator(f"#{compost} .chip")).to_have_text("0:07")
    assert start() == pytest.approx(7.75)
    press(page, "Not discussed")
    expect(page.locator(f"#{compost} .remark")).to_have_text("not discussed, set by this computer")
    expect(page.locator(".facts")).to_contain_text("jump to 1 of 3 topics")
    assert start() is None
    press(page, "Undo")
    expect(page.locator(f"#{compost} .chip.set")).to_have_text("0:07")
    press(page, "Reset to automatic")
    expect(page.locator(f"#{compost} .chip.sure")).to_have_text("0:12")
    assert start() == pytest.approx(12.75)


def test_what_is_told_of_a_line_stands_apart_from_it(full: Notes, live: str, page: Page) -> None:
    """As it does once the page is loaded again."""
    line = "Priya drafted a rota for July"
    edit(page, live, line)
    press(page, "Not discussed")
    expect(page.locator(f"#{block_id(full, line)}")).to_contain_text("July not discussed, set by this computer")


def test_two_editors_do_not_overwrite_each_other(full: Notes, library: Library, live: str, page: Page) -> None:
    """Whoever comes second sees what the first one set, and nothing of it is lost."""
    compost = block_id(full, "Compost heap")
    edit(page, live, "Compost heap")
    library.store.correct("garden", compost, Verdict.TIME, 3.0, "Ana", seen=None)
    press(page, "Not discussed")

    expect(page.get_by_role("status")).to_have_text(
        "Not saved: meanwhile the link was set to 0:03 by Ana. Press again to replace it."
    )
    expect(page.locator(f"#{compost} .chip.set")).to_have_text("0:03")
    assert [said.author for said in library.store.history("garden")] == ["Ana"]
    assert library.store.meeting("garden").alignments[compost].start == 3.0
    press(page, "Not discussed")
    expect(page.locator(f"#{compost} .remark")).to_have_text("not discussed, set by this computer")


def test_what_was_not_saved_stays_said(full: Notes, library: Library, live: str, page: Page) -> None:
    """A message that was to go in a moment does not take it along."""
    compost = block_id(full, "Compost heap")
    page.clock.install()
    edit(page, live, "Compost heap")
    page.get_by_label("Speed").select_option("2")
    expect(page.get_by_role("status")).to_have_text("Speed 2×")
    library.store.correct("garden", compost, Verdict.TIME, 3.0, "Ana", seen=None)
    press(page, "Not discussed")

    expect(page.get_by_role("status")).to_contain_text("Not saved")
    page.clock.fast_forward(10_000)
    expect(page.get_by_role("status")).to_contain_text("Not saved")


def test_quick_presses_add_up(full: Notes, library: Library, live: str, page: Page) -> None:
    """Two nudges in a row are two nudges, however slow the answer to the first one is."""
    edit(page, live, "Watering rota")
    page.evaluate(
        "for (let n = 0; n < 2; n++) "
        "[...document.querySelectorAll('.editor button')].find((b) => b.textContent === '+ 5 s').click()"
    )

    expect(page.get_by_role("status")).to_have_text("Saved: set to 0:14")
    assert library.store.meeting("garden").alignments[block_id(full, "Watering rota")].start == pytest.approx(14.9)


def test_what_was_not_found_stays_not_found(full: Notes, live: str, page: Page) -> None:
    """Reset to automatic shows what the server would: a best guess, and no link."""
    edit(page, live, "nobody wants August")
    press(page, "+ 5 s")
    item = page.locator(f"#{block_id(full, 'nobody wants August')}")
    expect(item.locator(".chip.set")).to_have_text("0:12")
    press(page, "Reset to automatic")

    expect(item.locator(".best-guess")).to_be_visible()
    expect(item.locator(".chip")).to_have_class("chip none")
    expect(item).to_have_text(re.compile(r"^\s*–not found\s*best guess 0:07\s*nobody wants August"))
    page.get_by_role("button", name="Edit links").click()
    expect(item.locator(".best-guess")).to_be_hidden()


def test_a_span_plays_and_comes_back_after_the_text(full: Notes, library: Library, live: str, page: Page) -> None:
    """Where only the section was found: the link plays its start, and gives way to a person until that is undone."""
    library.spans(full, {"nobody wants August": (4.9, 12.75)})
    edit(page, live, "nobody wants August")
    item = page.locator(f"#{block_id(full, 'nobody wants August')}")

    item.get_by_role("link", name="Somewhere between 0:04 and 0:12").click()
    expect(page.get_by_role("status")).to_have_text("Playing from 0:04")
    press(page, "Set to current time")
    expect(item.locator(".chip")).to_have_class("chip set")
    press(page, "Undo")

    expect(item.locator(".chip")).to_have_text("in 0:04–0:12")
    expect(item).to_have_text(re.compile(r"^\s*nobody wants August\s*in 0:04–0:12"))
    assert Axe().run(page).response["violations"] == []


def test_keyboard_and_assistive_technology(full: Notes, live: str, page: Page) -> None:
    """Enter opens, the first button has the focus, Escape closes; axe finds nothing to object to."""
    page.goto(live + "meetings/garden")
    page.get_by_role("button", name="Edit links").press("Enter")
    pencil = page.get_by_role("button", name="Correct: Compost heap")
    pencil.press("Enter")

    expect(page.get_by_role("button", name="Set to current time")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(pencil).to_be_focused()
