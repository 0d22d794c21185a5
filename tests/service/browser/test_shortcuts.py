"""The keyboard does it all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes
from tests.service.browser.everywhere import everywhere
from tests.service.browser.watching import TIME

pytestmark = pytest.mark.browser


@everywhere
def test_keys_drive_a_local_recording(long: Notes, live: str, page: Page) -> None:
    """The keys of players work, and leave typing alone."""
    page.goto(f"{live}meetings/long")

    def at(seconds: float) -> None:
        page.wait_for_function(f"() => Math.abs({TIME} - {seconds}) < 3")

    for key, moment in [("5", 300), ("j", 290), ("l", 300), ("ArrowLeft", 295), ("n", 360), ("n", 480), ("p", 360)]:
        page.keyboard.press(key)
        at(moment)
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').paused")
    page.keyboard.press("m")
    page.keyboard.press(">")
    assert page.evaluate("(({muted, playbackRate}) => [muted, playbackRate])(document.querySelector('audio'))") == [
        True,
        1.25,
    ]
    page.keyboard.press("/")
    page.keyboard.type("k9")
    at(360)
    assert page.evaluate("document.querySelector('audio').paused")


def test_shortcuts_are_listed_and_can_be_switched_off(long: Notes, live: str, page: Page) -> None:
    """? lists them, and they can be switched off for good."""
    page.goto(f"{live}meetings/long")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("next section")
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    page.keyboard.press("5")
    assert page.evaluate(TIME) == 0


def test_keyboard_alone_from_the_list_to_a_moment(full: Notes, live: str, page: Page) -> None:
    """Tab and Enter lead from the first page to a playing moment, and the focus is always to be seen."""
    page.goto(live)

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if name in page.evaluate("(e => (e.getAttribute('aria-label') || e.textContent))(document.activeElement)"):
                return
            assert page.evaluate(
                "document.activeElement.matches(':focus-visible, audio')"
            )  # its buttons are the browser's
        raise AssertionError(f"no way to {name}")

    tab_to("Garden club")
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings/garden")
    tab_to("Play from 0:12: Compost heap")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TIME} > 12.75")
