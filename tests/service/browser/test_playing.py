"""A click on a time, or on the text of a heading, plays the recording from there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.records import Alignment, Basis, Notes
from pipeline.store import AlignmentInputs
from tests.conftest import PLAYS_FROM
from tests.service.browser.everywhere import address, everywhere
from tests.service.corrections import block_id
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


@everywhere
def test_click_on_a_section_plays_from_there(full: Notes, live: str, page: Page, abroad: list[str]) -> None:
    """One click on a section's time plays that moment, marks it, and leaves page and place alone."""
    page.goto(f"{live}meetings/garden")
    chip = page.get_by_role("link", name="Play from 0:12: Compost heap")
    chip.click()
    page.wait_for_function(PLAYS_FROM, arg=[12.75])
    assert page.url == address(live, "garden")
    assert chip.get_attribute("data-played") == ""
    expect(page.locator(".notes [aria-current=time]")).to_contain_text("Compost heap")
    expect(page.locator(".lines [aria-current=time]")).to_contain_text("pallets are broken")
    expect(page.get_by_role("status")).to_have_text("Playing from 0:12")
    assert abroad == []


def test_works_without_javascript(full: Notes, live: str, browser: Browser) -> None:
    """Without scripts a click on a time opens the page with its player at the moment."""
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    expect(page).to_have_url(f"{live}meetings/garden?t=12#{block_id(full, 'Compost heap')}")
    expect(page.locator("audio")).to_have_attribute("src", "/media/garden#t=12")
    expect(page.get_by_text("Good evening everybody.")).to_be_visible()
    plain.close()


HEADINGS = """# Garden club

## Watering rota

## Compost, see [the rules](https://rules.example/compost)

## [Seed *swap* #450](https://rules.example/450)

## Bees
"""


@pytest.fixture
def headings(library: Library) -> Notes:
    """A meeting with a plain heading, one with a link in it, one that is a link, and one that was not found."""
    notes = library.notes(HEADINGS, video=False)
    library.local()
    transcript = library.transcript()
    placed = tuple(
        Alignment(topic.id, start, start + 3.0, 0.9, Basis.MATCH)
        for topic, start in zip(notes.topics, (4.9, 9.0, 12.75), strict=False)
    )
    library.store.save_alignments("garden", placed, AlignmentInputs(library.store.save_notes(notes), transcript, "1"))
    return notes


@pytest.mark.parametrize(("text", "start"), [("Watering rota", 4.9), ("Compost, see", 9.0), ("Seed swap #450", 12.75)])
def test_click_on_the_text_of_a_heading_plays_it(
    headings: Notes, live: str, page: Page, abroad: list[str], text: str, start: float
) -> None:
    """From its moment, whether or not there is a link in it, and the pointer says so."""
    page.goto(f"{live}meetings/garden")
    heading = page.get_by_role("heading", name=text)
    assert heading.evaluate("(heading) => getComputedStyle(heading).cursor") == "pointer"
    heading.click(position={"x": 30, "y": 10})
    page.wait_for_function(PLAYS_FROM, arg=[start])
    expect(page.locator(".notes [aria-current=time]")).to_contain_text(text)
    expect(page.get_by_role("link", name=f"Play from 0:{int(start):02}")).to_have_attribute("data-played", "")
    assert abroad == []


@pytest.mark.parametrize(
    ("name", "address"),
    [("the rules", "https://rules.example/compost"), ("Seed swap #450", "https://rules.example/450")],
)
def test_a_link_in_a_heading_is_followed(
    headings: Notes, live: str, page: Page, abroad: list[str], name: str, address: str
) -> None:
    """It is a link of its own, in another colour than the rest, and a click on it leads where it says."""
    page.goto(f"{live}meetings/garden")
    link = page.get_by_role("link", name=name, exact=True)
    colours = link.evaluate("(link) => [link, link.closest('h2')].map((part) => getComputedStyle(part).color)")
    assert colours[0] != colours[1]
    link.click()
    page.wait_for_url(address)


def test_a_heading_without_a_moment_plays_nothing(headings: Notes, live: str, page: Page) -> None:
    """It is text, and looks like text."""
    page.goto(f"{live}meetings/garden")
    heading = page.get_by_role("heading", name="Bees")
    assert heading.evaluate("(heading) => getComputedStyle(heading).cursor") == "auto"
    heading.click()
    assert page.evaluate("document.querySelector('audio').paused")


def test_selecting_the_text_of_a_heading_plays_nothing(headings: Notes, live: str, page: Page) -> None:
    """Nor does a click with a key that makes it the browser's."""
    page.goto(f"{live}meetings/garden")
    heading = page.get_by_role("heading", name="Watering rota")
    heading.click(modifiers=["ControlOrMeta"], position={"x": 30, "y": 10})
    box = heading.bounding_box()
    assert box
    page.mouse.move(box["x"] + 15, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + box["height"] / 2)
    page.mouse.up()
    assert page.evaluate("getSelection().toString().length") > 3
    assert page.evaluate("document.querySelector('audio').paused")
