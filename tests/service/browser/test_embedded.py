"""Another site shows a meeting in a frame, if the settings name it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from pipeline.config import Settings
from pipeline.records import Notes
from service import create_app
from service.web import nearest
from service.web.store import archive_of
from tests.service.corrections import block_id
from tests.service.serving import served

pytestmark = pytest.mark.browser


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Tell nothing."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Another site, by its origin and the folder of its pages."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()


@pytest.fixture
def framed(settings: Settings, full: Notes, elsewhere: tuple[str, Path]) -> Iterator[str]:
    """A server that lets that site frame its meetings, by its URL."""
    app = create_app(replace(settings, site_frames=frozenset({elsewhere[0]})))
    with served(app) as url:
        yield url
    nearest.close(app)
    archive_of(app).close()


def test_the_code_that_is_shared_shows_the_moment_on_another_site(
    framed: str, full: Notes, elsewhere: tuple[str, Path], page: Page
) -> None:
    """It plays there, its own links lead to the whole page, and nothing can be changed."""
    origin, folder = elsewhere
    page.goto(f"{framed}meetings/garden?t=13")
    page.evaluate("document.querySelector('audio').pause()")
    page.get_by_role("button", name="Share").click()
    (folder / "index.html").write_text(f"<!doctype html>{page.get_by_label('Code for your site').input_value()}")

    page.goto(f"{origin}/")

    frame = page.frame_locator("iframe")
    expect(frame.locator(".lines [aria-current]")).to_contain_text("pallets")
    frame.get_by_role("link", name="Play from 0:04: Watering rota").click()
    expect(frame.get_by_role("status")).to_have_text("Playing from 0:04")
    expect(frame.get_by_role("button", name="Edit links")).to_have_count(0)
    expect(frame.get_by_role("searchbox", name="Search everything said and written")).to_have_count(0)
    frame.get_by_role("button", name="Share").click()
    rota = block_id(full, "Watering rota")
    address = re.escape(f"{framed}meetings/garden?t=")
    expect(frame.get_by_label("Link", exact=True)).to_have_value(re.compile(rf"{address}[4-7]#{rota}$"))


def test_a_site_that_is_not_named_shows_nothing(framed: str, page: Page, elsewhere: tuple[str, Path]) -> None:
    """Nor does one that is named, of any other page."""
    origin, folder = elsewhere
    (folder / "index.html").write_text(
        f'<iframe src="{framed}embed/garden"></iframe><iframe src="{framed}meetings/garden"></iframe>'
    )
    for site, shown in ((origin, 1), (origin.replace("127.0.0.1", "localhost"), 0)):
        page.goto(f"{site}/")
        page.wait_for_timeout(300)
        assert sum(frame.locator(".meeting").count() for frame in page.frames[1:]) == shown
