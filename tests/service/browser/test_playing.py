"""The page in a real browser: a click on a heading plays the recording where the topic starts."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from pipeline.records import Notes
from tests.conftest import PLAYS_FROM
from tests.service.conftest import VIDEO, Library

pytestmark = pytest.mark.browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile whose requests to other hosts are counted, and answered with nothing."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def abroad(context: BrowserContext) -> list[str]:
    """The hosts besides loopback that the browser asked for something."""
    asked: list[str] = []

    def note(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host != "127.0.0.1":
            asked.append(str(host))

    context.on("request", note)
    context.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.fulfill(body="<p>video"))
    return asked


def test_click_on_a_section_plays_from_there(full: Notes, live: str, page: Page, abroad: list[str]) -> None:
    """One click on a section's time plays that moment, marks it, and leaves page and place alone."""
    page.goto(f"{live}meetings/garden")
    chip = page.get_by_role("link", name="Play from 0:12: Compost heap")
    chip.click()
    page.wait_for_function(PLAYS_FROM, arg=[12.75])
    assert page.url == f"{live}meetings/garden"
    assert chip.get_attribute("data-played") == ""
    expect(page.locator(".notes [aria-current=time]")).to_contain_text("Compost heap")
    expect(page.locator(".lines [aria-current=time]")).to_contain_text("pallets are broken")
    expect(page.get_by_role("status")).to_have_text("Playing from 0:12")
    assert abroad == []


@pytest.mark.parametrize("address", ["meetings/garden?t=0m12s", "meetings/garden#t=12"])
def test_link_with_a_time_starts_there(full: Notes, live: str, page: Page, abroad: list[str], address: str) -> None:
    """A shared moment opens at that moment."""
    page.goto(live + address)
    page.wait_for_function("() => document.querySelector('audio').currentTime >= 12")
    expect(page.locator(".lines [aria-current=time]")).to_contain_text("rota")
    assert abroad == []


def test_modified_click_is_the_browsers(full: Notes, live: str, context: BrowserContext, page: Page) -> None:
    """Ctrl+click opens the moment in a tab of its own and plays nothing here."""
    page.goto(f"{live}meetings/garden")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Play from 0:12: Compost heap").click(modifiers=["ControlOrMeta"])
    assert opened.value.url == f"{live}meetings/garden?t=12"
    assert page.evaluate("document.querySelector('audio').paused")


def test_youtube_is_asked_only_after_a_click(library: Library, live: str, page: Page, abroad: list[str]) -> None:
    """YouTube hears nothing before somebody plays, then its player is framed without cookies at the moment."""
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    page.goto(f"{live}meetings/garden", wait_until="networkidle")
    assert abroad == []
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("referrerpolicy", "strict-origin-when-cross-origin")
    address = urlsplit(frame.get_attribute("src") or "")
    assert (address.hostname, address.path) == ("www.youtube-nocookie.com", f"/embed/{VIDEO}")
    assert "start=12&autoplay=1" in address.query
    assert page.url == f"{live}meetings/garden"
    assert set(abroad) == {"www.youtube-nocookie.com"}


PLAYER = """<script>
const say = (message) => parent.postMessage(JSON.stringify(message), "*");
addEventListener("message", (event) => {
  const message = JSON.parse(event.data);
  if (message.event === "listening") say({event: "initialDelivery", info: {currentTime: 0}});
  if (message.func === "seekTo") say({event: "infoDelivery", info: {currentTime: message.args[0]}});
  if (message.func === "playVideo") document.title = "playing";
});
</script>"""


def test_youtube_is_driven_by_messages(library: Library, live: str, context: BrowserContext, page: Page) -> None:
    """Once its player answers, a click seeks in it without loading it anew, and the page follows its time."""
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    loads: list[str] = []

    def play(route: Route) -> None:
        loads.append(route.request.url)
        route.fulfill(body=PLAYER, content_type="text/html")

    context.route("https://www.youtube-nocookie.com/**", play)
    page.goto(f"{live}meetings/garden")
    page.get_by_text("plays from YouTube").click()
    page.frame_locator("iframe").locator("script").wait_for(state="attached")
    page.wait_for_function("() => document.querySelector('.lines [aria-current=time]')")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    expect(page.locator(".notes [aria-current=time]")).to_contain_text("Compost heap")
    page.wait_for_function("() => frames.length === 1")
    assert len(loads) == 1


def test_readable_on_a_phone(full: Notes, live: str, browser: Browser) -> None:
    """On a small screen nothing is cut off, the player stays in sight, and the transcript waits folded."""
    phone = browser.new_context(viewport={"width": 360, "height": 740})
    page = phone.new_page()
    page.goto(f"{live}meetings/garden")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.locator("details.speech")).not_to_have_attribute("open", "")
    page.get_by_text("Transcript").click()
    page.get_by_role("link", name="0:12", exact=True).scroll_into_view_if_needed()
    expect(page.locator("audio")).to_be_in_viewport()
    phone.close()


def test_works_without_javascript(full: Notes, live: str, browser: Browser) -> None:
    """Without scripts a click on a time opens the page with its player at the moment."""
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    expect(page).to_have_url(f"{live}meetings/garden?t=12")
    expect(page.locator("audio")).to_have_attribute("src", "/media/garden#t=12")
    expect(page.get_by_text("Good evening everybody.")).to_be_visible()
    plain.close()
