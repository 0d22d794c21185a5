"""The open page in a real browser: what plays is seen, what is sought is found, and the keyboard does it all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route, expect

from pipeline.records import Alignment, Basis, Failure, Notes, Segment, Word
from pipeline.store import MadeFrom
from tests.service.conftest import VIDEO, Library
from tests.service.routes.test_pages import three_hours

pytestmark = pytest.mark.browser

ABOUT = "We should talk about the greenhouse glass and the greenhouse roof before the winter comes to town again"
ELSE = "the club spoke of this and that"
TIME = "document.querySelector('audio').currentTime"
NEEDLE = "Number(document.querySelector('.needle').getAttribute('transform').slice(10, -1))"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", permissions=["clipboard-write"]
    )
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert errors == []


def said(start: float, words: list[str], pace: float) -> Segment:
    """A segment whose words follow each other at a steady pace."""
    timed = tuple(Word(start + at * pace, start + (at + 1) * pace, word) for at, word in enumerate(words))
    return Segment(start, start + len(words) * pace, " ".join(words), timed)


NOW = datetime(2024, 3, 6, tzinfo=UTC)
PAGES = (
    "",
    "meetings/garden",
    "meetings/long#t=300",
    "meetings/unfetched",
    "meetings/silent",
    "meetings/blank",
    "meetings/broken",
    "meetings/nobody",
    "search?q=rota",
    "search?q=submarine",
    "search",
)
SECTIONS = ("Hose", "Compost", "Seeds", "Fence")


@pytest.fixture
def long(library: Library) -> Notes:
    """Ten minutes with four sections, and two of them in the middle that nobody wrote down."""
    text = "# Long call 2024-04-02\n\n" + "".join(
        f"## {name}\n\n" + "".join(f"- {name} matter number {n}\n" for n in range(8)) + "\n" for name in SECTIONS
    )
    notes = library.notes(text, slug="long", video=False)
    library.local("long", file="long.wav", duration=600.0)
    segments = [said(at, (ABOUT if 240 <= at < 360 else ELSE).split(), 0.5) for at in range(0, 600, 10)]
    transcript = library.transcript("long", tuple(segments))
    placed = []
    for number, section in enumerate(s for s in notes.sections if s.title in SECTIONS):
        start = (0, 120, 360, 480)[number]
        placed += [
            Alignment(block.id, start + at * 12.0, start + (120.0 if at == 0 else at * 12.0 + 12.0), 0.9, Basis.MATCH)
            for at, block in enumerate(section.blocks)
        ]
    library.store.save_alignments("long", tuple(placed), MadeFrom(library.store.save_notes(notes), transcript, "1"))
    return notes


@pytest.fixture
def calls(context: BrowserContext) -> list[str]:
    """What the page tells YouTube's player, which is stood in for."""
    told: list[str] = []

    def play(route: Route) -> None:
        told.append("load")
        route.fulfill(body=PLAYER, content_type="text/html")

    context.expose_binding("told", lambda source, name, args: told.append(f"{name}{args}"))
    context.route("https://www.youtube-nocookie.com/**", play)
    return told


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


@pytest.fixture
def video(library: Library) -> Notes:
    """The garden's meeting, its recording on YouTube."""
    notes = library.notes()
    library.youtube()
    library.aligned(notes)
    return notes


# -- the strip ---------------------------------------------------------------------------------------------------------


def test_strip_names_seeks_and_shows_the_moment(long: Notes, live: str, page: Page) -> None:
    """Sections lie on the strip at their time; pointing names one, a click plays it, a needle follows."""
    page.goto(f"{live}meetings/long")
    piece = page.get_by_role("link", name="Compost, 2:00")
    rect = piece.locator("rect")
    assert (rect.get_attribute("x"), rect.get_attribute("width")) == ("200.0", "198.0")
    piece.hover()
    expect(page.locator(".at")).to_have_text("2:00 Compost")
    piece.click()
    page.wait_for_function(f"() => {TIME} >= 120 && {NEEDLE} >= 200")
    expect(page.locator(".notes [aria-current]")).to_contain_text("Compost")


