"""By keyboard alone everything can be reached, used and left, and one always sees where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pipeline.records import Notes
from tests.service.browser.watching import TIME
from tests.service.meetings import Library

pytestmark = pytest.mark.browser

MOST_STOPS = 250  # of the tab key, on a page of the tests

FOCUS = """() => {
  // What has the focus, whether that is to be seen, and what lies on it.
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const look = (node) => {
    const style = getComputedStyle(node);
    const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const outline = hasOutline ? style.outlineWidth + style.outlineColor : "";
    const {boxShadow, borderColor, backgroundColor, color, clipPath, stroke, strokeWidth, textDecoration} = style;
    const shape = [clipPath, stroke, strokeWidth, textDecoration];
    return [outline, boxShadow, borderColor, backgroundColor, color, ...shape].join();
  };
  const shown = [at, at.closest("label"), ...at.querySelectorAll("*")].filter(Boolean).slice(0, 20);
  const focused = shown.map(look);
  const scrolled = [scrollX, scrollY];
  const isNative = at.matches("audio, video, iframe"); // the browser shows where in it the focus is
  let differs = isNative;
  if (!isNative) {
    at.blur();
    differs = shown.some((node, index) => look(node) !== focused[index]);
    at.focus({preventScroll: true, focusVisible: true});
    scrollTo(...scrolled);
  }
  const rects = [...at.getClientRects()].filter(({width, height}) => width && height);
  const points = rects.flatMap(({left, top, width, height}) =>
    [0.1, 0.5, 0.9].flatMap((x) => [0.2, 0.5, 0.8].map((y) => [left + x * width, top + y * height])));
  const inWindow = points.filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
  const isOwn = (hit) => hit && (at.contains(hit) || hit.contains(at) || at.ownerSVGElement?.contains(hit)
    || hit.closest("label")?.contains(at));
  const covers = inWindow.map(([x, y]) => document.elementFromPoint(x, y));
  const cover = covers.find((hit) => !isOwn(hit));
  const words = (node) => (node.ariaLabel || node.textContent || node.placeholder || "").trim().replace(/\\s+/g, " ");
  const name = (node) => `${node.localName}${[...node.classList].map((one) => "." + one).join("")} “${
    words(node).slice(0, 40)}”`;
  window.stops ??= new Map();
  if (!window.stops.has(at)) window.stops.set(at, window.stops.size);
  return {
    stop: window.stops.get(at),
    name: name(at),
    isSeen: differs,
    isInWindow: inWindow.length > 0,
    isCovered: inWindow.length > 0 && covers.every((hit) => !isOwn(hit)),
    cover: cover ? name(cover) : "",
  };
}"""

LABEL = """() => {
  const at = document.activeElement;
  return at === document.body ? "" : at.ariaLabel || at.textContent || at.placeholder || "";
}"""


def stops(page: Page, key: str = "Tab") -> list[dict[str, object]]:
    """Press a key until the focus leaves the page or comes round; each stop is told once.

    Raises:
        AssertionError: the focus stays within a few stops, and never comes out.
    """
    seen: list[dict[str, object]] = []
    native = 0
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        at = page.evaluate(FOCUS)
        if at is None or (seen and at["stop"] == 0 and native == 0):
            return seen
        if seen and at["stop"] == seen[-1]["stop"]:  # a player has stops of its own inside
            native += 1
            assert native < 12, f"{at['name']} keeps the focus"
            continue
        native = 0
        assert at["stop"] not in {earlier["stop"] for earlier in seen}, (
            f"{at['name']} leads back, and nothing leads out"
        )
        seen.append(at)
    raise AssertionError(f"after {MOST_STOPS} stops the focus has not left the page")


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press a key until something with that in its name has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        if name in page.evaluate(LABEL):
            return
    raise AssertionError(f"no way to {name}")


PAGES = ("", "meetings/long", "meetings/garden", "meetings/tube", "search?q=rota")
SIZES = ((1280, 800), (390, 844), (320, 256), (844, 390))


@pytest.fixture
def site(library: Library, full: Notes, long: Notes, live: str) -> str:
    """A server with a meeting of ten minutes, a short one, and one whose recording is on YouTube."""
    notes = library.notes(slug="tube")
    library.youtube("tube")
    library.aligned(notes)
    return live


@pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format)
def test_the_focus_is_seen_at_every_stop_and_leaves_again(site: str, page: Page, size: tuple[int, int]) -> None:
    """It changes how its place looks, is in the window, and below nothing that stays there; forwards and back."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wrong = []
    on_desk = size == SIZES[0]  # elsewhere it is a matter of the bars, which only meetings have
    for address in PAGES if on_desk else (address for address in PAGES if address.startswith("meetings/")):
        for key in ("Tab", "Shift+Tab") if on_desk and address == "meetings/long" else ("Tab",):
            page.goto(site + address)
            found = stops(page, key)
            assert len(found) > 5
            for at in found:
                told = f"/{address}: {at['name']}"
                if not at["isSeen"]:
                    wrong.append(f"{told} looks the same with the focus")
                if not at["isInWindow"]:
                    wrong.append(f"{told} has the focus out of the window")
                if at["isCovered"]:
                    wrong.append(f"{told} has the focus below {at['cover']}")
    wrong = list(dict.fromkeys(wrong))
    assert not wrong, "\n".join(wrong)


