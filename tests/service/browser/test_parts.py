"""A recording in several parts plays as one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.records import Notes
from tests.service.browser.everywhere import everywhere
from tests.service.browser.youtube_stand_in import stand_in
from tests.service.corrections import block_id
from tests.service.meetings import Library

pytestmark = pytest.mark.browser

FIRST, SECOND = "gArDenCall1", "gArDenCall2"

PLAYS = """([part, from]) => {
  const media = document.querySelector("audio");
  const name = new RegExp(`[=-]${part}(.wav)?$`);
  return name.test(media.currentSrc) && !media.paused && media.currentTime >= from;
}"""
"""Whether the file of a part plays, at or after this second of its own."""


@pytest.fixture
def halves(library: Library) -> Notes:
    """The garden's meeting, its recording two files: the compost comes 2.75 seconds into the second."""
    notes = library.notes()
    library.in_parts(10.0, 10.0)
    library.aligned(notes)
    return notes


@everywhere
def test_a_click_plays_the_part_in_which_it_was_said(halves: Notes, live: str, page: Page) -> None:
    """From the second of its own clock, and back to the first."""
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from part 2 · 0:02: Compost heap").click()
    page.wait_for_function(PLAYS, arg=[2, 2.75])
    assert page.evaluate("document.querySelector('audio').currentTime") < 5
    expect(page.get_by_role("status")).to_have_text("Playing from part 2 · 0:02")
    expect(page.locator(".notes [aria-current=time]")).to_contain_text("Compost heap")
    expect(page.locator(".parts [aria-current]")).to_have_text("part 2 · 0:10")
    page.get_by_role("link", name="Play from part 1 · 0:04: Watering rota").click()
    page.wait_for_function(PLAYS, arg=[1, 4.9])
    expect(page.locator(".parts [aria-current]")).to_have_text("part 1 · 0:10")


def test_the_next_part_begins_where_one_ends(halves: Notes, live: str, page: Page) -> None:
    """At the speed that was chosen; after the last one it is over."""
    page.goto(f"{live}meetings/garden#t=9.5")
    page.keyboard.press(">")
    page.keyboard.press("k")
    page.wait_for_function(PLAYS, arg=[2, 0.2])
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.25
    page.locator("audio").evaluate("(audio) => { audio.currentTime = 9.9 }")
    page.wait_for_function("() => document.querySelector('audio').ended")
    expect(page.locator(".parts [aria-current]")).to_have_text("part 2 · 0:10")


def test_keys_cross_from_part_to_part(halves: Notes, live: str, page: Page) -> None:
    """What plays goes on playing, what waits goes on waiting."""
    page.goto(f"{live}meetings/garden#t=8")
    audio = page.locator("audio")
    page.wait_for_function("() => document.querySelector('audio').readyState > 0")
    audio.evaluate("(audio) => audio.pause()")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('audio').currentTime === 3")
    assert audio.evaluate("(audio) => [audio.paused, audio.currentSrc.endsWith('?part=2')]") == [True, True]
    page.keyboard.press("k")
    page.wait_for_function(PLAYS, arg=[2, 3])
    page.keyboard.press("j")
    page.wait_for_function(PLAYS, arg=[1, 3])


def test_the_link_of_a_part_plays_it_from_its_beginning(halves: Notes, live: str, page: Page) -> None:
    """And the copied link of a moment leads to it again."""
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="part 2 · 0:10").click()
    page.wait_for_function(PLAYS, arg=[2, 0.1])
    page.locator("audio").evaluate("(audio) => { audio.pause(); audio.currentTime = 6 }")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status")).to_have_text("Link to part 2 · 0:06 copied")
    page.goto(f"{live}meetings/garden?t=16")
    page.wait_for_function("() => document.querySelector('audio').currentTime >= 6")
    assert page.locator("audio").get_attribute("src") == "/media/garden?part=2#t=6"


def test_a_search_shows_where_one_part_ends(halves: Notes, live: str, page: Page) -> None:
    """The line between two parts can be seen among the markers of the hits."""
    page.goto(live + "search?q=compost")
    border = page.locator(".hit-markers .border")
    expect(border).to_have_count(1)
    assert border.evaluate("line => getComputedStyle(line).stroke") != "none"


def test_parts_without_javascript(halves: Notes, live: str, browser: Browser) -> None:
    """A click on a time opens the page with the file of its part at the moment."""
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from part 2 · 0:02: Compost heap").click()
    expect(page).to_have_url(f"{live}meetings/garden?t=12#{block_id(halves, 'Compost heap')}")
    expect(page.locator("audio")).to_have_attribute("src", "/media/garden?part=2#t=2")
    plain.close()