def test_strip_walks_with_arrows(long: Notes, live: str, page: Page) -> None:
    """The strip is one stop of the tab key, arrows go from section to section, and Enter plays."""
    page.goto(f"{live}meetings/long")
    page.get_by_role("link", name="Hose, 0:00").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".at")).to_have_text("2:00 Compost")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TIME} >= 120")


def test_said_and_not_in_the_notes(long: Notes, live: str, page: Page) -> None:
    """What the notes leave out is a gap of the strip, and listed with its telling words, each a jump."""
    page.goto(f"{live}meetings/long")
    gap = page.locator(".unnoted li")
    expect(gap).to_contain_text("4:00 – 5:59")
    expect(gap).to_contain_text("greenhouse")
    expect(page.locator(".strip .gap")).to_have_count(1)
    gap.get_by_role("link", name="greenhouse").click()
    page.wait_for_function(f"() => {TIME} >= 242")


# -- playing -----------------------------------------------------------------------------------------------------------


def test_following_stops_when_the_reader_scrolls(long: Notes, live: str, page: Page) -> None:
    """The transcript keeps up until somebody scrolls it; a button takes it up again."""
    page.goto(f"{live}meetings/long#t=300")
    line = page.locator(".lines [aria-current]")
    expect(line).to_be_in_viewport()
    page.locator(".lines").hover()
    page.mouse.wheel(0, -5000)
    expect(page.get_by_role("button", name="Follow")).to_be_visible()
    page.evaluate("document.querySelector('audio').currentTime = 420")
    expect(line).to_contain_text("this and that")
    page.wait_for_function(f"() => document.querySelector('.lines').scrollTop === 0 && {NEEDLE} > 600")
    page.get_by_role("button", name="Follow").click()
    page.wait_for_function("() => document.querySelector('.lines').scrollTop > 300")
    expect(page.get_by_role("button", name="Follow")).to_be_hidden()


def test_the_spoken_word_is_marked_and_clickable(long: Notes, live: str, page: Page) -> None:
    """Within a line, the word that is being said is marked, and a click on a word plays from it."""
    page.goto(f"{live}meetings/long#t=243.2")
    marked = "[...CSS.highlights.get('spoken')].map((r) => r.startContainer.data.slice(r.startOffset, r.endOffset))"
    page.wait_for_function(f"() => {marked}.length")
    assert page.evaluate(marked)[0] in ABOUT
    box = page.evaluate(
        """() => {
          const text = [...document.querySelectorAll('.lines p')][25].lastElementChild.lastChild;
          const range = document.createRange();
          const at = text.data.indexOf('winter');
          range.setStart(text, at + 2); range.setEnd(text, at + 3);
          const {x, y} = range.getBoundingClientRect();
          return [x + 1, y + 5];
        }"""
    )
    page.mouse.click(*box)
    page.wait_for_function(f"() => {TIME} >= 256.9 && {TIME} < 260")


def test_a_stretch_stops_at_its_end(full: Notes, live: str, page: Page) -> None:
    """A link to a stretch plays it and no more."""
    page.goto(f"{live}meetings/garden")
    page.get_by_role("link", name="Play from 0:12: Compost heap").click()
    page.evaluate("location.hash = 't=0:04,5'")
    page.wait_for_function(f"() => {TIME} >= 5 && {TIME} < 6 && document.querySelector('audio').paused")


def test_a_section_link_waits_at_its_moment(full: Notes, live: str, page: Page) -> None:
    """A link to a section shows it, and play begins there."""
    heap = full.sections[2].id
    page.goto(f"{live}meetings/garden#{heap}")
    page.wait_for_function(f"() => {TIME} === 12.75 && document.querySelector('audio').paused")
    page.keyboard.press("k")
    page.wait_for_function(f"() => !document.querySelector('audio').paused && {TIME} > 12.75")


