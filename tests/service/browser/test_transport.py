"""The buttons beside the player do what the keys do, and show it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes
from tests.service.browser.watching import TIME

pytestmark = pytest.mark.browser


def test_play_sections_and_speed(long: Notes, live: str, page: Page) -> None:
    """Each by a button; a key changes what they show."""
    page.goto(f"{live}meetings/long")
    player = page.get_by_role("group", name="Player")
    player.get_by_role("button", name="Play").click()
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    player.get_by_role("button", name="Next section").click()
    page.wait_for_function(f"() => Math.abs({TIME} - 120) < 3")
    expect(page.get_by_role("status")).to_have_text("Playing from 2:00")
    player.get_by_role("button", name="Next section").click()
    page.wait_for_function(f"() => Math.abs({TIME} - 360) < 3")
    player.get_by_role("button", name="Previous section").click()
    page.wait_for_function(f"() => Math.abs({TIME} - 120) < 3")
    player.get_by_role("combobox", name="Speed").select_option("1.5")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press(">")
    expect(player.get_by_role("combobox", name="Speed")).to_have_value("1.75")
    player.get_by_role("button", name="Pause").click()
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    assert page.evaluate("document.querySelector('audio').paused")


def test_what_was_done_gives_way_to_where_it_is(full: Notes, live: str, page: Page) -> None:
    """A message stands for some seconds; then the section is named again."""
    page.clock.install()
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    expect(page.get_by_role("status")).to_have_text("Playing from 0:12")
    page.clock.run_for(7000)
    expect(page.get_by_role("status")).to_have_text("")
    expect(page.locator(".at")).to_contain_text("Compost heap")