PLAYER = """<script>
const state = {currentTime: 0, duration: 10, playerState: 1};
const say = (event, info) => parent.postMessage(JSON.stringify({event, info}), "*");
addEventListener("message", ({data}) => {
  const message = JSON.parse(data);
  if (message.event === "listening") return say("initialDelivery", state);
  document.documentElement.dataset.told = message.func;
  told(message.func, JSON.stringify(message.args));
  if (message.func === "loadVideoById") {
    say("infoDelivery", {currentTime: 9.9}); // still of the video before
    [state.currentTime, state.playerState] = [message.args[1], 3];
  }
  if (message.func === "playVideo") state.playerState = 1;
  if (message.func === "seekTo") state.currentTime = message.args[0];
  say("infoDelivery", state);
});
addEventListener("click", () => { for (const n of [1, 2]) say("infoDelivery", {playerState: 0, currentTime: 10}); });
</script><p>video"""


@pytest.fixture
def told(context: BrowserContext) -> list[str]:
    """What the page sends to YouTube's player, of which this is a stand-in that ends when it is clicked."""
    return stand_in(context, PLAYER)


def commands(told: list[str]) -> list[str]:
    return [call for call in told if "addEventListener" not in call]


def test_youtube_is_told_which_video_to_play(library: Library, live: str, page: Page, told: list[str]) -> None:
    """Before it is loaded, while it plays, and at the end of a part; its link leads to the video at the moment."""
    notes = library.notes()
    library.in_parts(10.0, 10.0, 10.0, videos=(FIRST, SECOND, "gArDenCall3"))
    library.aligned(notes)
    page.goto(f"{live}meetings/garden?t=13")
    expect(page.locator(".facade")).to_have_attribute("href", f"https://youtu.be/{SECOND}?t=3")
    page.keyboard.press("j")
    expect(page.locator(".facade")).to_have_attribute("href", f"https://youtu.be/{FIRST}?t=3")
    expect(page.locator(".facade .what")).to_have_text("Play Garden call, part 1")
    page.keyboard.press("k")
    expect(page.locator("iframe")).to_have_attribute("src", re.compile(f"embed/{FIRST}.*&start=3&autoplay=1"))
    page.frame_locator("iframe").locator("html[data-told]").wait_for(state="attached")
    page.frame_locator("iframe").get_by_text("video").click()
    page.wait_for_function("() => document.querySelector('.parts [aria-current]').textContent.startsWith('part 2')")
    page.get_by_role("link", name="Play from part 1 · 0:04: Watering rota").click()
    page.wait_for_function("() => document.querySelector('.notes [aria-current]')?.textContent.includes('rota')")
    expect(page.locator("iframe")).to_have_attribute("title", "Garden call, part 1")
    assert commands(told) == ["load", f'loadVideoById["{SECOND}",0]', f'loadVideoById["{FIRST}",4.9]', "playVideo[]"]


def test_a_file_follows_a_video(library: Library, live: str, page: Page, told: list[str]) -> None:
    """Each has its player, and the other one is silent and out of sight."""
    notes = library.notes()
    library.in_parts(10.0, 10.0, videos=(FIRST,))
    library.aligned(notes)
    page.goto(f"{live}meetings/garden")
    expect(page.locator("audio")).to_be_hidden()
    page.keyboard.press("k")
    page.frame_locator("iframe").locator("html[data-told]").wait_for(state="attached")
    page.get_by_role("link", name="Play from part 2 · 0:02: Compost heap").click()
    page.wait_for_function(PLAYS, arg=[2, 2.75])
    expect(page.locator("iframe")).to_be_hidden()
    assert commands(told)[-1] == "pauseVideo[]"


def test_a_part_that_is_gone_is_said_where_it_would_begin(
    library: Library, halves: Notes, live: str, page: Page
) -> None:
    """The part before plays to its end, and then the page says why there is silence."""
    (library.folder / "2.wav").unlink()
    page.goto(f"{live}meetings/garden#t=9.5")
    expect(page.get_by_text("The file of part 2 is missing.")).to_be_visible()
    assert page.get_by_role("link", name=re.compile("Compost heap|part 2")).count() == 0
    page.keyboard.press("k")
    expect(page.get_by_role("status")).to_have_text("Part 2 cannot be played here.")


def test_a_moment_in_the_second_part_can_be_set(library: Library, halves: Notes, live: str, page: Page) -> None:
    """It is stored on the common clock, and told by the part."""
    page.goto(f"{live}meetings/garden?t=17")
    page.wait_for_function("() => document.querySelector('audio').currentTime >= 7")
    page.locator("audio").evaluate("(audio) => { audio.pause(); audio.currentTime = 7.5 }")
    page.get_by_role("button", name="Edit links").click()
    page.get_by_role("button", name="Correct: Seed swap").click()
    page.get_by_role("button", name="Set to current time").click()
    expect(page.get_by_role("status")).to_have_text("Saved: set to part 2 · 0:07")
    expect(page.get_by_role("link", name="Play from part 2 · 0:07: Seed swap")).to_be_visible()
    (correction,) = library.store.meeting("garden").corrections.values()
    assert correction.start == pytest.approx(17.5, abs=0.1)