def test_copy_link_leads_to_this_moment(full: Notes, live: str, page: Page, context: BrowserContext) -> None:
    """The address stays as it was; on demand the link to the moment lies in the clipboard."""
    page.goto(f"{live}meetings/garden?t=7")
    page.wait_for_function(f"() => {TIME} >= 7")
    page.evaluate("document.querySelector('audio').pause()")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status")).to_contain_text("copied")
    context.grant_permissions(["clipboard-read"])
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{live}meetings/garden?t=")
    assert page.url == f"{live}meetings/garden?t=7"


# -- find --------------------------------------------------------------------------------------------------------------


def test_a_time_shows_what_was_heard_there(full: Notes, live: str, page: Page) -> None:
    """Pointing at it, or walking to it with the keyboard, quotes the transcript with the note's words marked."""
    page.goto(live + "meetings/garden")
    chip = page.locator(".topic .chip").first
    chip.hover()
    expect(chip.locator("q")).to_have_text("Priya drafted a watering rota.")
    expect(chip.locator("mark")).to_have_text("rota.")
    page.mouse.move(0, 0)
    expect(chip.locator("q")).to_have_count(0)
    page.keyboard.press("Tab")
    chip.focus()
    expect(chip.locator("mark")).to_have_text("rota.")


def test_find_in_notes_and_transcript(full: Notes, live: str, page: Page) -> None:
    """Hits are counted and gone through, in the notes and across lines said; each is a tick, and can be played."""
    page.goto(f"{live}meetings/garden")
    page.keyboard.press("/")
    page.keyboard.type("pallets")
    expect(page.locator(".found output")).to_have_text("3")
    page.keyboard.press("Enter")
    expect(page.locator("[data-found]")).to_contain_text("Two pallets are broken")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".found output")).to_have_text("3 of 3")
    expect(page.locator(".strip .hits a")).to_have_count(1)
    page.get_by_role("link", name="Play this hit from 0:12").click()
    page.wait_for_function(f"() => {TIME} >= 12.7")
    page.get_by_role("searchbox", name="Find in this meeting").fill("Rota. Two of")
    expect(page.locator(".found output")).to_have_text("1")
    page.get_by_role("searchbox", name="Find in this meeting").fill("submarine")
    expect(page.locator(".found output")).to_have_text("not found")


# -- keys --------------------------------------------------------------------------------------------------------------


def test_keys_drive_a_local_recording(long: Notes, live: str, page: Page) -> None:
    """The keys of players work, and leave typing alone."""
    page.goto(f"{live}meetings/long")

    def at(seconds: float) -> None:
        page.wait_for_function(f"() => Math.abs({TIME} - {seconds}) < 3")

    for key, moment in [("5", 300), ("j", 290), ("l", 300), ("ArrowLeft", 295), ("n", 360), ("n", 480), ("p", 360)]:
        page.keyboard.press(key)
        at(moment)
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('audio').paused")
    page.keyboard.press("m")
    page.keyboard.press(">")
    assert page.evaluate("(({muted, playbackRate}) => [muted, playbackRate])(document.querySelector('audio'))") == [
        True,
        1.25,
    ]
    page.keyboard.press("/")
    page.keyboard.type("k9")
    at(360)
    assert page.evaluate("document.querySelector('audio').paused")


def test_keys_are_listed_and_can_be_put_off(long: Notes, live: str, page: Page) -> None:
    """? lists them; who uses the keyboard otherwise switches them off for good."""
    page.goto(f"{live}meetings/long")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("next section")
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    page.keyboard.press("5")
    assert page.evaluate(TIME) == 0


def test_keyboard_alone_from_the_list_to_a_moment(full: Notes, live: str, page: Page) -> None:
    """Tab and Enter lead from the first page to a playing moment, and the focus is always to be seen."""
    page.goto(live)

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if name in page.evaluate("(e => (e.getAttribute('aria-label') || e.textContent))(document.activeElement)"):
                return
            assert page.evaluate(
                "document.activeElement.matches(':focus-visible, audio')"
            )  # its buttons are the browser's
        raise AssertionError(f"no way to {name}")

    tab_to("Garden club")
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings/garden")
    tab_to("Play from 0:12: Compost heap")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TIME} > 12.75")