def test_from_the_first_page_to_a_section_that_plays(site: str, page: Page) -> None:
    """The skip link, the meeting's name, and the time beside a heading."""
    page.goto(site)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, "Long call")
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings/long*")
    tab_to(page, "Compost")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TIME} >= 120")


def test_the_timeline_is_walked_with_arrows(site: str, page: Page) -> None:
    """It is one stop, its pieces are named, and the arrows do not leave it."""
    page.goto(f"{site}meetings/long")
    tab_to(page, "Hose, 0:00")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(LABEL).startswith("Fence")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TIME} >= 360")


def test_words_are_found_and_the_hits_walked(site: str, page: Page) -> None:
    """The find box is reached by Tab and by its key; Enter goes from hit to hit, Escape back."""
    page.goto(f"{site}meetings/long")
    tab_to(page, "Find in this meeting")
    page.keyboard.type("matter number")
    expect(page.locator(".found output")).to_have_text("32")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".found output")).to_have_text("2 of 32")
    assert page.evaluate("document.activeElement.type") == "search"
    tab_to(page, "Previous hit")
    page.keyboard.press("Enter")
    expect(page.locator(".found output")).to_have_text("1 of 32")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_line_of_the_transcript_plays(site: str, page: Page, width: int) -> None:
    """The transcript is one stop of the tab key, wherever it is shown, and the arrows lead from line to line."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}meetings/long")
    tab_to(page, "Transcript")
    if page.locator(".lines").is_hidden():
        page.keyboard.press("Enter")
    expect(page.locator(".lines")).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.lines a')"):
            break
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function(f"() => {TIME} >= 20 && {TIME} < 30")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('.lines a')")


def test_the_shortcuts_are_shown_and_put_away(site: str, page: Page) -> None:
    """The button opens them, the focus stays inside while they are open, and returns to the button."""
    page.goto(f"{site}meetings/long")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    for leave in ("Escape", "Enter"):
        tab_to(page, "Keyboard shortcuts")
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        for _ in range(4):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.closest('dialog, body').localName") in {"dialog", "body"}
        if leave == "Enter":
            dialog.get_by_role("button", name="Close").focus()
        page.keyboard.press(leave)
        expect(dialog).to_be_hidden()
        assert "Keyboard shortcuts" in page.evaluate(LABEL)
        page.reload()


def test_a_link_is_corrected(site: str, page: Page) -> None:
    """Editing is switched on, a line chosen, its moment set, and the focus does not get lost."""
    page.goto(f"{site}meetings/long?t=30")
    tab_to(page, "Edit links")
    page.keyboard.press("Enter")
    tab_to(page, "Correct: Hose")
    page.keyboard.press("Enter")
    tab_to(page, "Set to current time")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert page.evaluate("document.activeElement !== document.body")
