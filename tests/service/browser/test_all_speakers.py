"""The list of who speaks, and the page of one, served and as files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.config import Settings
from pipeline.records import Notes, Segment
from service.site.build import write_site
from tests.service.browser.everywhere import SITE_FOLDER, everywhere, is_files
from tests.service.meetings import Library

pytestmark = pytest.mark.browser


@everywhere
def test_who_speaks_is_found_while_typing(full: Notes, live: str, page: Page) -> None:
    page.goto(f"{live}speakers/")
    expect(page.locator(".shown")).to_have_text("2 speakers")
    page.locator(".filter").press_sequentially("pri")
    expect(page.locator(".topic-rows li:visible")).to_have_count(1)
    expect(page.locator(".shown")).to_have_text("1 speaker")
    page.locator(".topic-rows").get_by_role("link", name="Priya").click()
    expect(page.get_by_role("heading", name="Priya")).to_be_visible()
    page.get_by_role("link", name="First at 0:04").click()
    expect(page.locator(".block[aria-current], .lines [aria-current]").first).to_be_visible()
    assert "t=4.00" in page.url


def test_with_several_pages_the_server_looks_through_all(
    full: Notes, live: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count is that of all, and whoever types goes on typing."""
    monkeypatch.setattr("service.routes.speakers.MAX_ROWS", 1)
    page.goto(f"{live}speakers/")
    expect(page.locator(".topic-rows .name")).to_have_text(["Priya"])
    expect(page.locator(".shown")).to_have_text("2 speakers")
    page.locator(".filter").press_sequentially("an")
    expect(page.locator(".topic-rows .name")).to_have_text(["Ana"])
    expect(page.locator(".shown")).to_have_text("1 speaker")
    expect(page.locator(".filter")).to_be_focused()


@everywhere
def test_the_order_can_be_chosen(full: Notes, live: str, page: Page) -> None:
    page.goto(f"{live}speakers/")
    expect(page.locator(".topic-rows .name")).to_have_text(["Priya", "Ana"])
    page.get_by_role("link", name="A to Z").click()
    expect(page.locator(".topic-rows .name")).to_have_text(["Ana", "Priya"])
    assert is_files(live) == live.endswith(f"/{SITE_FOLDER}/")


def test_a_site_of_files_lists_the_meetings_of_a_speaker(
    full: Notes, library: Library, settings: Settings, web_folder: tuple[Path, str], page: Page
) -> None:
    """Who speaks in a meeting that is not published is nowhere on it."""
    with library.store.telling_once():
        for slug, who in (("april", "Ana"), ("may", "Omar")):
            front = "---\npublish: false\n---\n" if slug == "may" else ""
            library.notes(f"{front}# Garden club {slug}\n", slug=slug, video=False)
            library.local(slug, file=f"{slug}.wav")
            library.transcript(slug, (Segment(0.0, 4.0, "Hose", speaker=who),))
    root, url = web_folder
    write_site(settings, root / "of-speakers", searchable=False)
    assert not [path for path in (root / "of-speakers").rglob("*") if "omar" in path.name.lower()]
    page.goto(f"{url}of-speakers/meetings/")
    page.locator(".filters").get_by_role("link", name="Ana").click()
    expect(page.locator(".year li:visible")).to_have_count(2)
    expect(page.locator(".shown")).to_have_text("2 meetings")
    page.goto(f"{url}of-speakers/speakers/")
    expect(page.locator(".topic-rows .name")).to_have_text(["Ana", "Priya"])


def test_somebody_is_renamed_by_the_form(full: Notes, library: Library, live: str, page: Page) -> None:
    page.goto(f"{live}speakers/priya")
    page.get_by_text("Rename in all meetings").click()
    page.get_by_label("Name").fill("Priya Shah")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", name="Priya Shah")).to_be_visible()
    assert library.store.speaker_names("garden") == {"Priya": "Priya Shah"}


@pytest.mark.parametrize("address", ["speakers/", "speakers/" + "x" * 80])
def test_long_names_fit_a_telephone(full: Notes, library: Library, live: str, page: Page, address: str) -> None:
    library.store.name_speakers("garden", {"Ana": "x" * 80}, "Ana")
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(live + address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