# -- YouTube -----------------------------------------------------------------------------------------------------------


def frame_of(page: Page) -> Frame:
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    return frame


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
    """Where something keeps its player from answering, a link is offered, and times still lead there."""
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


# -- the list ----------------------------------------------------------------------------------------------------------


def test_list_narrows_as_you_type(library: Library, full: Notes, live: str, page: Page) -> None:
    """Only meetings with the words typed stay, and their number is told."""
    library.notes("# Autumn call 2023-10-01\n\n## Leaves\n", slug="autumn")
    page.goto(live)
    page.get_by_role("searchbox", name="Show only").fill("2023 call")
    expect(page.locator(".row:visible")).to_have_count(1)
    expect(page.locator(".shown")).to_have_text("1 meeting")
    page.get_by_role("searchbox", name="Show only").fill("")
    expect(page.locator(".row:visible")).to_have_count(2)


# -- everybody ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_assistive_technology(
    library: Library, full: Notes, long: Notes, live: str, browser: Browser, scheme: str
) -> None:
    """axe finds nothing to object to, on every page and in every state of it."""
    library.notes(slug="unfetched")
    library.notes(slug="silent", video=False)
    library.notes("", slug="blank", video=False)
    library.notes(slug="broken")
    library.failed("broken", Failure("fetching", "the video is private", "Give the file.", False, NOW))
    opened = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = opened.new_page()
    for address in PAGES:
        page.goto(live + address)
        if address == "meetings/garden":
            page.get_by_role("link", name="Play from 0:12: Compost heap").click()
            page.keyboard.press("/")
            page.keyboard.type("pallets")
            page.keyboard.press("Enter")
        if address.endswith("#t=300"):
            page.locator(".lines").hover()
            page.mouse.wheel(0, -900)
            page.locator(".ask").click()
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == [], address
    opened.close()


# -- long recordings and small screens ---------------------------------------------------------------------------------

SHIFTS = """new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shifted += entry.value)))
  .observe({type: "layout-shift", buffered: true});
window.shifted = 0;"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_jumps_while_a_long_page_loads(
    library: Library, live: str, page: Page, width: int, height: int
) -> None:
    """Three hours of transcript come in, the script starts, and nothing that stood on the screen moves."""
    three_hours(library)
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(SHIFTS)
    page.goto(f"{live}meetings/hours", wait_until="networkidle")
    settled = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(window.shifted))))"
    assert page.evaluate(settled) == 0
    page.evaluate("document.querySelector('.opening').style.marginTop = '90px'")
    page.wait_for_function("() => window.shifted > 0")  # a jump would have been seen
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_far_moment_of_a_long_transcript_is_found(library: Library, live: str, page: Page) -> None:
    """Two hours in, the line that is said stands in sight, though what lies before it was never laid out."""
    three_hours(library)
    page.goto(f"{live}meetings/hours?t=2:00:00")
    line = page.locator(".lines [aria-current]")
    expect(line).to_contain_text("2:00:00")
    expect(line).to_be_in_viewport()


def test_phone_follows_in_the_notes(long: Notes, live: str, browser: Browser) -> None:
    """On a phone the notes keep up with the player pinned above them, until a finger moves them."""
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    page = phone.new_page()
    page.goto(f"{live}meetings/long#t=490")
    block = page.locator(".notes [aria-current]")
    expect(block).to_contain_text("Fence")
    expect(block).to_be_in_viewport(ratio=1)
    deck = page.locator(".deck").bounding_box()
    assert deck
    assert deck["y"] == 0
    assert deck["height"] < 844 / 5
    page.locator(".notes").dispatch_event("touchmove", {"bubbles": True})
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.querySelector('audio').currentTime = 550")
    expect(block).to_contain_text("Fence matter number 4")
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Follow").tap()
    expect(block).to_be_in_viewport(ratio=1)
    phone.close()
