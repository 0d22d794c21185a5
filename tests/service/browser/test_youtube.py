"""YouTube's player: asked for nothing before a click, then driven by messages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Route, expect

from pipeline.records import Notes
from tests.service.browser.everywhere import everywhere
from tests.service.browser.youtube_stand_in import stand_in
from tests.service.meetings import VIDEO, Library

pytestmark = pytest.mark.browser


@pytest.fixture
def calls(context: BrowserContext) -> list[str]:
    """What the page sends to YouTube's player, of which this is a stand-in."""
    return stand_in(context, PLAYER)


PLAYER = """<script>
const state = {currentTime: 0, duration: 20, playerState: 1, muted: false, playbackRate: 1};
const say = (event, info) => parent.postMessage(JSON.stringify({event, info}), "*");
addEventListener("message", ({data}) => {
  const message = JSON.parse(data);
  if (message.event === "listening") return say("initialDelivery", state);
  document.documentElement.dataset.told = message.func;
  told(message.func, JSON.stringify(message.args));
  const [value] = message.args;
  if (message.func === "seekTo") state.currentTime = value;
  if (message.func === "playVideo") state.playerState = 1;
  if (message.func === "pauseVideo") state.playerState = 2;
  if (message.func === "mute") state.muted = true;
  if (message.func === "setPlaybackRate") state.playbackRate = value;
  say("infoDelivery", state);
});
</script>"""


def frame_of(page: Page) -> Frame:
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    return frame


@everywhere
def test_keys_drive_youtube(video: Notes, live: str, page: Page, calls: list[str]) -> None:
    """The same keys work with YouTube's player; before it is loaded they only choose the moment."""
    page.goto(f"{live}meetings/garden")
    page.keyboard.press("l")
    expect(page.locator(".facade")).to_have_attribute("href", f"https://youtu.be/{VIDEO}?t=10")
    assert calls == []
    page.keyboard.press("k")
    expect(page.locator("iframe")).to_have_attribute("src", re.compile(f"embed/{VIDEO}.*&start=10&autoplay=1"))
    page.frame_locator("iframe").locator("html[data-told]").wait_for(state="attached")
    for key in ("k", "m", ">", "n"):
        page.keyboard.press(key)
    page.wait_for_function("() => document.querySelector('.notes [aria-current]')?.textContent.includes('rota')")
    assert [call for call in calls if "addEventListener" not in call] == [
        "load", "pauseVideo[]", "mute[]", "setPlaybackRate[1.25]", "seekTo[4.9,true]", "playVideo[]",
    ]  # fmt: skip


@pytest.mark.parametrize("code", [2, 5, 100, 101, 150, 153])
def test_youtube_that_cannot_play_leaves_a_link(
    video: Notes, live: str, page: Page, calls: list[str], code: int
) -> None:
    """Whatever stops YouTube's player, the page says what and leads to the video at the same moment."""
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    page.frame_locator("iframe").locator("html[data-told]").wait_for(state="attached")
    frame_of(page).evaluate(f"say('infoDelivery', {{currentTime: 13}}); say('onError', {code})")
    expect(page.get_by_role("status").get_by_role("link")).to_have_attribute("href", f"https://youtu.be/{VIDEO}?t=13")
    expect(page.locator("iframe")).to_have_count(0)
    expect(page.locator(".facade")).to_have_attribute("href", f"https://youtu.be/{VIDEO}?t=13")
    page.route("https://youtu.be/**", lambda route: route.fulfill(body="there", content_type="text/html"))
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    page.wait_for_url(f"https://youtu.be/{VIDEO}?t=12")


def test_youtube_that_stays_silent_leaves_a_link(video: Notes, live: str, page: Page, context: BrowserContext) -> None:
    """If its player does not answer, a link is offered, and times still lead there."""
    context.route("https://www.youtube-nocookie.com/**", lambda route: route.fulfill(body="", content_type="text/html"))
    page.clock.install()
    page.goto(f"{live}meetings/garden?t=7")
    page.get_by_text("plays from YouTube").click()
    page.locator("iframe").wait_for()
    for _ in range(45):
        page.clock.run_for(250)
    link = page.get_by_role("status").get_by_role("link")
    expect(link).to_have_attribute("href", f"https://youtu.be/{VIDEO}?t=7")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    expect(page.locator("iframe")).to_have_attribute("src", re.compile("&start=12&autoplay=1"))


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


MINIMAL_PLAYER = """<script>
const say = (message) => parent.postMessage(JSON.stringify(message), "*");
addEventListener("message", (event) => {
  const message = JSON.parse(event.data);
  if (message.event === "listening") say({event: "initialDelivery", info: {currentTime: 0}});
  if (message.func === "seekTo") say({event: "infoDelivery", info: {currentTime: message.args[0]}});
  if (message.func === "playVideo") document.title = "playing";
});
</script>"""


def test_youtube_is_driven_by_messages(library: Library, live: str, context: BrowserContext, page: Page) -> None:
    """Once its player answers, a click seeks in it without loading it again, and the page follows its time."""
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    loads: list[str] = []

    def play(route: Route) -> None:
        loads.append(route.request.url)
        route.fulfill(body=MINIMAL_PLAYER, content_type="text/html")

    context.route("https://www.youtube-nocookie.com/**", play)
    page.goto(f"{live}meetings/garden")
    page.get_by_text("plays from YouTube").click()
    page.frame_locator("iframe").locator("script").wait_for(state="attached")
    page.wait_for_function("() => document.querySelector('.lines [aria-current=time]')")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    expect(page.locator(".notes [aria-current=time]")).to_contain_text("Compost heap")
    page.wait_for_function("() => frames.length === 1")
    assert len(loads) == 1
