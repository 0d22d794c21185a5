"""Links are put right on the page itself, in a real browser: at once, undoable, and never over somebody else unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from flask import Flask
from playwright.sync_api import Page, expect

from pipeline.config import Settings
from pipeline.records import Basis, Notes, Verdict
from service import create_app
from tests.service.conftest import Library

pytestmark = pytest.mark.browser

TOKEN = "rhubarb-and-custard"


def edit(page: Page, live: str, text: str) -> None:
    """Open the meeting, turn editing on, and open what can be said about the block that begins with `text`."""
    page.goto(live + "meetings/garden")
    page.get_by_role("button", name="Edit links").click()
    page.get_by_role("button", name=f"Put right: {text}").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("group", name="Put this link right").get_by_role("button", name=name, exact=True).click()


def block(notes: Notes, text: str) -> str:
    return next(found.id for found in notes.blocks if found.text.startswith(text))


def test_here_is_right_is_saved_at_once(full: Notes, library: Library, live: str, page: Page) -> None:
    """The block takes the player's moment, says who set it, and the next reader sees it."""
    edit(page, live, "The hose leaks")
    page.evaluate("document.querySelector('audio').currentTime = 9")
    press(page, "Here is right")

    hose = page.locator(f"#{block(full, 'The hose leaks')}")
    expect(page.get_by_role("status")).to_have_text("Saved: set to 0:09")
    expect(hose.locator(".chip.set")).to_have_text("0:09")
    expect(hose.get_by_role("group")).to_contain_text("Set to 0:09 by this computer")
    link = library.store.meeting("garden").alignments[block(full, "The hose leaks")]
    assert link.start == pytest.approx(9, abs=0.1)
    assert link.basis is Basis.PINNED
    page.reload()
    expect(page.locator(f"#{block(full, 'The hose leaks')} .chip.set")).to_have_attribute(
        "data-why", r"set by this computer, " + library.store.history("garden")[0].at.strftime("%-d %B %Y")
    )


def test_nudge_not_discussed_automatic_and_undo(full: Notes, library: Library, live: str, page: Page) -> None:
    """Each of them holds, and undo takes the last one back."""
    compost = block(full, "Compost heap")

    def start() -> float | None:
        link = library.store.meeting("garden").alignments.get(compost)
        return link.start if link else None

    edit(page, live, "Compost heap")
    press(page, "− 5 s")
    expect(page.locator(f"#{compost} .chip")).to_have_text("0:07")
    assert start() == pytest.approx(7.75)
    press(page, "Not discussed")
    expect(page.locator(f"#{compost} .remark")).to_have_text("not discussed, says this computer")
    expect(page.locator(".facts")).to_contain_text("1 of 3 sections linked")
    assert start() is None
    press(page, "Undo")
    expect(page.locator(f"#{compost} .chip.set")).to_have_text("0:07")
    press(page, "Back to automatic")
    expect(page.locator(f"#{compost} .chip.sure")).to_have_text("0:12")
    assert start() == pytest.approx(12.75)


def test_two_editors_do_not_overwrite_each_other(full: Notes, library: Library, live: str, page: Page) -> None:
    """Who comes second is told what the first one set, and by whom; nothing of it is lost."""
    compost = block(full, "Compost heap")
    edit(page, live, "Compost heap")
    library.store.correct("garden", compost, Verdict.TIME, 3.0, "Ana", seen=None)
    press(page, "Not discussed")

    expect(page.get_by_role("status")).to_have_text("Not saved. Meanwhile Ana: set to 0:03. Press again to replace it.")
    expect(page.locator(f"#{compost} .chip.set")).to_have_text("0:03")
    assert [said.author for said in library.store.history("garden")] == ["Ana"]
    assert library.store.meeting("garden").alignments[compost].start == 3.0
    press(page, "Not discussed")
    expect(page.locator(f"#{compost} .remark")).to_have_text("not discussed, says this computer")


def test_quick_presses_add_up(full: Notes, library: Library, live: str, page: Page) -> None:
    """Two nudges in a row are two nudges, however slow the answer to the first one is."""
    edit(page, live, "Watering rota")
    page.evaluate(
        "for (let n = 0; n < 2; n++) "
        "[...document.querySelectorAll('.editor button')].find((b) => b.textContent === '+ 5 s').click()"
    )

    expect(page.get_by_role("status")).to_have_text("Saved: set to 0:14")
    assert library.store.meeting("garden").alignments[block(full, "Watering rota")].start == pytest.approx(14.9)


def test_an_unsure_moment_stays_unsure(full: Notes, live: str, page: Page) -> None:
    """Back to automatic shows what the server would: a best guess, and no link."""
    edit(page, live, "nobody wants August")
    press(page, "+ 5 s")
    item = page.locator(f"#{block(full, 'nobody wants August')}")
    expect(item.locator(".chip.set")).to_have_text("0:12")
    press(page, "Back to automatic")

    expect(item.locator(".guess")).to_have_count(1)
    expect(item.locator(".chip")).to_have_count(0)


def test_keyboard_and_assistive_technology(full: Notes, live: str, page: Page) -> None:
    """Enter opens, the first button has the focus, Escape closes; axe finds nothing to object to."""
    page.goto(live + "meetings/garden")
    page.get_by_role("button", name="Edit links").press("Enter")
    pencil = page.get_by_role("button", name="Put right: Compost heap")
    pencil.press("Enter")

    expect(page.get_by_role("button", name="Here is right")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(pencil).to_be_focused()


@pytest.fixture
def guarded(settings: Settings, full: Notes) -> Iterator[Flask]:
    app = create_app(replace(settings, token=TOKEN))
    yield app
    app.extensions["jumpnotes.store"].close()


def test_who_may_not_write_is_told_why(guarded: Flask, full: Notes, app: Flask) -> None:
    """With a token there is a way to log in; without one, writing is off from elsewhere, and the page says so."""
    asked = guarded.test_client().get("/meetings/garden").text
    elsewhere = app.test_client().get("/meetings/garden", environ_base={"REMOTE_ADDR": "192.0.2.7"}).text

    assert "Edit links" not in asked
    assert 'href="/login?next=/meetings/garden"' in asked
    assert "Edit links" not in elsewhere
    assert "anywhere once JUMPNOTES_TOKEN is set there" in elsewhere


def test_logged_in_the_page_edits(guarded: Flask, full: Notes) -> None:
    """After the login the page offers editing under the person's name, and a way out."""
    client = guarded.test_client()
    client.post("/login", data={"name": "Ana", "token": TOKEN, "next": "/meetings/garden"})
    page = client.get("/meetings/garden").text

    assert "Edit links" in page
    assert "Logged in as Ana" in page
    assert 'data-csrf=""' not in page


def test_a_correction_whose_text_is_gone_is_listed(full: Notes, library: Library, app: Flask, tmp_path: Path) -> None:
    """What a person said is not lost with the line it was said of."""
    library.store.correct("garden", block(full, "Compost heap"), Verdict.TIME, 3.0, "Ana", seen=None)
    library.notes("# Garden club 2024-03-05\n\nYouTube Link: https://youtu.be/gArDenCall0\n\n## Bees\n\nMany.\n")
    page = app.test_client().get("/meetings/garden").text

    assert "1 correction of text that is no longer here" in page
    assert "“Compost heap”: 0:03, by Ana" in page
