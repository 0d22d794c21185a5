"""The pictures of the README: taken from the demo's own page, so that they show what there is.

With PICTURES they go to that folder (`make pictures`).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.config import Settings
from pipeline.refresh import Archive
from service import create_app
from service.web.store import archive_of
from tests import garden_years
from tests.code_host import as_page
from tests.conftest import ROOT, jumpnotes
from tests.service.meetings import Library
from tests.service.serving import served

pytestmark = [pytest.mark.model, pytest.mark.browser]

SLUG = "osquery-office-hours-2020-01-21"


def test_pictures_show_the_page(demo: Path, browser: Browser, tmp_path: Path) -> None:
    """The meeting as it plays, a link being corrected, a search, and notes with links in them."""
    folder = Path(os.environ.get("PICTURES", tmp_path)).absolute()
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    app = create_app(Settings(data_dir=demo))
    with served(app) as url:
        page.goto(f"{url}meetings/{SLUG}?t=436")
        expect(page.locator(".topic .chip").first).to_be_visible()
        page.screenshot(path=folder / "meeting.png")
        page.get_by_role("button", name="Edit links").click()
        page.get_by_role("button", name="Correct: eBPF").click()
        expect(page.get_by_role("group", name="Correct this link")).to_be_visible()
        page.screenshot(path=folder / "editing.png")
        page.set_viewport_size({"width": 1280, "height": 620})
        page.goto(f"{url}search?q=Alessandro")
        expect(page.locator(".hit-markers")).to_be_visible()
        page.screenshot(path=folder / "search.png")
    show_annotated_notes(page, demo, tmp_path)
    page.screenshot(path=folder / "annotated.png")
    context.close()
    archive_of(app).close()

    assert {picture.name for picture in folder.glob("*.png")} >= {
        "annotated.png",
        "editing.png",
        "meeting.png",
        "search.png",
    }


def test_a_picture_shows_what_comes_back(browser: Browser, empty: Path, tmp_path: Path) -> None:
    """The topics of three years: what rises, what has gone quiet, and the list."""
    folder = Path(os.environ.get("PICTURES", tmp_path)).absolute()
    data = Path(shutil.copytree(empty, tmp_path / "data"))
    archive = Archive.open(Settings(data_dir=data))
    library = Library(archive.store, tmp_path)
    with archive.store.telling_once():
        for slug, source in garden_years.calls():
            library.notes(source, slug=slug, video=False)
    archive.close()
    app = create_app(Settings(data_dir=data, read_only=True))
    page = browser.new_page(viewport={"width": 1280, "height": 760}, reduced_motion="reduce")
    with served(app) as url:
        page.goto(f"{url}topics/")
        for heading in ("Rising", "Gone quiet", "All topics"):
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
        page.screenshot(path=folder / "topics.png")
    page.close()
    archive_of(app).close()

    assert (folder / "topics.png").exists()


def show_annotated_notes(page: Page, demo: Path, folder: Path) -> None:
    """The notes with their links, as people read them where they are kept."""
    notes = Path(shutil.copy(ROOT / "seeds" / "000_d54e42ad7e88ce35.txt", folder / "2020-01-21.md"))
    transcript = folder / "2020-01-21.vtt"
    transcript.write_text(jumpnotes("export", SLUG, "--data-dir", demo).stdout)
    done = jumpnotes("annotate", notes, "--transcript", transcript)
    assert done.returncode == 0, done.stderr
    page.set_viewport_size({"width": 1000, "height": 620})
    page.goto("about:blank")  # the policy of ours would keep its styles out
    page.set_content(as_page("office-hours / 2020-01-21.md", notes.read_text()))
    page.get_by_role("heading", name="eBPF").evaluate("heading => scrollTo(0, heading.offsetTop - 60)")
    expect(page.get_by_title("jumpnotes").first).to_be_attached()
