"""The pictures of the README: taken from the demo's own page, so that they show what there is.

With PICTURES they go to that folder (`make pictures`).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipeline.config import Settings
from service import create_app
from service.web.store import archive_of
from tests.service.serving import served

pytestmark = [pytest.mark.model, pytest.mark.browser]

SLUG = "osquery-office-hours-2020-01-21"


def test_pictures_show_the_page(demo: Path, browser: Browser, tmp_path: Path) -> None:
    """The meeting as it plays, a link being corrected, and a search."""
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
    context.close()
    archive_of(app).close()

    assert {picture.name for picture in folder.glob("*.png")} >= {"meeting.png", "editing.png", "search.png"}
